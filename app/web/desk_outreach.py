"""Letters and messages at the desk: begun from a template, read over, sent by her."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain import wording
from app.domain.login_links import through_login
from app.mail.personal import NO_MORE
from app.stores import clients, outreach, outreach_templates
from app.stores.database import Transaction
from app.stores.outreach import Letter
from app.usecases.find_seats import Seat
from app.usecases.open_outreach import log_answered, log_sent, open_outreach
from app.usecases.send_outreach import send_outreach
from app.usecases.weigh_letter import UnableToSendOutreach, Way, read_way, what_stops
from app.usecases.write_letter import (
    UnableToFindLetter,
    UnableToWrite,
    begin_letter,
    keep_letter,
    open_letter,
    refill_letter,
)
from app.web import unsubscribe
from app.web.own_times import FROM_A_LETTER
from app.web.serving import services, shop_url
from app.web.sign_in import advisor_signed_in

door = Blueprint("letters", __name__)


@door.errorhandler(UnableToFindLetter)
def missing(_: Exception) -> ResponseReturnValue:
    """This function will say that there is no such letter, or none for her."""
    return render_template("desk/missing.html"), 404


@door.errorhandler(UnableToWrite)
def not_hers(_: Exception) -> ResponseReturnValue:
    """This function will say that somebody else leads, and writes."""
    return render_template("desk/not_hers.html"), 403


@door.post("/desk/clients/<customer_id>/letters")
@advisor_signed_in
def begin(seat: Seat, customer_id: str) -> ResponseReturnValue:
    """This function will begin a letter, or go on with the one that is begun."""
    form = request.form
    with services().database.shop(seat.shop_id) as tx:
        outreach_id = begin_letter(
            tx,
            customer_id,
            by=seat.advisor,
            occasion=form.get("key", ""),
            year=form.get("year", 0, type=int),
            link=through_login(shop_url(tx), FROM_A_LETTER),
            now=services().clock(),
        )
    return redirect(url_for("desk.letters.letter", outreach_id=outreach_id), 303)


@door.get("/desk/letters/<uuid:outreach_id>")
@advisor_signed_in
def letter(seat: Seat, outreach_id: UUID) -> ResponseReturnValue:
    """This function will show a letter."""
    return _page(seat, outreach_id, {})


@door.post("/desk/letters/<uuid:outreach_id>")
@advisor_signed_in
def act(seat: Seat, outreach_id: UUID) -> ResponseReturnValue:
    """This function will keep what was typed, then do what the button says."""
    action = request.form.get("action", "keep")
    try:
        with services().database.shop(seat.shop_id) as tx:
            before = open_letter(tx, outreach_id, seat.advisor)
            kept = keep_letter(tx, outreach_id, request.form, by=seat.advisor) if _edits(action) else before
            if action == "discard":
                outreach.discard(tx, outreach_id)
                return redirect(
                    url_for("desk.clients.client", customer_id=kept.customer_id) + "#letters", 303
                )
        with services().database.shop(seat.shop_id) as tx:
            _do(tx, seat, outreach_id, action, now=services().clock())
    except UnableToSendOutreach as error:
        return _page(seat, outreach_id, error.errors, 422)
    return redirect(url_for("desk.letters.letter", outreach_id=outreach_id, kept=action), 303)


def _edits(action: str) -> bool:
    return action in ("keep", "send", "open", "refill")


def _do(tx: Transaction, seat: Seat, outreach_id: UUID, action: str, *, now: datetime) -> None:
    base, by = shop_url(tx), seat.advisor
    if action == "send":
        no_more = unsubscribe.link(seat.shop_id, outreach_id)
        queue = services().queue
        send_outreach(tx, queue, outreach_id, by=by, unsubscribe=no_more, shop_url=base, now=now)
    elif action == "open":
        open_outreach(tx, outreach_id, by=by, shop_url=base, now=now)
    elif action == "sent":
        log_sent(tx, outreach_id, by=by, now=now)
    elif action == "answered":
        log_answered(tx, outreach_id, by=by, now=now)
    elif action == "refill":
        template = request.form.get("template", "")
        refill_letter(tx, outreach_id, template, by=by, link=through_login(base, FROM_A_LETTER))


def _page(seat: Seat, outreach_id: UUID, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    now = services().clock()
    with services().database.shop(seat.shop_id) as tx:
        found = open_letter(tx, outreach_id, seat.advisor)
        client = clients.one(tx, found.customer_id)
        assert client is not None, "a letter ends with its customer"
        way = read_way(tx, client, found.channel, now=now)
        templates = outreach_templates.every(tx)
    page: dict[str, Any] = {"letter": found, "client": client, "way": way, "templates": templates}
    return render_template(
        "desk/letter.html",
        seat=seat,
        **page,
        errors=errors,
        stopped=" ".join(what_stops(client, way).values()),
        kept=request.args.get("kept", ""),
        own_link=_own_link(seat, found, way) if found.state == "open" else "",
        goes=wording.when(way.goes_at, way.zone) if way.goes_at > now else "",
        due=wording.when(found.due_at, way.zone) if found.due_at else "",
    ), status


def _own_link(seat: Seat, letter: Letter, way: Way) -> str:
    """Write the address that opens the letter, filled in, in her own mail or messages."""
    if letter.channel == "sms":
        return f"sms:{quote(way.number.replace(' ', ''), safe='+')}?body={quote(letter.body)}"
    no_more = f"{NO_MORE} {unsubscribe.link(seat.shop_id, letter.outreach_id)}"
    # RFC 6068: lines of a body end with %0D%0A.
    body = quote(f"{letter.body}\n\n{no_more}".replace("\n", "\r\n"))
    return f"mailto:{quote(way.email, safe='@+')}?subject={quote(letter.subject)}&body={body}"
