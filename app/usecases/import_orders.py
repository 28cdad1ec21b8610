"""Take an order history in from a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import islice
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO
from zlib import crc32
from zoneinfo import ZoneInfo

from app.domain.import_report import ImportReport
from app.domain.order_files import FoundOrder, Rejected, UnableToReadOrders, open_orders
from app.domain.progress import Progress
from app.stores import placings, shops
from app.stores.database import Database
from app.stores.live import Live
from app.stores.order_staging import Landed, landing
from app.usecases.keep_rejects import Rejects
from app.usecases.land_orders import LANES, land_orders

__all__ = ["ImportReport", "Progress", "UnableToReadOrders", "currency_of", "import_orders"]

# Large enough that a transaction's own cost is lost in it, small enough to be a few megabytes of memory.
LINES_IN_A_CHUNK = 20_000
# Clocks of tills and of shops differ by some hours; a day is not yet next year.
FUTURE_ALLOWED = timedelta(days=1)


def import_orders(
    database: Database,
    live: Live,
    file: Path | BinaryIO,
    *,
    shop_id: int,
    now: datetime,
    rejects: Path | None,
    on_progress: Callable[[Progress], None],
    zone: ZoneInfo | None = None,
) -> ImportReport:
    """This function will take a file of orders in, as often as one likes: a second time changes nothing.

    Rows that cannot be used go to `rejects` (beside the file if None and there is a place), the others land,
    a chunk in each transaction. `zone` is for times without an offset; without it they are the shop's.
    `live` hears nothing yet: `update_every_relationship` is to follow. Raises UnableToReadOrders where the
    file as a whole is none.
    """
    with database.shop(shop_id) as tx:
        shop, by_hand = shops.read(tx), placings.read(tx)
    with ExitStack() as stack:
        stream = stack.enter_context(file.open("rb")) if isinstance(file, Path) else file
        orders = open_orders(stream).orders(
            zone=zone or shop.zone,
            currency=shop.currency,
            latest=now + FUTURE_ALLOWED,
            placings=by_hand,
        )
        report = ImportReport(shop.currency)
        kept = stack.enter_context(Rejects(file, rejects))
        pace = _Pace(stream, on_progress)
        lanes = [stack.enter_context(landing(database, shop_id)) for _ in range(LANES)]
        for landed in land_orders(lanes, _chunks(orders, report, kept)):
            _tell(report, landed)
            pace.tell(report.rows)
    database.count_anew()
    report.rejects_file = kept.written
    return report


def currency_of(file: Path) -> str | None:
    """This function will say which currency a file's first readable order names; None where none does."""
    latest = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
    with file.open("rb") as stream:
        found = open_orders(stream).orders(zone=ZoneInfo("UTC"), currency="", latest=latest)
        return next((one.currency for one in islice(found, 1000) if isinstance(one, FoundOrder)), None)


def _chunks(
    orders: Iterator[FoundOrder | Rejected], report: ImportReport, rejects: Rejects
) -> Iterator[tuple[int, list[FoundOrder]]]:
    """Gather orders, lane by lane, until there is enough for a transaction.

    An order's id decides its lane, so that all of its parts meet there; parts that are near become one here.
    """
    chunks: list[dict[str, FoundOrder]] = [{} for _ in range(LANES)]
    lines = [0] * LANES
    for found in orders:
        if isinstance(found, Rejected):
            report.reject(found.reason)
            rejects.keep(found)
            continue
        report.read(found)
        lane = crc32(found.order_id.encode()) % LANES
        lines[lane] += len(found.lines)
        first = chunks[lane].setdefault(found.order_id, found)
        if first is not found:
            first.join(found)
        if lines[lane] >= LINES_IN_A_CHUNK:
            yield lane, list(chunks[lane].values())
            chunks[lane], lines[lane] = {}, 0
    yield from ((lane, list(chunk.values())) for lane, chunk in enumerate(chunks) if chunk)


def _tell(report: ImportReport, landed: Landed) -> None:
    report.orders += landed.orders
    report.lines += landed.lines
    report.customers += landed.customers
    report.statuses += landed.statuses
    report.asked_to_be_forgotten += landed.forgotten


class _Pace:
    """How far a file has been read, how fast, and how long it will take."""

    def __init__(self, stream: BinaryIO, on_progress: Callable[[Progress], None]) -> None:
        self._stream = stream
        self._on_progress = on_progress
        self._seekable = stream.seekable()
        self._total = _size(stream) if self._seekable else 0
        self._began = time.monotonic()

    def tell(self, rows: int) -> None:
        """This method will report, once a chunk has landed."""
        seconds = max(time.monotonic() - self._began, 1e-6)
        done = self._stream.tell() if self._seekable else 0
        left = seconds * (self._total - done) / done if done and self._total else None
        self._on_progress(Progress(done, self._total, rows, rows / seconds, left))


def _size(stream: BinaryIO) -> int:
    here = stream.tell()
    size = stream.seek(0, SEEK_END)
    stream.seek(here)
    return size
