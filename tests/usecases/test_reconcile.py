"""What Shopify's messages did not bring, the night's comparison does, and says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select, text

from app.shopify.documents import Document
from app.shopify.errors import UnableToBeUnderstood, UnableToReachShopify
from app.shopify.graphql import AdminClient, Answer
from app.stores import clients, consents, customers, erasures, marks, reconciliations
from app.stores.orders import orders
from app.usecases.erase_customer import erase_customer
from app.usecases.merge_customers import merge_customers
from app.usecases.reconcile import due, reconcile
from app.wiring import Services
from jobs import reconcile as job
from tests.conftest import NOW
from tests.usecases.alder import open_alder

NIGHT = datetime(2026, 11, 21, 3, tzinfo=UTC)
CHANGED = datetime(2026, 11, 20, 12, tzinfo=UTC)
GID = "gid://shopify"


def order(
    number: int, customer: str | None = "7001", at: datetime = CHANGED, **changed: Any
) -> dict[str, Any]:
    line = {
        "id": f"{GID}/LineItem/{number}",
        "title": "Diamond eternity band",
        "quantity": 1,
        "currentQuantity": 1,
        "isGiftCard": False,
        "originalUnitPriceSet": {"shopMoney": {"amount": "2400.00"}},
        "customAttributes": [],
        "product": {"id": f"{GID}/Product/1", "productType": "Ring", "tags": [], "category": None},
    }
    return {
        "id": f"{GID}/Order/{number}",
        "createdAt": at.isoformat(),
        "processedAt": at.isoformat(),
        "updatedAt": at.isoformat(),
        "cancelledAt": None,
        "test": False,
        "currencyCode": "GBP",
        "sourceName": "web",
        "displayFinancialStatus": "PAID",
        "returnStatus": "NO_RETURN",
        "totalPriceSet": {"shopMoney": {"amount": "2400.00"}},
        "customAttributes": [],
        "customer": {"id": f"{GID}/Customer/{customer}"} if customer else None,
        "lineItems": {"nodes": [line], "pageInfo": {"hasNextPage": False}},
        **changed,
    }


def person(number: int, first_name: str, at: datetime = CHANGED) -> dict[str, Any]:
    return {
        "id": f"{GID}/Customer/{number}",
        "firstName": first_name,
        "lastName": "Reyes",
        "createdAt": at.isoformat(),
        "updatedAt": at.isoformat(),
        "defaultEmailAddress": {"emailAddress": f"client{number}@clients.example"},
    }


class Admin:
    """Shopify's Admin with these orders and customers, a page of two at a time."""

    def __init__(self, orders: list[dict[str, Any]], customers: list[dict[str, Any]]) -> None:
        self.has = {"orders": orders, "customers": customers}
        self.asked: list[str] = []
        self.before_page: Callable[[int], None] = lambda _: None
        self.answers: dict[str, Answer] = {}  # by what was asked: said once, instead of what is there

    def ask(self, document: Document, variables: Mapping[str, Any]) -> Answer:
        name = document.name.removeprefix("Changed").lower()
        start = int(variables["after"] or 0)
        self.asked.append(variables["which"])
        self.before_page(len(self.asked))
        page = self.has[name][start : start + 2]
        more = {"hasNextPage": start + 2 < len(self.has[name]), "endCursor": str(start + 2)}
        return self.answers.pop(name, None) or Answer({name: {"nodes": page, "pageInfo": more}})


@pytest.fixture
def shop_id(services: Services) -> int:
    return open_alder(services.database).shop_id


def compare(services: Services, shop_id: int, admin: Admin, *, now: datetime = NIGHT) -> reconciliations.Run:
    with services.database.shop(shop_id) as tx:
        assert due(tx, now=now)
        run = reconciliations.take(tx, lease_seconds=60)
    assert run is not None
    client = cast(AdminClient, admin)
    reconcile(services.database, services.live, client, shop_id, run, lease_seconds=60, now=now)
    with services.database.shop(shop_id) as tx:
        done = reconciliations.latest(tx)
    assert done is not None
    return done


def counts(run: reconciliations.Run) -> tuple[int, int, int, int]:
    return run.orders_added, run.orders_mended, run.customers_added, run.customers_mended


def test_what_was_lost_is_added_and_counted_and_the_next_night_finds_nothing(
    services: Services, shop_id: int
) -> None:
    admin = Admin([order(n) for n in range(1, 6)], [person(7001, "Alma"), person(7002, "Bruno")])
    assert counts(compare(services, shop_id, admin)) == (5, 0, 1, 1)
    with services.database.shop(shop_id) as tx:
        kept = tx.execute(select(orders.c.order_id, orders.c.customer_id)).all()
        (kind,) = tx.execute(text("select distinct kind from order_lines")).scalars()
        assert customers.one(tx, "7002").first_name == "Bruno"
    assert sorted(kept) == [(str(n), "7001") for n in range(1, 6)]
    assert kind == "eternity_band"
    assert counts(compare(services, shop_id, admin, now=NIGHT + timedelta(days=1))) == (0, 0, 0, 0)


def test_what_changed_and_was_not_heard_is_mended(services: Services, shop_id: int) -> None:
    compare(services, shop_id, Admin([order(1)], []))
    later = CHANGED + timedelta(hours=12)
    gone = order(1, at=later, cancelledAt=later.isoformat(), displayFinancialStatus="REFUNDED")
    assert counts(compare(services, shop_id, Admin([gone], []), now=NIGHT + timedelta(days=1))) == (
        0,
        1,
        0,
        0,
    )
    with services.database.shop(shop_id) as tx:
        assert tx.execute(select(orders.c.status)).scalars().all() == ["cancelled"]


def test_tags_and_consents_whose_message_was_lost_are_found_and_counted_once(
    services: Services, shop_id: int
) -> None:
    alma = person(7001, "Alma") | {
        "tags": ["No-Advisor-Invitations", "VIP"],
        "advisor": {"id": f"{GID}/Metafield/1", "value": "Ines Moreau"},
        "defaultEmailAddress": {
            "emailAddress": "client7001@clients.example",
            "marketingState": "UNSUBSCRIBED",
            "marketingUpdatedAt": CHANGED.isoformat(),
        },
    }
    compare(services, shop_id, Admin([], [person(7001, "Alma")]))
    admin = Admin([], [alma])
    assert counts(compare(services, shop_id, admin, now=NIGHT + timedelta(days=1))) == (0, 0, 0, 1)
    with services.database.shop(shop_id) as tx:
        kept = clients.one(tx, "7001")
        refused = consents.in_force(tx, "7001")["email"]
        clients.set_opted_out(tx, "7001", False)  # she says so herself afterwards
    assert kept is not None
    assert (kept.opted_out, kept.lead_reason) == (True, "A field in Shopify names Ines Moreau.")
    assert (refused.state, refused.source) == ("unsubscribed", "shopify")
    assert counts(compare(services, shop_id, admin, now=NIGHT + timedelta(days=2))) == (0, 0, 0, 0)

    later = (CHANGED + timedelta(days=2)).isoformat()
    without = alma | {"tags": ["VIP"], "advisor": None, "updatedAt": later}
    night = NIGHT + timedelta(days=3)
    assert counts(compare(services, shop_id, Admin([], [without]), now=night)) == (0, 0, 0, 1)
    with services.database.shop(shop_id) as tx:
        kept = clients.one(tx, "7001")
        standing = marks.of(tx, "7001")
    assert kept is not None
    assert not kept.opted_out, "her own word stands"
    assert standing == {"advisor": "", "tag:no-advisor-invitations": "removed", "tag:vip": "added"}
    assert "field" not in kept.lead_reason


def test_a_newer_word_about_a_tag_is_not_undone_by_the_night(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        customers.mention(tx, ["7001"])
        marks.say(tx, "7001", {"tag:vip": "removed"}, at=CHANGED + timedelta(hours=1))
    compare(services, shop_id, Admin([], [person(7001, "Alma") | {"tags": ["VIP"]}]))
    with services.database.shop(shop_id) as tx:
        assert marks.of(tx, "7001") == {"tag:vip": "removed"}


def test_each_night_goes_on_where_the_last_one_ended(services: Services, shop_id: int) -> None:
    admin = Admin([], [])
    first = compare(services, shop_id, admin)
    second = compare(services, shop_id, admin, now=NIGHT + timedelta(days=1))
    assert second.since == first.until - timedelta(hours=1)
    assert first.until == NIGHT - timedelta(hours=5), "a message may come for four hours"
    assert admin.asked[0] == "updated_at:>='2026-11-18T22:00:00Z' AND updated_at:<'2026-11-20T22:00:00Z'"


def test_once_a_night_and_after_an_absence_at_any_hour(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        assert not due(tx, now=NOW), "ten in the morning"
        assert due(tx, now=NIGHT)
        assert due(tx, now=NOW), "begun, and not done"
    compare(services, shop_id, Admin([], []))
    with services.database.shop(shop_id) as tx:
        assert not due(tx, now=NIGHT + timedelta(hours=2))
        assert not due(tx, now=NOW + timedelta(days=1))
        assert due(tx, now=NOW + timedelta(days=3))


def test_killed_between_two_pages_it_begins_again_and_counts_nothing_twice(
    services: Services, shop_id: int
) -> None:
    admin = Admin([order(n) for n in range(1, 6)], [])

    def killed(page: int) -> None:
        if page == 3:
            raise KeyboardInterrupt

    admin.before_page = killed
    with pytest.raises(KeyboardInterrupt):
        compare(services, shop_id, admin)
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update reconciliations set leased_until = now() - interval '1 second'"))
    admin.before_page = lambda _: None
    assert counts(compare(services, shop_id, admin)) == (5, 0, 0, 0)


def test_who_was_forgotten_stays_gone_and_who_was_merged_stays_one(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, "7001", now=NIGHT)
        assert erasures.is_late_word(tx, "7001", CHANGED)
        merge_customers(tx, services.live, "7003", kept="7002", now=NIGHT)
    admin = Admin([order(1, "7001"), order(2, "7003")], [person(7001, "Alma"), person(7003, "B.")])
    assert counts(compare(services, shop_id, admin)) == (1, 0, 0, 0)
    with services.database.shop(shop_id) as tx:
        assert tx.execute(select(orders.c.customer_id)).scalars().all() == ["7002"]
        assert customers.one(tx, "7001") is None
        assert customers.one(tx, "7003") is None


def test_touched_at_shopify_after_she_was_forgotten_she_stays_gone(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, "7001", now=CHANGED - timedelta(hours=2))
    old = order(1, processedAt="2019-05-04T12:00:00Z", createdAt="2019-05-04T12:00:00Z")
    told = person(7001, "Alma") | {"tags": ["VIP"], "lastOrder": {"processedAt": "2019-05-04T12:00:00Z"}}
    assert counts(compare(services, shop_id, Admin([old], [told]))) == (0, 0, 0, 0)
    with services.database.shop(shop_id) as tx:
        assert customers.one(tx, "7001") is None
        assert tx.execute(select(orders.c.order_id)).scalars().all() == []


def test_who_ordered_after_she_was_forgotten_begins_anew_with_her_name(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, "7001", now=CHANGED - timedelta(hours=2))
    told = person(7001, "Alma") | {"lastOrder": {"processedAt": CHANGED.isoformat()}}
    assert counts(compare(services, shop_id, Admin([order(1)], [told]))) == (1, 0, 1, 0)
    with services.database.shop(shop_id) as tx:
        assert customers.one(tx, "7001").first_name == "Alma"


def test_an_order_longer_than_we_ask_for_is_left_as_it_is(services: Services, shop_id: int) -> None:
    long = order(1)
    long["lineItems"]["pageInfo"]["hasNextPage"] = True
    assert counts(compare(services, shop_id, Admin([long, order(2)], []))) == (1, 0, 0, 0)


def _error(code: str) -> dict[str, Any]:
    return {"message": "x", "extensions": {"code": code}}


@pytest.mark.parametrize("name", ["customers", "orders"])
@pytest.mark.parametrize(
    "page", [None, {"nodes": [None], "pageInfo": {"hasNextPage": False}}], ids=["no page", "one is missing"]
)
def test_an_answer_with_a_part_missing_does_not_end_the_night(
    services: Services, shop_id: int, name: str, page: dict[str, Any] | None
) -> None:
    admin = Admin([order(1)], [person(7002, "Bruno")])
    admin.answers[name] = Answer({name: page}, (_error("INTERNAL_SERVER_ERROR"),))
    with pytest.raises(UnableToReachShopify):
        compare(services, shop_id, admin)
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update reconciliations set leased_until = now() - interval '1 second'"))
    run = compare(services, shop_id, admin)
    assert (run.orders_added, run.customers_added) == (1, 1)


@pytest.mark.parametrize("name", ["customers", "orders"])
def test_what_shopify_cannot_say_for_a_day_is_left_out_and_the_nights_go_on(
    services: Services, shop_id: int, name: str
) -> None:
    admin = Admin([order(1), order(2)], [person(7002, "Bruno"), person(7003, "Carla")])
    broken = _error("INTERNAL_SERVER_ERROR") | {"path": [name, "nodes", 0, "id"]}
    page = {"nodes": admin.has[name], "pageInfo": {"hasNextPage": False}}

    def again(*, now: datetime) -> reconciliations.Run:
        admin.answers[name] = Answer({name: page}, (broken,))
        with services.database.shop(shop_id) as tx:
            tx.execute(text("update reconciliations set leased_until = null"))
        return compare(services, shop_id, admin, now=now)

    for hours in (0, 23):
        with pytest.raises(UnableToReachShopify):
            again(now=NIGHT + timedelta(hours=hours))
    run = again(now=NIGHT + timedelta(hours=25))
    assert run.finished_at is not None
    assert (run.orders_added, run.customers_added) == ((2, 1) if name == "customers" else (1, 2))
    with services.database.shop(shop_id) as tx:
        assert due(tx, now=NIGHT + timedelta(days=2)), "the next night has its own"


def test_where_it_does_not_say_which_record_it_waits_however_long(services: Services, shop_id: int) -> None:
    admin = Admin([order(1)], [])
    with services.database.shop(shop_id) as tx:
        assert due(tx, now=NIGHT)
    admin.answers["orders"] = Answer({"orders": {"nodes": []}}, (_error("INTERNAL_SERVER_ERROR"),))
    with pytest.raises(UnableToReachShopify):
        compare(services, shop_id, admin, now=NIGHT + timedelta(days=9))


def test_what_we_are_not_approved_for_keeps_nothing_else_back(services: Services, shop_id: int) -> None:
    admin = Admin([order(1)], [])
    page = {"nodes": [person(7002, "") | {"defaultEmailAddress": None}], "pageInfo": {"hasNextPage": False}}
    admin.answers["customers"] = Answer({"customers": page}, (_error("ACCESS_DENIED"),))
    assert counts(compare(services, shop_id, admin)) == (1, 0, 1, 0)
    admin.answers["customers"] = Answer({"customers": None}, (_error("ACCESS_DENIED"),))
    with pytest.raises(UnableToBeUnderstood):
        compare(services, shop_id, admin, now=NIGHT + timedelta(days=1))


def test_one_customer_who_cannot_be_read_does_not_keep_the_others_back(
    services: Services, shop_id: int
) -> None:
    odd = person(7001, "Alma") | {"updatedAt": "yesterday"}
    many = person(7003, "Carla") | {"numberOfOrders": "many"}
    admin = Admin([order(1)], [odd, many, person(7002, "Bruno")])
    assert counts(compare(services, shop_id, admin)) == (1, 0, 1, 0)


def test_with_shopify_away_it_waits_and_says_why(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise UnableToReachShopify("ChangedOrders")

    monkeypatch.setattr(job, "services", lambda: services)
    monkeypatch.setattr(job, "reconcile", away)
    object.__setattr__(services, "clock", lambda: NIGHT)
    assert job.sweep() == 1
    job.compare(shop_id)
    with services.database.shop(shop_id) as tx:
        run = reconciliations.latest(tx)
        assert reconciliations.take(tx, lease_seconds=60) is None, "it rests"
    assert run is not None
    assert (run.finished_at, run.failure) == (None, "UnableToReachShopify")
