"""An advisor's consultations for her own calendar application, at an address that only she knows."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from app.usecases.read_own_calendar import UnableToFindCalendar, read_own_calendar
from app.web.serving import services
from app.web.sign_in import open_to_all

door = Blueprint("feed", __name__)

# A calendar that asks more often is answered from its own memory.
FRESH_SECONDS = 300


def address(shop_id: int, secret: str) -> str:
    """This function will give the address that a secret opens; the shop's number in it is no secret."""
    return f"{services().settings.url}/calendars/{shop_id}/{secret}.ics"


@door.get("/calendars/<int:shop_id>/<secret>.ics")
@open_to_all
def show(shop_id: int, secret: str) -> Response:
    """This function will answer the feed that an address opens; the address itself is the key."""
    parts = services()
    try:
        with parts.database.shop(shop_id) as tx:
            content = read_own_calendar(tx, secret, now=parts.clock())
    except UnableToFindCalendar:
        abort(404)
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    answer.headers["Content-Disposition"] = 'inline; filename="consultations.ics"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
