"""The brief: what she reads before."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.domain.picture import draw
from app.stores import shops
from app.usecases.find_seats import Seat
from app.usecases.open_brief import open_brief
from app.usecases.print_brief import print_brief
from app.usecases.write_brief import UnableToWriteBrief
from app.web.serving import services
from app.web.sign_in import advisor_signed_in

door = Blueprint("briefs", __name__)


@door.get("/desk/briefs/<uuid:booking_id>")
@advisor_signed_in
def brief(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will open a brief."""
    parts, now = services(), services().clock()
    try:
        with parts.database.shop(seat.shop_id) as tx:
            opened = open_brief(tx, booking_id, reader=seat.advisor.advisor_id, now=now)
            today = shops.read(tx).day(opened.booking.starts_at)
    except UnableToWriteBrief:
        return render_template("desk/cancelled.html", seat=seat), 410
    said = opened.brief
    days = sorted({piece.on for piece in said.pieces})
    picture = draw(days, said.dates, today=today, window_days=said.window_days, called="the day")
    return render_template("desk/brief.html", seat=seat, opened=opened, brief=said, picture=picture)


@door.get("/desk/briefs/<uuid:booking_id>.pdf")
@advisor_signed_in
def pdf(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will give a brief as a PDF; its name says the day and nothing of whom."""
    parts = services()
    try:
        with parts.database.shop(seat.shop_id) as tx:
            printed = print_brief(tx, booking_id, reader=seat.advisor, now=parts.clock())
    except UnableToWriteBrief:
        return render_template("desk/cancelled.html", seat=seat), 410
    named = {"Content-Disposition": f'attachment; filename="{printed.name}"'}
    return Response(printed.content, mimetype="application/pdf", headers=named)
