"""The worklist: who to think of, and one tap for what came of it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.worklist import Answer
from app.stores import advisors
from app.usecases.answer_worklist import answer_worklist
from app.usecases.find_seats import Seat
from app.usecases.read_worklist import read_worklist, whose_list
from app.web.serving import services
from app.web.sign_in import advisor_signed_in
from scoring.wording import count

door = Blueprint("worklist", __name__, url_prefix="/desk/worklist")

_ANSWERS: dict[str, Answer] = {
    "done": "done",
    "snoozed": "snoozed",
    "not_relevant": "not_relevant",
    "again": "again",
}


@door.get("")
@advisor_signed_in
def show(seat: Seat) -> ResponseReturnValue:
    """This function will show whom to think of; the owner may look at a colleague's list."""
    with services().database.shop(seat.shop_id) as tx:
        whose = whose_list(tx, seat.advisor, request.args.get("of", type=int))
        found = read_worklist(tx, whose, now=services().clock())
        colleagues = [each for each in advisors.every(tx) if each.active] if seat.is_owner else []
    kept = request.args.get("kept", "")
    return render_template(
        "desk/worklist.html",
        seat=seat,
        found=found,
        colleagues=colleagues,
        kept=kept if kept in _ANSWERS else "",
        count=count,
    )


@door.post("")
@advisor_signed_in
def answer(seat: Seat) -> ResponseReturnValue:
    """This function will keep what was said to an item."""
    said, form = _ANSWERS.get(request.form.get("answer", "")), request.form
    if said is None:
        abort(400)
    with services().database.shop(seat.shop_id) as tx:
        answer_worklist(
            tx,
            form.get("customer_id", ""),
            form.get("key", ""),
            form.get("year", 0, type=int),
            said,
            advisor=seat.advisor,
            now=services().clock(),
        )
    return redirect(url_for("desk.worklist.show", of=form.get("of", type=int), kept=said), 303)
