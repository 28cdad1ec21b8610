"""The mailbox's pages: who got what, the message itself, and all of it as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.sandbox.mailbox import Letter
from app.sandbox.parts import parts

pages = Blueprint("mailbox", __name__)
# The message is shown without scripts; its links open in a tab of their own.
QUIET = "default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline'; base-uri 'none'"


def _letter(number: int) -> Letter:
    return parts().mailbox.letter(number) or abort(404)


@pages.get("/mailbox")
def mailbox() -> str:
    """All messages, by recipient."""
    wanted = request.args.get("to", "")
    everything = parts().mailbox.letters()
    people: dict[str, int] = {}
    for letter in everything:
        for recipient in letter.recipients:
            people[recipient] = people.get(recipient, 0) + 1
    shown = [letter for letter in everything if not wanted or wanted in letter.recipients]
    return render_template("mailbox.html", letters=shown, people=sorted(people.items()), wanted=wanted)


@pages.get("/mailbox.json")
def as_json() -> Response:
    """All messages, for tests; `?to=` for one recipient."""
    return jsonify([letter.plain() for letter in parts().mailbox.letters(request.args.get("to", ""))])


@pages.get("/mailbox/<int:number>")
def letter_page(number: int) -> str:
    """One message."""
    return render_template("letter.html", letter=_letter(number))


@pages.get("/mailbox/<int:number>/html")
def letter_html(number: int) -> Response:
    """The HTML of a message, for its frame."""
    html = '<base target="_blank">' + _letter(number).body("html")
    return Response(html, headers={"Content-Security-Policy": QUIET})


@pages.post("/mailbox/empty")
def empty() -> AnyResponse:
    """Throw everything away."""
    parts().mailbox.empty()
    return redirect("/mailbox")
