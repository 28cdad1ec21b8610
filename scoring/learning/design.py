"""Features as a logistic wants them: bent where their effect bends, filled where a history is too short."""

from __future__ import annotations

import numpy as np

from scoring.learning.book import Real
from scoring.learning.features import Columns
from scoring.learning.snapshots import Rows

# Recency is left free: a hat at each of these days lets the odds rise again near day 365, where annual buyers
# peak (facts/scoring.md). Between two hats the effect is a straight line.
RECENCY_KNOTS = (0, 30, 75, 150, 240, 300, 335, 365, 400, 460, 580, 690, 730, 800, 1000, 1400, 2200)
TENURE_KNOTS = (0, 180, 365, 540, 730, 1095, 1600, 2400, 3600)
_MONTHS = range(1, 13)

# The signs that stay: nearer, more often in the window and finer never lowers the odds.
RISING = (
    *("anniversaries", "anniversary_1", "anniversary_2", "anniversary_3", "anniversary_rate", "years_in_3"),
    *("near_lift", "anniversary_1_quiet", "last_ratio", "max_ratio", "steps_up_share"),
)


def design(rows: Rows) -> Columns:
    """Answer the logistic's columns of these rows, by name, as 64-bit numbers."""
    of = {name: rows.column(name).astype(np.float64) for name in rows.names}
    return {**_times(of), **_rhythm(of), **_occasions(of), **_prices(of), **_calendar(of)}


def _times(of: Columns) -> Columns:
    log_recency, log_orders = np.log1p(of["recency"] / 30), np.log(of["orders"])
    return {
        "log_recency": log_recency,
        **_hats("recency", of["recency"], RECENCY_KNOTS),
        **_hats("tenure", of["tenure"], TENURE_KNOTS),
        "log_orders": log_orders,
        "orders_by_recency": log_orders * log_recency,
        "log_orders_365": np.log1p(of["orders_365"]),
        "log_orders_1095": np.log1p(of["orders_1095"]),
        **{f"log_faded_{half}": np.log(of[f"orders_faded_{half}"] + 0.03) for half in (120, 365, 900)},
        "active_share": of["active_share"],
        "active_years": np.log(of["active_years"]),
        "last_year": np.minimum(of["last_year"], 2),
        "year_before": np.minimum(of["year_before"], 2),
        "two_years_before": np.minimum(of["two_years_before"], 2),
    }


def _rhythm(of: Columns) -> Columns:
    overdue = np.nan_to_num(np.log(np.maximum(of["overdue"], 0.02)))
    return {
        "single": (of["orders"] == 1).astype(np.float64),
        "overdue": overdue,
        "overdue_squared": overdue**2,
        "gap_hazard": np.log(np.maximum(of["gap_hazard"], 1e-3)),
        "gap_spread": np.minimum(np.nan_to_num(of["gap_spread"], nan=0.6), 2),
        "second_last": np.log1p(np.nan_to_num(of["second_last"], nan=4000) / 30),
    }


def _occasions(of: Columns) -> Columns:
    return {
        "anniversaries": np.minimum(of["anniversaries"], 4),
        **{f"anniversary_{n}": of[f"anniversary_{n}"] for n in (1, 2, 3)},
        # Last year's order is near the window, and nothing was bought since the spring before it.
        "anniversary_1_quiet": of["anniversary_1"] * (of["recency"] > 150),
        "anniversary_rate": of["anniversary_rate"],
        "years_in_3": np.minimum(of["years_in_3"], 3),
        "near_lift": np.clip(of["near_lift"], -3, 3),
    }


def _prices(of: Columns) -> Columns:
    ratios = {name: np.clip(of[name], -3, 3) for name in ("last_ratio", "max_ratio", "min_ratio")}
    return {
        **ratios,
        "log_median": of["log_median"],
        "steps_up_share": of["steps_up_share"],
        "finer_share": of["finer_share"],
        "price_spread": np.minimum(of["price_spread"], 2),
        "finer_recency": np.log1p(of["finer_recency"] / 30),
    }


def _calendar(of: Columns) -> Columns:
    months = {f"month_{month}": (of["month"] == month).astype(np.float64) for month in _MONTHS}
    return {"season": of["season"], **months}


def _hats(name: str, values: Real, knots: tuple[int, ...]) -> Columns:
    """Spread a value over the two knots it lies between; beyond the last, all on the last."""
    return {
        f"{name}_{knot}": np.interp(values, knots, np.eye(len(knots))[place])
        for place, knot in enumerate(knots)
    }
