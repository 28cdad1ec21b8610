"""What Shopify says of orders. Each word is the whole order as it stands, so the latest one counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from app.domain.order_words import Status, engraving_among, staff_among, standing
from app.stores.database import Transaction
from app.stores.live import Live
from app.stores.orders import ToldLine, ToldOrder
from app.usecases.record_order import mark_problem, record_order
from app.usecases.whose import whose
from scoring.kinds import kind_of
from scoring.money import exponent
from webhooks import customers
from webhooks.customers import CustomerPayload
from webhooks.payload import Id, UnableToReadWebhook, id_of, instant, read, said

MOST_MINOR_UNITS = 10**15  # far above any jewel, far below what the column can hold


class Attribute(msgspec.Struct):
    """A name and a value somebody added: to the order, or to a line."""

    name: str | None = None
    value: Any = None


class LinePayload(msgspec.Struct):
    """One line; neither the product's type nor its tags are in it."""

    product_id: Id | None = None
    title: str | None = None
    price: str | float | None = None
    quantity: int | None = None
    current_quantity: int | None = None
    gift_card: bool | None = None
    properties: list[Attribute] | None = None


class MoneyMoved(msgspec.Struct):
    """A transaction of a refund."""

    status: str | None = None


class RefundPayload(msgspec.Struct):
    """A refund, alone or inside its order."""

    order_id: Id | None = None
    created_at: str | None = None
    transactions: list[MoneyMoved] | None = None

    @property
    def under_way(self) -> bool:
        return any((moved.status or "").lower() == "pending" for moved in self.transactions or ())


class Edit(msgspec.Struct):
    """An edit, as far as we look: of which order."""

    order_id: Id | None = None


class EditPayload(msgspec.Struct):
    """What orders/edited says."""

    order_edit: Edit | None = None


class OrderPayload(msgspec.Struct):
    """An order, as far as we look."""

    id: Id | None = None
    created_at: str | None = None
    processed_at: str | None = None
    updated_at: str | None = None
    cancelled_at: str | None = None
    test: bool | None = None
    currency: str | None = None
    total_price: str | float | None = None
    financial_status: str | None = None
    return_status: str | None = None
    source_name: str | None = None
    note_attributes: list[Attribute] | None = None
    customer: CustomerPayload | None = None
    line_items: list[LinePayload] | None = None
    refunds: list[RefundPayload] | None = None


def changed(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in orders/create, orders/updated and orders/cancelled, in whatever order."""
    told = read(OrderPayload, body)
    said_id = id_of(told.customer.id) if told.customer else ""
    # An order brought along from another system was made there first, and written down here later.
    made, written = instant(told.processed_at), instant(told.created_at)
    kept = whose(tx, said_id, triggered_at, made, written, ordered_at=made or written) if said_id else ""
    if kept is None:
        return
    if told.customer and kept:
        customers.write(tx, live, told.customer, kept)
    record_order(tx, live, order_of(told, kept, triggered_at), now=now)


def edited(tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime) -> None:
    """This function will take in orders/edited, which tells what was added and taken off, not what stands.

    Sums of changes depend on the order they come in; the whole order's own word comes with each of them, and
    the night's comparison brings it where it was lost. So this one only has to make sense.
    """
    edit = read(EditPayload, body).order_edit
    if edit is None or not id_of(edit.order_id):
        raise UnableToReadWebhook("an edit without its order")


def refunded(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in refunds/create: while money is on its way back, nobody is invited.

    It is a hint alone: each refund moves its order's updated_at, and the order's own word, which carries its
    refunds, settles the matter whenever it comes.
    """
    refund = read(RefundPayload, body)
    at = instant(refund.created_at) or triggered_at
    if refund.under_way and at is not None:
        mark_problem(tx, live, id_of(refund.order_id), at=at, now=now)


def order_of(told: OrderPayload, customer_id: str, triggered_at: datetime | None) -> ToldOrder:
    """This function will translate an order; a price it cannot read raises UnableToReadWebhook."""
    ordered_at = instant(told.processed_at) or instant(told.created_at)
    if not id_of(told.id) or ordered_at is None:
        raise UnableToReadWebhook("an order without id or date")
    currency = said(told.currency, 3).upper()
    status, problem = _standing(told)
    return ToldOrder(
        order_id=id_of(told.id),
        customer_id=customer_id or None,
        ordered_at=ordered_at,
        currency=currency,
        status=status,
        source=said(told.source_name),
        staff=said(staff_among(_pairs(told.note_attributes))),
        problem=problem,
        updated_at=instant(told.updated_at) or triggered_at or ordered_at,
        lines=tuple(_lines(told.line_items or (), currency, whole=status != "counted")),
    )


def _standing(told: OrderPayload) -> tuple[Status, bool]:
    return standing(
        test=bool(told.test),
        cancelled=bool(told.cancelled_at),
        payment=told.financial_status,
        returns=told.return_status,
        left=[line.current_quantity for line in told.line_items or ()],
        is_free=told.total_price is not None and _minor_units(told.total_price, "") == 0,
        refund_under_way=any(refund.under_way for refund in told.refunds or ()),
    )


def _lines(lines: Sequence[LinePayload], currency: str, *, whole: bool) -> list[ToldLine]:
    """Translate the lines: of an order that counts what was kept, of any other what it once was."""
    counts = [
        line.quantity if whole or line.current_quantity is None else line.current_quantity for line in lines
    ]
    return [_line(line, n, currency) for line, n in zip(lines, counts, strict=True) if n and n > 0]


def _line(line: LinePayload, quantity: int, currency: str) -> ToldLine:
    title = said(line.title)
    return ToldLine(
        product_id=id_of(line.product_id),
        title=title,
        kind="service" if line.gift_card else kind_of(title=title),
        price=_minor_units(line.price, currency),
        quantity=quantity,
        engraving=said(engraving_among(_pairs(line.properties))),
    )


def _minor_units(price: str | float | None, currency: str) -> int:
    """Read a price: Shopify writes "2400.00", which is 240000 pence."""
    try:
        units = Decimal(str(price if price is not None else 0)).scaleb(exponent(currency))
        if abs(units) < MOST_MINOR_UNITS:
            return round(units)
    except (InvalidOperation, ValueError):
        pass
    raise UnableToReadWebhook("a price is not a number we can keep")


def _pairs(attributes: Sequence[Attribute] | None) -> list[tuple[str, str]]:
    return [(each.name or "", str(each.value)) for each in attributes or () if each.value]
