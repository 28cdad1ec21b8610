"""The desk's calls: who waits for one, and who stands in while an advisor has no time."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.calls import CHOSEN
from app.usecases.choose_stand_in import UnableToChooseStandIn, choose_stand_in
from app.usecases.find_seats import Seat
from app.usecases.finish_call import finish_call
from app.usecases.read_calls import read_calls
from app.web.serving import services
from app.web.sign_in import advisor_signed_in

door = Blueprint("calls", __name__, url_prefix="/desk/calls")

SAID = {
    "done": "Off the list.",
    "again": "It is back on the list.",
    "cover": "Kept. From now on clients can choose that while you have no time.",
}


@door.get("")
@advisor_signed_in
def show(seat: Seat) -> ResponseReturnValue:
    """This function will show the calls to make and who stands in for her."""
    with services().database.shop(seat.shop_id) as tx:
        calls = read_calls(tx, seat.advisor)
    said = SAID.get(request.args.get("kept", ""))
    done = request.args.get("done", type=UUID)
    return render_template("desk/calls.html", seat=seat, calls=calls, parts=CHOSEN, said=said, done=done)


@door.post("/<uuid:call_id>")
@advisor_signed_in
def finish(seat: Seat, call_id: UUID) -> ResponseReturnValue:
    """This function will note a call as made, or as open again."""
    again = "again" in request.form
    with services().database.shop(seat.shop_id) as tx:
        by, now = seat.advisor.advisor_id, services().clock()
        if not finish_call(tx, call_id, done=not again, by=by, now=now):
            abort(404)
    if again:
        return redirect(url_for("desk.calls.show", kept="again"), 303)
    return redirect(url_for("desk.calls.show", kept="done", done=call_id), 303)


@door.post("/stand-in")
@advisor_signed_in
def stand_in(seat: Seat) -> ResponseReturnValue:
    """This function will keep whom she has briefed to stand in for her, or nobody."""
    chosen = request.form.get("stand_in", 0, type=int) or None
    with services().database.shop(seat.shop_id) as tx:
        try:
            choose_stand_in(tx, seat.advisor.advisor_id, chosen, by="lead", now=services().clock())
        except UnableToChooseStandIn:
            abort(400)
    return redirect(url_for("desk.calls.show", kept="cover"), 303)
