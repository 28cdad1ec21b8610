"""The door of the time picker: what can be booked, and the booking."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta, Struct
from werkzeug.exceptions import HTTPException

from app.domain.wording import PLACES, days, when, zone_name, zones_to_choose
from app.usecases.book_consultation import Booked, Place, UnableToBook, Wish, book_consultation
from app.usecases.find_offer import UnableToFindOffer
from app.usecases.offer_slots import Picker, offer_slots
from app.web import appointment
from app.web.guards import Visitor, storefront_visitor
from app.web.serving import json_answer, log_broken, refusal, services

door = Blueprint("bookings", __name__)

AWAY = "We can’t reach our diary just now. No time was taken; please try again in a moment."
MOST_BYTES = 4 * 1024  # a note of 500 letters in any script stays below

# PostgreSQL keeps no NUL in a text.
Note = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")]
ZoneId = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]*$")]


class SentWish(Struct, frozen=True):
    """A wish for a time, as the picker sends it."""

    offer: UUID
    starts: Annotated[datetime, Meta(tz=True)]
    place: Place
    key: UUID
    zone: ZoneId = ""
    note: Note = ""

    def to_wish(self) -> Wish:
        return Wish(self.offer, self.starts, self.zone, self.place, self.note, str(self.key))


_wishes = msgspec.json.Decoder(SentWish)


@door.get("/proxy/offers/<uuid:offer_id>/slots")
@storefront_visitor
def slots(visitor: Visitor, offer_id: UUID) -> Response:
    """This function will answer the times at which the advisor of an offer can be met."""
    now, zone = services().clock(), request.args.get("zone", "")
    try:
        with services().database.shop(visitor.shop_id) as tx:
            picker = offer_slots(tx, offer_id, visitor.customer_id, zone=zone, now=now)
    except UnableToFindOffer:
        return _no_such_offer()
    return json_answer(_picker(picker, now))


@door.post("/proxy/bookings")
@storefront_visitor
def book(visitor: Visitor) -> Response:
    """This function will hold a time, or say why it cannot be held and what is free instead."""
    sent = _read(request.get_data())
    if sent is None:
        return refusal("malformed", "This could not be read. Please choose a time again.", 400)
    parts = services()
    try:
        booked = book_consultation(
            parts.database,
            parts.live,
            parts.queue,
            shop_id=visitor.shop_id,
            customer_id=visitor.customer_id,
            wish=sent.to_wish(),
            url=parts.settings.url,
            link_for=appointment.link,
            sender=parts.settings.mail_from,
            now=parts.clock(),
        )
    except UnableToFindOffer:
        return _no_such_offer()
    except UnableToBook as error:
        return _unable(error)
    return json_answer({"booking": _booking(booked)}, 201)


@door.errorhandler(Exception)
def broken(error: Exception) -> Response | HTTPException:
    """This function will say, where our diary cannot be reached, what was kept and what to do."""
    if isinstance(error, HTTPException):
        return error
    log_broken("bookings.broken", error)
    return refusal("away", AWAY, 503)


def _read(body: bytes) -> SentWish | None:
    if len(body) > MOST_BYTES:
        return None
    try:
        return _wishes.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _no_such_offer() -> Response:
    return refusal("no_such_offer", "This invitation is no longer there.", 404)


def _unable(error: UnableToBook) -> Response:
    if error.instead is not None:
        advisor, free = error.instead.advisor.first_name, days(error.instead.slots, error.instead.zone)
        message = (
            "That time has just been taken. Your details are still here; "
            f"these are the next times {advisor} has."
            if free
            else f"That time has just been taken, and {advisor} has no other just now."
        )
        return refusal(error.code, message, 409, days=free)
    message = {
        "already_booked": "You already have an appointment with us. We look forward to seeing you.",
        "key_reused": "This was sent before with other details. Please choose a time again.",
    }[error.code]
    return refusal(error.code, message, 409)


def _picker(picker: Picker, now: datetime) -> dict[str, object]:
    advisor = picker.advisor
    return {
        "advisor": {"name": advisor.name, "first_name": advisor.first_name},
        "zone": picker.zone,
        "zone_name": zone_name(picker.zone),
        "zones": zones_to_choose(picker.zone, picker.house_zone, now=now),
        "minutes": advisor.minutes,
        "places": [{"id": place, "label": label} for place, label in PLACES.items()],
        "days": days(picker.slots, picker.zone),
    }


def _booking(booked: Booked) -> dict[str, str]:
    booking = booked.booking
    return {
        "id": str(booking.booking_id),
        "when": when(booking.starts_at, booking.zone),
        "advisor": booked.advisor.name,
        "place": PLACES[booking.place],
    }
