"""The client's own page in the shop, "What we remember for you": behind its login, through the app proxy.

Looking changes nothing; every change is a form that is posted with a token bound to her. It works without
script, and what was done is said back on the page she comes back to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Response, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from app.domain.learned import UnableToLearnDate
from app.domain.login_links import through_login
from app.domain.told import KINDS, told_fields
from app.usecases.allow_invitations import allow_invitations
from app.usecases.allow_scoring import allow_scoring
from app.usecases.cancel_own_booking import cancel_own_booking
from app.usecases.correct_told_date import correct_told_date
from app.usecases.find_told_date import UnableToFindDate, find_told_date
from app.usecases.leave_date_alone import leave_date_alone
from app.usecases.read_own_page import read_own_page
from app.usecases.take_date_away import take_date_away
from app.usecases.tell_date import tell_date
from app.web import appointment
from app.web.guards import Visitor, storefront_page
from app.web.in_theme import in_theme
from app.web.own_words import said_token, said_words
from app.web.serving import log_broken, services
from scoring.wording import month_name

door = Blueprint("own_page", __name__)

PAGE = "/remembered"
STYLE = Path(__file__).parent / "static" / "own.css"
# A page left open over a working day still works; one of last week asks again. Dated guess, 2026-11.
FORM_SECONDS = 12 * 3600
STALE = "This page had been open for long, so nothing was changed. Please press once more."


def form_token(shop_id: int, customer_id: str) -> str:
    """This function will give the token that her forms carry: nobody else's page can post in her name."""
    return str(_forms().dumps([shop_id, customer_id]))


def hers(view: Callable[..., Response]) -> Callable[..., Response]:
    """This function will let a view be reached by a signed-in client alone, and changed by her own forms."""

    @storefront_page
    @wraps(view)
    def checked(visitor: Visitor, **ids: UUID) -> Response:
        if not visitor.customer_id:
            return _ask_to_sign_in(visitor)
        if request.method == "POST" and not _is_her_form(visitor):
            return _once_more(visitor, **ids)
        try:
            return view(visitor, **ids)
        except UnableToFindDate:
            return back(visitor, "no_date")

    return checked


@door.get(f"/proxy{PAGE}")
@hers
def show(visitor: Visitor) -> Response:
    """This function will show what is remembered for her, what she chose, and what is booked."""
    return _page(visitor)


@door.get(f"/proxy{PAGE}/style")
@storefront_page
def style(visitor: Visitor) -> Response:
    """This function will give the page's stylesheet: within the theme it cannot stand in the page."""
    return Response(STYLE.read_bytes(), mimetype="text/css", headers={"Cache-Control": "max-age=300"})


@door.post(f"/proxy{PAGE}/dates")
@hers
def tell(visitor: Visitor) -> Response:
    """This function will keep a date that she tells."""
    parts, now, typed = services(), services().clock(), request.form.to_dict()
    today = visitor.house.shop.day(now)
    try:
        with parts.database.shop(visitor.shop_id) as tx:
            told = tell_date(tx, parts.live, visitor.customer_id, typed, today=today, now=now)
    except UnableToLearnDate as error:
        return _page(visitor, typed=typed, errors=error.errors)
    return back(visitor, "told" if told.new else "known", told.milestone_id)


@door.get(f"/proxy{PAGE}/dates/<uuid:milestone_id>")
@hers
def date(visitor: Visitor, milestone_id: UUID) -> Response:
    """This function will show a date of hers, to be put right."""
    return _date_page(visitor, milestone_id)


@door.post(f"/proxy{PAGE}/dates/<uuid:milestone_id>")
@hers
def correct(visitor: Visitor, milestone_id: UUID) -> Response:
    """This function will put a date of hers right, or say what cannot be."""
    parts, now, typed = services(), services().clock(), request.form.to_dict()
    today, who = visitor.house.shop.day(now), visitor.customer_id
    try:
        with parts.database.shop(visitor.shop_id) as tx:
            correct_told_date(tx, parts.live, who, milestone_id, typed, today=today, now=now)
    except UnableToLearnDate as error:
        return _date_page(visitor, milestone_id, typed=typed, errors=error.errors)
    return back(visitor, "corrected", milestone_id)


@door.post(f"/proxy{PAGE}/dates/<uuid:milestone_id>/use")
@hers
def use(visitor: Visitor, milestone_id: UUID) -> Response:
    """This function will leave a date of hers alone, or use it again."""
    parts, alone = services(), request.form.get("use") == "no"
    with parts.database.shop(visitor.shop_id) as tx:
        who, now = visitor.customer_id, parts.clock()
        leave_date_alone(tx, parts.live, who, milestone_id, alone=alone, now=now)
    return back(visitor, "alone" if alone else "used", milestone_id)


@door.post(f"/proxy{PAGE}/dates/<uuid:milestone_id>/away")
@hers
def away(visitor: Visitor, milestone_id: UUID) -> Response:
    """This function will take a date of hers away."""
    parts = services()
    with parts.database.shop(visitor.shop_id) as tx:
        take_date_away(tx, parts.live, visitor.customer_id, milestone_id, now=parts.clock())
    return back(visitor, "away")


@door.post(f"/proxy{PAGE}/invitations")
@hers
def invitations(visitor: Visitor) -> Response:
    """This function will stop invitations, or allow them again."""
    parts, allowed = services(), request.form.get("allow") == "yes"
    with parts.database.shop(visitor.shop_id) as tx:
        allow_invitations(tx, parts.live, visitor.customer_id, allowed=allowed, now=parts.clock())
    return back(visitor, "invited" if allowed else "not_invited")


@door.post(f"/proxy{PAGE}/visits")
@hers
def visits(visitor: Visitor) -> Response:
    """This function will stop her visits from being used, or allow it again."""
    parts, allowed = services(), request.form.get("allow") == "yes"
    with parts.database.shop(visitor.shop_id) as tx:
        allow_scoring(tx, parts.live, visitor.customer_id, allowed=allowed, now=parts.clock())
    return back(visitor, "scored" if allowed else "not_scored")


@door.post(f"/proxy{PAGE}/bookings/<uuid:booking_id>/cancel")
@hers
def cancel(visitor: Visitor, booking_id: UUID) -> Response:
    """This function will cancel an appointment of hers and tell both."""
    parts = services()
    done = cancel_own_booking(
        parts.database,
        parts.live,
        parts.queue,
        shop_id=visitor.shop_id,
        customer_id=visitor.customer_id,
        booking_id=booking_id,
        url=parts.settings.url,
        sender=parts.settings.mail_from,
        link_for=appointment.link,
        now=parts.clock(),
    )
    return back(visitor, "cancelled" if done else "no_booking")


@door.errorhandler(Exception)
def broken(error: Exception) -> Response | HTTPException:
    """This function will answer with a page, where our book cannot be reached."""
    if isinstance(error, HTTPException):
        return error
    log_broken("own_page.broken", error)
    # The guard has verified the address before anything could break.
    return in_theme("own/away.html", prefix=request.args.get("path_prefix", ""), path=PAGE)


def _page(
    visitor: Visitor,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    problem: str = "",
) -> Response:
    now = services().clock()
    with services().database.shop(visitor.shop_id) as tx:
        page = read_own_page(tx, visitor.customer_id, now=now)
    manage = {each.booking_id: appointment.link(visitor.shop_id, each.booking_id) for each in page.bookings}
    said = said_words(visitor, request.args.get("said", ""), page)
    return in_theme(
        "own/page.html", page=page, said=said, manage=manage, **_form(visitor, typed, errors, problem)
    )


def _date_page(
    visitor: Visitor,
    milestone_id: UUID,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    problem: str = "",
) -> Response:
    with services().database.shop(visitor.shop_id) as tx:
        kept = find_told_date(tx, visitor.customer_id, milestone_id)
    shown = told_fields(kept.milestone) if typed is None else typed
    return in_theme("own/date.html", milestone_id=milestone_id, **_form(visitor, shown, errors, problem))


def _form(
    visitor: Visitor, typed: dict[str, str] | None, errors: dict[str, str] | None, problem: str
) -> dict[str, object]:
    """Give what every page with a form needs: where it leads, its token, what was typed, what is wrong."""
    return {
        "prefix": visitor.prefix,
        "path": PAGE,
        "token": form_token(visitor.shop_id, visitor.customer_id),
        "typed": typed or {},
        "errors": errors or {},
        "problem": problem,
        "kinds": KINDS,
        "months": [(number, month_name(number)) for number in range(1, 13)],
    }


def _once_more(visitor: Visitor, **ids: UUID) -> Response:
    """Show the page a form was on again, with what was typed and a token that is good."""
    typed = request.form.to_dict()
    if request.endpoint == f"{door.name}.{correct.__name__}":
        return _date_page(visitor, ids["milestone_id"], typed=typed, problem=STALE)
    its_own = request.endpoint == f"{door.name}.{tell.__name__}"
    return _page(visitor, typed=typed if its_own else None, problem=STALE)


def back(visitor: Visitor, code: str, about: UUID | str = "") -> Response:
    """This function will lead back to the page, which says what was done: "reload" does nothing twice."""
    there = f"{visitor.prefix}{PAGE}?said={said_token(visitor, code, str(about))}#said"
    return Response(status=303, headers={"Location": there, "Cache-Control": "no-store"})


def _ask_to_sign_in(visitor: Visitor) -> Response:
    house = visitor.house.shop.name
    changed = request.method == "POST"
    there = PAGE if changed else request.path.removeprefix("/proxy")
    login = through_login("", f"{visitor.prefix}{there}")
    return in_theme(
        "own/sign_in.html", prefix=visitor.prefix, path=PAGE, login=login, house=house, lost=changed
    )


def _is_her_form(visitor: Visitor) -> bool:
    try:
        meant = _forms().loads(request.form.get("token", ""), max_age=FORM_SECONDS)
    except BadData:
        return False
    return bool(meant == [visitor.shop_id, visitor.customer_id])


def _forms() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt="own page, forms")
