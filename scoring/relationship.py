"""What the house knows of a customer, built from the record and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from scoring.days import local_day
from scoring.history import Milestone, Order, OrderLine, Provenance
from scoring.milestones import JEWELLERS_SEASON, infer_from, settle
from scoring.profile import Money, Profile
from scoring.records import Recorded
from scoring.wording import many, month_name

__all__ = ["Milestone", "Order", "OrderLine", "Provenance", "Relationship", "build", "lead_from_staff"]

# An advisor's work for a client weighs half after three years. Dated guess, 2026-11.
STAFF_HALF_LIFE_DAYS = 3 * 365
AS_PAID: Money = {}


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
    # The years in which a piece cost well above what she usually paid until then (scoring.profile.STEP_UP).
    stepped_up: tuple[int, ...] = ()
    # Days with an order, and the most orders of one day; 0 where a record does not say.
    order_days: int = 0
    busiest_day: int = 0


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
    money: Money = AS_PAID,
) -> Relationship:
    """Build the snapshot of one relationship from its orders, in whatever order they come.

    `shop_median` and the baseline are in minor units of `currency`; `season` is the shop's own share of
    orders by month (12) or by day (366); `money` brings an earlier year's prices into today's money.
    """
    profile = profile_of(orders, zone=zone, currency=currency)
    first, last = profile.first_and_last()
    return Relationship(
        version=version,
        first_order=first,
        last_order=last,
        orders=profile.orders,
        kinds=profile.last_bought(),
        baseline=profile.baseline(shop_median, money),
        lines_priced=len(profile.lines()),
        currency=currency,
        milestones=settle(stated, infer_from(profile, season=season)),
        partial_history=partial_history,
        lead=lead,
        materials=tuple(sorted(profile.materials)),
        stepped_up=profile.stepped_up(money),
        order_days=len(profile.days),
        busiest_day=profile.busiest_day(),
    )


def profile_of(orders: Iterable[Order], *, zone: ZoneInfo, currency: str) -> Profile:
    """Add up orders, in whatever order they come."""
    profile = Profile(currency)
    for order in orders:
        profile.add(local_day(order.ordered_at, zone), order)
    return profile


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
