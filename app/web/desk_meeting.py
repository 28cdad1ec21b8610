"""How clients meet an advisor, and the address at which her own calendar reads her consultations."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.wording import PLACES
from app.stores import advisors, own_calendars, shops
from app.usecases.change_meeting import UnableToChangeMeeting, Ways, change_meeting
from app.usecases.find_seats import Seat
from app.usecases.give_own_calendar import give_own_calendar
from app.web import feed
from app.web.serving import services
from app.web.sign_in import advisor_signed_in

door = Blueprint("meeting", __name__, url_prefix="/desk/meeting")

SECRET_BYTES = 32  # cannot be guessed however many addresses are tried


@door.get("")
@advisor_signed_in
def show(seat: Seat) -> ResponseReturnValue:
    """This function will show how she is met."""
    return _page(seat)


@door.post("")
@advisor_signed_in
def change(seat: Seat) -> ResponseReturnValue:
    """This function will keep how she is met, or say beside its field what cannot be."""
    form = request.form
    ways = Ways(
        places=form.getlist("places"),
        room=form.get("room", ""),
        address=form.get("address", ""),
        writes_if_missed=form.get("writes_if_missed") == "yes",
    )
    try:
        with services().database.shop(seat.shop_id) as tx:
            change_meeting(tx, seat.advisor, ways)
    except UnableToChangeMeeting as error:
        return _page(seat, entered=ways, problems=error.problems)
    return redirect(url_for("desk.meeting.show", kept=1), 303)


@door.post("/calendar")
@advisor_signed_in
def calendar(seat: Seat) -> ResponseReturnValue:
    """This function will make her a new address and show it, this once; the one before leads nowhere."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with services().database.shop(seat.shop_id) as tx:
        give_own_calendar(tx, seat.advisor.advisor_id, secret=secret, now=services().clock())
    return _page(seat, address=feed.address(seat.shop_id, secret))


@door.post("/calendar/close")
@advisor_signed_in
def close(seat: Seat) -> ResponseReturnValue:
    """This function will close her address."""
    with services().database.shop(seat.shop_id) as tx:
        own_calendars.remove(tx, seat.advisor.advisor_id)
    return redirect(url_for("desk.meeting.show", closed=1), 303)


def _page(
    seat: Seat, *, entered: Ways | None = None, problems: dict[str, str] | None = None, address: str = ""
) -> ResponseReturnValue:
    with services().database.shop(seat.shop_id) as tx:
        advisor, house = advisors.one(tx, seat.advisor.advisor_id), shops.read(tx)
        made_at = own_calendars.made_at(tx, seat.advisor.advisor_id)
    assert advisor is not None  # she is signed in
    ways = entered or Ways(advisor.places, advisor.room, house.address, house.writes_if_missed)
    more: dict[str, Any] = {"problems": problems or {}, "new_address": address, "made_at": made_at}
    page = render_template(
        "desk/meeting.html",
        seat=seat,
        ways=ways,
        names=PLACES,
        kept="kept" in request.args,
        closed="closed" in request.args,
        **more,
    )
    return page, 422 if problems else 200
