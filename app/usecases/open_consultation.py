"""Open a consultation's page: its booking, its client, its brief and what has been kept so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.brief import Brief
from app.stores import attributions, captures, clients, consultations
from app.stores.bookings import Booking
from app.stores.captures import KeptCapture
from app.stores.clients import Client
from app.stores.consultations import Consultation
from app.stores.database import Transaction
from app.usecases.read_booking import read_booking


@dataclass(frozen=True, slots=True)
class HeldConsultation:
    """A booking at the desk; `consultation` is None before it begins, `brief` None before it is written.

    `captures` are in the order they were noted down; `followed` are the orders that came of it.
    """

    booking: Booking
    client: Client
    brief: Brief | None
    consultation: Consultation | None
    captures: Sequence[KeptCapture] = ()
    followed: Sequence[Any] = ()


def open_consultation(tx: Transaction, booking_id: UUID, *, reader: int) -> HeldConsultation:
    """This function will open a booking's consultation. Raises UnableToFindBooking where it is not hers."""
    booking = read_booking(tx, booking_id, reader=reader)
    client = clients.one(tx, booking.customer_id)
    assert client is not None, "a booking ends with its customer"
    kept = consultations.brief(tx, booking_id)
    return HeldConsultation(
        booking=booking,
        client=client,
        brief=Brief.from_record(kept.content) if kept else None,
        consultation=consultations.one(tx, booking_id),
        captures=captures.of_booking(tx, booking_id),
        followed=attributions.of_booking(tx, booking_id),
    )
