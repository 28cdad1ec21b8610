"""Take in what the shop says of an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.stores import orders, placings
from app.stores.database import Transaction
from app.stores.live import Live
from app.stores.orders import ToldOrder
from app.usecases.attribute_orders import attribute_orders
from app.usecases.update_relationship import update_relationship
from scoring.kinds import placed_by_hand


def record_order(tx: Transaction, live: Live, order: ToldOrder, *, now: datetime) -> None:
    """This function will keep an order as it stands, unless something later is known of it already.

    The relationships it touches are built anew: the customer's, and that of whom it was under before.
    """
    before = orders.customer_of(tx, order.order_id)
    if not orders.record_order(tx, _by_hand(tx, order)):
        return
    for customer_id in {before, order.customer_id}:
        if customer_id is not None:
            update_relationship(tx, live, customer_id, now=now)
            attribute_orders(tx, customer_id, now=now)


def _by_hand(tx: Transaction, order: ToldOrder) -> ToldOrder:
    """What the merchant placed by hand is what it is, whatever its title makes us think."""
    by_hand = placings.read(tx)
    if not by_hand:
        return order
    lines = (
        replace(line, kind=placed_by_hand(by_hand, product_type="", title=line.title) or line.kind)
        for line in order.lines
    )
    return replace(order, lines=tuple(lines))


def mark_problem(tx: Transaction, live: Live, order_id: str, *, at: datetime, now: datetime) -> None:
    """This function will note that something about an order is open, unless a later word on it is known."""
    customer_id = orders.customer_of(tx, order_id)
    if orders.mark_problem(tx, order_id, at=at) and customer_id:
        update_relationship(tx, live, customer_id, now=now)
