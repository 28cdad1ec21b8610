"""Client books on their way in: the row that is the work, the text until it is in, and what was left out.

The text goes in the transaction that takes the last of it in. It is kept in parts, so that nobody holds
all of it in memory at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.domain.book_columns import Column as BookColumn
from app.domain.book_text import open_book, redacted
from app.domain.client_book import BookMapping
from app.stores.database import Database, Transaction, shop_table

INSTANT = DateTime(timezone=True)
client_books = shop_table(
    "client_books",
    Column("book_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),  # mapping | waiting | relating | done | failed
    # What the columns are called and look like, and what was chosen for each. No value of theirs.
    Column("columns", JSONB, nullable=False),
    Column("mapping", JSONB, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("line", Integer, nullable=False, server_default=sql("0")),  # the last one that is in
    Column("counts", JSONB, nullable=False, server_default=sql("'{}'::jsonb")),
    Column("failure", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default=sql("0")),
    Column("leased_until", INSTANT),
    Column("uploaded_at", INSTANT, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("began_at", INSTANT),
    Column("done_at", INSTANT),
    key=("book_id",),
)


def _of_book() -> ForeignKey:
    return ForeignKey(
        ["shop_id", "book_id"], ["client_books.shop_id", "client_books.book_id"], ondelete="CASCADE"
    )


client_book_parts = shop_table(
    "client_book_parts",
    Column("book_id", Uuid, nullable=False),
    Column("part", Integer, nullable=False),
    Column("content", Text, nullable=False),
    _of_book(),
    key=("book_id", "part"),
)

client_book_rejects = shop_table(
    "client_book_rejects",
    Column("book_id", Uuid, nullable=False),
    Column("line", Integer, nullable=False),
    Column("taken_in", Boolean, nullable=False),  # all but what `reason` names
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    _of_book(),
    key=("book_id", "line"),
)

UNDER_WAY = ("waiting", "relating")
PART_CHARACTERS = 200_000


class UnableToHold(Exception):
    """The lease is another's by now, or the book is gone: whoever had it stops."""


@dataclass(frozen=True, slots=True)
class ClientBook:
    """A book as it stands. `line` is the last one that is in, `counts` what came of the rows so far."""

    book_id: UUID
    name: str
    state: str
    columns: tuple[BookColumn, ...]
    mapping: BookMapping
    rows: int
    parts: int
    line: int
    counts: Mapping[str, Any]
    failure: str
    attempts: int
    uploaded_at: datetime
    began_at: datetime | None
    done_at: datetime | None

    @property
    def rows_done(self) -> int:
        """This property will count the rows that have been worked through."""
        return int(self.counts.get("rows", 0))


def add(tx: Transaction, name: str, *, by: str, now: datetime) -> UUID:
    """This function will begin to keep a book, in place of one that still waited to be mapped."""
    tx.execute(
        delete(client_books).where(client_books.c.shop_id == tx.shop_id, client_books.c.state == "mapping")
    )
    book_id = uuid4()
    row = {
        "book_id": book_id,
        "name": name,
        "state": "mapping",
        "columns": [],
        "mapping": {},
        "rows": 0,
        "parts": 0,
    }
    tx.execute(insert(client_books).values(shop_id=tx.shop_id, **row, uploaded_at=now, uploaded_by=by))
    return book_id


def write(tx: Transaction, book_id: UUID, pieces: Iterable[str]) -> int:
    """This function will write a book's text in parts, in place of what there was, and count them."""
    tx.execute(delete(client_book_parts).where(*_its(tx, client_book_parts, book_id)))
    number = 0
    for number, content in enumerate(_parts(pieces), 1):
        row = {"book_id": book_id, "part": number, "content": content}
        tx.execute(insert(client_book_parts).values(shop_id=tx.shop_id, **row))
    tx.execute(update(client_books).where(*_its(tx, client_books, book_id)).values(parts=number))
    return number


def _parts(pieces: Iterable[str]) -> Iterator[str]:
    gathered: list[str] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece)
        if size >= PART_CHARACTERS:
            yield "".join(gathered)
            gathered, size = [], 0
    if size:
        yield "".join(gathered)


class BookText:
    """A book's text as bytes that are read once, part by part; `read_part` gives one, "" where it is gone.

    Raises UnableToHold where a part is gone: then the book is.
    """

    def __init__(self, read_part: Callable[[int], str], parts: int) -> None:
        self._read_part, self._parts = read_part, parts
        self._part, self._rest = 0, b""

    def read(self, size: int = -1, /) -> bytes:
        """This method will read as any stream does."""
        while not self._rest:
            if self._part >= self._parts:
                return b""
            self._part += 1
            content = self._read_part(self._part)
            if not content:
                raise UnableToHold("a part is gone")
            self._rest = content.encode()
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken


def text_of(tx: Transaction, book: ClientBook) -> BookText:
    """This function will give a book's text, read within this transaction."""
    return BookText(lambda part: _part(tx, book.book_id, part), book.parts)


def text_outside(database: Database, shop_id: int, book: ClientBook) -> BookText:
    """This function will give a book's text, each part read in a short transaction of its own."""

    def read_part(part: int) -> str:
        with database.shop(shop_id) as tx:
            return _part(tx, book.book_id, part)

    return BookText(read_part, book.parts)


def _part(tx: Transaction, book_id: UUID, part: int) -> str:
    where = (*_its(tx, client_book_parts, book_id), client_book_parts.c.part == part)
    content: str | None = tx.execute(select(client_book_parts.c.content).where(*where)).scalar_one_or_none()
    return content or ""


def understood(
    tx: Transaction, book_id: UUID, columns: Sequence[BookColumn], mapping: BookMapping, *, rows: int
) -> None:
    """This function will keep what a book's columns look like, and the first mapping."""
    values = {"columns": [each.to_record() for each in columns], "mapping": mapping.to_record(), "rows": rows}
    tx.execute(update(client_books).where(*_its(tx, client_books, book_id)).values(**values))


def remap(tx: Transaction, book_id: UUID, mapping: BookMapping) -> None:
    """This function will keep a mapping, as long as nothing of the book is in."""
    where = (*_its(tx, client_books, book_id), client_books.c.state.in_(("mapping", "failed")))
    tx.execute(update(client_books).where(*where).values(mapping=mapping.to_record()))


def ask(tx: Transaction, book_id: UUID, *, now: datetime) -> bool:
    """This function will let a book wait to be taken in; False where it is under way, done or gone."""
    where = (*_its(tx, client_books, book_id), client_books.c.state.in_(("mapping", "failed")))
    values = {"state": "waiting", "began_at": now, "failure": "", "attempts": 0, "leased_until": None}
    return bool(tx.execute(update(client_books).where(*where).values(**values)).rowcount)


def remove(tx: Transaction, book_id: UUID) -> bool:
    """This function will put a book away with all its text; False where it is under way or gone."""
    where = (*_its(tx, client_books, book_id), client_books.c.state.not_in(UNDER_WAY))
    return bool(tx.execute(delete(client_books).where(*where)).rowcount)


def one(tx: Transaction, book_id: UUID) -> ClientBook | None:
    """This function will read a book, or None."""
    row = tx.execute(select(client_books).where(*_its(tx, client_books, book_id))).one_or_none()
    return _book(row) if row else None


def every(tx: Transaction) -> list[ClientBook]:
    """This function will list the books, the newest first."""
    rows = select(client_books).where(client_books.c.shop_id == tx.shop_id)
    return [_book(row) for row in tx.execute(rows.order_by(client_books.c.uploaded_at.desc()))]


def waiting(tx: Transaction) -> list[UUID]:
    """This function will list the books that wait to be worked on, or were left."""
    return list(
        tx.execute(
            select(client_books.c.book_id).where(client_books.c.shop_id == tx.shop_id, _free())
        ).scalars()
    )


def take(tx: Transaction, book_id: UUID, *, lease_seconds: int) -> ClientBook | None:
    """This function will lease a book that waits; None where it is done, held or gone."""
    free = select(client_books.c.book_id).where(*_its(tx, client_books, book_id), _free())
    statement = (
        update(client_books)
        .where(
            client_books.c.shop_id == tx.shop_id,
            client_books.c.book_id.in_(free.with_for_update(skip_locked=True)),
        )
        .values(leased_until=_in(lease_seconds), attempts=client_books.c.attempts + 1)
        .returning(client_books)
    )
    row = tx.execute(statement).one_or_none()
    return _book(row) if row else None


def keep(tx: Transaction, book: ClientBook, *, lease_seconds: int, **values: Any) -> ClientBook:
    """This function will renew a lease and write down how far it is; UnableToHold where it is another's."""
    ours = (*_its(tx, client_books, book.book_id), client_books.c.attempts == book.attempts)
    statement = update(client_books).where(*ours, client_books.c.state.in_(UNDER_WAY))
    kept = statement.values(leased_until=_in(lease_seconds), **values).returning(client_books)
    row = tx.execute(kept).one_or_none()
    if row is None:
        raise UnableToHold("another has it")
    return _book(row)


def fail(tx: Transaction, book_id: UUID, failure: str) -> None:
    """This function will let a book rest until a person asks again; its text and its mapping stay."""
    values = {"state": "failed", "failure": failure, "leased_until": None}
    tx.execute(update(client_books).where(*_its(tx, client_books, book_id)).values(**values))


def finish(tx: Transaction, book: ClientBook, *, now: datetime) -> None:
    """This function will mark a book as in, and let go of its text."""
    keep(tx, book, lease_seconds=0, state="done", done_at=now)
    tx.execute(delete(client_book_parts).where(*_its(tx, client_book_parts, book.book_id)))


def keep_rejects(tx: Transaction, book_id: UUID, rejects: Sequence[Mapping[str, Any]]) -> None:
    """This function will keep rows that were left out, whole or in part: line, taken_in, reason, text."""
    if rejects:
        rows = [{"shop_id": tx.shop_id, "book_id": book_id, **each} for each in rejects]
        tx.execute(insert(client_book_rejects).values(rows).on_conflict_do_nothing())


def rejects_of(tx: Transaction, book_id: UUID) -> list[Any]:
    """This function will list what was left out, in the order of the file."""
    rejected = select(client_book_rejects).where(*_its(tx, client_book_rejects, book_id))
    return list(tx.execute(rejected.order_by(client_book_rejects.c.line)))


def forget(tx: Transaction, is_hers: Callable[[str], bool]) -> None:
    """This function will take a client out of every book that still waits, and out of what was left out."""
    for book in every(tx):
        if book.state != "done" and book.parts:
            opened = open_book(text_of(tx, book))
            write(tx, book.book_id, list(redacted(opened, is_hers)))
            _let_go_of_lease(tx, book)
        hers = [row.line for row in rejects_of(tx, book.book_id) if is_hers(row.text)]
        its = (*_its(tx, client_book_rejects, book.book_id), client_book_rejects.c.line.in_(hers))
        tx.execute(delete(client_book_rejects).where(*its))


def _let_go_of_lease(tx: Transaction, book: ClientBook) -> None:
    """Whoever reads has the text from before: the sweep lets another go on behind the last line."""
    anew = {"leased_until": None, "attempts": client_books.c.attempts + 1}
    tx.execute(update(client_books).where(*_its(tx, client_books, book.book_id)).values(**anew))


def _its(tx: Transaction, table: Any, book_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (table.c.shop_id == tx.shop_id, table.c.book_id == book_id)


def _free() -> ColumnElement[bool]:
    left = or_(client_books.c.leased_until.is_(None), client_books.c.leased_until < func.now())
    return and_(client_books.c.state.in_(UNDER_WAY), left)


def _in(seconds: int) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _book(row: Any) -> ClientBook:
    named = {name: getattr(row, name) for name in ClientBook.__dataclass_fields__}
    named["columns"] = tuple(BookColumn(**each) for each in row.columns)
    named["mapping"] = BookMapping.from_record(row.mapping)
    return ClientBook(**named)
