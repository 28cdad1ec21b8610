"""Read a client book that was brought: understand it, keep it, and show how it would be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from app.domain.book_columns import Column, Guess, guess
from app.domain.book_phones import calling_code_of
from app.domain.book_text import MOST_ROWS, UnableToReadClientBook, as_text, open_book
from app.domain.client_book import BookMapping, BookRow, first_mapping, read_client
from app.domain.order_values import UnableToReadRow, short
from app.stores import client_books, shops
from app.stores.client_books import ClientBook
from app.stores.database import Transaction

# So many rows are read for the figures of a preview, and so many of them are shown.
LOOKED_AHEAD, SHOWN = 2_000, 12
LONGEST_NAME = 120


class UnableToBringBook(Exception):
    """Another book is being taken in; this one can come after it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How the first rows would be read: those shown as (line, row), and what could not be, with how often."""

    shown: Sequence[tuple[int, BookRow]]
    read: int
    whole: int
    in_part: int
    reasons: Sequence[tuple[str, int]]


def read_client_book(tx: Transaction, file: BinaryIO, name: str, *, by: str, now: datetime) -> UUID:
    """This function will keep a book and look at every row of it once; nothing of it is taken in yet.

    Raises UnableToReadClientBook where it is none (then the transaction must not commit), UnableToBringBook.
    """
    if any(book.state in client_books.UNDER_WAY for book in client_books.every(tx)):
        raise UnableToBringBook("another book is being taken in")
    book_id = client_books.add(tx, _file_name(name), by=by, now=now)
    client_books.write(tx, book_id, as_text(file))
    book = client_books.one(tx, book_id)
    assert book is not None, "it was added a moment ago"
    columns, rows = _look(tx, book)
    if not rows:
        raise UnableToReadClientBook("The file names its columns, and no client stands below.")
    mapping, _ = first_mapping(columns, calling_code_of(shops.read(tx).timezone))
    client_books.understood(tx, book_id, columns, mapping, rows=rows)
    return book_id


def _file_name(name: str) -> str:
    try:
        return short(name.replace("\0", ""))[:LONGEST_NAME] or "Client book"
    except UnableToReadRow:
        return name[:LONGEST_NAME]


def _look(tx: Transaction, book: ClientBook) -> tuple[list[Column], int]:
    opened = open_book(client_books.text_of(tx, book))
    columns = [Column(name[:LONGEST_NAME]) for name in opened.columns]
    rows = 0
    for rows, (_, values, _) in enumerate(opened.rows, 1):
        if rows > MOST_ROWS:
            raise UnableToReadClientBook(
                f"The file has more than {MOST_ROWS:,} rows. Divide it, and bring one part after the other."
            )
        if not isinstance(values, str):
            for column, value in zip(columns, values, strict=True):
                column.look(value)
    return columns, rows


def guesses_of(book: ClientBook) -> list[Guess]:
    """This function will say of each column what we take it for, and why."""
    return guess(book.columns)


def preview(tx: Transaction, book: ClientBook, mapping: BookMapping, *, today: date) -> Preview:
    """This function will read the first rows as a mapping says; nothing is changed."""
    opened = open_book(client_books.text_of(tx, book))
    shown: list[tuple[int, BookRow]] = []
    reasons: Counter[str] = Counter()
    read = whole = in_part = 0
    for line, values, _ in islice(opened.rows, LOOKED_AHEAD):
        row = (
            BookRow(None, (("", values),))
            if isinstance(values, str)
            else read_client(values, mapping, today=today)
        )
        read += 1
        whole += row.client is not None and not row.problems
        in_part += row.client is not None and bool(row.problems)
        reasons.update(said_of(row))
        if len(shown) < SHOWN:
            shown.append((line, row))
    return Preview(shown, read, whole, in_part, reasons.most_common())


def said_of(row: BookRow) -> list[str]:
    """This function will say what of a row could not be read; of one that is left out, why."""
    said = [f"{label}: {reason}" if label else reason for label, reason in row.problems]
    return said if row.client is not None else said[:1]
