"""Eight years of a real house's orders give readings one would believe."""

from __future__ import annotations

import csv
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scoring.relationship import Order, OrderLine
from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_ADJACENCY

from .cast import POLICY, known, visit

HISTORY = Path(__file__).parents[3] / "shared" / "data" / "orders-2005-2012.csv"
pytestmark = pytest.mark.skipif(not HISTORY.exists(), reason="the real history is not here")
DAY = date(2012, 6, 1)
SHOP_MEDIAN = 3_000


@pytest.fixture(scope="module")
def relationships():
    histories = defaultdict(list)
    with HISTORY.open() as rows:
        for row in csv.DictReader(rows):
            day = row["ordered_at"]
            if day < DAY.isoformat():
                line = OrderLine("other", round(float(row["price"]) * 100), 1)
                at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
                histories[row["customer_id"]].append(Order(row["order_id"], at, row["currency"], (line,)))
    begun = time.perf_counter()
    built = {who: known(orders, currency="USD", shop_median=SHOP_MEDIAN) for who, orders in histories.items()}
    assert time.perf_counter() - begun < 10, "thirteen thousand customers take a second or two"
    return built


def read(name, relationship):
    return SIGNALS[name](visit(), relationship, today=DAY, policy=POLICY, adjacency=DEFAULT_ADJACENCY)


def test_every_customer_gives_a_reading(relationships):
    for relationship in relationships.values():
        for name in SIGNALS:
            reading = read(name, relationship)
            assert 0 <= reading.value <= 1
            assert reading.because.endswith(".")


def test_some_are_long_standing_and_not_all(relationships):
    fired = sum(read("tenure", relationship).fired for relationship in relationships.values())
    assert 0.1 < fired / len(relationships) < 0.9


def test_the_window_is_rare_and_avoids_december(relationships):
    near = [r for r in relationships.values() if read("anniversary_window", r).fired]
    assert 0.002 < len(near) / len(relationships) < 0.16, "a ±30-day window is hit by chance 16 % of the time"
    months = Counter(
        m.month
        for r in relationships.values()
        for m in r.milestones
        if m.confidence >= POLICY.inferred_confidence_at
    )
    assert months[12] < 0.1 * sum(months.values())


def test_those_in_their_window_order_more_in_the_next_weeks(relationships):
    with HISTORY.open() as rows:
        soon = {
            row["customer_id"]
            for row in csv.DictReader(rows)
            if "2012-06-01" <= row["ordered_at"] <= "2012-07-15"
        }
    repeat = {who: r for who, r in relationships.items() if r.orders >= 2}
    near = {who for who, r in repeat.items() if read("anniversary_window", r).fired}
    rate, base = len(near & soon) / len(near), len(soon & repeat.keys()) / len(repeat)
    assert rate > 1.5 * base
