"""The strongest reference of the facts, rebuilt as its description allows, beside the backtest's own models.

    python -m bench.reference orders.csv --train 2008-01:2010-09 --test 2011-01:2012-09

Monotone gradient boosting with isotonic calibration on ten features of the order history, and a logistic on
the same with the month (facts/scoring.md). Which ten is not said there; these are the plain ones: when, how
often, how much, and how many past years had an order near the coming window.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from scoring.learning.book import Real
from scoring.learning.measures import Foretold, Yes, measure
from scoring.learning.months import read_months
from scoring.learning.orders import as_day, read_orders
from scoring.learning.snapshots import Rows, take_snapshots
from scoring.learning.targets import TARGETS

# The sign a feature must keep: 1 never falls, 0 is free.
TEN = {
    "recency": 0,
    "tenure": 0,
    "orders": 0,
    "orders_365": 0,
    "mean_gap": 0,
    "years_in_21": 1,
    "log_median": 0,
    "last_ratio": 1,
    "max_ratio": 1,
    "month": 0,
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--train", required=True)
@click.option("--test", required=True)
def main(file: Path, train: str, test: str) -> None:
    """Print what the reference would have foretold of the test months."""
    orders = read_orders(file, today=datetime.now(UTC).date()).orders
    months, later = read_months(train), read_months(test)
    click.echo(f"{'':<14}{'model':<12}{'AUC':>8}{'lift 5 %':>10}{'ECE':>8}")
    for target in TARGETS:
        seen = take_snapshots(orders, months, [target], known_by=as_day(min(later)))
        ahead = take_snapshots(orders, later, [target])
        for name, chance in _foretold(seen, seen.outcome[target.name], ahead):
            said = Foretold(chance, chance, chance > 1)
            found = measure(said, ahead.outcome[target.name], ahead.day)
            figures = f"{found['auc']:>8.3f}{found['lift_5pct']:>10.1f}{found['ece']:>8.4f}"
            click.echo(f"{target.name:<14}{name:<12}{figures}")


def _foretold(seen: Rows, outcome: Yes, ahead: Rows) -> list[tuple[str, Real]]:
    trees = HistGradientBoostingClassifier(monotonic_cst=list(TEN.values()), random_state=0)
    calibrated = CalibratedClassifierCV(trees, method="isotonic", cv=3)
    logistic = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=1000))
    return [
        ("boosting", calibrated.fit(_ten(seen), outcome).predict_proba(_ten(ahead))[:, 1]),
        ("logistic", logistic.fit(_spread(seen), outcome).predict_proba(_spread(ahead))[:, 1]),
    ]


def _ten(rows: Rows) -> Real:
    return np.column_stack([rows.column(name).astype(np.float64) for name in TEN])


def _spread(rows: Rows) -> Real:
    """Lay the ten out for a logistic: what has a long tail by its logarithm, the month as twelve columns."""
    columns = []
    for name in TEN:
        column = rows.column(name).astype(np.float64)
        if name == "month":
            columns += [column == month for month in range(1, 13)]
        else:
            columns.append(np.log1p(column) if name in _LONG else column)
    return np.column_stack(columns)


_LONG = ("recency", "tenure", "orders", "orders_365", "mean_gap")

if __name__ == "__main__":
    main()
