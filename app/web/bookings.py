"""The door of the time picker: what can be booked, what is held meanwhile, and the booking."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta, Struct
from msgspec.json import Decoder
from werkzeug.exceptions import HTTPException

from app.domain.places import EVERY
from app.domain.wording import PLACES, clock, days, known_zone, when, zone_name, zones_to_choose
from app.stores import shops
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.stores.holds import Hold
from app.usecases.book_consultation import (
    LONGEST_NOTE,
    Booked,
    Place,
    UnableToBook,
    Wish,
    book_consultation,
    places_of,
)
from app.usecases.extend_hold import UnableToExtend, extend_hold
from app.usecases.find_offer import UnableToFindOffer
from app.usecases.hold_slot import hold_slot
from app.usecases.offer_choices import UnableToStandIn
from app.usecases.offer_slots import Picker, offer_slots
from app.usecases.release_hold import release_hold
from app.web import appointment, choices
from app.web.guards import Visitor, storefront_visitor
from app.web.serving import json_answer, log_broken, quiet, refusal, services

door = Blueprint("bookings", __name__)
door.add_url_rule("/proxy/calls", view_func=choices.call, methods=["POST"])

AWAY = "We can’t reach our diary just now. No time was taken; please try again in a moment."

PLACE_GONE = "Your advisor no longer meets this way. No time was taken; please open the calendar again."
NO_STAND_IN = "This colleague cannot be booked any more. Please open the calendar again."

Sent = TypeVar("Sent")

MOST_BYTES = 4 * 1024  # a note of 500 letters in any script stays below

# PostgreSQL keeps no NUL in a text.
Note = Annotated[str, Meta(max_length=LONGEST_NOTE, pattern=r"^[^\x00]*$")]
# As people write one; a better look at it is taken on her own page.
Phone = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+()./ -]*$")]
ZoneId = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]*$")]


class SentWish(Struct, frozen=True):
    """A wish for a time, as the picker sends it."""

    offer: UUID
    starts: Annotated[datetime, Meta(tz=True)]
    place: Place
    key: UUID
    zone: ZoneId = ""
    note: Note = ""
    stand_in: bool = False
    phone: Phone = ""

    def to_wish(self) -> Wish:
        key = str(self.key)
        said = (self.place, self.note, key, self.stand_in, self.phone)
        return Wish(self.offer, self.starts, self.zone, *said)


class SentChoice(Struct, frozen=True):
    """A time that was chosen and not confirmed yet, as the picker sends it."""

    offer: UUID
    starts: Annotated[datetime, Meta(tz=True)]
    zone: ZoneId = ""
    stand_in: bool = False


class SentZone(Struct, frozen=True):
    """The zone that times are shown in, and nothing else."""

    zone: ZoneId = ""


_wishes = msgspec.json.Decoder(SentWish)
_choices = msgspec.json.Decoder(SentChoice)
_zones = msgspec.json.Decoder(SentZone)


@door.get("/proxy/offers/<uuid:offer_id>/slots")
@storefront_visitor
def slots(visitor: Visitor, offer_id: UUID) -> Response:
    """This function will answer the times at which the advisor of an offer can be met."""
    now, zone = services().clock(), request.args.get("zone", "")
    stand_in = request.args.get("stand_in") == "true"
    try:
        with services().database.shop(visitor.shop_id) as tx:
            picker = offer_slots(tx, offer_id, visitor.customer_id, zone=zone, stand_in=stand_in, now=now)
    except UnableToFindOffer:
        return _no_such_offer()
    except UnableToStandIn:
        return refusal("no_stand_in", NO_STAND_IN, 409)
    return json_answer(_picker(picker, now) | choices.choices_in_words(picker))


@door.post("/proxy/holds")
@storefront_visitor
def hold(visitor: Visitor) -> Response:
    """This function will hold the time she has chosen, in place of the one before, while the form is open."""
    sent = _read(_choices)
    if sent is None:
        return _malformed()
    now = services().clock()
    try:
        with services().database.shop(visitor.shop_id) as tx:
            held = hold_slot(
                tx,
                customer_id=visitor.customer_id,
                decision_id=sent.offer,
                starts_at=sent.starts,
                zone=sent.zone,
                stand_in=sent.stand_in,
                now=now,
            )
            return json_answer(_held(held, _zone_of(tx, sent.zone), now))
    except UnableToFindOffer:
        return _no_such_offer()
    except UnableToBook as error:
        return _unable(error)


@door.post("/proxy/holds/longer")
@storefront_visitor
def hold_longer(visitor: Visitor) -> Response:
    """This function will hold her time a little longer, once."""
    sent = _read(_zones)
    if sent is None:
        return _malformed()
    now = services().clock()
    try:
        with services().database.shop(visitor.shop_id) as tx:
            held = extend_hold(tx, customer_id=visitor.customer_id, now=now)
            return json_answer(_held(held, _zone_of(tx, sent.zone), now))
    except UnableToExtend:
        return refusal("lapsed", "This time is no longer held for you. It may still be free.", 409)


@door.post("/proxy/holds/release")
@storefront_visitor
def release(visitor: Visitor) -> Response:
    """This function will free the time that is held for her."""
    with services().database.shop(visitor.shop_id) as tx:
        release_hold(tx, customer_id=visitor.customer_id)
    return quiet()


@door.post("/proxy/bookings")
@storefront_visitor
def book(visitor: Visitor) -> Response:
    """This function will hold a time, or say why it cannot be held and what is free instead."""
    sent = _read(_wishes)
    if sent is None:
        return _malformed()
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


def _read(decoder: Decoder[Sent]) -> Sent | None:
    body = request.get_data()
    if len(body) > MOST_BYTES:
        return None
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _malformed() -> Response:
    return refusal("malformed", "This could not be read. Please choose a time again.", 400)


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
        "no_stand_in": NO_STAND_IN,
        "place_gone": PLACE_GONE,
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
        "places": _places(advisor),
        "days": days(picker.slots, picker.zone),
    }


def _places(advisor: Advisor) -> list[dict[str, str]]:
    """Where she can be met; `asks` is what the shopper may add to her wish: "phone", or nothing."""
    return [{"id": each, "label": PLACES[each], "asks": EVERY[each].asks} for each in places_of(advisor)]


def _held(held: Hold, zone: str, now: datetime) -> dict[str, object]:
    """How long it is held, as the clock says it there and in seconds, so that no two clocks are compared."""
    seconds = int((held.held_until - now).total_seconds())
    return {"hold": {"until": clock(held.held_until, zone), "seconds": seconds, "extended": held.extended}}


def _zone_of(tx: Transaction, zone: str) -> str:
    return known_zone(zone) or shops.read(tx).timezone


def _booking(booked: Booked) -> dict[str, str]:
    booking = booked.booking
    return {
        "id": str(booking.booking_id),
        "when": when(booking.starts_at, booking.zone),
        "advisor": booked.advisor.name,
        "place": PLACES[booking.place],
    }
