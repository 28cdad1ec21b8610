"""How good a foretelling was: ranking, calibration, what is flagged, and how sure each figure is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.learning.book import Real
from scoring.learning.orders import Whole

Yes = NDArray[np.bool_]
Figures = dict[str, float | dict[str, list[float]] | None]
TOP = 0.05  # lift is read among this share of highest scores
BINS = 10  # of equal size, for the calibration error
# Shares at which a curve is read: close together where it bends.
CURVE_AT = (0.0, 0.01, 0.02, *(step / 20 for step in range(1, 21)))
# Intervals are read off scores cut into this many ranks: the cut moves an AUC by less than .0005.
_RANKS = 4000


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a model said of rows: `score` ranks them, `chance` is its probability, `flagged` whom it picks."""

    score: Real
    chance: Real
    flagged: Yes


def measure(said: Foretold, outcome: Yes, day: Whole) -> Figures:
    """Answer every figure of one model; None where it does not exist (nothing happened, or all did)."""
    if not outcome.any() or outcome.all():
        return dict.fromkeys(_NAMES)
    auc, precision, lift = _of_ranks(*_counts(_ranks(said.score), outcome))
    return {
        "auc": auc,
        "auc_within_month": _within_month(said.score, outcome, day),
        "lift_5pct": lift,
        "average_precision": precision,
        "brier": float(np.mean((said.chance - outcome) ** 2)),
        "ece": calibration_error(said.chance, outcome),
        "log_loss": log_loss(said.chance, outcome),
        "flag_rate": float(said.flagged.mean()),
        "precision": float(outcome[said.flagged].mean()) if said.flagged.any() else None,
        "recall": float(said.flagged[outcome].mean()),
    }


_NAMES = (
    *("auc", "auc_within_month", "lift_5pct", "average_precision", "brier", "ece", "log_loss"),
    *("flag_rate", "precision", "recall"),
)


def intervals(
    said: Sequence[Foretold], outcome: Yes, customer: Whole, *, times: int, seed: int
) -> list[dict[str, list[float]]]:
    """Answer 95 % intervals of each model's figures but the mean within months, customers drawn with return.

    Rows of one customer hang together; drawing rows would promise too much. All models see the same draws.
    """
    if not outcome.any() or outcome.all() or not times:
        return [{} for _ in said]
    draws = np.random.default_rng(seed)
    _, who = np.unique(customer, return_inverse=True)
    customers = int(who.max()) + 1
    ranks = [_coarse(_ranks(one.score)) for one in said]
    sums = [_sums(one, outcome, who, customers) for one in said]
    found = np.empty((times, len(said), len(_RANKED) + len(_SUMMED)))
    for turn in range(times):
        drawn = np.bincount(draws.integers(customers, size=customers), minlength=customers).astype(np.float64)
        weight = drawn[who]
        found[turn] = [
            (*_of_ranks(*_counts(rank, outcome, weight)), *_of_sums(drawn @ summed))
            for rank, summed in zip(ranks, sums, strict=True)
        ]
    found = found[~np.isnan(found).any(axis=(1, 2))]  # a draw in which nothing happened has no figures
    if not len(found):
        return [{} for _ in said]
    low, high = np.quantile(found, (0.025, 0.975), axis=0)
    return [
        {name: [float(low[i, k]), float(high[i, k])] for k, name in enumerate((*_RANKED, *_SUMMED))}
        for i in range(len(said))
    ]


_RANKED = ("auc", "average_precision", "lift_5pct")
_SUMMED = ("brier", "ece", "log_loss", "flag_rate", "precision", "recall")


def _sums(said: Foretold, outcome: Yes, who: Whole, customers: int) -> Real:
    """Answer by customer what the other figures are made of: any draw of customers is then one sum."""
    bins = np.empty(len(outcome), dtype=np.int64)
    for place, rows in enumerate(np.array_split(np.argsort(said.chance, kind="stable"), BINS)):
        bins[rows] = place
    columns = (
        np.ones(len(outcome)),
        (said.chance - outcome) ** 2,
        -np.log(_sureness(said.chance, outcome)),
        said.flagged,
        outcome,
        said.flagged & outcome,
        *((said.chance - outcome) * (bins == place) for place in range(BINS)),
    )
    return np.column_stack([np.bincount(who, weights=column, minlength=customers) for column in columns])


def _of_sums(sums: Real) -> tuple[float, ...]:
    rows, squares, losses, flagged, happened, both = sums[:6].tolist()
    if not rows or not happened:
        return (float("nan"),) * len(_SUMMED)
    error = float(np.abs(sums[6:]).sum()) / rows
    return squares / rows, error, losses / rows, flagged / rows, both / max(flagged, 1), both / happened


def calibration_error(chance: Real, outcome: Yes) -> float:
    """Answer the expected calibration error over ten bins of equal size."""
    return sum(abs(said - seen) * rows for said, seen, rows in reliability(chance, outcome)) / len(chance)


def reliability(chance: Real, outcome: Yes) -> list[tuple[float, float, int]]:
    """Answer by ten bins of equal size, lowest first: the mean chance, the rate that was seen, the rows."""
    bins = np.array_split(np.argsort(chance, kind="stable"), BINS)
    return [(float(chance[one].mean()), float(outcome[one].mean()), len(one)) for one in bins if len(one)]


def lift_curve(score: Real, outcome: Yes) -> list[tuple[float, float]]:
    """Answer which share of the orders the highest scores hold, at 0, 1, 2, 5, 10, 15 … 100 % of the rows."""
    if not outcome.any():
        return []
    happened, everyone = _counts(_ranks(score), outcome)
    up, all_ = np.cumsum(happened[::-1]), np.cumsum(everyone[::-1])
    reached = np.interp(np.array(CURVE_AT) * all_[-1], np.r_[0.0, all_], np.r_[0.0, up]) / up[-1]
    return [(share, float(one)) for share, one in zip(CURVE_AT, reached, strict=True)]


def stretch_of(number: Real, happened: Real) -> float:
    """Answer the variance of a share beside that of as many unrelated cases, from each client's cases.

    `number` is how many cases a client has, `happened` how many of them came true: hers hang together.
    """
    whole, part = float(number.sum()), float(happened.sum())
    if part in (0, whole):  # no spread is seen: then each client counts as one case
        return whole / max(1, int((number > 0).sum()))
    share = part / whole
    spread = float(((happened - share * number) ** 2).sum()) / whole**2
    return max(1.0, spread / (share * (1 - share) / whole))


def log_loss(chance: Real, outcome: Yes) -> float:
    """Answer the mean negative log-likelihood."""
    return float(-np.log(_sureness(chance, outcome)).mean())


def _sureness(chance: Real, outcome: Yes) -> Real:
    return np.clip(np.where(outcome, chance, 1 - chance), 1e-12, 1.0)


def top_share(score: Real, share: float) -> Yes:
    """Flag the highest scores, about this share of them; ties stand or fall together."""
    if not len(score) or share <= 0:
        return np.zeros(len(score), dtype=bool)
    bound = np.quantile(score, max(0.0, 1 - share), method="higher")
    return score >= bound


def _ranks(score: Real) -> Whole:
    return np.unique(score, return_inverse=True)[1].astype(np.int64)


def _coarse(rank: Whole) -> Whole:
    """Cut ranks by how many rows they hold, so that none holds many that could be told apart."""
    size = np.bincount(rank)
    below = np.cumsum(size) - size
    return (below * _RANKS // max(1, len(rank)))[rank]


def _counts(rank: Whole, outcome: Yes, weight: Real | None = None) -> tuple[Real, Real]:
    """Answer by rank how many it happened to, and how many there are."""
    levels = int(rank.max()) + 1
    happened = np.bincount(
        rank[outcome], weights=None if weight is None else weight[outcome], minlength=levels
    )
    return happened.astype(np.float64), np.bincount(rank, weights=weight, minlength=levels).astype(np.float64)


def _of_ranks(happened: Real, everyone: Real) -> tuple[float, float, float]:
    """Answer AUC, average precision and lift at the top, lowest rank first; ties count half or in part."""
    not_happened = everyone - happened
    orders, others = happened.sum(), not_happened.sum()
    if not orders or not others:
        return float("nan"), float("nan"), float("nan")
    auc = (happened * (np.cumsum(not_happened) - not_happened / 2)).sum() / (orders * others)
    up, all_ = np.cumsum(happened[::-1]), np.cumsum(everyone[::-1])
    precision = (happened[::-1] * up / np.maximum(all_, 1e-12)).sum() / orders
    wanted = TOP * all_[-1]
    within = np.interp(wanted, np.r_[0.0, all_], np.r_[0.0, up])
    return float(auc), float(precision), float(within / wanted / (orders / all_[-1]))


def _within_month(score: Real, outcome: Yes, day: Whole) -> float | None:
    """Answer the mean AUC of the snapshots: what is left when knowing the season does not help."""
    found = []
    for one in np.unique(day):
        rows = day == one
        if outcome[rows].any() and not outcome[rows].all():
            found.append(_of_ranks(*_counts(_ranks(score[rows]), outcome[rows]))[0])
    return float(np.mean(found)) if found else None
