"""The clearest calendar in a history: the weeks one customer's orders suggested, and later orders kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from scoring.days import in_year
from scoring.history import Milestone
from scoring.learning.orders import EPOCH, Orders, Whole, as_day
from scoring.milestones import infer_from
from scoring.profile import Profile


@dataclass(frozen=True, slots=True)
class Recovered:
    """One customer's order days until the test months ended, and what was inferred before they began."""

    days: tuple[date, ...]
    around: tuple[int, int]  # month and day
    spread_days: int
    confidence: float
    inferred_on: date


def recover(orders: Orders, *, before: date, until: date) -> Recovered | None:
    """Answer the customer whose inference was the surest among those that a later order confirmed.

    The inference rests on orders before `before` alone; an order from then on and before `until` within its
    spread confirms it. Of equally sure ones the one of the most years, then the first, is taken; None where
    none was confirmed.
    """
    begins = as_day(before)
    known = orders.before(as_day(until))
    season = _season(orders.before(begins))
    best: tuple[tuple[float, int], Recovered] | None = None
    for days in np.split(known.day, np.flatnonzero(np.diff(known.customer)) + 1):
        if not len(days) or days[-1] < begins or days[0] >= begins:
            continue
        guess = _guess(days[days < begins], season)
        if guess is None or not _confirmed(guess, days[days >= begins]):
            continue
        rank = (guess.confidence, len(guess.rests_on))
        if best is None or rank > best[0]:
            best = rank, _recovered(days, guess, before)
    return best[1] if best else None


def _season(orders: Orders) -> tuple[float, ...]:
    """Answer the shop's own share of orders by month: a December order says little where many come then."""
    months = orders.season_days().astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    share = (np.bincount(months, minlength=12) + 1) / (len(months) + 12)  # no month is out of the question
    return tuple(share.tolist())


def _guess(days: Whole, season: tuple[float, ...]) -> Milestone | None:
    profile = Profile(currency="", days={day: [str(number)] for number, day in enumerate(_dates(days))})
    return next((one for one in infer_from(profile, season=season) if one.provenance == "recurrence"), None)


def _confirmed(guess: Milestone, later: Whole) -> bool:
    return any(_near(guess, day) for day in _dates(later))


def _near(guess: Milestone, day: date) -> bool:
    years = (day.year - 1, day.year, day.year + 1)
    nearest = min(abs((in_year(year, guess.month, guess.day or 15) - day).days) for year in years)
    return nearest <= guess.spread_days


def _recovered(days: Whole, guess: Milestone, before: date) -> Recovered:
    around = (guess.month, guess.day or 15)
    return Recovered(_dates(days), around, guess.spread_days, guess.confidence, before)


def _dates(days: Whole) -> tuple[date, ...]:
    return tuple(EPOCH + timedelta(days=int(day)) for day in days)
