"""Land orders in lanes: while PostgreSQL merges one chunk, the next ones are being read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from app.domain.order_files import FoundOrder
from app.stores.order_staging import Landed, Landing, written_down

# Connections that merge at once: one alone takes twice as long to merge a row as we take to read it.
LANES = 2


def land_orders(lanes: Sequence[Landing], chunks: Iterator[tuple[int, list[FoundOrder]]]) -> Iterator[Landed]:
    """This function will merge chunk after chunk, each in a transaction, and say what each did.

    A chunk names its lane; all parts of one order must come in the same.
    """
    with ThreadPoolExecutor(LANES, thread_name_prefix="import") as pool:
        waiting: dict[int, Future[Landed]] = {}
        for lane, chunk in chunks:
            written = written_down(chunk)
            if lane in waiting:
                # Popped, not read: the dictionary keeps the order in which chunks were handed over.
                yield waiting.pop(lane).result()
            waiting[lane] = pool.submit(lanes[lane].land, written)
        for future in waiting.values():
            yield future.result()
    for landing_of_lane in lanes:
        yield from landing_of_lane.finish()
