"""Take in what a device has kept of a consultation: in its order, and each entry once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.domain.captures import UnableToCapture, read_capture
from app.domain.consultation import UnableToSave, kept_fields
from app.stores import captures, consultations, shops
from app.stores.bookings import Booking
from app.stores.consultations import Consultation
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.read_booking import read_booking
from app.usecases.save_consultation import is_news, keep_aside, save_consultation
from app.usecases.settle_captures import settle_captures


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened on a device: `kind` is "typed" (`fields`), "taken_back" (`of`) or a capture."""

    key: UUID
    at: datetime
    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)
    of: UUID | None = None
    what: str = ""
    person: str = ""
    product_id: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Taken:
    """What became of the entries: every key is in one of the two, and need not be sent again."""

    closed: bool
    kept: list[UUID] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)


def sync_consultation(
    tx: Transaction,
    live: Live,
    booking_id: UUID,
    entries: Sequence[Entry],
    *,
    advisor_id: int,
    now: datetime,
) -> Taken:
    """This function will take in entries in their order, whether the consultation is open or closed by now.

    Raises UnableToFindBooking where it is not hers, UnableToSave where it has never begun.
    """
    booking = read_booking(tx, booking_id, reader=advisor_id)
    held = consultations.one(tx, booking_id, lock=True)
    if held is None:
        raise UnableToSave("this consultation has not begun")
    taken = Taken(closed=held.closed_at is not None)
    for entry in entries:
        try:
            _take(tx, booking, held, entry, advisor_id, now)
            taken.kept.append(entry.key)
        except UnableToCapture as error:
            taken.refused[entry.key] = str(error)
    if taken.closed:
        # Noted down before it was closed, and only now here: it goes where the rest has gone.
        settle_captures(tx, live, booking, advisor_id=advisor_id, now=now)
    return taken


def _take(
    tx: Transaction, booking: Booking, held: Consultation, entry: Entry, advisor_id: int, now: datetime
) -> None:
    if entry.kind == "typed":
        _typed(tx, booking, held, entry, advisor_id, now)
    elif entry.kind == "taken_back":
        if entry.of is not None:
            captures.take_back(tx, booking.booking_id, entry.of, at=entry.at)
    else:
        _capture(tx, booking, entry, advisor_id, now)


def _typed(
    tx: Transaction, booking: Booking, held: Consultation, entry: Entry, advisor_id: int, now: datetime
) -> None:
    if held.closed_at is None:
        save_consultation(tx, booking.booking_id, entry.fields, advisor_id=advisor_id, at=entry.at, now=now)
        return
    for name, text in kept_fields(entry.fields).items():
        if is_news(held, name, text):
            keep_aside(tx, booking.booking_id, name, text, advisor_id=advisor_id, at=entry.at, now=now)


def _capture(tx: Transaction, booking: Booking, entry: Entry, advisor_id: int, now: datetime) -> None:
    capture = read_capture(
        entry.kind,
        entry.what,
        at=entry.at,
        today=shops.read(tx).day(now),
        person=entry.person,
        product_id=entry.product_id,
        details=entry.details,
    )
    captures.keep(tx, booking.booking_id, entry.key, capture, advisor_id=advisor_id, now=now)
