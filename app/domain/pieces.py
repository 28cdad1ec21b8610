"""The pieces a client bought, and the line that says how long she has been coming."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app.domain.beyond import Beyond
from scoring.days import local_day
from scoring.history import Order, OrderLine
from scoring.money import money
from scoring.records import Recorded
from scoring.wording import many, month_seen_from


@dataclass(frozen=True, slots=True)
class Piece(Recorded):
    """A piece bought: the day in the shop's zone, and its price in words."""

    on: date
    title: str
    kind: str
    price: str
    staff: str = ""
    engraving: str = ""


def bought(orders: Sequence[Order], zone: ZoneInfo) -> list[tuple[date, Order]]:
    """This function will give the counted orders with their day in the shop's zone, newest first."""
    dated = [(local_day(order.ordered_at, zone), order) for order in orders if order.status == "counted"]
    return sorted(dated, key=lambda pair: (pair[0], pair[1].order_id), reverse=True)


def client_line(days: Sequence[date], *, partial: bool, today: date, beyond: Beyond | None = None) -> str:
    """This function will say a relationship in a line: "Client since 2016: 7 orders, the last in May."."""
    if partial and beyond is not None and beyond.orders > len(days):
        orders = many(beyond.orders, "order", "orders")
        return f"Client since at least {beyond.since.year}: {orders} in all, {len(days)} of them on record."
    if not days:
        return "An account, and no orders on record."
    since = f"Client since {'at least ' if partial else ''}{min(days).year}"
    last = month_seen_from(max(days), today)
    if len(days) == 1:
        return f"{since}: one order, in {last}."
    return f"{since}: {many(len(days), 'order', 'orders')}, the last in {last}."


def lead_line(reason: str, days: Sequence[date], *, after: str) -> str:
    """This function will say why somebody leads without saying again what stands just before it."""
    of = many(len(days), "order", "orders")
    if not days or f": {of}, " not in after:
        return reason
    whole = f"advised on {len(days):,} of {of}"
    month = f", the last in {max(days):%B %Y}"
    told = reason.replace(whole + month, whole).replace(f"of {of}{month}", f"of {of}")
    return told.replace(whole, "advised on it" if len(days) == 1 else "advised on all of them")


def pieces_of(dated: Sequence[tuple[date, Order]], *, hide_engraved_dates: bool = False) -> tuple[Piece, ...]:
    """This function will list the pieces bought. A date that is not to be used may stand engraved in one."""
    return tuple(
        Piece(
            on=day,
            title=line.title or "A piece without a name",
            kind=line.kind,
            price=money(line.price, order.currency),
            staff=order.staff,
            engraving=_engraving(line, hide_engraved_dates),
        )
        for day, order in dated
        for line in order.lines
        if line.quantity > 0
    )


def _engraving(line: OrderLine, hide_dates: bool) -> str:
    return "kept out of sight" if hide_dates and re.search(r"\d", line.engraving) else line.engraving
