"""The text of a client book, whatever wrote it: found out, read, and its first line understood."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.domain.book_columns import looks_like_email
from app.domain.book_dates import looks_like_day
from app.domain.order_text import BLOCK_BYTES, Lines, Readable, Rows

# Fifty thousand clients with a page of notes each stay below.
MOST_BYTES = 24 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
DELIMITERS = (",", ";", "\t")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What is no text at all begins so: a spreadsheet, an old spreadsheet, a document.
_OTHER_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


class UnableToReadClientBook(Exception):
    """The file as a whole cannot be read; the message says why, and what to do, to the merchant."""


@dataclass(frozen=True, slots=True)
class OpenedBook:
    """A book whose first line has been understood: the columns' names as written, and the rows to come."""

    header: str
    line: int
    columns: tuple[str, ...]
    rows: Rows


def as_text(file: BinaryIO) -> Iterator[str]:
    """This function will give a file's text, a block at a time, whatever it was saved in; without any NUL.

    `file` can be sought. Raises UnableToReadClientBook where it is empty, too large or no text.
    """
    encoding = _encoding(file)
    decoder = codecs.getincrementaldecoder(encoding)()
    size = 0
    try:
        while block := file.read(BLOCK_BYTES):
            size += len(block)
            if size > MOST_BYTES:
                raise UnableToReadClientBook(TOO_LARGE)
            if text := decoder.decode(block):
                yield text.replace("\0", "")
        if text := decoder.decode(b"", final=True):
            yield text.replace("\0", "")
    except UnicodeDecodeError as error:
        raise UnableToReadClientBook(_NO_TEXT) from error


TOO_LARGE = (
    f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Save it as CSV without pictures, or in two "
    "files, and bring them one after the other."
)
_NO_TEXT = "The file is not text that we can read. Save it as CSV in UTF-8, and try again."


def _encoding(file: BinaryIO) -> str:
    """Look at the first bytes, then at all of them: what is valid UTF-8 is hardly ever anything else."""
    first = file.read(4096)
    file.seek(0)
    if not first.strip():
        raise UnableToReadClientBook("The file is empty.")
    if first.startswith(_OTHER_FILES):
        raise UnableToReadClientBook(
            "The file is a spreadsheet or a document. Open it, save it as CSV, and try again."
        )
    for bom, encoding in _BOMS:
        if first.startswith(bom):
            return encoding
    if first[1::2].count(0) > len(first) // 4 or first[::2].count(0) > len(first) // 4:
        return "utf-16-le" if first[1:2] == b"\0" else "utf-16-be"
    return "utf-8" if _is_utf8(file) else "cp1252"


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(BLOCK_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def open_book(file: Readable) -> OpenedBook:
    """This function will open a book in UTF-8 and read its header. Raises UnableToReadClientBook."""
    lines = Lines(file)
    rest = iter(lines)
    header, line = _header(rest)
    delimiter = max(DELIMITERS, key=lambda each: len(_split(header, each)))
    columns = tuple(name.strip() for name in _split(header, delimiter))
    _check(columns)
    rows = Rows(lines, rest, delimiter=delimiter, width=len(columns), line=line)
    return OpenedBook(header, line, columns, rows)


def redacted(book: OpenedBook, is_hers: Callable[[str], bool]) -> Iterator[str]:
    """This function will give a book's text without some rows; every other one stays on its line."""
    yield "\n" * (book.line - 1) + book.header.rstrip("\r\n") + "\n"
    reached = book.line + 1
    for line, _, text in book.rows:
        lines = max(1, text.count("\n"))
        yield "\n" * (line - reached)
        yield "\n" * lines if is_hers(text) else text.rstrip("\r\n") + "\n"
        reached = line + lines


def _header(lines: Iterator[str]) -> tuple[str, int]:
    for number, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff") if number == 1 else line
        if "\0" in text:
            raise UnableToReadClientBook(_NO_TEXT)
        if text.strip(" \t\r\n,;"):
            return text, number
    raise UnableToReadClientBook("The file is empty.")


def _split(header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=delimiter))
    except csv.Error as error:
        raise UnableToReadClientBook("The first line does not name columns.") from error


def _check(columns: Sequence[str]) -> None:
    if len(columns) < 2:
        raise UnableToReadClientBook(
            "The file has one column only. A client book has one line for each client, and columns "
            "divided by commas, semicolons or tabs."
        )
    if len(columns) > MOST_COLUMNS:
        raise UnableToReadClientBook(f"The file has more than {MOST_COLUMNS} columns.")
    if any(looks_like_email(name) or (name[:1].isdigit() and looks_like_day(name)) for name in columns):
        raise UnableToReadClientBook(
            "The first line holds a client, not the names of the columns. Put a line with names above it, "
            "such as “First name, Last name, E-mail”, and try again."
        )
