"""An order's life, in whatever order its words come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.stores import customers
from app.stores.database import Transaction
from app.stores.orders import order_lines, orders
from app.usecases.open_shop import open_shop
from app.wiring import Services
from tests.conftest import NOW
from tests.webhooks.told import CHIARA, ORDER, as_body, customer, line, order
from webhooks.payload import UnableToReadWebhook
from webhooks.topics import HANDLERS

SOLD = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def shop_id(services: Services) -> int:
    about = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, "alder.myshopify.com", now=NOW, **about)


@pytest.fixture
def tx(services: Services, shop_id: int) -> Iterator[Transaction]:
    with services.database.shop(shop_id) as tx:
        yield tx


def tell(tx: Transaction, services: Services, topic: str, payload: object) -> None:
    HANDLERS[topic](tx, services.live, as_body(payload), triggered_at=NOW, now=NOW)


def kept(tx: Transaction) -> tuple[Any, list[Any]]:
    (row,) = tx.execute(select(orders)).all()
    return row, list(tx.execute(select(order_lines).order_by(order_lines.c.line)).all())


def after(minutes: int) -> str:
    return (SOLD + timedelta(minutes=minutes)).isoformat()


PENDING = {
    "id": 1,
    "order_id": ORDER,
    "created_at": after(30),
    "transactions": [{"status": "pending"}],
    "refund_line_items": [{"line_item_id": 1, "quantity": 1}],
}
DONE = {**PENDING, "transactions": [{"status": "success"}]}
TWO = [line(), line(id=2, title="Gold chain", price="300.00")]
ONE_BACK = [line(), line(id=2, title="Gold chain", price="300.00", current_quantity=0)]
ALL_BACK = [{**each, "current_quantity": 0} for each in TWO]
CANCELLED = {"cancelled_at": after(60), "financial_status": "refunded"}

# One order's life: sold, added to, partly given back, and cancelled in the same second as its last update.
LIFE: list[tuple[str, dict[str, Any]]] = [
    ("orders/create", order()),
    ("orders/updated", order(updated_at=after(10), line_items=TWO)),
    ("refunds/create", PENDING),
    ("orders/updated", order(updated_at=after(30), line_items=ONE_BACK, refunds=[PENDING])),
    ("orders/updated", order(updated_at=after(45), line_items=ONE_BACK, refunds=[DONE])),
    ("orders/updated", order(updated_at=after(60), line_items=ONE_BACK, refunds=[DONE])),
    ("orders/cancelled", order(updated_at=after(60), line_items=ONE_BACK, refunds=[DONE], **CANCELLED)),
]
# Everything at least once, some of it twice, in any order.
TOLD = st.lists(st.sampled_from(range(len(LIFE))), max_size=4).flatmap(
    lambda more: st.permutations([*range(len(LIFE)), *more])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=TOLD)
def test_whatever_order_they_come_in_a_cancelled_order_ends_the_same(
    services: Services, shop_id: int, told: list[int]
) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(delete(orders))
        for number in told:
            tell(tx, services, *LIFE[number])
        row, lines = kept(tx)
    assert (row.status, row.problem, row.updated_at) == ("cancelled", False, SOLD + timedelta(minutes=60))
    assert [(each.title, each.quantity) for each in lines] == [
        ("Diamond eternity band", 1),
        ("Gold chain", 1),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.permutations(range(5)))
def test_whatever_order_they_come_in_a_kept_order_ends_with_what_was_kept(
    services: Services, shop_id: int, told: list[int]
) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(delete(orders))
        for number in told:
            tell(tx, services, *LIFE[number])
        row, lines = kept(tx)
    assert (row.status, row.problem) == ("counted", False)
    assert [each.title for each in lines] == ["Diamond eternity band"]


def test_an_order_is_kept_as_it_stands(tx: Transaction, services: Services) -> None:
    engraved = line(properties=[{"name": "_Engraving text", "value": "06.14.2015 \u0000"}], quantity=2)
    attributes = [{"name": "Served_By", "value": "Ines Moreau"}, {"name": "gift", "value": None}]
    sold = order(
        line_items=[engraved | {"current_quantity": 2}], note_attributes=attributes, source_name="pos"
    )
    tell(tx, services, "orders/create", sold)
    row, (only,) = kept(tx)
    assert (row.order_id, row.customer_id, row.currency) == (str(ORDER), str(CHIARA), "GBP")
    assert (row.status, row.staff, row.source, row.problem) == ("counted", "Ines Moreau", "pos", False)
    assert (only.kind, only.price, only.quantity, only.engraving) == (
        "eternity_band",
        240_000,
        2,
        "06.14.2015",
    )
    assert customers.one(tx, str(CHIARA)).email == "chiara.rossi@clients.example"


STATUSES = {
    "counted": {},
    "test": {"test": True},
    "cancelled": CANCELLED,
    "returned": {"financial_status": "refunded", "line_items": ALL_BACK},
    "zero_value": {"total_price": "0.00", "line_items": [line(price="0.00")]},
}


@pytest.mark.parametrize("status", STATUSES)
def test_only_a_sale_that_stands_counts(tx: Transaction, services: Services, status: str) -> None:
    tell(tx, services, "orders/updated", order(**STATUSES[status]))
    assert kept(tx)[0].status == status


def test_everything_given_back_is_returned_whatever_the_payment_says(
    tx: Transaction, services: Services
) -> None:
    tell(tx, services, "orders/updated", order(line_items=ALL_BACK))
    row, lines = kept(tx)
    assert row.status == "returned"
    assert len(lines) == 2, "what it once was is still told"


PROBLEMS = {
    "a payment that was voided": {"financial_status": "voided"},
    "a payment that expired": {"financial_status": "expired"},
    "a return that was asked for": {"return_status": "RETURN_REQUESTED"},
    "a return on its way": {"return_status": "in_progress"},
    "a refund on its way": {"refunds": [PENDING]},
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_something_open_is_a_problem_until_a_later_word(
    tx: Transaction, services: Services, problem: str
) -> None:
    tell(tx, services, "orders/updated", order(**PROBLEMS[problem]))
    assert kept(tx)[0].problem
    tell(tx, services, "orders/updated", order(updated_at=after(1)))
    assert not kept(tx)[0].problem


def test_a_payment_that_failed_on_a_cancelled_order_is_over(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/cancelled", order(cancelled_at=after(1), financial_status="voided"))
    assert not kept(tx)[0].problem


def test_a_refund_under_way_is_a_problem_at_once(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order())
    tell(tx, services, "refunds/create", DONE)
    assert not kept(tx)[0].problem
    tell(tx, services, "refunds/create", PENDING)
    assert kept(tx)[0].problem


def test_yen_have_no_pence_and_a_gift_card_is_a_service(tx: Transaction, services: Services) -> None:
    card = line(title="Gift card", gift_card=True, price=50000, product_id="gid://shopify/Product/9")
    tell(tx, services, "orders/create", order(currency="jpy", line_items=[card]))
    row, (only,) = kept(tx)
    assert (row.currency, only.price, only.kind, only.product_id) == ("JPY", 50_000, "service", "9")


def test_what_an_import_knew_of_a_piece_stays(tx: Transaction, services: Services) -> None:
    unnamed = line(title="Lumière")
    tell(tx, services, "orders/create", order(line_items=[unnamed]))
    assert kept(tx)[1][0].kind is None
    tx.execute(order_lines.update().values(kind="pendant", product_type="Pendants", tags=["gold"]))
    tell(tx, services, "orders/updated", order(line_items=[unnamed], updated_at=after(5)))
    (only,) = kept(tx)[1]
    assert (only.kind, only.product_type, only.tags) == ("pendant", "Pendants", ["gold"])


def test_an_order_of_nobody_is_kept_for_the_shops_figures(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order(customer=None))
    assert kept(tx)[0].customer_id is None


SENSELESS = [
    {},
    {"id": None},
    order(id=None),
    order(created_at=None, processed_at="yesterday"),
    order(line_items=[line(price="a fortune")]),
    order(line_items=[line(price="NaN")]),
    order(line_items=[line(price="1e400")]),
    order(line_items={"not": "a list"}),
]


@pytest.mark.parametrize("payload", SENSELESS)
def test_what_cannot_be_read_says_so_without_quoting_it(
    tx: Transaction, services: Services, payload: object
) -> None:
    with pytest.raises(UnableToReadWebhook) as refused:
        tell(tx, services, "orders/create", payload)
    assert "fortune" not in str(refused.value)


def test_more_than_we_look_at_changes_nothing(tx: Transaction, services: Services) -> None:
    extra = order(unheard_of={"deep": [1, {"er": None}]}, customer=customer(tags="vip", addresses=[{}]))
    tell(tx, services, "orders/create", extra | {"line_items": [line(tax_lines=[{"rate": 0.2}])]})
    assert kept(tx)[0].status == "counted"
