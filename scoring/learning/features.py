"""What an order history says of every customer on one day, strictly from the orders before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.learning.orders import Orders

Real = NDArray[np.float64]
YEAR = 365.25


class Book:
    """The orders before a day, grouped by customer: what every feature is computed from."""

    def __init__(self, orders: Orders, day: int) -> None:
        past = orders.before(day)
        self.day = day
        self.who, self.starts, self.size = _groups(past.customer)
        self.row = np.repeat(np.arange(len(self.who)), self.size)
        self.age = (day - past.day).astype(np.float64)
        self.amount = past.amount
        self.ends = self.starts + self.size - 1
        self.past = past

    def total(self, values: Real) -> Real:
        return np.bincount(self.row, weights=values, minlength=len(self.who))

    def nth_last(self, values: Real, back: int, otherwise: Real | float) -> Real:
        at = self.ends - back
        ok = at >= self.starts
        return np.where(ok, values[np.maximum(at, 0)], otherwise)


def _groups(codes):
    n = len(codes)
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if n else np.zeros(0, np.int64)
    size = np.diff(np.r_[starts, n])
    return codes[starts], starts, size


def medians(book: Book) -> Real:
    key = np.sort((book.row.astype(np.int64) << 36) + np.minimum(book.amount, (1 << 36) - 1))
    vals = (key & ((1 << 36) - 1)).astype(np.float64)
    lo = book.starts + (book.size - 1) // 2
    hi = book.starts + book.size // 2
    return (vals[lo] + vals[hi]) / 2


def common(book: Book) -> dict[str, Real]:
    f: dict[str, Real] = {}
    n = book.size.astype(np.float64)
    age = book.age
    f["recency"] = book.nth_last(age, 0, 0.0)
    f["tenure"] = age[book.starts]
    f["orders"] = n
    for d in (182, 365, 730, 1095):
        f[f"orders_{d}"] = book.total((age <= d).astype(np.float64))
    for hl in (120, 365, 900):
        f[f"decayed_{hl}"] = book.total(0.5 ** (age / hl))
    f["second_last"] = book.nth_last(age, 1, np.nan)
    f["third_last"] = book.nth_last(age, 2, np.nan)
    # distinct years back
    k = np.floor(age / YEAR).astype(np.int64)
    years = _distinct(book, k)
    f["active_years"] = years
    f["active_share"] = years / (np.floor(f["tenure"] / YEAR) + 1)
    # streak of consecutive years
    f["last_year"] = book.total((k == 0).astype(float)).clip(max=3)
    f["year_before"] = book.total((k == 1).astype(float)).clip(max=3)
    f["two_before"] = book.total((k == 2).astype(float)).clip(max=3)
    # gaps
    gap = np.empty_like(age)
    gap[:] = np.nan
    gap[1:] = age[:-1] - age[1:]
    first = np.zeros(len(age), bool)
    first[book.starts] = True
    gap[first] = np.nan
    g = np.where(np.isnan(gap), 0.0, gap)
    m = np.maximum(n - 1, 1)
    f["mean_gap"] = np.where(n > 1, book.total(g) / m, np.nan)
    f["last_gap"] = book.nth_last(gap, 0, np.nan)
    var = book.total(g * g) / m - (book.total(g) / m) ** 2
    f["gap_cv"] = np.where(n > 2, np.sqrt(np.maximum(var, 0)) / np.maximum(f["mean_gap"], 1), np.nan)
    f["overdue"] = f["recency"] / np.maximum(f["mean_gap"], 20)
    # amounts
    med = medians(book)
    la = np.log(book.amount.astype(float))
    f["log_median"] = np.log(med)
    f["log_last"] = book.nth_last(la, 0, 0.0)
    f["last_ratio"] = f["log_last"] - f["log_median"]
    f["max_ratio"] = np.maximum.reduceat(la, book.starts) - f["log_median"]
    f["min_ratio"] = np.minimum.reduceat(la, book.starts) - f["log_median"]
    prev = np.empty_like(la); prev[0] = 0; prev[1:] = la[:-1]
    step = np.where(first, 0.0, la - prev)
    f["last_step"] = book.nth_last(step, 0, 0.0)
    f["ups"] = book.total((step >= np.log(1.25)).astype(float))
    f["ups_share"] = f["ups"] / m
    s1 = book.total(la) / n
    f["spread"] = np.sqrt(np.maximum(book.total(la * la) / n - s1 * s1, 0))
    big = la >= (f["log_median"] + np.log(1.5))[book.row]
    f["bigs"] = book.total(big.astype(float))
    f["bigs_share"] = f["bigs"] / n
    f["big_recency"] = np.minimum.reduceat(np.where(big, age, 4000.0), book.starts)
    book._gap, book._med, book._big = gap, med, big
    return f


def _distinct(book, k, ok=None):
    key = book.row * 64 + k
    new = np.r_[True, key[1:] != key[:-1]]
    return book.total(new.astype(float))


def season_share(book: Book, day: int, horizon: int) -> float:
    """share of the past orders in this window's days, of the last up to 4 full years"""
    age = book.age
    out = []
    for k in (1, 2, 3, 4):
        lo, hi = YEAR * k - horizon, YEAR * k
        yr = ((age > YEAR * (k - 1)) & (age <= YEAR * k)).sum()
        if age.max() >= YEAR * k and yr:
            out.append(((age > lo) & (age <= hi)).sum() / yr)
    return float(np.mean(out)) if out else horizon / YEAR


def window(book: Book, horizon: int, com: dict[str, Real]) -> dict[str, Real]:
    f: dict[str, Real] = {}
    age = book.age
    ahead = np.mod(-age + YEAR / 2, YEAR) - YEAR / 2   # days from snapshot until the nearest anniversary of this order, -182..182
    lag = np.rint((age + ahead) / YEAR).astype(np.int64)  # which anniversary it is; 0: the order itself is near
    # windows are up to 90 days + 21: fits within 182
    miss = np.where(ahead < 0, -ahead, np.maximum(ahead - horizon + 1, 0))
    miss = np.where(lag > 0, miss, 999.0)
    key = book.row * 64 + lag
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    nearest = np.minimum.reduceat(miss, starts)
    row, lg = book.row[starts], lag[starts]
    n = len(book.who)
    soft = np.where(nearest < 900, np.exp(-nearest / 10.0), 0.0)
    for L in (1, 2, 3, 4):
        v = np.zeros(n)
        at = lg == L
        v[row[at]] = soft[at]
        f[f"anniv_{L}"] = v
    for w in (0, 3, 7, 21):
        f[f"years_{w}"] = np.bincount(row, weights=(nearest <= w).astype(float), minlength=n)
    f["anniv_soft"] = np.bincount(row, weights=soft, minlength=n)
    f["anniv_decay"] = np.bincount(row, weights=soft * 0.75 ** lg, minlength=n)
    full = np.floor((com["tenure"] + horizon) / YEAR)
    f["anniv_rate"] = f["anniv_soft"] / (full + 1)
    # share of own orders near the window, over the shop's share
    near = np.where(lag > 0, np.exp(-miss / 10.0), 0.0)
    tot = book.total(near)
    nlag = book.total((lag > 0).astype(float))
    share = season_share(book, book.day, horizon)
    f["season"] = np.full(n, np.log(max(share, 0.002)))
    f["near_share"] = (tot + 2 * share) / (nlag + 2)
    f["near_lift"] = np.log(f["near_share"] / max(share, 0.002))
    # own gaps: hazard
    gap = book._gap
    r = com["recency"][book.row]
    ok = ~np.isnan(gap)
    inn = ok & (gap >= r - 10) & (gap < r + horizon + 10)
    ge = ok & (gap >= r - 10)
    f["gap_hits"] = book.total(inn.astype(float))
    f["gap_left"] = book.total(ge.astype(float))
    f["gap_hazard"] = (f["gap_hits"] + 0.3 * horizon / 300) / (f["gap_left"] + 0.3)
    # the phase: distance of last order's anniversary
    f["last_ahead"] = book.nth_last(ahead, 0, 0.0)
    # amounts near window
    f["month"] = np.full(n, float(_month(book.day)))
    return f


def _month(day):
    return np.datetime64(int(day), "D").astype("datetime64[M]").astype(int) % 12 + 1
