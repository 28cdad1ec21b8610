"""What an order history says of every customer on one day: times, rhythm, prices, and the coming window."""

from __future__ import annotations

import numpy as np

from scoring.learning.book import Book, Real, summed, turns
from scoring.learning.orders import Whole

YEAR = 365.25
# An order's anniversary counts by its distance from the coming window; a tenth of it is left 23 days away
# (facts/scoring.md: pairs within ±3 days 2.46× chance, within ±21 days 1.74×).
CLOSENESS_DAYS = 10.0
# A step above 1.25× makes the next one 1.8–5.6× likelier (facts/scoring.md).
STEP_UP = np.log(1.25)
# What targets call an upgrade, seen among past orders.
UPGRADE = np.log(1.5)
_NEVER = 4000.0  # days; longer ago than any order is read
_LEAST_SHARE = 0.002  # of a year's orders in a window, however quiet: its logarithm is taken
_MOST_YEARS = 63  # what is older counts as this old
# Own orders near the window are shrunk to the shop's share by this many. Dated guess, 2026-11.
_SHOP_COUNTS_AS = 2.0

Columns = dict[str, Real]

# The shop sees a customer come back sooner with more of these, never later; recency, tenure and rhythm are
# left free (annual buyers peak near day 365; forcing recency costs .04: facts/scoring.md).
RISING = (
    *(
        "anniversary_1",
        "anniversary_2",
        "anniversary_3",
        "anniversary_4",
        "anniversaries",
        "anniversaries_faded",
    ),
    *("anniversary_rate", "years_in_0", "years_in_3", "years_in_7", "years_in_21", "near_share", "near_lift"),
    *("last_ratio", "max_ratio", "steps_up", "steps_up_share"),
)


def features(book: Book, horizon: int, *, season: float) -> Columns:
    """Answer every feature by customer of the book, not a number where a history is too short for one.

    `horizon` is the length of the coming window in days; `season` the share of a year's orders that the shop
    sells in that window, from `season_share`.
    """
    if not len(book.who):
        return {}
    times = _times(book)
    return {
        **times,
        **_years(book, times["tenure"]),
        **_rhythm(book, times, horizon),
        **_prices(book),
        **_occasions(book, times["tenure"], horizon, season),
        "season": np.full(len(book.who), np.log(season)),
        "month": np.full(len(book.who), float(month_of(book.day))),
    }


def month_of(day: int) -> int:
    """Answer the month, 1..12, of a day since 1970-01-01."""
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype(np.int64)) % 12 + 1


def season_share(book: Book, horizon: int) -> float:
    """Answer the share of a year's orders that fell in this window, over up to four whole years before."""
    return share_of_year(book.season_age, horizon)


def share_of_year(age: Real, horizon: int) -> float:
    """Answer it from the ages of `Orders.season_days`: whoever's, but each customer's day once."""
    shares = []
    oldest = float(age.max()) if len(age) else 0.0
    for years in (1, 2, 3, 4):
        end = YEAR * years
        in_year = (age > end - YEAR) & (age <= end)
        if oldest >= end and in_year.any():
            in_window = (age > end - horizon) & (age <= end)
            shares.append(in_window.sum() / in_year.sum())
    return max(_LEAST_SHARE, float(np.mean(shares))) if shares else horizon / YEAR


def _times(book: Book) -> Columns:
    age = book.age
    within = {f"orders_{days}": book.total(age <= days) for days in (182, 365, 730, 1095)}
    faded = {f"orders_faded_{half}": book.total(0.5 ** (age / half)) for half in (120, 365, 900)}
    return {
        "recency": book.nth_last(age, 0),
        "second_last": book.nth_last(age, 1),
        "third_last": book.nth_last(age, 2),
        "tenure": age[book.starts],
        "orders": book.size.astype(np.float64),
        **within,
        **faded,
    }


def _years(book: Book, tenure: Real) -> Columns:
    """Answer in how many of the years back from this day she ordered, and the latest three one by one."""
    back = _years_back(book.age)
    active = book.total(_first_of_each(book, back))
    return {
        "active_years": active,
        "active_share": active / (np.floor(tenure / YEAR) + 1),
        "last_year": np.minimum(book.total(back == 0), 3),
        "year_before": np.minimum(book.total(back == 1), 3),
        "two_years_before": np.minimum(book.total(back == 2), 3),
    }


def _years_back(age: Real) -> Whole:
    return np.minimum(age // YEAR, _MOST_YEARS).astype(np.int64)


def _first_of_each(book: Book, kind: Whole) -> Real:
    """Mark an order that is the customer's first of its kind, where each kind stands together."""
    marked = np.zeros(len(kind))
    marked[turns(book.row * (_MOST_YEARS + 1) + kind)] = 1.0
    return marked


def _rhythm(book: Book, times: Columns, horizon: int) -> Columns:
    """Compare the time since the last order with the customer's own gaps."""
    gap, recency, between = book.gaps(), times["recency"], np.maximum(book.size - 1, 1)
    known = np.where(np.isnan(gap), 0.0, gap)
    mean = np.where(book.size > 1, book.total(known) / between, np.nan)
    variance = book.total(known * known) / between - np.nan_to_num(mean) ** 2
    since = book.spread(recency)
    still = gap >= since - 10
    ends = book.total(still & (gap < since + horizon + 10))
    left = book.total(still)
    return {
        "mean_gap": mean,
        "last_gap": book.nth_last(gap, 0),
        "gap_spread": np.where(book.size > 2, np.sqrt(np.maximum(variance, 0)) / np.maximum(mean, 1), np.nan),
        "overdue": recency / np.maximum(mean, 20),
        "gaps_ending": ends,
        "gaps_left": left,
        # Her own chance that a gap this long ends in the window; without own gaps, one in 300 days.
        "gap_hazard": (ends + 0.3 * horizon / 300) / (left + 0.3),
    }


def _prices(book: Book) -> Columns:
    logs = np.log(np.maximum(book.amount, 1).astype(np.float64))
    usual = np.log(np.maximum(book.medians(), 1))
    last = book.nth_last(logs, 0)
    step = np.where(book.first, 0.0, logs - np.r_[0.0, logs[:-1]])
    ups = book.total(step >= STEP_UP)
    above = logs >= book.spread(usual) + UPGRADE
    finer = book.total(above)
    return {
        "log_median": usual,
        "log_last": last,
        "last_ratio": last - usual,
        "max_ratio": -book.least(-logs) - usual,
        "min_ratio": book.least(logs) - usual,
        "last_step": book.nth_last(step, 0),
        "steps_up": ups,
        "steps_up_share": ups / np.maximum(book.size - 1, 1),
        "price_spread": _spread(book, logs),
        "finer": finer,
        "finer_share": finer / book.size,
        "finer_recency": book.least(np.where(above, book.age, _NEVER)),
    }


def _spread(book: Book, values: Real) -> Real:
    mean = book.total(values) / book.size
    variance: Real = book.total(values * values) / book.size - mean * mean
    return np.sqrt(np.maximum(variance, 0))


def _occasions(book: Book, tenure: Real, horizon: int, season: float) -> Columns:
    """Count the past years with an order near the coming window, by closeness, and against the season."""
    ahead = np.mod(YEAR / 2 - book.age, YEAR) - YEAR / 2  # days to the order's nearest anniversary, ±182
    turn = np.minimum(np.rint((book.age + ahead) / YEAR), _MOST_YEARS).astype(
        np.int64
    )  # which; 0 = the order
    miss = np.where(ahead < 0, -ahead, np.maximum(ahead - horizon + 1, 0))
    miss[turn == 0] = np.inf
    return {
        **_by_year(book, turn, miss, tenure, horizon),
        **_against_season(book, turn, miss, season),
        "last_ahead": book.nth_last(ahead, 0),
    }


def _by_year(book: Book, turn: Whole, miss: Real, tenure: Real, horizon: int) -> Columns:
    starts = turns(book.row * (_MOST_YEARS + 1) + turn)
    nearest = np.minimum.reduceat(miss, starts)
    who, which, close = book.row[starts], turn[starts], np.exp(-nearest / CLOSENESS_DAYS)

    def by_customer(values: Real) -> Real:
        return summed(who, values, len(book.who))

    together = by_customer(close)
    within = {f"years_in_{days}": by_customer((nearest <= days).astype(float)) for days in (0, 3, 7, 21)}
    single = {f"anniversary_{n}": by_customer(np.where(which == n, close, 0.0)) for n in (1, 2, 3, 4)}
    return {
        **single,
        **within,
        "anniversaries": together,
        "anniversaries_faded": by_customer(close * 0.75**which),
        "anniversary_rate": together / (np.floor((tenure + horizon) / YEAR) + 1),
    }


def _against_season(book: Book, turn: Whole, miss: Real, season: float) -> Columns:
    """Weigh her own share of orders near the window against the shop's: a December order says little."""
    near = book.total(np.exp(-miss / CLOSENESS_DAYS))
    share = (near + _SHOP_COUNTS_AS * season) / (book.total(turn > 0) + _SHOP_COUNTS_AS)
    return {"near_share": share, "near_lift": np.log(share / season)}
