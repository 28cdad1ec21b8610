"""Take a client book in: its rows, some hundred in each transaction, then the relationships.

The row of the book is the work (app/stores/client_books.py). How far it is stands in the transaction of the
rows themselves: whoever takes up a book that was left goes on behind the last line, and nothing counts twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from app.domain.book_text import UnableToReadClientBook, open_book
from app.domain.client_book import BookRow, read_client
from app.domain.progress import Progress
from app.queue import Queue
from app.stores import client_books
from app.stores.client_books import ClientBook, UnableToHold
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.usecases.build_relationship import Background, read_background
from app.usecases.land_clients import Landed, Line, land_clients
from app.usecases.update_every_relationship import update_every_relationship

log = structlog.get_logger(__name__)

AT_ONCE = 400
# A book that kills whoever takes it up so often needs a person. Dated guess, 2026-11.
MOST_ATTEMPTS = 6
KEPT_OF_A_ROW = 2_000  # characters of what was left out
MOST_STRANGERS = 20


@dataclass(frozen=True)
class BookWork:
    """All that taking a book in needs."""

    database: Database
    live: Live
    shop_id: int
    clock: Callable[[], datetime]
    lease_seconds: int


def ask_for_import(tx: Transaction, queue: Queue, book_id: UUID, *, now: datetime) -> bool:
    """This function will let a book be taken in as it is mapped; False where it is under way or done."""
    if not client_books.ask(tx, book_id, now=now):
        return False
    tx.after_commit(lambda: queue.ask("jobs.client_book.take_in", tx.shop_id, str(book_id)))
    return True


def import_client_book(work: BookWork, book_id: UUID) -> None:
    """This function will take a book in, from where it was left, if nobody else holds it."""
    with work.database.shop(work.shop_id) as tx:
        book = client_books.take(tx, book_id, lease_seconds=work.lease_seconds)
        if book is not None and book.attempts > MOST_ATTEMPTS:
            client_books.fail(tx, book_id, "TooManyAttempts")
            return
    if book is None:
        return
    try:
        if book.state == "waiting":
            book = _land(work, book)
        _relate(work, book)
    except UnableToHold:
        return
    except UnableToReadClientBook as error:
        with work.database.shop(work.shop_id) as tx:
            client_books.fail(tx, book_id, type(error).__name__)
        return
    log.info("client_book.done", shop_id=work.shop_id, rows=book.rows_done)


def _land(work: BookWork, book: ClientBook) -> ClientBook:
    with work.database.shop(work.shop_id) as tx:
        against = read_background(tx, now=work.clock())
    today = against.shop.day(work.clock())
    for lines in _chunks(work, book, today):
        with work.database.shop(work.shop_id) as tx:
            book = _land_some(tx, work, book, lines, against)
    with work.database.shop(work.shop_id) as tx:
        return client_books.keep(tx, book, lease_seconds=work.lease_seconds, state="relating")


def _land_some(
    tx: Transaction, work: BookWork, book: ClientBook, lines: list[Line], against: Background
) -> ClientBook:
    landed = land_clients(tx, lines, against, book_name=book.name, said_at=book.uploaded_at)
    client_books.keep_rejects(
        tx,
        book.book_id,
        [{**each, "text": each["text"].rstrip("\r\n")[:KEPT_OF_A_ROW]} for each in landed.rejects],
    )
    told = {"line": lines[-1].line, "counts": added(book.counts, landed)}
    # Where the book is another's by now this raises, and nothing of these rows was landed here.
    return client_books.keep(tx, book, lease_seconds=work.lease_seconds, **told)


def added(counts: Mapping[str, Any], landed: Landed) -> dict[str, Any]:
    """This function will add what came of some rows to what came of those before."""
    now: dict[str, Any] = {name: n for name, n in counts.items() if isinstance(n, int)}
    for name, n in landed.counts.items():
        now[name] = now.get(name, 0) + n
    now["reasons"] = dict((Counter(counts.get("reasons", {})) + landed.reasons).most_common())
    strangers = Counter(counts.get("strangers", {})) + landed.strangers
    now["strangers"] = dict(strangers.most_common(MOST_STRANGERS))
    return now


def _chunks(work: BookWork, book: ClientBook, today: date) -> Iterator[list[Line]]:
    opened = open_book(client_books.text_outside(work.database, work.shop_id, book))
    gathered: list[Line] = []
    for line, values, text in opened.rows:
        if line <= book.line:
            continue
        row = (
            BookRow(None, (("", values),))
            if isinstance(values, str)
            else read_client(values, book.mapping, today=today)
        )
        gathered.append(Line(line, row, text))
        if len(gathered) >= AT_ONCE:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _relate(work: BookWork, book: ClientBook) -> None:
    """Let the relationships hear of it; the lease is kept while they do."""

    def keep(_: Progress) -> None:
        with work.database.shop(work.shop_id) as tx:
            client_books.keep(tx, book, lease_seconds=work.lease_seconds)

    now = work.clock()
    update_every_relationship(work.database, work.live, work.shop_id, now=now, on_progress=keep)
    with work.database.shop(work.shop_id) as tx:
        client_books.finish(tx, book, now=work.clock())
