"""Write the brief of a booking, once, from what the house knows of the client."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.domain.brief import Brief, Known, Noted, Promised, write
from app.domain.kept_decision import read_kept
from app.stores import (
    advisors,
    book_entries,
    bookings,
    captures,
    catalogue,
    clients,
    consultations,
    customers,
    decisions,
    gems,
    order_history,
    rulebook,
    shops,
    terms,
)
from app.stores.bookings import Booking
from app.stores.database import Transaction
from scoring.replay import DecisionRecord

log = structlog.get_logger(__name__)
# What was not sold for longer is hardly in the case any more. Dated guess, 2026-11.
CATALOGUE_REACHES_BACK = timedelta(days=3 * 365)


class UnableToWriteBrief(Exception):
    """There is no such booking, or it was cancelled. Trying again will not help."""


def write_brief(tx: Transaction, booking_id: UUID, *, now: datetime, again: bool = False) -> Brief:
    """This function will write a booking's brief, or give the one that is written.

    `again` writes it anew, for when a date must not stand in it any longer. Raises UnableToWriteBrief.
    """
    kept = consultations.brief(tx, booking_id)
    if kept is not None and not again:
        return Brief.from_record(kept.content)
    booking = bookings.one(tx, booking_id)
    if booking is None or booking.state == "cancelled":
        raise UnableToWriteBrief("there is no such booking, or it was cancelled")
    brief = write(_known(tx, booking, now), today=shops.read(tx).day(now))
    consultations.keep_brief(tx, booking_id, brief.to_record(), now=now, again=again)
    return brief


def write_briefs_again(tx: Transaction, customer_id: str, *, now: datetime) -> None:
    """This function will write a client's briefs anew: a date in them must not stand any longer."""
    for booking_id in consultations.briefed(tx, customer_id):
        write_brief(tx, booking_id, now=now, again=True)


def _known(tx: Transaction, booking: Booking, now: datetime) -> Known:
    client = clients.one(tx, booking.customer_id)
    assert client is not None, "a booking ends with its customer"
    known = client.relationship
    sold = catalogue.last_sold(tx, known.currency, since=now - CATALOGUE_REACHES_BACK) if known else ()
    return Known(
        first_name=client.first_name,
        name=client.name,
        orders=order_history.orders_of(tx, booking.customer_id),
        zone=shops.read(tx).zone,
        relationship=known,
        stated=[kept.milestone for kept in clients.milestones_of(tx, booking.customer_id)],
        notes=notes_of(tx, booking.customer_id),
        promised=_promised(tx, booking.customer_id),
        decision=_decision(tx, booking.decision_id),
        her_note=booking.note,
        lead=client.lead_reason,
        captures=[
            *captures.of_customer(tx, booking.customer_id),
            *book_entries.captures_of(tx, booking.customer_id),
        ],
        catalogue=sold,
        adjacency=rulebook.read(tx).adjacency,
        terms=terms.read(tx),
        gems=gems.read(tx),
    )


def notes_of(tx: Transaction, customer_id: str) -> list[Noted]:
    """This function will read the notes on a client with who wrote them, newest first."""
    names = {advisor.advisor_id: advisor.first_name for advisor in advisors.every(tx)}
    shop = shops.read(tx)
    noted = [
        Noted(note.body, names.get(note.advisor_id, ""), shop.day(note.at))
        for note in customers.notes_of(tx, customer_id)
    ]
    told = book_entries.told_of(tx, customer_id)
    return [*noted, Noted(told[0], "", shop.day(told[1]))] if told else noted


def _promised(tx: Transaction, customer_id: str) -> list[Promised]:
    items = consultations.promised_to(tx, customer_id)
    return [Promised(item.what, item.due_on) for item in items if item.done_at is None]


def _decision(tx: Transaction, decision_id: UUID | None) -> DecisionRecord | None:
    """Read what the invitation rested on. A booking without one, or an erased one, has no reasons.

    The record may be another engine's: of a version before, or, after a roll-back, of one to come.
    """
    record = decisions.record_of(tx, decision_id) if decision_id is not None else None
    decision = read_kept(record) if record else None
    if record and decision is None:
        log.warning("brief.record_unread", shop_id=tx.shop_id, decision_id=str(decision_id))
    return decision
