"""The client's page: the same facts, live, and the few things one changes about them."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.consent import UnableToRecordConsent
from app.domain.learned import Handling, UnableToLearnDate, typed_of
from app.stores import clients
from app.usecases.change_lead import UnableToChangeLead, change_lead
from app.usecases.correct_date import correct_date
from app.usecases.find_clients import find_clients
from app.usecases.find_seats import Seat
from app.usecases.handle_date import handle_date, silence_guess
from app.usecases.keep_note import keep_note
from app.usecases.learn_date import learn_date
from app.usecases.read_client import UnableToFindClient, read_client
from app.usecases.read_reach import read_reach
from app.usecases.record_consent import record_consent
from app.usecases.switch_scoring import switch_scoring
from app.web.serving import services
from app.web.sign_in import advisor_signed_in

door = Blueprint("clients", __name__, url_prefix="/desk/clients")

_HANDLINGS: dict[str, Handling] = {"usable": "usable", "sensitive": "sensitive", "do_not_use": "do_not_use"}


@door.get("")
@advisor_signed_in
def search(seat: Seat) -> ResponseReturnValue:
    """This function will find clients by name."""
    words = request.args.get("q", "").strip()
    with services().database.shop(seat.shop_id) as tx:
        found = find_clients(tx, words)
    return render_template("desk/clients.html", seat=seat, found=found, words=words)


@door.get("/<customer_id>")
@advisor_signed_in
def client(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will show a client."""
    return _page(seat, customer_id, {}, {})


def _page(
    seat: Seat, customer_id: str, errors: dict[str, str], typed: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    with services().database.shop(seat.shop_id) as tx:
        page = read_client(tx, customer_id, now=services().clock())
        reach = read_reach(tx, page.client, reader=seat.advisor)
    shown = {"page": page, "reach": reach, "errors": errors, "typed": typed}
    return render_template("desk/client.html", seat=seat, **shown), status


def _back(customer_id: str, place: str) -> ResponseReturnValue:
    return redirect(f"{url_for('desk.clients.client', customer_id=customer_id)}#{place}", 303)


@door.post("/<customer_id>/notes")
@advisor_signed_in
def note(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will keep a note."""
    body = request.form.get("body", "")
    with services().database.shop(seat.shop_id) as tx:
        keep_note(tx, customer_id, body, advisor_id=seat.advisor.advisor_id, now=services().clock())
    return _back(customer_id, "notes")


@door.post("/<customer_id>/dates")
@advisor_signed_in
def learn(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will keep a date that was learned."""
    parts, now, typed = services(), services().clock(), request.form.to_dict()
    today = now.astimezone(ZoneInfo(seat.advisor.timezone)).date()
    try:
        with parts.database.shop(seat.shop_id) as tx:
            learn_date(tx, parts.live, customer_id, typed, today=today, now=now)
    except UnableToLearnDate as error:
        return _page(seat, customer_id, error.errors, typed, 422)
    return _back(customer_id, "dates")


@door.post("/<customer_id>/dates/<uuid:milestone_id>")
@advisor_signed_in
def handle(seat: Seat, customer_id: str, milestone_id: UUID) -> ResponseReturnValue:
    """This function will mark how a date may be used."""
    parts, handling = services(), _HANDLINGS.get(request.form.get("handling", ""))
    if handling is None:
        abort(400)
    with parts.database.shop(seat.shop_id) as tx:
        handle_date(tx, parts.live, customer_id, milestone_id, handling, now=parts.clock())
    return _back(customer_id, "dates")


@door.get("/<customer_id>/dates/<uuid:milestone_id>/correct")
@advisor_signed_in
def date_on_record(seat: Seat, customer_id: str, milestone_id: UUID) -> ResponseReturnValue:
    """This function will show a date of the record to be corrected."""
    return _date_page(seat, customer_id, milestone_id, {}, None)


@door.post("/<customer_id>/dates/<uuid:milestone_id>/correct")
@advisor_signed_in
def correct(seat: Seat, customer_id: str, milestone_id: UUID) -> ResponseReturnValue:
    """This function will put a date right, or say what cannot be."""
    parts, now, typed = services(), services().clock(), request.form.to_dict()
    today = now.astimezone(ZoneInfo(seat.advisor.timezone)).date()
    try:
        with parts.database.shop(seat.shop_id) as tx:
            correct_date(tx, parts.live, customer_id, milestone_id, typed, today=today, now=now)
    except UnableToLearnDate as error:
        return _date_page(seat, customer_id, milestone_id, error.errors, typed, 422)
    return _back(customer_id, "dates")


def _date_page(
    seat: Seat,
    customer_id: str,
    milestone_id: UUID,
    errors: dict[str, str],
    typed: dict[str, str] | None,
    status: int = 200,
) -> ResponseReturnValue:
    with services().database.shop(seat.shop_id) as tx:
        found, kept = clients.one(tx, customer_id), clients.milestones_of(tx, customer_id)
    on_record = next((each.milestone for each in kept if each.milestone_id == milestone_id), None)
    if found is None or on_record is None:
        raise UnableToFindClient("the house has no such date")
    typed = typed_of(on_record) if typed is None else typed
    return render_template("desk/date.html", seat=seat, client=found, errors=errors, typed=typed), status


@door.post("/<customer_id>/consent")
@advisor_signed_in
def consent(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will keep what a client said about being written to."""
    parts, typed, by = services(), request.form.to_dict(), seat.advisor.advisor_id
    try:
        with parts.database.shop(seat.shop_id) as tx:
            record_consent(tx, customer_id, typed, advisor_id=by, now=parts.clock())
    except UnableToRecordConsent as error:
        return _page(seat, customer_id, error.errors, typed, 422)
    return _back(customer_id, "reach")


@door.post("/<customer_id>/guesses")
@advisor_signed_in
def silence(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will keep an inferred date from being used."""
    parts, month = services(), request.form.get("month", 0, type=int)
    day = request.form.get("day", type=int)
    with parts.database.shop(seat.shop_id) as tx:
        silence_guess(tx, parts.live, customer_id, month, day, now=parts.clock())
    return _back(customer_id, "dates")


@door.post("/<customer_id>/scoring")
@advisor_signed_in
def scoring(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will switch scoring off or on."""
    parts = services()
    off = request.form.get("scoring") == "off"
    with parts.database.shop(seat.shop_id) as tx:
        switch_scoring(tx, parts.live, customer_id, off=off, now=parts.clock())
    return _back(customer_id, "scoring")


@door.post("/<customer_id>/lead")
@advisor_signed_in
def lead(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will have somebody else lead, where the owner says so."""
    parts, by = services(), seat.advisor.advisor_id
    lead_id = request.form.get("advisor_id", 0, type=int)
    try:
        with parts.database.shop(seat.shop_id) as tx:
            change_lead(tx, parts.live, customer_id, lead_id=lead_id, chosen_by=by, now=parts.clock())
    except UnableToChangeLead:
        abort(403)
    return _back(customer_id, "lead")
