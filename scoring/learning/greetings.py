"""Some of those who would have been greeted, one by one, and the calendar of one client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from scoring.days import in_year
from scoring.history import Milestone
from scoring.learning.orders import Orders, as_day
from scoring.learning.past_weeks import PastWeeks, usual_of
from scoring.learning.past_windows import NO_ADJACENCY, NO_SESSION, Flags, PastOccasions, as_date
from scoring.money import about, money
from scoring.replayed import FOLLOWED_DAYS, Bought, Calendar, Greeting, Proportion
from scoring.signals.anniversary_window import anniversary_window
from scoring.signals.tenure import tenure
from scoring.weights import Policy

# As many as one reads at a sitting.
SHOWN = 20
# An order counts as keeping a date where it is this near, or within the date's own spread if that is wider.
# Dated guess, 2026-11.
KEPT_WITHIN_DAYS = 7


def greetings_of(
    orders: Orders,
    weeks: PastWeeks,
    invited: Flags,
    occasions: PastOccasions,
    policy: Policy,
    currency: str,
) -> tuple[Greeting, ...]:
    """Answer SHOWN clients' first greetings, spread evenly over all of them: no better than the others."""
    who = np.flatnonzero(invited.any(axis=0))
    first = invited[:, who].argmax(axis=0)
    order = np.lexsort((who, first))
    places = np.unique(np.linspace(0, len(order) - 1, min(SHOWN, len(order))).round().astype(np.int64))
    return tuple(
        _greeting(orders, weeks, int(who[at]), int(first[at]), occasions, policy, currency)
        for at in order[places].tolist()
    )


def _greeting(
    orders: Orders,
    weeks: PastWeeks,
    customer: int,
    week: int,
    occasions: PastOccasions,
    policy: Policy,
    currency: str,
) -> Greeting:
    monday = weeks.mondays[week]
    fired = {name for name, flags in weeks.signals.items() if flags[week, customer]}
    return Greeting(
        orders.names[customer],
        monday,
        tuple(_reasons(orders, customer, monday, fired, occasions, policy, currency))
        or (_foretold(float(weeks.chance[week, customer])),),
        _bought(orders, customer, monday),
    )


def _foretold(chance: float) -> str:
    return f"By past orders alone, one within {FOLLOWED_DAYS} days was {round(100 * chance)}\u00a0% likely."


def _reasons(
    orders: Orders,
    customer: int,
    monday: date,
    fired: set[str],
    occasions: PastOccasions,
    policy: Policy,
    currency: str,
) -> list[str]:
    """Say why, in the words of the live signals, as of that day."""
    known = occasions.known(customer, as_day(monday))
    reasons = [
        signal(NO_SESSION, known, today=monday, policy=policy, adjacency=NO_ADJACENCY).because
        for name, signal in (("tenure", tenure), ("anniversary_window", anniversary_window))
        if name in fired
    ]
    if "price_tier" in fired:
        last, usual = usual_of(orders, customer, as_day(monday))
        reasons.append(f"The last order came to {money(last, currency)}; usually {about(usual, currency)}.")
    return reasons


def _bought(orders: Orders, customer: int, monday: date) -> tuple[Bought, ...]:
    since = as_day(monday)
    soon = (orders.customer == customer) & (orders.day >= since) & (orders.day < since + FOLLOWED_DAYS)
    return tuple(
        Bought(as_date(day), int(amount))
        for day, amount in zip(orders.day[soon], orders.amount[soon], strict=True)
    )


def dates_kept(
    occasions: PastOccasions, start: date, known_until: int, policy: Policy
) -> tuple[Proportion, Calendar | None]:
    """Answer how many clients with a sure enough inferred date kept it, and the clearest of them."""
    whole = part = 0
    best: tuple[tuple[int, float], Calendar] | None = None
    for customer in _of_two_years(occasions.orders, as_day(start)):
        season = _season_of(occasions, customer, start, policy)
        if season is None:
            continue
        whole += 1
        kept = _kept(occasions.days(customer), season, start, known_until)
        if kept is None:
            continue
        part += 1
        rank = (len(season.rests_on), season.confidence)
        if best is None or rank > best[0]:
            best = rank, _calendar(occasions, customer, season, kept)
    return Proportion(part, whole), best[1] if best else None


def _of_two_years(orders: Orders, day: int) -> Sequence[int]:
    """Answer who had ordered in two different years: nobody else has a season of her own."""
    past = orders.before(day)
    years = past.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    pairs = np.unique(np.column_stack([past.customer, years]), axis=0)[:, 0]
    who, number = np.unique(pairs, return_counts=True)
    found: list[int] = who[number >= 2].tolist()
    return found


def _season_of(occasions: PastOccasions, customer: int, start: date, policy: Policy) -> Milestone | None:
    inferred = occasions.known(customer, as_day(start)).milestones
    sure = (one for one in inferred if one.confidence >= policy.inferred_confidence_at)
    return next((one for one in sure if one.provenance == "recurrence"), None)


def _kept(days: Sequence[int], season: Milestone, start: date, known_until: int) -> date | None:
    """Answer the order of the year that kept the date, None where none did."""
    near = max(KEPT_WITHIN_DAYS, season.spread_days)
    since = as_day(start)
    month, day_of_month = season.month, season.day or 15
    turns = [
        as_day(in_year(year, month, day_of_month)) for year in (start.year, start.year + 1, start.year + 2)
    ]
    due = next(turn for turn in turns if turn - near >= since)  # whole within the year, not half before it
    found = (day for day in days if since <= day < known_until and abs(day - due) <= near)
    return next((as_date(day) for day in found), None)


def _calendar(occasions: PastOccasions, customer: int, season: Milestone, kept: date) -> Calendar:
    return Calendar(
        occasions.orders.names[customer],
        tuple(as_date(day) for day in occasions.days(customer)),
        season.month,
        season.day or 15,
        season.spread_days,
        kept,
    )
