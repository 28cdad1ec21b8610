"""Keep what is typed during a consultation, as it is typed, and what a device kept while it was away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from app.domain.captures import Capture
from app.domain.consultation import STAGES, UnableToSave, kept_fields
from app.stores import captures, consultations
from app.stores.consultations import Consultation
from app.stores.database import Transaction
from app.usecases.read_booking import read_booking


def save_consultation(
    tx: Transaction,
    booking_id: UUID,
    typed: Mapping[str, str],
    *,
    advisor_id: int,
    at: datetime,
    now: datetime,
    shown_at: datetime | None = None,
) -> frozenset[str]:
    """This function will keep the fields given, typed at `at`, and name those that came too late.

    The others are left as they are. A field that was typed again since, on another device, stands; older
    notes are put beside it, so that no word is lost. `shown_at` is when the page of a whole form was made:
    what differs from it and was typed later stands against the form, which may be sent by a browser that
    loads a page anew. Sent twice, it changes nothing. Raises UnableToFindBooking where it is not hers,
    UnableToSave where it has not begun or is closed.
    """
    read_booking(tx, booking_id, reader=advisor_id)
    held = consultations.one(tx, booking_id, lock=True)
    if held is None or held.closed_at is not None:
        raise UnableToSave("this consultation has not begun, or is closed")
    fields = kept_fields(typed)
    if shown_at is not None:
        # What a form repeats was not typed now, and must not count as newer than what another device sends.
        fields = {name: text for name, text in fields.items() if text != held.captured.get(name, "")}
    seen = min(at, shown_at) if shown_at is not None else at
    newer = {name: text for name, text in fields.items() if not _typed_since(held, name, seen)}
    stage = typed.get("stage")
    consultations.keep_typed(tx, booking_id, newer, stage=stage if stage in STAGES else None, at=at)
    older = frozenset(fields.keys() - newer.keys())
    for name in older:
        if is_news(held, name, fields[name]):
            keep_aside(tx, booking_id, name, fields[name], advisor_id=advisor_id, at=at, now=now)
    return older


def is_news(held: Consultation, name: str, text: str) -> bool:
    """This function will say whether late words of a stage say anything that is not kept already."""
    return name.startswith("note_") and bool(text.strip()) and text.strip() not in held.captured.get(name, "")


def keep_aside(
    tx: Transaction,
    booking_id: UUID,
    name: str,
    text: str,
    *,
    advisor_id: int,
    at: datetime,
    now: datetime,
) -> None:
    """This function will keep a field's late words as a row of their own, once however often they come."""
    aside = Capture("aside", text.strip(), at, details={"field": name})
    key = uuid5(booking_id, f"{name}:{text.strip()}")
    captures.keep(tx, booking_id, key, aside, advisor_id=advisor_id, now=now)


def _typed_since(held: Consultation, name: str, at: datetime) -> bool:
    known = held.typed_at.get(name)
    return known is not None and datetime.fromisoformat(known) > at
