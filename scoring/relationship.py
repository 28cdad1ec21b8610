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
# An hour of talk says more about who looks after her than a name on an order. Dated guess, 2026-11.
CONSULTATION_WORTH = 3.0
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


def lead_from_staff(
    orders: Sequence[Order],
    known: Mapping[str, str],
    *,
    today: date,
    met: Sequence[tuple[str, date]] = (),
) -> tuple[str, str]:
    """Answer who has looked after this customer most, lately, and why; "" where nobody known has.

    `known` maps a staff name as orders spell it (casefolded) to the advisor's name; `met` says who held a
    consultation with her, and when.
    """
    served: dict[str, list[Order]] = {}
    counted = [order for order in orders if order.status == "counted"]
    for order in counted:
        if name := known.get(order.staff.strip().casefold()):
            served.setdefault(name, []).append(order)
    held: dict[str, list[date]] = {}
    for name, day in met:
        held.setdefault(name, []).append(day)
    if not served and not held:
        return "", "No advisor of the house is named on these orders."
    name = _most(served, held, today)
    return name, _because(name, served.get(name, ()), held.get(name, ()), of=len(counted))


def _most(served: Mapping[str, Sequence[Order]], held: Mapping[str, Sequence[date]], today: date) -> str:
    names = {*served, *held}
    if len(names) == 1:
        return names.pop()
    usual = _usual_values([order for theirs in served.values() for order in theirs])

    def weight(name: str) -> tuple[float, date, str]:
        days = [order.ordered_at.date() for order in served.get(name, ())]
        parts = [
            _recency(day, today) * _worth(order, usual)
            for day, order in zip(days, served.get(name, ()), strict=True)
        ]
        parts += [CONSULTATION_WORTH * _recency(day, today) for day in held.get(name, ())]
        # fsum: the same weight in whatever order the orders came.
        return math.fsum(parts), max((*days, *held.get(name, ()))), name

    return max(names, key=weight)


def _recency(day: date, today: date) -> float:
    return float(0.5 ** (max(0, (today - day).days) / STAFF_HALF_LIFE_DAYS))


def _usual_values(orders: Sequence[Order]) -> dict[str, float]:
    """The mean value of her own orders, by currency: an order is large or small beside these alone."""
    values: dict[str, list[int]] = {}
    for order in orders:
        values.setdefault(order.currency, []).append(_value(order))
    return {currency: sum(of) / len(of) for currency, of in values.items()}


def _worth(order: Order, usual: Mapping[str, float]) -> float:
    """By the root, half to twice: a dear ring says more, a repair was care, too. Dated guess, 2026-11."""
    mean = usual[order.currency]
    return min(2.0, max(0.5, math.sqrt(_value(order) / mean))) if mean > 0 else 1.0


def _value(order: Order) -> int:
    return sum(max(0, line.price) * max(0, line.quantity) for line in order.lines)


def _because(name: str, orders: Sequence[Order], met: Sequence[date], *, of: int) -> str:
    told = []
    if met:
        last = max(met)
        talks = many(len(met), "consultation", "consultations")
        told.append(f"held {talks}, the last in {month_name(last.month)} {last.year}")
    if orders:
        last = max(order.ordered_at.date() for order in orders)
        share = f"{len(orders)} of {many(of, 'order', 'orders')}"
        told.append(f"advised on {share}, the last in {month_name(last.month)} {last.year}")
    return f"{name} {', and '.join(told)}."
