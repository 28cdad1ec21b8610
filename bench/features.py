"""Features of a million customers with ten million orders, part by part of a hash of the customer.

A part is what one job of the queue would take: it reads its own file, sorts it, and computes every feature of
the learning, with the learning's own function. Beside it pandas does a tenth of that on the same part.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from scoring.learning.book import Book
from scoring.learning.features import features, season_share
from scoring.learning.orders import orders_of_columns

CUSTOMERS, ORDERS = 1_000_000, 10_000_000
PARTS = 32
DAY = 16_000  # since 1970: a day in 2013
HORIZON = 30


def measure() -> list[tuple[str, float, str]]:
    """This function will draw a house, time its features and answer rows of the bench's table."""
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        files = [_draw(Path(folder) / f"part-{part}.npy", part) for part in range(PARTS)]
        began, worked = time.perf_counter(), time.process_time()
        customers = sum(_features_of(file) for file in files)
        waited, worked = time.perf_counter() - began, time.process_time() - worked
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts kilobytes
        ours, theirs = _seconds(_features_of, files[0]), _seconds(_by_pandas, files[0])
    return [
        ("customers", customers, ""),
        ("orders", ORDERS, ""),
        ("read, sort, every feature, one core", waited, "s"),
        ("of these at work", worked, "s"),
        ("most memory of this process", memory, "MB"),
        ("one part of 32, every feature", ours, "s"),
        ("the same part, five features by pandas", theirs, "s"),
        ("ours / pandas", ours / theirs, ""),
    ]


def _draw(file: Path, part: int) -> Path:
    """Draw the orders of one hash part: some customers order often, most seldom, a third of all in season."""
    draws = np.random.default_rng(part)
    customers, orders = CUSTOMERS // PARTS, ORDERS // PARTS
    often = draws.gamma(0.8, size=customers)
    first = np.arange(customers)  # everyone has an order
    others = draws.choice(customers, orders - customers, p=often / often.sum())
    day = DAY - 1 - draws.integers(0, 3_650, size=orders)
    amount = np.exp(draws.normal(10.5, 0.8, size=orders)).astype(np.int64)
    np.save(file, np.stack([np.r_[first, others] * PARTS + part, day, amount]))
    return file


def _features_of(file: Path) -> int:
    """Do what one job does with one part; the shop's own season would be handed to it."""
    customer, day, amount = np.load(file)
    book = Book(orders_of_columns(customer, day, amount, ()), DAY)
    columns = features(book, HORIZON, season=season_share(book, HORIZON))
    return len(np.column_stack([column.astype(np.float32) for column in columns.values()]))


def _by_pandas(file: Path) -> int:
    import pandas as pd

    customer, day, amount = np.load(file)
    orders = pd.DataFrame({"customer": customer, "day": day, "amount": amount})
    grouped = orders.groupby("customer")
    found = grouped.agg(
        last=("day", "max"), first=("day", "min"), orders=("day", "size"), median=("amount", "median")
    )
    found["recent"] = (orders["day"] > DAY - 365).groupby(orders["customer"]).sum()
    return len(found)


def _seconds(work: Callable[[Path], int], file: Path) -> float:
    began = time.perf_counter()
    work(file)
    return time.perf_counter() - began
