"""One order more in a customer's profile, beside building it anew from her whole history."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from scoring.history import Order, OrderLine
from scoring.relationship import build, profile_of

ZONE = ZoneInfo("Europe/London")
KINDS = ("pendant", "earrings", "bracelet", "eternity_band", "necklace")
DAY = date(2026, 11, 21)


def measure() -> list[tuple[str, float, str]]:
    """This function will time both and answer rows of the bench's table."""
    rows = []
    for number in (10, 200):
        history = [_order(at) for at in range(number)]
        whole = _micros(partial(build, history, version=1, zone=ZONE, shop_median=1, currency="GBP"))
        update = _update(history)
        rows += [
            (f"one order into a profile of {number}", update, "µs"),
            (f"build over all {number} orders", whole, "µs"),
            (f"build / update, {number} orders", whole / update, ""),
        ]
    return rows


def _update(history: list[Order]) -> float:
    """Time a hundred new orders into a fresh copy each time, so that the profile stays of its size."""
    start = profile_of(history, zone=ZONE, currency="GBP")
    new = [(DAY + timedelta(days=n), _order(len(history) + n)) for n in range(100)]
    best = float("inf")
    for _ in range(200):
        profile = deepcopy(start)
        began = timeit.default_timer()
        for day, order in new:
            profile.add(day, order)
        best = min(best, timeit.default_timer() - began)
    return best / len(new) * 1e6


def _micros(call: Callable[[], object]) -> float:
    timer = timeit.Timer(call)
    number, _ = timer.autorange()
    return min(timer.repeat(5, number)) / number * 1e6


def _order(number: int) -> Order:
    at = datetime(2008, 1, 5, 12, tzinfo=UTC) + timedelta(days=31 * number)
    title = f"{KINDS[number % 5]} in white gold with a sapphire"
    line = OrderLine(KINDS[number % 5], 90_000 + 700 * number, 1, title, tags=("gold", "sapphire"))
    return Order(f"#{number:05}", at, "GBP", (line,), staff="Ines Moreau")
