"""What the merchant reads of a client book: how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain import wording
from app.domain.backfill import foretold
from app.stores.client_books import ClientBook
from scoring.wording import many

# What was added → one of it, several of it. Read off the counts in the order they are told.
_ADDED = (
    ("milestones", "date", "dates"),
    ("notes", "note", "notes"),
    ("book_entries", "size, taste, wish or tag", "sizes, tastes, wishes and tags"),
    ("consents", "consent or refusal", "consents and refusals"),
    ("leads", "client with an advisor who leads", "clients with an advisor who leads"),
)
_STATES = {
    "mapping": ("Waits for you", "badge-attention"),
    "failed": ("Stopped", "badge-attention"),
    "waiting": ("Being taken in", "badge-info"),
    "relating": ("Being taken in", "badge-info"),
    "done": ("Taken in", "badge-success"),
}


@dataclass(frozen=True, slots=True)
class BookLine:
    """A book in the list: its name, when it was brought, and where it stands."""

    book_id: UUID
    name: str
    brought_on: str
    state: str
    badge: str
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the picture: `part` of all rows, from `start`, both 0..1."""

    name: str
    label: str
    n: int
    start: float
    part: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a book: the picture with its finding, what was added, what was left out and why."""

    finding: str
    shares: Sequence[Share]
    added: Sequence[str]
    reasons: Sequence[tuple[str, int]]
    strangers: Sequence[tuple[str, int]]
    left_out: int
    in_part: int


@dataclass(frozen=True, slots=True)
class BookProgress:
    """How far a book is: `share` 0..1, None for no bar; `moving` while it still changes."""

    moving: bool
    title: str
    sentence: str
    share: float | None


def line_of(book: ClientBook, zone: str) -> BookLine:
    """This function will say where a book stands, in a line."""
    state, badge = _STATES[book.state]
    words = many(book.rows, "row", "rows")
    if book.state == "done":
        words = f"{many(book.counts.get('taken_in', 0), 'row', 'rows')} of {book.rows:,} taken in"
    return BookLine(book.book_id, book.name, wording.day(book.uploaded_at, zone), state, badge, words)


def progress_of(book: ClientBook, *, now: datetime) -> BookProgress:
    """This function will say how far a book is, and how long it will take where that can be known."""
    if book.state == "done":
        return BookProgress(False, "Your client book is in", "Nothing is left of the file itself.", None)
    if book.state == "relating":
        words = "All rows are in. Relationships are being put together. You can leave."
        return BookProgress(True, "Your client book is coming in", words, 1.0)
    share = book.rows_done / book.rows if book.rows else 0.0
    eta = foretold(book.began_at, share, now=now) if book.began_at else None
    left = f" {_left((eta - now).total_seconds())}" if eta else ""
    so_far = f"{book.rows_done:,} of {many(book.rows, 'row', 'rows')} so far."
    if not book.attempts:
        so_far += " It begins once other long work is done."
    sentence = f"{so_far}{left} You can leave this page; it goes on."
    return BookProgress(True, "Your client book is coming in", sentence, min(1.0, share))


def _left(seconds: float) -> str:
    minutes = -int(-seconds // 60)
    return "About a minute is left." if minutes <= 1 else f"About {minutes} minutes are left."


def _most_first(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def report_of(book: ClientBook) -> Report:
    """This function will say what came of the rows so far."""
    n = {name: count for name, count in book.counts.items() if isinstance(count, int)}
    rows = max(1, n.get("rows", 0))
    parts = (
        ("known", "known to the shop", n.get("known", 0)),
        ("new", "new to it", n.get("new", 0)),
        ("left-out", "left out", n.get("left_out", 0)),
    )
    shares, start = [], 0.0
    for name, label, count in parts:
        shares.append(Share(name, label, count, start, count / rows))
        start += count / rows
    told = ", ".join(f"{count:,} {label}" for _, label, count in parts)
    added = [many(n[name], one_of, several) for name, one_of, several in _ADDED if n.get(name)]
    return Report(
        finding=f"Of {many(n.get('rows', 0), 'row', 'rows')}: {told}.",
        shares=shares,
        added=added,
        reasons=_most_first(book.counts.get("reasons", {})),
        strangers=_most_first(book.counts.get("strangers", {})),
        left_out=n.get("left_out", 0),
        in_part=n.get("in_part", 0),
    )
