"""What was known of every client on each Monday of a past year, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scoring.days import years_between
from scoring.decision import strength_of
from scoring.learning.as_decided import chance_of
from scoring.learning.bayesian import log_odds_of
from scoring.learning.book import Book, Real
from scoring.learning.boosting import LearnedBoosting
from scoring.learning.learned_logistic import LearnedLogistic
from scoring.learning.orders import Orders, Whole, as_day
from scoring.learning.past_windows import Flags, PastOccasions, as_date
from scoring.learning.snapshots import ACTIVE_DAYS, Rows, take_snapshots
from scoring.learning.targets import Target
from scoring.reading import Reading
from scoring.replayed import FOLLOWED_DAYS
from scoring.signals.price_tier import grade_of as price_grade
from scoring.signals.tenure import grade_of as tenure_grade
from scoring.weights import Policy, Weights

ORDER = Target("order_60d", FOLLOWED_DAYS)
# The signals an order history can know. The last step in price stands in for the price looked at.
KNOWN_SIGNALS = ("tenure", "anniversary_window", "price_tier")
WEEKS = 52
_WEEK = timedelta(days=7)
Model = LearnedLogistic | LearnedBoosting


@dataclass(frozen=True, slots=True)
class PastWeeks:
    """[weeks, customers]: `ready` had ordered, and not just then; `active` ordered within two years.

    `signals` are KNOWN_SIGNALS, `chance` what the weights make of them and of what the orders foretold,
    `came` whether an order followed.
    """

    mondays: tuple[date, ...]
    ready: Flags
    active: Flags
    signals: Mapping[str, Flags]
    chance: NDArray[np.float32]
    came: Flags

    @property
    def days(self) -> list[int]:
        """Answer the Mondays since 1970-01-01."""
        return [as_day(monday) for monday in self.mondays]

    def reached(self, offer_at: str, threshold: float) -> Flags:
        """Tell who reaches what a policy asks for."""
        if offer_at == "probability":
            found: Flags = self.chance >= threshold
            return found
        enough = _STRONG if offer_at == "strong" else _CUE
        code = sum(self.signals[name] * (1 << place) for place, name in enumerate(KNOWN_SIGNALS))
        reached: Flags = enough[code]
        return reached


def _strengths() -> tuple[Flags, Flags]:
    """Ask the live rule about each combination of the signals: a cue or more, and a strong one."""
    strengths = []
    for fired in product((False, True), repeat=len(KNOWN_SIGNALS)):
        # product moves its last place fastest; a code's lowest bit is the first signal.
        readings = {
            name: Reading(1.0, one, "") for name, one in zip(KNOWN_SIGNALS, reversed(fired), strict=True)
        }
        strengths.append(strength_of(readings))
    return np.array([one != "none" for one in strengths]), np.array([one == "strong" for one in strengths])


_CUE, _STRONG = _strengths()


def mondays_until(last_monday: date) -> tuple[date, ...]:
    """Answer the year's Mondays, the last one given."""
    return tuple(last_monday - _WEEK * back for back in reversed(range(WEEKS)))


def look_back(
    orders: Orders,
    mondays: Sequence[date],
    model: Model | None,
    occasions: PastOccasions,
    policy: Policy,
    weights: Weights,
    *,
    known_until: int,
) -> PastWeeks:
    """Read every week as it was known on its Monday, and what had come of it by `known_until`.

    Without a `model`, or where the weights do not hear it, the history foretells nothing.
    """
    size = (len(mondays), len(orders.names))
    ready, active, came, tenure, price = (np.zeros(size, dtype=bool) for _ in range(5))
    chance = np.zeros(size, dtype=np.float32)
    window = occasions.graded(mondays, policy)
    for week, monday in enumerate(mondays):
        book = Book(orders, as_day(monday))
        last = book.nth_last(book.age, 0)
        ready[week, book.who] = last >= policy.recent_purchase_days
        active[week, book.who] = last <= ACTIVE_DAYS
        tenure[week, book.who] = long_since(book, monday, policy.tenure_years)
        price[week, book.who] = stepped_up(book, policy.price_ratio_at)
        rows = take_snapshots(orders, [monday], [ORDER], known_by=known_until)
        came[week, rows.customer] = rows.outcome[ORDER.name]
        values = {
            "tenure": tenure_grades(book, monday, policy.tenure_years),
            "anniversary_window": window[week, book.who].astype(np.float64),
            "price_tier": price_grades(book, policy.price_ratio_at),
        }
        chance[week, book.who] = chance_of(weights, values, _foretold(model, weights, rows))
    signals = dict(zip(KNOWN_SIGNALS, (tenure, window > 0, price), strict=True))
    return PastWeeks(tuple(mondays), ready, active, signals, chance, came)


def _foretold(model: Model | None, weights: Weights, rows: Rows) -> Real:
    """Answer what the orders foretell, counted from the zero that the weights were learned on."""
    if model is None or weights.base_rate is None:
        return np.zeros(len(rows.customer))
    found: Real = model.log_odds(rows) - log_odds_of(weights.base_rate)
    return found


def tenure_grades(book: Book, today: date, long_years: float) -> Real:
    """Grade 0..1 how long and how steadily each has bought, as the live signal does.

    Its grade is a product of three parts: length, quiet and order days are each asked for by themselves.
    """
    length = _by_day(book.age[book.starts], today, lambda years: tenure_grade(years, 0, 3, long_years))
    quiet = _by_day(
        book.nth_last(book.age, 0), today, lambda years: tenure_grade(2 * long_years, years, 3, long_years)
    )
    few = np.array([tenure_grade(2 * long_years, 0, days, long_years) for days in (1, 2, 3)])
    days = book.total(book.gaps() != 0).astype(np.int64)  # a first order has no gap, and is a day
    found: Real = length * quiet * few[np.clip(days, 1, 3) - 1]
    return found


def _by_day(ages: Real, today: date, graded: Callable[[float], float]) -> Real:
    """Grade by how many years ago something was, once for each day that occurs."""
    days, which = np.unique(ages, return_inverse=True)
    return np.array([graded(years_between(today - timedelta(days=int(age)), today)) for age in days])[which]


def price_grades(book: Book, bound: float) -> Real:
    """Grade 0..1 each one's last order beside her usual one, as the live signal grades what is looked at."""
    ratio = book.nth_last(book.amount.astype(np.float64), 0) / np.maximum(1, book.medians())
    ratios, which = np.unique(np.round(ratio, 9), return_inverse=True)
    return np.array([price_grade(each, bound) for each in ratios.tolist()])[which]


def long_since(book: Book, today: date, years: float) -> Flags:
    """Tell whose first order is so many years ago, as the live signal counts years."""
    first = (book.day - book.age[book.starts]).astype(np.int64)
    days = np.unique(first)
    low, high = 0, len(days)
    while low < high:  # the earlier the first order the more years: one bound parts them all
        middle = (low + high) // 2
        if years_between(as_date(days[middle]), today) >= years:
            low = middle + 1
        else:
            high = middle
    return np.isin(first, days[:low])


def stepped_up(book: Book, ratio: float) -> Flags:
    """Tell whose last order was worth so many times her usual one."""
    worth = book.amount.astype(np.float64)
    last: Real = book.nth_last(worth, 0)
    return last >= np.round(ratio * book.medians(), 6)


def usual_of(orders: Orders, customer: int, day: int) -> tuple[int, int]:
    """Answer the worth of a customer's last order before a day, and her usual one, in minor units."""
    worths: Whole = orders.amount[(orders.customer == customer) & (orders.day < day)]
    return int(worths[-1]), round(float(np.median(worths)))
