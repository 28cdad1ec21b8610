"""Take in what the shop says of an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.stores import orders, placings, products
from app.stores.database import Transaction
from app.stores.live import Live
from app.stores.orders import ToldLine, ToldOrder
from app.stores.products import Product
from app.usecases.attribute_orders import attribute_orders
from app.usecases.record_product import kind_in_house
from app.usecases.update_relationship import update_relationship
from scoring.kinds import placed_by_hand


def record_order(tx: Transaction, live: Live, order: ToldOrder, *, now: datetime) -> None:
    """This function will keep an order as it stands, unless something later is known of it already.

    The relationships it touches are built anew: the customer's, and that of whom it was under before.
    """
    before = orders.customer_of(tx, order.order_id)
    if not orders.record_order(tx, _placed(tx, order)):
        return
    for customer_id in {before, order.customer_id}:
        if customer_id is not None:
            update_relationship(tx, live, customer_id, now=now)
            attribute_orders(tx, customer_id, now=now)


def _placed(tx: Transaction, order: ToldOrder) -> ToldOrder:
    """An order says what was sold by its title alone; the product's own words, where known, say it better.

    What the merchant placed by hand is what it is, whatever its words make us think.
    """
    by_hand = placings.read(tx)
    known = products.read(tx, {line.product_id for line in order.lines} - {""})
    lines = (_line(line, known.get(line.product_id), by_hand) for line in order.lines)
    return replace(order, lines=tuple(lines))


def _line(line: ToldLine, product: Product | None, by_hand: dict[str, str]) -> ToldLine:
    if product is not None:
        kind = kind_in_house(product, by_hand) or line.kind
        line = replace(line, kind=kind, product_type=product.product_type, tags=tuple(product.tags))
    said = placed_by_hand(by_hand, product_type=line.product_type, title=line.title)
    return replace(line, kind=said) if said else line


def mark_problem(tx: Transaction, live: Live, order_id: str, *, at: datetime, now: datetime) -> None:
    """This function will note that something about an order is open, unless a later word on it is known."""
    customer_id = orders.customer_of(tx, order_id)
    if orders.mark_problem(tx, order_id, at=at) and customer_id:
        update_relationship(tx, live, customer_id, now=now)
