"""Propose clients who may be one person, side by side, with what the house knows of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.stores import aliases, clients, customers, merges, order_history, shops
from app.stores.clients import Client, KeptMilestone
from app.stores.database import Transaction
from app.stores.shops import Shop

# More at once is a list nobody reads; the next ones follow as these are answered.
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: who she is by what the house has. `is_shopifys`: Shopify knows her by this number."""

    client: Client
    email: str
    phone: str
    orders: int
    last_order: date | None
    dates: Sequence[KeptMilestone]
    notes: int

    @property
    def is_shopifys(self) -> bool:
        """This property will say whether her number is Shopify's own."""
        return self.client.customer_id.isdigit()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two who may be one; `by` is what they share, `keep` the id to stay unless one chooses otherwise."""

    sides: tuple[Side, Side]
    by: tuple[str, ...]
    keep: str


def propose_merges(tx: Transaction, *, now: datetime) -> tuple[list[Proposal], int]:
    """This function will propose the surest ones, and count all of them. Nothing is changed."""
    found, many = merges.alike(tx, most=MOST_SHOWN)
    shop = shops.read(tx)
    return [_proposal(tx, each.one, each.other, each.by, shop) for each in found], many


def _proposal(tx: Transaction, one: str, other: str, by: tuple[str, ...], shop: Shop) -> Proposal:
    sides = (_side(tx, one, shop), _side(tx, other, shop))
    # Shopify's own number before one that we made up, then whoever has more orders.
    keep = max(sides, key=lambda side: (side.is_shopifys, side.orders, side.notes))
    return Proposal(sides, by, keep.client.customer_id)


def _side(tx: Transaction, customer_id: str, shop: Shop) -> Side:
    client, row = clients.one(tx, customer_id), customers.one(tx, customer_id)
    assert client is not None, "it was found a moment ago, in this transaction"
    orders = order_history.orders_of(tx, customer_id)
    days = [shop.day(order.ordered_at) for order in orders]
    dates, notes = clients.milestones_of(tx, customer_id), customers.notes_of(tx, customer_id)
    return Side(client, row.email, row.phone, len(orders), max(days, default=None), dates, len(notes))


def is_open(tx: Transaction, one: str, other: str) -> bool:
    """This function will say whether both are still clients of the house, each under her own number."""
    both = {one, other}
    kept = {aliases.kept_id(tx, each) for each in both}
    return len(both) == 2 and kept == both and all(customers.one(tx, each) is not None for each in both)
