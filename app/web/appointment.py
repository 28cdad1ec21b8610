"""The shopper's own link to her appointment: GET shows it, POST moves it or gives it back.

Mail scanners open every link, so looking changes nothing. The link is signed, for one booking, and good until
the appointment has begun; after one that did not come about it leads to other times for a while. It names
nobody but the advisor and the house.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.domain import appointment_links, wording
from app.domain.places import EVERY, LONGEST_PHONE, UnableToMeetThere
from app.stores import advisors, bookings, shops
from app.stores.bookings import Booking
from app.usecases.book_again import book_again, may_book_again
from app.usecases.book_consultation import UnableToBook
from app.usecases.cancel_booking import cancel_booking
from app.usecases.offer_other_times import offer_other_times
from app.usecases.offer_slots import Picker
from app.usecases.owe_letters import meeting_of
from app.usecases.reschedule_booking import UnableToReschedule, reschedule_booking
from app.usecases.say_phone import say_phone
from app.web.serving import instant, log_broken, services, shop_url
from app.web.sign_in import open_to_all

door = Blueprint("appointment", __name__)

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

Found = tuple[int, Booking]


@door.after_request
def seal(answer: Response) -> Response:
    """This function will keep the page out of frames and caches, and its address out of other sites' logs."""
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def link(shop_id: int, booking_id: UUID) -> str:
    """This function will give the address at which one booking can be seen, moved and cancelled."""
    settings = services().settings
    return appointment_links.link(settings.url, settings.secret_key, shop_id, booking_id)


@door.get("/appointments/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    """This function will show the appointment that a link is for."""
    found = _read(token)
    return _page(token, *found) if found else _gone(token)


@door.post("/appointments/<token>")
@open_to_all
def cancel(token: str) -> ResponseReturnValue:
    """This function will cancel the appointment that a link is for, and tell both; again changes nothing."""
    found = _read(token)
    if found is None:
        return _gone(token)
    shop_id, booking = found
    parts = services()
    cancel_booking(
        parts.database,
        parts.live,
        parts.queue,
        shop_id=shop_id,
        booking_id=booking.booking_id,
        url=parts.settings.url,
        sender=parts.settings.mail_from,
        link_for=link,
        now=parts.clock(),
    )
    found = _read(token)
    return _page(token, *found) if found else _gone(token)


@door.get("/appointments/<token>/times")
@open_to_all
def times(token: str) -> ResponseReturnValue:
    """This function will show other times, in her zone or the one she chose."""
    found = _read(token)
    if found is None:
        return _gone(token)
    shop_id, booking = found
    zone = request.args.get("zone", "") or booking.zone
    with services().database.shop(shop_id) as tx:
        picker = offer_other_times(tx, booking, zone=zone, now=services().clock())
    return _times(token, booking, picker)


@door.post("/appointments/<token>/times")
@open_to_all
def choose(token: str) -> ResponseReturnValue:
    """This function will give her the time she chose, or say why not and what is free instead."""
    found = _read(token)
    if found is None:
        return _gone(token)
    shop_id, booking = found
    zone, starts_at = request.form.get("zone", ""), instant(request.form.get("starts", ""))
    if starts_at is None:
        with services().database.shop(shop_id) as tx:
            picker = offer_other_times(tx, booking, zone=zone or booking.zone, now=services().clock())
        return _times(token, booking, picker, unchosen=True)
    try:
        kept = _keep(shop_id, booking, starts_at, zone)
    except (UnableToReschedule, UnableToBook) as error:
        if error.instead is not None:
            return _times(token, booking, error.instead, taken=True)
        found = _read(token)
        return _page(token, *found, unable=error.code) if found else _gone(token)
    its_own = link(shop_id, kept.booking_id).rpartition("/")[2]
    return redirect(url_for("appointment.show", token=its_own, kept=1), 303)


def _keep(shop_id: int, booking: Booking, starts_at: datetime, zone: str) -> Booking:
    parts = services()
    about: dict[str, Any] = {"shop_id": shop_id, "booking_id": booking.booking_id, "starts_at": starts_at}
    about |= {"zone": zone, "url": parts.settings.url, "link_for": link, "sender": parts.settings.mail_from}
    if booking.state != "booked":
        return book_again(parts.database, parts.live, parts.queue, **about, now=parts.clock())
    return reschedule_booking(
        parts.database, parts.live, parts.queue, **about, by="customer", now=parts.clock()
    )


@door.post("/appointments/<token>/phone")
@open_to_all
def phone(token: str) -> ResponseReturnValue:
    """This function will keep the number at which she wants to be called."""
    found = _read(token)
    if found is None:
        return _gone(token)
    shop_id, booking = found
    entered = request.form.get("phone", "")
    try:
        with services().database.shop(shop_id) as tx:
            say_phone(tx, booking.booking_id, entered)
    except UnableToMeetThere as error:
        return _page(token, shop_id, booking, entered=entered[:LONGEST_PHONE], problem=str(error))
    return redirect(url_for("appointment.show", token=token, called=1), 303)


@door.errorhandler(Exception)
def broken(error: Exception) -> ResponseReturnValue | HTTPException:
    """This function will answer with a page, where our diary cannot be reached."""
    if isinstance(error, HTTPException):
        return error
    log_broken("appointment.broken", error)
    return render_template("appointment.html", booking=None, away=True), 503


def _read(token: str) -> Found | None:
    """Find the booking of a link; None where the link is forged, or leads to nothing any more."""
    known = appointment_links.read(services().settings.secret_key, token)
    if known is None:
        return None
    shop_id, booking_id = known
    with services().database.shop(shop_id) as tx:
        booking = bookings.one(tx, booking_id)
    return (shop_id, booking) if booking is not None and _is_good(booking) else None


def _is_good(booking: Booking) -> bool:
    now = services().clock()
    return (booking.state == "booked" and booking.starts_at > now) or may_book_again(booking, now=now)


def _page(token: str, shop_id: int, booking: Booking, **more: Any) -> ResponseReturnValue:
    with services().database.shop(shop_id) as tx:
        house, advisor = shops.read(tx), advisors.one(tx, booking.advisor_id)
        shop = shop_url(tx)
    assert advisor is not None  # the booking's foreign key names her
    place = EVERY[booking.place]
    meeting = meeting_of(advisor, booking, address=house.address)
    page = render_template(
        "appointment.html",
        token=token,
        house=house.name,
        address=house.address.rstrip("."),
        shop=shop,
        advisor=advisor,
        booking=booking,
        when=wording.when(booking.starts_at, booking.zone),
        place=wording.PLACES[booking.place],
        says=place.says(meeting),
        room=place.leads(meeting),
        asks=place.asks,
        kept="kept" in request.args,
        called="called" in request.args,
        **more,
    )
    return page, 422 if more.get("problem") else 409 if more.get("unable") else 200


def _times(
    token: str, booking: Booking, picker: Picker, *, taken: bool = False, unchosen: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "appointment_times.html",
        token=token,
        booking=booking,
        advisor=picker.advisor,
        when=wording.when(booking.starts_at, picker.zone),
        zone=picker.zone,
        zone_name=wording.zone_name(picker.zone),
        zones=wording.zones_to_choose(picker.zone, picker.house_zone, now=services().clock()),
        days=wording.days(picker.slots, picker.zone),
        taken=taken,
        unchosen=unchosen,
    )
    return page, 409 if taken else 422 if unchosen else 200


def _gone(token: str) -> ResponseReturnValue:
    """Say whom to ask instead: also where the link is damaged, if it still says which booking it was for."""
    meant = appointment_links.seems_to_mean(services().settings.secret_key, token)
    whom = _whom_to_ask(*meant) if meant else {}
    return render_template("appointment.html", booking=None, **whom), 404


def _whom_to_ask(shop_id: int, booking_id: UUID) -> dict[str, str]:
    """What the house tells anybody, for who knows of a booking there: a number alone names no house."""
    with services().database.shop(shop_id) as tx:
        if bookings.one(tx, booking_id) is None:
            return {}
        house = shops.read(tx)
        return {"house": house.name, "address": house.address.rstrip("."), "shop": shop_url(tx)}
