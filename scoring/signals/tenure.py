"""How long, and how steadily, this customer has bought here."""

from __future__ import annotations

from datetime import date

from scoring.days import years_between
from scoring.reading import Reading, unread
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy
from scoring.wording import count, many, month_seen_from, years

# Tenure alone is worse than chance because many old customers have lapsed (facts/scoring.md, AUC .472): the
# grade is whole for a year of quiet, then halves every two. Dated guess, 2026-11.
_FRESH_YEARS = 1.0
_HALVES_EVERY_YEARS = 2.0
# One day of ordering is an acquaintance, three a habit. Dated guess, 2026-11.
_STEADY_DAYS = 3
# Nobody orders so often in a day for herself. Dated guess, 2026-11.
_RESALE_A_DAY = 20


def tenure(
    _session: Session,
    relationship: Relationship,
    /,
    *,
    today: date,
    policy: Policy,
    adjacency: Adjacency,
) -> Reading:
    """Read how long this customer has bought here; recency lowers the grade, never the firing."""
    first, last, orders = relationship.first_order, relationship.last_order, relationship.orders
    if first is None or last is None or orders < 1:
        more = "; the history is still coming in" if relationship.partial_history else ""
        return unread(f"No order on record that counts{more}.")
    age = years_between(first, today)
    if age < 0:
        return unread("The first order on record is dated after today.")
    fired = age >= policy.tenure_years
    # However many orders a day brought, it was one day.
    days = relationship.order_days or orders
    value = grade_of(age, years_between(last, today), days, policy.tenure_years)
    because = _since(relationship, first, last, today) if fired else _too_new(relationship, age, policy)
    return Reading(value, fired, because)


def grade_of(age: float, quiet: float, days: int, long_years: float) -> float:
    """Grade 0..1: half at the bound, whole at twice it, less for few order days and for long quiet."""
    length = min(1.0, age / (2 * long_years)) if long_years > 0 else 1.0
    steady = 0.5 + 0.5 * min(1.0, (days - 1) / (_STEADY_DAYS - 1))
    lapsed = max(0.0, quiet - _FRESH_YEARS) / _HALVES_EVERY_YEARS
    return float(length * steady * 0.5**lapsed)


def _since(relationship: Relationship, first: date, last: date, today: date) -> str:
    at_least = "at least " if relationship.partial_history else ""
    if relationship.orders == 1:
        return f"Client since {at_least}{first.year}: one order, in {month_seen_from(last, today)}."
    since = f"Client since {at_least}{first.year}: {relationship.orders:,} orders"
    return f"{since}, the last in {month_seen_from(last, today)}{_but(relationship, last, today)}."


def _but(relationship: Relationship, last: date, today: date) -> str:
    """Say what is odd about the orders: a date to come, or more in a day than one buys for oneself."""
    odd = ""
    if last > today:
        odd = " (dated after today)"
    if relationship.busiest_day > _RESALE_A_DAY:
        most = f"{relationship.busiest_day:,}"
        odd += f"; up to {most} in a day, as those who sell on order, so each day counts once"
    return odd


def _too_new(relationship: Relationship, age: float, policy: Policy) -> str:
    when = f"{many(int(age), 'year', 'years') if int(age) > 12 else _years_ago(int(age))}"
    still = ", though the history is still coming in" if relationship.partial_history else ""
    unit = "" if age >= 2 else " years"
    return f"First order {when}{still}; {years(policy.tenure_years)}{unit} make a long-standing client."


def _years_ago(whole: int) -> str:
    if whole == 0:
        return "less than a year ago"
    return "a year ago" if whole == 1 else f"{count(whole)} years ago"
