"""The desk: the advisor's own room. Its day is here; its other pages hang on this door."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound

from app.domain.consultation import OUTCOMES
from app.domain.places import NO_NUMBER, lacks_number
from app.domain.wording import PLACES
from app.usecases.find_seats import Seat
from app.usecases.finish_item import finish_item
from app.usecases.read_booking import UnableToFindBooking
from app.usecases.read_client import UnableToFindClient
from app.usecases.read_day import read_day
from app.web import (
    desk_bookings,
    desk_briefs,
    desk_calls,
    desk_clients,
    desk_consultations,
    desk_meeting,
    desk_outreach,
    desk_worklist,
    sign_in,
)
from app.web.desk_words import words
from app.web.serving import services
from app.web.sign_in import advisor_signed_in, safe_path

door = Blueprint("desk", __name__)
for room in (
    sign_in,
    desk_briefs,
    desk_calls,
    desk_consultations,
    desk_clients,
    desk_worklist,
    desk_outreach,
    desk_bookings,
    desk_meeting,
):
    door.register_blueprint(room.door)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@door.after_request
def seal(answer: Response) -> Response:
    """This function will keep a page of the desk out of frames, caches and other people's logs."""
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@door.context_processor
def speak() -> dict[str, object]:
    """This function will lend the desk's pages their words for days, times and prices."""
    return {
        **words(),
        "OUTCOMES": OUTCOMES,
        "PLACES": PLACES,
        "NO_NUMBER": NO_NUMBER,
        "lacks_number": lacks_number,
    }


@door.errorhandler(UnableToFindBooking)
@door.errorhandler(UnableToFindClient)
@door.errorhandler(NotFound)
def missing(_: Exception) -> ResponseReturnValue:
    """This function will say that there is no such page, or none for her: both look the same."""
    return render_template("desk/missing.html"), 404


@door.errorhandler(CSRFError)
def stale(_: CSRFError) -> ResponseReturnValue:
    """This function will say that a form was too old to be taken, and what to do."""
    return render_template("desk/stale.html"), 400


@door.get("/desk")
@advisor_signed_in
def home(seat: Seat) -> ResponseReturnValue:
    """This function will show her day."""
    parts = services()
    with parts.database.shop(seat.shop_id) as tx:
        day = read_day(tx, seat.advisor, now=parts.clock())
    return render_template("desk/home.html", seat=seat, day=day)


@door.post("/desk/items/<uuid:item_id>")
@advisor_signed_in
def item(seat: Seat, item_id: UUID) -> ResponseReturnValue:
    """This function will note a forward item as done, or as open again."""
    parts = services()
    with parts.database.shop(seat.shop_id) as tx:
        found = finish_item(tx, item_id, done="again" not in request.form, now=parts.clock())
    return redirect(safe_path(request.form.get("to")), 303) if found else missing(NotFound())
