"""What the house knows of a customer, built from the record and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

from scoring.days import local_day
from scoring.history import Milestone, Order, OrderLine, Provenance
from scoring.kinds import PRICED
from scoring.materials import materials_of
from scoring.milestones import JEWELLERS_SEASON, infer, settle
from scoring.records import Recorded
from scoring.wording import many, month_name

__all__ = ["Milestone", "Order", "OrderLine", "Provenance", "Relationship", "build", "lead_from_staff"]

# How many lines at the shop's median a customer's own lines are weighed against: with three of her own she
# and the shop count alike. Dated guess, 2026-11; learning replaces it.
SHOP_COUNTS_AS = 3
# A baseline rests on the latest lines alone: a reseller's thousands say no more, and recent prices are nearer
# to today's money.
LINES_READ = 400
# An advisor's work for a client weighs half after three years. Dated guess, 2026-11.
STAFF_HALF_LIFE_DAYS = 3 * 365


@dataclass(frozen=True, slots=True)
class Relationship(Recorded):
    """A snapshot of one relationship, at one version of it.

    `first_order`/`last_order` are days in the shop's zone, of counted orders alone. `kinds` says when each
    kind was last bought and by whose hand: kind → (year, staff name or ""); `materials` names the families
    of metal and stone bought (`scoring.materials.MATERIALS`). `baseline` is the median price of
    the customer's own lines (bridal and service lines left out), shrunk to the shop's median, in minor units
    of `currency`; None where neither exists. `lines_priced` is how many own lines it rests on.
    """

    version: int
    first_order: date | None
    last_order: date | None
    orders: int
    kinds: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    baseline: int | None = None
    lines_priced: int = 0
    currency: str = ""
    milestones: tuple[Milestone, ...] = ()
    partial_history: bool = False
    lead: str = ""  # the lead's name as shown to people, "" where nobody leads
    materials: tuple[str, ...] = ()
    # What her order history foretells of the next 60 days, in log-odds against the house's usual client: 0 is
    # as likely as any, None not known (no model of this house is in force, or she has ordered since).
    foretold: float | None = None


def build(
    orders: Sequence[Order],
    *,
    version: int,
    zone: ZoneInfo,
    shop_median: int | None,
    currency: str,
    stated: Sequence[Milestone] = (),
    lead: str = "",
    partial_history: bool = False,
    season: Sequence[float] = JEWELLERS_SEASON,
) -> Relationship:
    """Build the snapshot of one relationship from its orders, in whatever order they come.

    `shop_median` and the baseline are in minor units of `currency`; `season` is the shop's own share of
    orders by month (12) or by day (366).
    """
    dated = _counted(orders, zone)
    own = _own_prices(dated, currency)
    return Relationship(
        version=version,
        first_order=dated[0][0] if dated else None,
        last_order=dated[-1][0] if dated else None,
        orders=len(dated),
        kinds=_last_bought(dated),
        baseline=_shrunk(own, shop_median),
        lines_priced=len(own),
        currency=currency,
        milestones=settle(stated, infer(dated, season=season)),
        partial_history=partial_history,
        lead=lead,
        materials=_materials(dated),
    )


def _counted(orders: Sequence[Order], zone: ZoneInfo) -> list[tuple[date, Order]]:
    """Answer the counted orders with their day in the shop's zone, oldest first."""
    dated = [(local_day(order.ordered_at, zone), order) for order in orders if order.status == "counted"]
    return sorted(dated, key=lambda pair: (pair[0], pair[1].order_id))


def _last_bought(dated: Sequence[tuple[date, Order]]) -> dict[str, tuple[int, str]]:
    return {
        line.kind: (day.year, order.staff)
        for day, order in dated
        for line in order.lines
        if line.quantity > 0 and line.kind != "service"
    }


def _materials(dated: Sequence[tuple[date, Order]]) -> tuple[str, ...]:
    lines = (line for _, order in dated for line in order.lines)
    worn = (line for line in lines if line.quantity > 0 and line.kind != "service")
    return tuple(
        sorted({family for line in worn for family in materials_of(tags=line.tags, title=line.title)})
    )


def _own_prices(dated: Sequence[tuple[date, Order]], currency: str) -> list[int]:
    """Answer the unit prices a baseline rests on, latest first: neither bridal nor a service."""
    prices: list[int] = []
    for _, order in reversed(dated):
        if order.currency == currency:
            prices += [line.price for line in order.lines if _counts_for_price(line)]
        if len(prices) >= LINES_READ:
            break
    return prices[:LINES_READ]


def _counts_for_price(line: OrderLine) -> bool:
    return line.price > 0 and line.quantity > 0 and line.kind in PRICED


def _shrunk(own: Sequence[int], shop_median: int | None) -> int | None:
    """Draw the customer's median towards the shop's, by ratio: tails are heavy, and tiers are ratios."""
    if not own:
        return shop_median if shop_median and shop_median > 0 else None
    mine = median(own)
    if not shop_median or shop_median <= 0:
        return round(mine)
    weight = len(own) / (len(own) + SHOP_COUNTS_AS)
    return round(math.exp(weight * math.log(mine) + (1 - weight) * math.log(shop_median)))


def lead_from_staff(orders: Sequence[Order], known: Mapping[str, str], *, today: date) -> tuple[str, str]:
    """Answer who has looked after this customer most, lately, and why; "" where nobody known has.

    `known` maps a staff name as orders spell it (casefolded) to the advisor's name.
    """
    served: dict[str, list[date]] = {}
    counted = [order for order in orders if order.status == "counted"]
    for order in counted:
        if name := known.get(order.staff.strip().casefold()):
            served.setdefault(name, []).append(order.ordered_at.date())
    if not served:
        return "", "No advisor of the house is named on these orders."
    name = max(served, key=lambda who: (_weight(served[who], today), max(served[who]), who))
    days = served[name]
    last = max(days)
    of = f"{len(days)} of {many(len(counted), 'order', 'orders')}"
    return name, f"{name} advised on {of}, the last in {month_name(last.month)} {last.year}."


def _weight(days: Sequence[date], today: date) -> float:
    # fsum: the same weight in whatever order the orders came.
    return math.fsum(0.5 ** (max(0, (today - day).days) / STAFF_HALF_LIFE_DAYS) for day in days)
