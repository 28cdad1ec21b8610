"""What is said of customers: the newest word stands, an import finds its owner, the forgotten stay gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.order_values import provisional_customer_id
from app.stores import advisors, aliases, consents, customers, exports, inbox, marks, relationships, shops
from app.stores.database import Transaction
from app.stores.orders import orders
from app.usecases.open_shop import open_shop
from app.usecases.reconcile import MAY_STILL_COME
from app.wiring import Services
from tests.conftest import NOW
from tests.webhooks.told import CHIARA, CHIARAS_ADDRESS, about_chiara, as_body, customer, order
from webhooks.payload import TooEarly
from webhooks.topics import HANDLERS

HER = str(CHIARA)
BEFORE = NOW - timedelta(hours=1)
PROVISIONAL = provisional_customer_id(CHIARAS_ADDRESS)


@pytest.fixture
def tx(services: Services) -> Iterator[Transaction]:
    about = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
    shop_id = open_shop(services.database, "alder.myshopify.com", now=NOW, **about)
    with services.database.shop(shop_id) as tx:
        yield tx


def tell(
    tx: Transaction,
    services: Services,
    topic: str,
    payload: object,
    *,
    at: datetime = NOW,
    now: datetime = NOW,
) -> None:
    HANDLERS[topic](tx, services.live, as_body(payload), triggered_at=at, now=now)


def everybody(tx: Transaction) -> list[str]:
    return sorted(tx.execute(select(customers.customers.c.customer_id)).scalars())


def imported(tx: Transaction) -> None:
    """A history that came in a file, under an address."""
    customers.put(tx, PROVISIONAL, email=CHIARAS_ADDRESS)
    tx.execute(
        orders.insert().values(
            shop_id=tx.shop_id,
            order_id="#1001",
            customer_id=PROVISIONAL,
            ordered_at=NOW,
            currency="GBP",
            status="counted",
        )
    )
    customers.add_note(tx, PROVISIONAL, "Prefers platinum", at=NOW)


def test_the_newest_word_stands_whenever_it_comes(tx: Transaction, services: Services) -> None:
    words = [customer(first_name=str(n), updated_at=f"2026-11-2{n}T09:00:00Z") for n in range(3)]
    for told in permutations(words):
        for word in told:
            tell(tx, services, "customers/update", word)
        assert customers.one(tx, HER).first_name == "2"


def test_an_opt_out_survives_every_word_of_shopifys(tx: Transaction, services: Services) -> None:
    tell(tx, services, "customers/create", customer())
    tx.execute(customers.customers.update().values(opted_out=True))
    tell(tx, services, "customers/update", customer(updated_at="2026-11-21T09:00:00Z"))
    assert customers.one(tx, HER).opted_out


@pytest.mark.parametrize("topic", ["customers/create", "customers/update", "orders/create"])
def test_a_history_under_her_address_becomes_hers(tx: Transaction, services: Services, topic: str) -> None:
    imported(tx)
    told = order() if topic == "orders/create" else customer(email=CHIARAS_ADDRESS.upper())
    tell(tx, services, topic, told)
    assert everybody(tx) == [HER]
    assert "#1001" in tx.execute(select(orders.c.order_id).where(orders.c.customer_id == HER)).scalars().all()
    assert [note.body for note in customers.notes_of(tx, HER)] == ["Prefers platinum"]


def test_it_becomes_hers_even_if_she_is_here_already(tx: Transaction, services: Services) -> None:
    tell(tx, services, "customers/create", customer(email=None))
    imported(tx)
    tx.execute(
        customers.customers.update()
        .where(customers.customers.c.customer_id == PROVISIONAL)
        .values(opted_out=True)
    )
    tell(tx, services, "customers/update", customer(updated_at="2026-11-21T09:00:00Z"))
    assert everybody(tx) == [HER]
    assert tx.execute(select(orders.c.customer_id)).scalars().all() == [HER]
    assert len(customers.notes_of(tx, HER)) == 1
    assert customers.one(tx, HER).opted_out, "a no under either id is a no"


def test_what_a_person_chose_and_she_answered_stands_under_the_id_that_stays(
    tx: Transaction, services: Services
) -> None:
    ines = advisors.add(
        tx, name="Ines Moreau", first_name="Ines", email="", role="advisor", timezone="Europe/London"
    )
    tell(tx, services, "customers/create", customer(email=None))
    imported(tx)
    for customer_id in (HER, PROVISIONAL):
        relationships.hold(tx, customer_id)
    by_hand = {"lead_advisor_id": ines, "lead_reason": "Chosen by Margaret.", "lead_by_hand": True}
    relationships.stand(tx, PROVISIONAL, **by_hand, stopped=True, dismissals=1, rest_until=NOW)
    relationships.stand(tx, HER, dismissals=1)
    tell(tx, services, "customers/update", customer(updated_at="2026-11-21T09:00:00Z"))
    stands = relationships.one(tx, HER)
    assert (stands.lead_advisor_id, stands.lead_by_hand) == (ines, True)
    assert (stands.stopped, stands.dismissals, stands.rest_until) == (True, 2, NOW)


def test_another_address_brings_nothing(tx: Transaction, services: Services) -> None:
    imported(tx)
    tell(tx, services, "customers/update", customer(email="somebody@clients.example"))
    assert everybody(tx) == [HER, PROVISIONAL]


@pytest.mark.parametrize(
    ("topic", "request_"),
    [
        ("customers/redact", about_chiara()),
        ("customers/redact", about_chiara(customer={"id": None, "email": CHIARAS_ADDRESS.upper()})),
        ("customers/delete", {"id": CHIARA}),
    ],
)
def test_forgotten_she_stays_gone_though_older_words_come_late(
    tx: Transaction, services: Services, topic: str, request_: object
) -> None:
    tell(tx, services, "orders/create", order(), at=BEFORE)
    tell(tx, services, topic, request_, now=NOW + MAY_STILL_COME)
    for late, word in (("orders/updated", order()), ("customers/update", customer())):
        tell(tx, services, late, word, at=BEFORE)
    assert everybody(tx) == []
    assert tx.execute(select(orders)).all() == []
    assert shops.counted(tx, "erased") == 1


def test_forgotten_she_may_begin_anew(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order(), at=BEFORE)
    tell(tx, services, "customers/redact", about_chiara())
    later = NOW + timedelta(days=30)
    placed = {"created_at": later.isoformat(), "processed_at": later.isoformat()}
    tell(tx, services, "orders/create", order(id=2, **placed), at=later)
    assert everybody(tx) == [HER]
    assert tx.execute(select(orders.c.order_id)).scalars().all() == ["2"]


@pytest.mark.parametrize(
    ("topic", "word"),
    [("orders/updated", order()), ("customers/update", customer())],
    ids=["order", "record"],
)
def test_what_was_before_she_was_forgotten_stays_so_whoever_touches_it_later(
    tx: Transaction, services: Services, topic: str, word: dict[str, Any]
) -> None:
    tell(tx, services, "orders/create", order(), at=BEFORE)
    tell(tx, services, "customers/redact", about_chiara())
    tell(tx, services, topic, word, at=NOW + timedelta(days=30))
    assert everybody(tx) == []
    assert tx.execute(select(orders)).all() == []


def _consent(topic: str, who: str) -> tuple[str, dict[str, Any]]:
    said = {"state": "redacted", "consent_updated_at": AFTER.isoformat()}
    kind = "sms" if topic == "customers_marketing_consent/update" else "email"
    return topic, {who: CHIARA, f"{kind}_marketing_consent": said}


AFTER = NOW + timedelta(days=30)
# Another id, which Shopify merges into hers after she was forgotten; nobody knows it here.
LATE_MERGE = {"admin_graphql_api_customer_kept_id": str(CHIARA), "status": "completed"}


@pytest.mark.parametrize(
    ("topic", "word"),
    [
        ("customers/update", customer(updated_at=AFTER.isoformat())),
        ("customer.tags_added", {"customerId": CHIARA, "tags": ["VIP"], "occurredAt": AFTER.isoformat()}),
        ("customer.tags_removed", {"customerId": CHIARA, "tags": ["VIP"], "occurredAt": AFTER.isoformat()}),
        _consent("customers_email_marketing_consent/update", "customer_id"),
        _consent("customers_marketing_consent/update", "id"),
        ("customers/merge", {**LATE_MERGE, "admin_graphql_api_customer_deleted_id": "7999"}),
        ("orders/create", order(processed_at="2019-11-20T09:00:00Z", created_at=AFTER.isoformat())),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_no_later_word_on_her_record_brings_back_whom_we_have_forgotten(
    tx: Transaction, services: Services, topic: str, word: dict[str, Any]
) -> None:
    tell(tx, services, "orders/create", order(), at=BEFORE)
    tell(tx, services, "customers/redact", about_chiara())
    tell(tx, services, topic, word, at=AFTER)
    tell(tx, services, "customers/update", customer(updated_at=AFTER.isoformat()), at=AFTER)
    assert everybody(tx) == []
    assert tx.execute(select(orders)).all() == []


def test_words_on_her_record_count_again_once_she_has_begun_anew(tx: Transaction, services: Services) -> None:
    tell(tx, services, "customers/redact", about_chiara())
    placed = {"created_at": AFTER.isoformat(), "processed_at": AFTER.isoformat()}
    tell(tx, services, "orders/create", order(id=2, **placed), at=AFTER)
    tell(tx, services, *_consent("customers_email_marketing_consent/update", "customer_id"), at=AFTER)
    assert consents.in_force(tx, HER)["email"].state == "unsubscribed"


def test_the_address_alone_finds_an_imported_history(tx: Transaction, services: Services) -> None:
    imported(tx)
    tell(tx, services, "customers/redact", about_chiara(customer={"email": CHIARAS_ADDRESS}))
    assert everybody(tx) == []
    assert tx.execute(select(orders)).all() == []


def test_orders_to_redact_go_whoever_they_are_under(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order(id=5, customer=None))
    tell(tx, services, "customers/redact", about_chiara(orders_to_redact=[5]))
    assert tx.execute(select(orders)).all() == []


def test_a_request_for_her_data_is_counted_and_gathered(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order())
    tell(tx, services, "customers/data_request", about_chiara(data_request={"id": 9}))
    (export,) = exports.every(tx)
    assert set(export.content) == {"customers", "orders", "order_lines", "relationships"}
    assert shops.counted(tx, "data_requests") == 1


KEPT, GONE = f"gid://shopify/Customer/{CHIARA}", "gid://shopify/Customer/7999"


def merge(**changed: str) -> dict[str, str]:
    ids = {"admin_graphql_api_customer_kept_id": KEPT, "admin_graphql_api_customer_deleted_id": GONE}
    return {**ids, "status": "completed", **changed}


def test_what_was_known_of_both_is_known_of_the_one_who_stays(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order(customer=customer(id=7999, first_name="C.")))
    tell(tx, services, "customers/create", customer())
    customers.add_note(tx, "7999", "Prefers platinum", at=NOW)
    customers.add_milestone(tx, "7999", occasion="birthday", month=6, provenance="stated", confidence=1.0)
    tell(tx, services, "customers/merge", merge())
    assert everybody(tx) == [HER]
    assert customers.one(tx, HER).first_name == "Chiara"
    assert [note.body for note in customers.notes_of(tx, HER)] == ["Prefers platinum"]
    assert tx.execute(select(customers.milestones.c.customer_id)).scalars().all() == [HER]
    assert tx.execute(select(orders.c.customer_id)).scalars().all() == [HER]


def test_a_late_word_on_the_one_who_went_lands_on_the_one_who_stays(
    tx: Transaction, services: Services
) -> None:
    tell(tx, services, "customers/merge", merge())
    tell(tx, services, "customers/merge", merge())
    tell(tx, services, "orders/create", order(customer=customer(id=7999, first_name="C.")))
    tell(tx, services, "customers/delete", {"id": 7999})
    assert everybody(tx) == [HER]
    assert customers.one(tx, HER).first_name == ""
    assert tx.execute(select(orders.c.customer_id)).scalars().all() == [HER]


def test_a_merge_that_failed_merges_nobody(tx: Transaction, services: Services) -> None:
    tell(tx, services, "customers/create", customer(id=7999, email=None))
    tell(tx, services, "customers/merge", merge(status="failed"))
    assert everybody(tx) == ["7999"]


def test_a_delete_waits_for_the_merge_that_it_may_come_with_and_then_erases_nothing(
    tx: Transaction, services: Services
) -> None:
    tell(tx, services, "orders/create", order(customer=customer(id=7999, first_name="C.")))
    with pytest.raises(TooEarly) as early:
        tell(tx, services, "customers/delete", {"id": 7999})
    assert early.value.seconds == MAY_STILL_COME.total_seconds()
    tell(tx, services, "customers/merge", merge())
    tell(tx, services, "customers/delete", {"id": 7999}, now=NOW + MAY_STILL_COME)
    assert tx.execute(select(orders.c.customer_id)).scalars().all() == [HER]


def test_a_delete_waits_longer_while_nobody_has_worked_on_its_merge(
    tx: Transaction, services: Services
) -> None:
    later = NOW + 2 * MAY_STILL_COME
    other = as_body(merge(admin_graphql_api_customer_deleted_id="gid://shopify/Customer/79991")).decode()
    inbox.keep(tx, "another's merge", topic="customers/merge", body=other, triggered_at=NOW)
    tell(tx, services, "orders/create", order(customer=customer(id=7999)))
    inbox.keep(tx, "her merge", topic="customers/merge", body=as_body(merge()).decode(), triggered_at=NOW)
    with pytest.raises(TooEarly):
        tell(tx, services, "customers/delete", {"id": 7999}, now=later)
    inbox.finish(tx, "her merge")
    tell(tx, services, "customers/delete", {"id": 7999}, now=later)
    assert everybody(tx) == []


def test_merged_three_times_over_all_ids_lead_to_the_last(tx: Transaction, services: Services) -> None:
    tell(tx, services, "customers/merge", merge())
    last = {"admin_graphql_api_customer_kept_id": "1", "admin_graphql_api_customer_deleted_id": KEPT}
    tell(tx, services, "customers/merge", merge(**last))
    assert {aliases.kept_id(tx, each) for each in ("7999", HER, "1")} == {"1"}


def test_a_request_to_forget_by_the_id_that_went_forgets_her(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order())
    tell(tx, services, "customers/merge", merge())
    tell(tx, services, "customers/redact", about_chiara(customer={"id": 7999}))
    assert everybody(tx) == []


TAGGED = {"customerId": KEPT, "tags": ["VIP"], "occurredAt": "2026-11-21T09:00:00Z"}


def test_tags_and_consents_end_as_they_were_said_last(tx: Transaction, services: Services) -> None:
    off = {**TAGGED, "occurredAt": "2026-11-21T09:30:00Z"}
    tell(tx, services, "customer.tags_removed", off)
    tell(tx, services, "customer.tags_added", TAGGED)
    letters = {"state": "unsubscribed", "consent_updated_at": "2026-11-20T09:00:00Z"}
    texts = {"state": "SUBSCRIBED", "consent_updated_at": None}
    email = {"customer_id": CHIARA, "email_marketing_consent": letters}
    tell(tx, services, "customers_email_marketing_consent/update", email)
    older = {**letters, "state": "subscribed", "consent_updated_at": "2026-11-19T09:00:00Z"}
    tell(
        tx, services, "customers_email_marketing_consent/update", {**email, "email_marketing_consent": older}
    )
    tell(tx, services, "customers_marketing_consent/update", {"id": CHIARA, "sms_marketing_consent": texts})
    tell(tx, services, "customers_marketing_consent/update", {"id": CHIARA, "sms_marketing_consent": texts})
    assert marks.of(tx, HER) == {"tag:vip": "removed"}
    standing = {channel: said.state for channel, said in consents.in_force(tx, HER).items()}
    assert standing == {"email": "unsubscribed", "sms": "marketing"}
    assert len(consents.every(tx, HER)) == 3, "each word is proof of its time, and said twice it is kept once"


def test_a_merchants_tag_leaves_her_in_peace_until_she_says_otherwise(
    tx: Transaction, services: Services
) -> None:
    tell(tx, services, "customers/create", customer())
    tag = {**TAGGED, "tags": ["No-Advisor-Invitations"]}
    tell(tx, services, "customer.tags_added", tag)
    tell(tx, services, "customer.tags_removed", tag)
    assert customers.one(tx, HER).opted_out
