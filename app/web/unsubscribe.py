"""The client's own link out of letters: GET shows, POST acts, and she alone can turn it back.

Mail scanners open every link, so looking changes nothing; a mail program's own button posts once (RFC 8058).
The page names the house and nobody else.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from app.stores import consents, outreach, shops
from app.usecases.hear_consent import answer_link
from app.web.serving import services
from app.web.sign_in import open_to_all

door = Blueprint("unsubscribe", __name__)

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@door.after_request
def seal(answer: Response) -> Response:
    """This function will keep the page out of frames and caches, and its address out of other sites' logs."""
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def link(shop_id: int, outreach_id: UUID) -> str:
    """This function will give the address at which whoever got a letter can say no to more."""
    return f"{services().settings.url}/letters/{_serializer().dumps([shop_id, str(outreach_id)])}"


@door.get("/letters/<token>")
@open_to_all
def show(token: str) -> ResponseReturnValue:
    """This function will show how things stand, with one button."""
    found = _read(token)
    return _page(token, *found) if found else _gone()


@door.post("/letters/<token>")
@open_to_all
def act(token: str) -> ResponseReturnValue:
    """This function will note that she wants no letters, or wants them again after all."""
    found = _read(token)
    if found is None:
        return _gone()
    shop_id, customer_id = found
    with services().database.shop(shop_id) as tx:
        answer_link(tx, customer_id, allow=request.form.get("again") == "yes", now=services().clock())
    return _page(token, shop_id, customer_id)


def _read(token: str) -> tuple[int, str] | None:
    """Find whom a link is for; None where it is forged, or her record is erased."""
    try:
        shop_id, outreach_id = _serializer().loads(token)
    except BadData:
        return None
    with services().database.shop(shop_id) as tx:
        letter = outreach.one(tx, UUID(outreach_id))
    return (shop_id, letter.customer_id) if letter is not None else None


def _page(token: str, shop_id: int, customer_id: str) -> ResponseReturnValue:
    with services().database.shop(shop_id) as tx:
        house, standing = shops.read(tx).name, consents.in_force(tx, customer_id).get("email")
    off = standing is not None and not standing.allows
    return render_template("unsubscribe.html", token=token, house=house, off=off)


def _gone() -> ResponseReturnValue:
    return render_template("unsubscribe.html", house=""), 404


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt="unsubscribe")
