"""One customer's life, told by Shopify in any order, some of it twice: the record ends the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.stores.database import Transaction
from app.usecases.open_shop import open_shop
from app.wiring import Services
from tests.conftest import NOW
from tests.webhooks.told import CHIARA, SHOP, as_body, customer, line, order
from webhooks.topics import HANDLERS

BEGAN = datetime(2026, 11, 1, 9, tzinfo=UTC)
OTHER = CHIARA + 1
GID = "gid://shopify/Customer/"
ONE, TWO, THREE = 551000000009001, 551000000009002, 551000000009003


def at(hours: int) -> str:
    return (BEGAN + timedelta(hours=hours)).isoformat()


def her(hours: int, **changed: Any) -> dict[str, Any]:
    return customer(updated_at=at(hours), **changed)


def other(hours: int, **changed: Any) -> dict[str, Any]:
    return customer(id=OTHER, email="c.rossi@work.example", updated_at=at(hours), **changed)


def bought(number: int, whom: dict[str, Any], hours: int, **changed: Any) -> dict[str, Any]:
    when = {"created_at": at(1), "processed_at": at(1), "updated_at": at(hours)}
    return order(id=number, customer=whom, **when, **changed)


UNNAMED = line(product_id=88, title="Lumière")
REFUND = {"id": 1, "order_id": TWO, "created_at": at(6), "transactions": [{"status": "pending"}]}
MERGE = {
    "admin_graphql_api_customer_kept_id": f"{GID}{CHIARA}",
    "admin_graphql_api_customer_deleted_id": f"{GID}{OTHER}",
    "status": "completed",
}
PRODUCT = {"id": 88, "title": "Lumière", "product_type": "Pendant", "tags": "gold, Christmas"}
TAGS = {"customerId": f"{GID}{OTHER}", "tags": ["Friend of the house"]}
CONSENT = {
    "customer_id": CHIARA,
    "email_marketing_consent": {"state": "subscribed", "consent_updated_at": at(2)},
}

# (topic, hours since it began, what is said): she bought, under two addresses, which were then made one.
LIFE: list[tuple[str, int, dict[str, Any]]] = [
    ("customers/create", 0, her(0)),
    ("products/create", 0, {**PRODUCT, "product_type": "", "updated_at": at(0)}),
    ("orders/create", 1, bought(ONE, her(0), 1)),
    ("customers/create", 1, other(1, first_name="C.")),
    ("orders/create", 2, bought(TWO, other(1, first_name="C."), 2, line_items=[UNNAMED])),
    ("customers_email_marketing_consent/update", 2, CONSENT),
    ("customer.tags_added", 3, {**TAGS, "occurredAt": at(3)}),
    ("products/update", 4, {**PRODUCT, "updated_at": at(4)}),
    ("orders/edited", 5, {"order_edit": {"id": 1, "order_id": ONE}}),
    ("orders/updated", 5, bought(ONE, her(0), 5, line_items=[line(), line(id=2, title="Gold chain")])),
    ("refunds/create", 6, REFUND),
    ("orders/updated", 6, bought(TWO, other(1), 6, line_items=[UNNAMED], refunds=[REFUND])),
    ("customer.tags_removed", 7, {**TAGS, "occurredAt": at(7)}),
    ("orders/cancelled", 8, bought(ONE, her(0), 8, cancelled_at=at(8), financial_status="refunded")),
    ("customers/update", 9, other(9, first_name="Chiara R.")),
    ("customers/merge", 10, MERGE),
    ("customers/update", 10, her(10, first_name="Chiara", last_name="Rossi-Alder")),
    ("orders/updated", 11, bought(TWO, her(10, last_name="Rossi-Alder"), 11, line_items=[UNNAMED])),
    ("orders/create", 12, bought(THREE, her(10, last_name="Rossi-Alder"), 12)),
    ("products/delete", 13, {"id": 88}),
]
FORGOTTEN = {"shop_domain": SHOP, "customer": {"id": CHIARA, "email": "chiara.rossi@clients.example"}}
ALL = range(len(LIFE))
# Everything at least once, some of it twice, in any order.
TOLD = st.lists(st.sampled_from(ALL), max_size=6).flatmap(lambda more: st.permutations([*ALL, *more]))

# Making a failing order of twenty words smaller takes minutes and shows little more.
EASY = settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

STATE = {
    "customers": "select customer_id, first_name, last_name, email, opted_out, updated_at from customers",
    "orders": "select * from orders",
    "lines": "select * from order_lines",
    "marks": "select * from marks",
    "consents": "select customer_id, channel, state, source, said_at from consents",
    "aliases": "select alias, customer_id from aliases",
    "products": "select product_id, title, product_type, tags, kind, gone from products",
    "relationships": "select customer_id, snapshot - 'version' as snapshot from relationships",
}


@pytest.fixture
def shop_id(services: Services) -> int:
    about = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, SHOP, now=BEGAN, **about)


def tell(tx: Transaction, services: Services, topic: str, hours: int, payload: dict[str, Any]) -> None:
    when = BEGAN + timedelta(hours=hours)
    HANDLERS[topic](tx, services.live, as_body(payload), triggered_at=when, now=NOW)


def state(tx: Transaction) -> dict[str, list[str]]:
    return {
        name: sorted(tx.execute(text(f"select t::text from ({statement}) t")).scalars())
        for name, statement in STATE.items()
    }


class Undone(Exception):
    """The transaction of one example is rolled back."""


def end_of(
    services: Services, shop_id: int, told: list[tuple[str, int, dict[str, Any]]]
) -> dict[str, list[str]]:
    ended: dict[str, list[str]] = {}
    try:
        with services.database.shop(shop_id) as tx:
            for each in told:
                tell(tx, services, *each)
            ended = state(tx)
            raise Undone
    except Undone:
        return ended


def test_whatever_order_it_is_told_in_a_life_ends_the_same(services: Services, shop_id: int) -> None:
    calm = end_of(services, shop_id, LIFE)

    @EASY
    @given(told=TOLD)
    def ends_the_same(told: list[int]) -> None:
        assert end_of(services, shop_id, [LIFE[n] for n in told]) == calm

    ends_the_same()


def test_the_end_of_it_is_what_it_should_be(services: Services, shop_id: int) -> None:
    ended = end_of(services, shop_id, LIFE)
    assert len(ended["customers"]) == 1
    assert "Rossi-Alder" in ended["customers"][0]
    assert ended["aliases"] == [f"({OTHER},{CHIARA})"]
    assert len(ended["orders"]) == 3
    assert all(str(CHIARA) in each for each in ended["orders"])
    assert any("pendant" in each and "Lumière" in each for each in ended["lines"])
    assert any("removed" in each for each in ended["marks"])


@EASY
@given(told=TOLD, when=st.integers(0, len(LIFE)))
def test_forgotten_at_the_end_of_it_nothing_is_left_whenever_that_was_heard(
    services: Services, shop_id: int, told: list[int], when: int
) -> None:
    life = [LIFE[n] for n in told]
    ended = end_of(services, shop_id, [*life[:when], ("customers/redact", 20, FORGOTTEN), *life[when:]])
    assert {name for name, rows in ended.items() if rows} <= {"products"}
