"""Letting go of what has been kept long enough: one statement a kind of record (app/domain/keeping.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Text, and_, delete, func, null, or_, select, update

from app.domain import keeping
from app.domain.keeping import Kept
from app.stores.bookings import bookings, briefs
from app.stores.calls_back import calls_back
from app.stores.client_books import client_book_rejects, client_books
from app.stores.database import Transaction
from app.stores.decisions import decisions
from app.stores.exports import exports
from app.stores.inbox import inbox, were_given_up
from app.stores.outbox import outbox
from app.stores.reconciliations import reconciliations


def forget_old(tx: Transaction, *, now: datetime) -> dict[str, int]:
    """This function will let go of what is older than its time, and count it: keeping's name → how many.

    Visit days end by themselves in Redis; messages and marks of erasure go in the inbox's own sweep.
    """
    unanswered = or_(decisions.c.eligible.is_(False), decisions.c.verdict == "quiet")
    return {
        keeping.QUIET_VISITS.name: _let_go(
            tx, and_(unanswered, _older(decisions.c.at, keeping.QUIET_VISITS, now))
        ),
        keeping.INVITATIONS.name: _let_go(tx, _older(decisions.c.at, keeping.INVITATIONS, now)),
        keeping.BRIEFS.name: _drop(tx, briefs, briefs.c.booking_id.in_(_met_long_ago(tx, now))),
        keeping.LETTERS.name: _drop(
            tx, outbox, and_(_settled(), _older(outbox.c.due_at, keeping.LETTERS, now))
        ),
        keeping.CALLS.name: _drop(tx, calls_back, _older(calls_back.c.done_at, keeping.CALLS, now)),
        keeping.CLIENT_BOOKS.name: _drop(
            tx,
            client_books,
            and_(_not_taken_in(), _older(client_books.c.uploaded_at, keeping.CLIENT_BOOKS, now)),
        ),
        keeping.BOOK_REJECTS.name: _drop(
            tx, client_book_rejects, client_book_rejects.c.book_id.in_(_taken_in_long_ago(tx, now))
        ),
        keeping.EXPORTS.name: _drop(tx, exports, _older(exports.c.written_at, keeping.EXPORTS, now)),
        keeping.FAILED_MESSAGES.name: _drop(tx, inbox, _given_up()),
        keeping.REPAIRS.name: _drop(
            tx, reconciliations, _older(reconciliations.c.finished_at, keeping.REPAIRS, now)
        ),
    }


def _older(column: ColumnElement[datetime], kept: Kept, now: datetime) -> ColumnElement[bool]:
    return column < now - timedelta(days=kept.days)


def _drop(tx: Transaction, table: Table, old: ColumnElement[bool]) -> int:
    dropped: int = tx.execute(delete(table).where(table.c.shop_id == tx.shop_id, old)).rowcount
    return dropped


def _let_go(tx: Transaction, old: ColumnElement[bool]) -> int:
    """Leave decisions as counts: without whom, without what they rested on, without the session's name."""
    nobody = func.gen_random_uuid().cast(Text)  # a session has one decision, so each needs a name
    hers = (decisions.c.shop_id == tx.shop_id, decisions.c.customer_id.is_not(None), old)
    values = {"customer_id": None, "record": null(), "session_id": nobody}
    left: int = tx.execute(update(decisions).where(*hers).values(**values)).rowcount
    return left


def _met_long_ago(tx: Transaction, now: datetime) -> Select[UUID]:
    long_ago = _older(bookings.c.ends_at, keeping.BRIEFS, now)
    return select(bookings.c.booking_id).where(bookings.c.shop_id == tx.shop_id, long_ago)


def _not_taken_in() -> ColumnElement[bool]:
    """One that is under way is never taken from under it."""
    return client_books.c.state.in_(("mapping", "failed"))


def _taken_in_long_ago(tx: Transaction, now: datetime) -> Select[UUID]:
    long_ago = _older(client_books.c.done_at, keeping.BOOK_REJECTS, now)
    return select(client_books.c.book_id).where(client_books.c.shop_id == tx.shop_id, long_ago)


def _settled() -> ColumnElement[bool]:
    """A letter on its way, or one that a person must still look at, waits."""
    return outbox.c.state.in_(("sent", "failed", "left", "withdrawn"))


def _given_up() -> ColumnElement[bool]:
    """By PostgreSQL's own clock, as the inbox keeps its times."""
    long_ago = inbox.c.received_at < func.now() - func.make_interval(0, 0, 0, keeping.FAILED_MESSAGES.days)
    return and_(were_given_up(), long_ago)
