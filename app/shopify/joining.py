"""Joining a bulk operation's lines to orders, in whatever order they come, with memory that stays flat.

Each line is dealt, by its order's id, into one of some files, and each file is then joined in memory. The
files have no name: a process that is killed leaves nothing of anybody's behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import BinaryIO, cast
from zlib import crc32

from app.domain.order_files import FoundOrder
from app.domain.order_values import UnableToReadRow
from app.shopify.history import LineNode, UnableToReadHistory, head_of, line_node, order_node, order_of

# What one file should hold: about as much as a transaction takes in (app/usecases/import_orders.py).
BYTES_IN_A_FILE = 6 * 1024 * 1024
# Far below what a process may hold open; from a gigabyte and a half on the files grow instead.
MOST_FILES = 240
SOME_FILES = 32  # where nobody said how long the result is
BUFFER = 1 << 16


@dataclass
class Joined:
    """The orders of one file, and how many lines of it are of no use: unreadable, or without their order."""

    orders: list[FoundOrder] = field(default_factory=list)
    left_out: int = 0


def joined(
    batches: Iterable[list[bytes]], *, size: int | None, placings: Mapping[str, str]
) -> Iterator[Joined]:
    """This function will join the lines of an orders' result, some thousand orders at a time.

    All lines are read before the first orders come: an order's last line may be the file's last. Raises
    UnableToReadHistory where a line is not even a node.
    """
    many = min(MOST_FILES, size // BYTES_IN_A_FILE + 1) if size is not None else SOME_FILES
    with ExitStack() as stack:
        files = [
            cast(BinaryIO, stack.enter_context(tempfile.TemporaryFile(buffering=BUFFER))) for _ in range(many)
        ]
        _deal(batches, files)
        for file in files:
            file.seek(0)
            found = _join(file, placings)
            file.close()
            if found.orders or found.left_out:
                yield found


def _deal(batches: Iterable[list[bytes]], files: list[BinaryIO]) -> None:
    many = len(files)
    for batch in batches:
        for line in batch:
            head = head_of(line)
            mark = b"l" if head.parent else b"o"
            files[crc32((head.parent or head.id).encode()) % many].write(b"".join((mark, line, b"\n")))


def _join(file: BinaryIO, placings: Mapping[str, str]) -> Joined:
    orders: dict[str, bytes] = {}
    lines: dict[str, list[LineNode]] = {}
    found = Joined()
    for marked in file:
        if marked[:1] == b"o":
            orders[head_of(marked[1:]).id] = marked[1:]
            continue
        try:
            line = line_node(marked[1:])
        except UnableToReadHistory:
            found.left_out += 1
            continue
        lines.setdefault(line.parent, []).append(line)
    for gid, raw in orders.items():
        try:
            found.orders.append(order_of(order_node(raw), lines.pop(gid, []), placings))
        except (UnableToReadRow, UnableToReadHistory):
            found.left_out += 1
    found.left_out += sum(map(len, lines.values()))
    return found
