"""The rows of a CSV file that anybody may have written: one broken row never costs its neighbours.

Memory stays flat: the file is read a block at a time, and no line and no quoted field can grow for ever.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import Protocol

BLOCK_BYTES = 1 << 18
# A line this long is no order: its beginning is kept, so that it can be refused, and the rest is passed over.
MOST_LINE_BYTES = 1 << 20
KEPT_OF_A_LONG_LINE = 200_000
# A note may hold line breaks; a quote that never closes must not swallow the file.
MOST_LINES_IN_A_ROW = 100

WRONG_COUNT = "wrong number of fields"
OPEN_QUOTE = "a quote that is never closed"
TOO_LONG = "a field that is too long"
NUL = "a NUL byte"
NOT_UTF8 = "bytes that are not UTF-8"

# Line number (1 is the header's), the fields or the reason why there are none, and the text they stood in.
Row = tuple[int, list[str] | str, str]


class Readable(Protocol):
    """Whatever bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """This method will read up to `size` bytes; none at the end."""


class Lines:
    """The physical lines of a file as text, undecodable bytes kept as lone surrogates.

    `suspect` says that something in the block at hand has to be looked for: a NUL, or such a byte.
    """

    def __init__(self, file: Readable) -> None:
        self._blocks = _blocks(file)
        self.suspect = False

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            try:
                text = block.decode()
                self.suspect = "\0" in text
            except UnicodeDecodeError:
                text = block.decode("utf-8", "surrogateescape")
                self.suspect = True
            yield from io.StringIO(text)


def _blocks(file: Readable) -> Iterator[bytes]:
    """Cut a file into blocks of whole lines."""
    rest = b""
    while block := file.read(BLOCK_BYTES):
        whole, newline, rest = (rest + block).rpartition(b"\n")
        if newline:
            yield whole + newline
        if len(rest) > MOST_LINE_BYTES:
            yield rest[:KEPT_OF_A_LONG_LINE] + b"\n"
            rest = _after_newline(file)
    if rest:
        yield rest


def _after_newline(file: Readable) -> bytes:
    while block := file.read(BLOCK_BYTES):
        _, newline, rest = block.partition(b"\n")
        if newline:
            return rest
    return b""


class Rows:
    """The rows of a file after its header; each has the header's number of fields, or a reason."""

    def __init__(self, lines: Lines, rest: Iterator[str], *, delimiter: str, width: int, line: int) -> None:
        self._lines = lines
        self._rest = rest
        self._back: deque[str] = deque()
        self._delimiter = delimiter
        self._width = width
        self._line = line  # the last line read

    def __iter__(self) -> Iterator[Row]:
        while True:
            taken: list[str] = []
            yield from self._until_broken(taken)
            if not taken:
                return
            # What follows the line with the open quote (or whatever it was) is read as if it were not there.
            self._back.extendleft(reversed(taken[1:]))
            self._lines.suspect = True
            self._line += 1
            yield self._line, _why(taken[0], self._delimiter), taken[0]

    def _until_broken(self, taken: list[str]) -> Iterator[Row]:
        """Yield rows until one cannot be made out; its lines are then left in `taken`."""
        width, lines = self._width, self._lines
        try:
            for fields in csv.reader(self._feed(taken), delimiter=self._delimiter):
                number = self._line + 1
                text = taken[0]
                if len(taken) > 1:
                    text = "".join(taken)
                    if len(fields) != width or not _closes(text, self._delimiter):
                        return
                self._line += len(taken)
                if len(fields) != width:
                    if fields:  # an empty line is no row
                        yield number, _why(text, self._delimiter), text
                elif (lines.suspect or len(taken) > 1) and (reason := _unreadable(fields)):
                    yield number, reason, text
                else:
                    yield number, fields, text
                taken.clear()
        except csv.Error:
            return

    def _feed(self, taken: list[str]) -> Iterator[str]:
        back = self._back
        while len(taken) < MOST_LINES_IN_A_ROW:
            line = back.popleft() if back else next(self._rest, None)
            if line is None:
                return
            taken.append(line)
            yield line


def _closes(text: str, delimiter: str) -> bool:
    try:
        return len(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _why(text: str, delimiter: str) -> str:
    """Say what is wrong with a row that has not the fields it should have."""
    try:
        fields = next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return TOO_LONG if "limit" in str(error) else _unreadable([text]) or OPEN_QUOTE
    return _unreadable(fields) or (TOO_LONG if len(text) >= KEPT_OF_A_LONG_LINE else WRONG_COUNT)


def _unreadable(fields: list[str]) -> str:
    """Name what no database would store; "" where there is nothing of the kind."""
    text = "".join(fields)
    if "\0" in text:
        return NUL
    return NOT_UTF8 if any("\ud800" <= letter <= "\udfff" for letter in text) else ""
