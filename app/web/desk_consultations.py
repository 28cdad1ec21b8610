"""The consultation: four stages, kept as they are typed, closed with what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.domain.captures import RELATIONS, SIZES, said
from app.domain.consultation import (
    MOST_FORWARD_ITEMS,
    OUTCOMES,
    STAGES,
    UnableToClose,
    UnableToSave,
    minutes_since,
    missing_of,
)
from app.domain.prompts import prompts
from app.usecases.close_consultation import close_consultation
from app.usecases.find_seats import Seat
from app.usecases.open_consultation import HeldConsultation, open_consultation
from app.usecases.save_consultation import save_consultation
from app.usecases.start_consultation import start_consultation
from app.usecases.sync_consultation import sync_consultation
from app.web.device import UnableToReadEntries, read_entries
from app.web.serving import json_answer, refusal, services
from app.web.sign_in import advisor_signed_in
from scoring.kinds import NAMES
from scoring.money import money

door = Blueprint("consultations", __name__)

_NOT_BEGUN = "This consultation has not begun."


@door.get("/desk/consultations/<uuid:booking_id>")
@advisor_signed_in
def consultation(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will show a consultation: before it begins, under way, or closed."""
    parts, now = services(), services().clock()
    with parts.database.shop(seat.shop_id) as tx:
        held = open_consultation(tx, booking_id, reader=seat.advisor.advisor_id)
    begun = held.consultation
    return render_template(
        "desk/consultation.html",
        seat=seat,
        held=held,
        typed=begun.captured if begun else {},
        errors=_missing(seat, held, now),
        shown_at=now.isoformat(),
        stages=STAGES,
        outcomes=OUTCOMES,
        prompts=prompts(held.brief),
        elapsed=minutes_since(begun.started_at, now) if begun else None,
        rows=range(1, MOST_FORWARD_ITEMS + 1),
        said=said,
        money=money,
        owned=_owned(held),
        pressed={(each.capture.kind, each.capture.what): each.capture_id for each in held.captures},
        sizes=SIZES,
        relations=RELATIONS,
    )


def _missing(seat: Seat, held: HeldConsultation, now: datetime) -> Mapping[str, str]:
    """Say what a refused close lacks, by field: of what is kept now, however often the page is loaded."""
    if held.consultation is None or request.args.get("close") != "missing":
        return {}
    today = now.astimezone(ZoneInfo(seat.advisor.timezone)).date()
    spent = minutes_since(held.consultation.started_at, now)
    return missing_of(held.consultation.captured, today=today, spent=spent)


def _owned(held: HeldConsultation) -> list[str]:
    """Name what was bought here as one says it: "the 2019 earrings"."""
    pieces = held.brief.pieces if held.brief else ()
    worn = (
        f"the {piece.on.year} {NAMES[piece.kind][0].split(' ', 1)[-1]}"
        for piece in pieces
        if piece.kind in NAMES
    )
    return list(dict.fromkeys(worn))


@door.post("/desk/consultations/<uuid:booking_id>/start")
@advisor_signed_in
def start(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will begin it, or note that nobody came."""
    parts = services()
    absent = "did_not_come" in request.form
    here = url_for("desk.consultations.consultation", booking_id=booking_id)
    try:
        with parts.database.shop(seat.shop_id) as tx:
            start_consultation(
                tx, booking_id, advisor_id=seat.advisor.advisor_id, did_not_come=absent, now=parts.clock()
            )
    except UnableToSave:
        return redirect(here, 303)  # the page says that it was cancelled
    return redirect(f"{here}#close" if absent else here, 303)


@door.get("/desk/token")
@advisor_signed_in
def token(_: Seat) -> ResponseReturnValue:
    """This function will give a page that was left open the token of who has signed in again since."""
    return json_answer({"token": generate_csrf()})


@door.post("/desk/consultations/<uuid:booking_id>/sync")
@advisor_signed_in
def sync(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will take in what a device has kept, and answer what need not be sent again."""
    parts, now = services(), services().clock()
    try:
        entries = read_entries(request.get_data(), now=now)
        with parts.database.shop(seat.shop_id) as tx:
            taken = sync_consultation(
                tx, parts.live, booking_id, entries, advisor_id=seat.advisor.advisor_id, now=now
            )
    except UnableToReadEntries:
        return refusal("unreadable", "This cannot be read.", 422)
    except UnableToSave:
        return refusal("not_begun", _NOT_BEGUN, 409)
    refused = {str(key): why for key, why in taken.refused.items()}
    return json_answer({"kept": taken.kept, "refused": refused, "closed": taken.closed})


@door.post("/desk/consultations/<uuid:booking_id>")
@advisor_signed_in
def submit(seat: Seat, booking_id: UUID) -> ResponseReturnValue:
    """This function will keep the whole form, and close the consultation where that was asked for.

    Every answer leads to the page itself. A page that came of a form is sent again by a browser that loads
    it anew, and the form would be older by then than what she has typed since.
    """
    parts, advisor_id, now = services(), seat.advisor.advisor_id, services().clock()
    here = url_for("desk.consultations.consultation", booking_id=booking_id)
    try:
        # In a transaction of its own: what was typed is kept even where it does not close.
        with parts.database.shop(seat.shop_id) as tx:
            older = save_consultation(
                tx, booking_id, _whole(), advisor_id=advisor_id, at=now, now=now, shown_at=_shown_at(now)
            )
        if older:
            return redirect(f"{here}?newer=1", 303)
        if request.form.get("action") != "close":
            return redirect(f"{here}?saved=1", 303)
        with parts.database.shop(seat.shop_id) as tx:
            close_consultation(tx, parts.live, booking_id, advisor_id=advisor_id, now=now)
    except UnableToClose:
        return redirect(f"{here}?close=missing", 303)
    except UnableToSave:
        return redirect(here, 303)
    return redirect(here, 303)


def _shown_at(now: datetime) -> datetime:
    """Read when the form's page was made; one that does not say so, or not so that it can be, is of now."""
    try:
        at = datetime.fromisoformat(request.form.get("shown_at", ""))
    except ValueError:
        return now
    return at if at.tzinfo is not None else now


def _whole() -> dict[str, str]:
    """Read the whole form, in which a box that is not ticked is not sent at all.

    Minutes that are the page's timer's were not typed: they are left to run on until it closes.
    """
    sent = {"learned_told": "", "learned_handling": "usable", **request.form.to_dict()}
    if sent.get("minutes") == sent.get("minutes_shown"):
        sent.pop("minutes", None)
    return sent
