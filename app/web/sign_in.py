"""The desk's front door: an address, a letter, one button. No passwords."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from app.stores.attempts import allowed
from app.usecases.ask_sign_in import ask_sign_in
from app.usecases.find_seats import Seat, find_seat
from app.web.serving import refusal, services

door = Blueprint("sign_in", __name__)

View = Callable[..., ResponseReturnValue]
HOME = "/desk"
LINK_LIVES_SECONDS = 15 * 60
# Owing a letter takes some hundredths of a second, which would tell who works here; everybody waits as long.
# A guess of 2026-11.
ANSWERED_AFTER_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: whose seats, where she wanted to go, and a mark by which it is used once."""

    seats: tuple[tuple[int, int], ...]
    to: str
    mark: str


def open_to_all(view: View) -> View:
    """This function will mark a view that needs no sign-in, on purpose."""
    view.guarded_by = "open"  # type: ignore[attr-defined]  # the contract test reads it
    return view


def advisor_signed_in(view: View) -> View:
    """This function will let a view be reached by an advisor alone, and give it her `Seat` first.

    Anyone else is led to the sign-in page and afterwards back; what a script sends is answered with 401.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        seat = _seated()
        if seat is not None:
            return view(seat, *args, **kwargs)
        session.clear()
        if request.method != "GET" and "text/html" not in request.headers.get("Accept", ""):
            return refusal("signed_out", "You are signed out. Sign in again in another tab, then go on.", 401)
        to = request.full_path.rstrip("?") if request.method == "GET" else HOME
        return redirect(url_for("desk.sign_in.ask", to=to))

    guarded.guarded_by = "advisor"  # type: ignore[attr-defined]  # the contract test reads it
    return guarded


def _seated() -> Seat | None:
    """Find the seat of this session, asking each time whether she still works here."""
    shop_id, advisor_id = session.get("shop_id"), session.get("advisor_id")
    if not isinstance(shop_id, int) or not isinstance(advisor_id, int):
        return None
    found = find_seat(services().database, shop_id, advisor_id)
    if found is None:
        return None
    g.seat, g.house = found
    return found[0]


@door.get("/desk/sign-in")
@open_to_all
def ask() -> ResponseReturnValue:
    """This function will ask for the address."""
    return render_template("desk/sign_in.html", to=safe_path(request.args.get("to")), sent=False)


@door.post("/desk/sign-in")
@open_to_all
def send() -> ResponseReturnValue:
    """This function will answer every address alike, and as late, and send a link to those who work here."""
    began, parts, to = time.monotonic(), services(), safe_path(request.form.get("to"))
    ask_sign_in(
        parts.database,
        parts.live,
        parts.queue,
        request.form.get("email", "")[:320],
        place=request.remote_addr or "",
        link_for=lambda seats: f"{parts.settings.url}{url_for('desk.sign_in.arrive', token=sign(seats, to))}",
        now=parts.clock(),
    )
    time.sleep(max(0.0, began + ANSWERED_AFTER_SECONDS - time.monotonic()))
    return render_template("desk/sign_in.html", to=to, sent=True)


@door.get("/desk/sign-in/<token>")
@open_to_all
def arrive(token: str) -> ResponseReturnValue:
    """This function will show one button for each house: a mail scanner that looks first signs nobody in."""
    link = read(token)
    found = [find_seat(services().database, *each) for each in link.seats] if link else []
    return render_template("desk/arrive.html", seats=[each for each in found if each], token=token)


@door.post("/desk/sign-in/<token>")
@open_to_all
def enter(token: str) -> ResponseReturnValue:
    """This function will sign her in, once, and lead her where she wanted to go."""
    link = read(token)
    chosen = _chosen(link, request.form.get("seat", "0")) if link else None
    if link is None or chosen is None or not _first_use(link):
        return render_template("desk/arrive.html", seats=[], token=token), 410
    session.clear()  # nothing of an earlier session lives on in the new one
    session.update(shop_id=chosen.shop_id, advisor_id=chosen.advisor.advisor_id)
    session.permanent = True
    return redirect(link.to, 303)


@door.post("/desk/sign-out")
@open_to_all
def leave() -> ResponseReturnValue:
    """This function will sign her out."""
    session.clear()
    return redirect(url_for("desk.sign_in.ask"), 303)


def safe_path(wanted: str | None) -> str:
    """This function will give a path of the desk to lead to; anything else becomes the desk itself."""
    parts = urlsplit(wanted or "")
    is_ours = parts.path == HOME or parts.path.startswith(f"{HOME}/")
    is_door = parts.path.startswith(f"{HOME}/sign-")
    plain = wanted is not None and wanted.isprintable() and "\\" not in wanted and ".." not in wanted
    return wanted if wanted and plain and is_ours and not is_door and wanted.startswith(HOME) else HOME


def sign(seats: Sequence[Seat], to: str) -> str:
    """This function will sign a link's token: ids and a mark, no address."""
    pairs = [[seat.shop_id, seat.advisor.advisor_id] for seat in seats]
    return str(_serializer().dumps([pairs, safe_path(to), secrets.token_urlsafe(9)]))


def read(token: str) -> Link | None:
    """This function will read a token; None where it is forged or older than fifteen minutes."""
    try:
        seats, to, mark = _serializer().loads(token, max_age=LINK_LIVES_SECONDS)
    except BadData:
        return None
    return Link(tuple((shop_id, advisor_id) for shop_id, advisor_id in seats), safe_path(to), mark)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt="desk sign-in")


def _chosen(link: Link, which: str) -> Seat | None:
    if not which.isascii() or not which.isdigit() or int(which) >= len(link.seats):
        return None
    found = find_seat(services().database, *link.seats[int(which)])
    return found[0] if found else None


def _first_use(link: Link) -> bool:
    return allowed(services().live.patient, "link", link.mark, most=1, seconds=LINK_LIVES_SECONDS)
