"""The shopper's own link to her appointment: GET shows it, POST cancels it.

Mail scanners open every link, so looking changes nothing. The link is signed, for one booking, and good until
the appointment has begun; it names nobody but the advisor and the house.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import HTTPException

from app.domain.wording import PLACES, when
from app.stores import advisors, bookings, shops
from app.stores.bookings import Booking
from app.usecases.cancel_booking import cancel_booking
from app.web.serving import log_broken, services
from app.web.sign_in import open_to_all

door = Blueprint("appointment", __name__)

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@door.after_request
def seal(answer: Response) -> Response:
    """This function will keep the page out of frames and caches, and its address out of other sites' logs."""
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def link(shop_id: int, booking_id: UUID) -> str:
    """This function will give the address at which one booking can be seen and cancelled."""
    return f"{services().settings.url}/appointments/{_serializer().dumps([shop_id, str(booking_id)])}"


@door.get("/appointments/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    """This function will show the appointment that a link is for."""
    found = _read(token)
    return _page(token, *found) if found else _gone()


@door.post("/appointments/<token>")
@open_to_all
def cancel(token: str) -> ResponseReturnValue:
    """This function will cancel the appointment that a link is for, and tell both; again changes nothing."""
    found = _read(token)
    if found is None:
        return _gone()
    shop_id, booking = found
    parts = services()
    cancel_booking(
        parts.database,
        parts.live,
        parts.queue,
        shop_id=shop_id,
        booking_id=booking.booking_id,
        sender=parts.settings.mail_from,
        now=parts.clock(),
    )
    found = _read(token)
    return _page(token, *found) if found else _gone()


@door.errorhandler(Exception)
def broken(error: Exception) -> ResponseReturnValue | HTTPException:
    """This function will answer with a page, where our diary cannot be reached."""
    if isinstance(error, HTTPException):
        return error
    log_broken("appointment.broken", error)
    return render_template("appointment.html", booking=None, away=True), 503


def _read(token: str) -> tuple[int, Booking] | None:
    """Find the booking of a link; None where the link is forged or the appointment has begun or is erased."""
    try:
        shop_id, booking_id = _serializer().loads(token)
    except BadData:
        return None
    with services().database.shop(shop_id) as tx:
        booking = bookings.one(tx, UUID(booking_id))
    return (shop_id, booking) if booking and booking.starts_at > services().clock() else None


def _page(token: str, shop_id: int, booking: Booking) -> ResponseReturnValue:
    with services().database.shop(shop_id) as tx:
        house, advisor = shops.read(tx), advisors.one(tx, booking.advisor_id)
    return render_template(
        "appointment.html",
        token=token,
        house=house.name,
        advisor=advisor,
        booking=booking,
        when=when(booking.starts_at, booking.zone),
        place=PLACES[booking.place],
    )


def _gone() -> ResponseReturnValue:
    return render_template("appointment.html", booking=None), 404


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt="appointment")
