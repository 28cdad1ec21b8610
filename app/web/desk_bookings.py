"""An appointment at the desk: another time for it, or giving it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain import wording
from app.domain.places import EVERY
from app.stores import advisors, clients, shops
from app.stores.bookings import Booking
from app.usecases.cancel_booking import LONGEST_REASON, cancel_booking
from app.usecases.find_seats import Seat
from app.usecases.offer_other_times import offer_other_times
from app.usecases.offer_slots import Picker
from app.usecases.owe_letters import meeting_of
from app.usecases.read_booking import read_booking
from app.usecases.reschedule_booking import UnableToReschedule, reschedule_booking
from app.web import appointment
from app.web.serving import instant, services
from app.web.sign_in import advisor_signed_in

door = Blueprint("bookings", __name__, url_prefix="/desk/bookings")


@door.get("/<uuid:booking_id>")
@advisor_signed_in
def show(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will show an appointment, with the lead's other times in the reader's zone."""
    return _page(seat, booking_id)


@door.post("/<uuid:booking_id>/move")
@advisor_signed_in
def move(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will give an appointment another time, or say why not and what is free instead."""
    parts, starts_at = services(), instant(request.form.get("starts", ""))
    booking = _read(seat, booking_id)
    if starts_at is None:
        return _page(seat, booking_id, unchosen=True)
    try:
        reschedule_booking(
            parts.database,
            parts.live,
            parts.queue,
            shop_id=seat.shop_id,
            booking_id=booking.booking_id,
            starts_at=starts_at,
            zone="",
            by="advisor",
            url=parts.settings.url,
            link_for=appointment.link,
            sender=parts.settings.mail_from,
            now=parts.clock(),
        )
    except UnableToReschedule as error:
        return _page(seat, booking_id, problem=_why(error), instead=error.instead)
    return redirect(url_for("desk.bookings.show", booking_id=booking_id, kept=1), 303)


@door.post("/<uuid:booking_id>/cancel")
@advisor_signed_in
def cancel(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will cancel an appointment and tell the client; the reason stays in the house."""
    parts, booking = services(), _read(seat, booking_id)
    if booking.starts_at > parts.clock():
        cancel_booking(
            parts.database,
            parts.live,
            parts.queue,
            shop_id=seat.shop_id,
            booking_id=booking.booking_id,
            url=parts.settings.url,
            sender=parts.settings.mail_from,
            by="advisor",
            reason=request.form.get("reason", "").replace("\x00", ""),
            link_for=appointment.link,
            now=parts.clock(),
        )
    return redirect(url_for("desk.bookings.show", booking_id=booking_id), 303)


def _read(seat: Seat, booking_id: UUID) -> Booking:
    with services().database.shop(seat.shop_id) as tx:
        return read_booking(tx, booking_id, reader=seat.advisor.advisor_id)


def _page(
    seat: Seat,
    booking_id: UUID,
    *,
    problem: str = "",
    instead: Picker | None = None,
    unchosen: bool = False,
) -> ResponseReturnValue:
    now, zone = services().clock(), seat.advisor.timezone
    with services().database.shop(seat.shop_id) as tx:
        booking = read_booking(tx, booking_id, reader=seat.advisor.advisor_id)
        stands = booking.state == "booked" and booking.starts_at > now
        picker = instead or (offer_other_times(tx, booking, zone=zone, now=now) if stands else None)
        advisor, house = advisors.one(tx, booking.advisor_id), shops.read(tx)
        client = clients.one(tx, booking.customer_id)
    assert advisor is not None  # the booking's keys name both
    assert client is not None
    page = render_template(
        "desk/booking.html",
        seat=seat,
        booking=booking,
        stands=stands,
        client=client,
        advisor=advisor,
        leads=EVERY[booking.place].leads(meeting_of(advisor, booking, address=house.address)),
        **_choices(picker, zone),
        her_time="" if booking.zone == zone else wording.when(booking.starts_at, booking.zone),
        problem=problem,
        unchosen=unchosen,
        kept="kept" in request.args,
        longest=LONGEST_REASON,
    )
    return page, 409 if problem else 422 if unchosen else 200


def _choices(picker: Picker | None, zone: str) -> dict[str, Any]:
    if picker is None:
        return {"lead": None, "days": []}
    return {"lead": picker.advisor, "days": wording.days(picker.slots, zone)}


def _why(error: UnableToReschedule) -> str:
    if error.code == "slot_taken":
        return "That time has just been taken. The appointment keeps its own until you choose another."
    return "This appointment was cancelled or has begun, so it can’t be moved any more."
