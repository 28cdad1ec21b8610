"""Occasions, pieces, prices and recipients never appear where someone else may look (promise 7).

Alma's record is full of all of them. Whatever leaves the house about her, or is seen before a login, is
gathered here by what the code itself says there is: who writes letters, which doors stand open, which
templates have titles. What is new and has no place here fails.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from app.factory import create_app
from app.mail.envelope import Post, seal
from app.stores import advisors, outbox
from app.stores.bookings import bookings
from app.stores.customers import milestones
from app.stores.outreach import outreach
from app.usecases.give_own_calendar import give_own_calendar
from app.usecases.print_brief import print_brief
from app.usecases.remind_advisors import remind_advisors
from app.usecases.remind_bookings import remind_bookings
from app.usecases.send_outreach import send_outreach
from app.usecases.sweep_calendars import sweep_calendars
from app.usecases.write_letter import begin_letter
from app.web import appointment, sign_in, unsubscribe
from app.wiring import Services
from tests.conftest import NOW
from tests.contracts.secrets_of_alma import ALMA, open_rich_house, said_of_alma, said_of_anyone
from tests.usecases.alder import DOMAIN, MONDAY_AT_TEN, Alder
from tests.web import proxy

ROOT = Path(__file__).parents[2]
NOTE = "It is our tenth anniversary: Theodora is not to know of the Halcyon."
BRUNO = "7002"
KEY = "3d6c3a0e-8a5b-4b63-9f3e-0c1d2e3f4a5b"


class Told:
    """Alma's story as far as others hear of it; `writers` are the modules that wrote letters."""

    def __init__(self, services: Services, alder: Alder) -> None:
        self.services, self.alder = services, alder
        self.app: Flask = create_app(services=services)
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.client: FlaskClient = self.app.test_client(use_cookies=False)
        self.writers: set[str] = set()
        self.offer = UUID(int=0)

    def shopper(self, path: str, body: Any) -> Any:
        return proxy.post(self.client, path, ALMA, body, shop=DOMAIN)

    def token(self, which: str) -> str:
        """The end of a link as only we sign it."""
        shop_id = self.alder.shop_id
        with self.app.test_request_context(), self.services.database.shop(shop_id) as tx:
            if which == "desk":
                return str(sign_in._serializer().dumps([[[shop_id, self.alder.ines]], "/desk", "mark"]))
            if which == "letter":
                letter = tx.execute(select(outreach.c.outreach_id)).scalars().first()
                return unsubscribe.link(shop_id, letter or UUID(int=0)).rpartition("/")[2]
            return appointment.link(shop_id, self.booking()).rpartition("/")[2]

    def date(self) -> UUID:
        with self.services.database.shop(self.alder.shop_id) as tx:
            found: UUID = tx.execute(select(milestones.c.milestone_id)).scalars().first()
            return found

    def booking(self) -> UUID:
        with self.services.database.shop(self.alder.shop_id) as tx:
            newest = select(bookings.c.booking_id).order_by(bookings.c.starts_at.desc())
            found: UUID = tx.execute(newest).scalars().first()
            return found

    def feed(self) -> str:
        """The end of the address at which Ines's own calendar application asks."""
        with self.services.database.shop(self.alder.shop_id) as tx:
            give_own_calendar(tx, self.alder.ines, secret="a-secret", now=NOW)
        return "a-secret"

    def letters(self) -> list[Any]:
        with self.services.database.shop(self.alder.shop_id) as tx:
            return list(tx.execute(select(outbox.outbox)))


@pytest.fixture
def told(services: Services, monkeypatch: pytest.MonkeyPatch) -> Told:
    made = Told(services, open_rich_house(services.database))
    monkeypatch.setattr(services.queue, "ask", lambda *_, **__: None)
    write = outbox.write

    def noted(*arguments: Any, **named: Any) -> UUID:
        made.writers.add(sys._getframe(1).f_globals["__name__"])
        return write(*arguments, **named)

    monkeypatch.setattr(outbox, "write", noted)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "Your tenth anniversary is near",
        '<p title="An eternity band">Come in</p>',
        "It would be £2,400",
        "For your wife",
        "The sapphire&nbsp;one",
    ],
)
def test_the_ear_hears_an_occasion_a_piece_a_price_and_a_person(text: str) -> None:
    assert said_of_anyone(text) != []
    assert said_of_alma(f"{text} and the Halcyon, at 9,876, for Theodora") == ["Halcyon", "Theodora", "9,876"]


# --- the invitation, and what the picker says


def test_the_invitation_and_the_picker_name_nothing(told: Told) -> None:
    heard = list(_invited(told))
    assert "Welcome back, Alma." in heard[0]
    for text in heard:
        assert (said_of_alma(text), said_of_anyone(text)) == ([], []), text


def _invited(told: Told) -> Iterator[str]:
    """Alma looks at what her record makes likely, is invited, chooses a time, and is told of it."""
    invited = told.shopper("/proxy/events", proxy.batch())
    assert invited.status_code == 200, "her record is rich enough for an offer"
    told.offer = UUID(invited.json["offer"]["id"])
    yield invited.text
    query = proxy.signed(ALMA, shop=DOMAIN)
    yield told.client.get(f"/proxy/offers/{told.offer}/slots?{query}").text
    choice = {"offer": str(told.offer), "starts": MONDAY_AT_TEN.isoformat(), "zone": "Europe/London"}
    yield told.shopper("/proxy/holds", choice).text
    yield told.shopper("/proxy/holds/longer", {"zone": "Europe/London"}).text
    booked = told.shopper("/proxy/bookings", {**choice, "place": "shop", "note": NOTE, "key": KEY})
    assert booked.status_code == 201
    yield booked.text


def _texts(found: Any) -> Iterator[str]:
    """Every text in a locale, without its keys."""
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from _texts(each)
    if isinstance(found, str):
        yield found


@pytest.mark.parametrize(
    "file", sorted((ROOT / "theme_extension/locales").glob("*.json")), ids=lambda f: f.name
)
def test_no_words_of_the_theme_extension_name_anything(file: Path) -> None:
    texts = list(_texts(json.loads(file.read_text(encoding="utf-8"))))
    assert texts
    assert [(text, said) for text in texts if (said := said_of_anyone(text))] == []


@pytest.mark.parametrize("file", sorted((ROOT / "theme_extension").rglob("*.liquid")), ids=lambda f: f.name)
def test_no_block_writes_anything_of_the_customer_into_a_page(file: Path) -> None:
    """A page may be cached, shared or read by others: whether she is signed in is all it may ask."""
    assert re.findall(r"\bcustomer\s*[.\[]\s*\w+|\bmetafields?\b", file.read_text(encoding="utf-8")) == []


# --- letters


def test_no_letter_names_anything_in_its_subject_its_words_its_invitation_or_its_headers(told: Told) -> None:
    for write in LETTERS.values():
        write(told)
    assert told.writers == set(LETTERS)
    assert told.letters()
    for row in told.letters():
        text = f"{row.subject}\n{row.body}\n{row.html}\n{row.ics}\n{_headers(row)}"
        assert (row.subject, said_of_alma(text), said_of_anyone(text)) == (row.subject, [], [])


def _headers(row: Any) -> str:
    post = Post(row.message_id, row.recipient, row.subject, row.body, row.html, row.ics, row.ics_method)
    sealed = seal(post, house="Maison Alder", sender="steward@localhost", now=NOW)
    return "\n".join(f"{name}: {value}" for part in sealed.walk() for name, value in part.items())


def _booked_moved_reminded_of_and_cancelled(told: Told) -> None:
    assert len(list(_invited(told))) == 5
    here, parts = f"/appointments/{told.token('appointment')}", told.services
    later = MONDAY_AT_TEN + timedelta(days=2)
    moved = told.client.post(f"{here}/times", data={"starts": later.isoformat(), "zone": "Europe/London"})
    assert moved.status_code == 303
    given: dict[str, Any] = {
        "url": "http://x",
        "link_for": lambda *_: "http://x/appointments/token",
        "sender": "s@x.example",
    }
    object.__setattr__(parts, "clock", lambda: later - timedelta(hours=40))
    remind_bookings(parts.database, parts.queue, told.alder.shop_id, **given, now=parts.clock())
    assert told.client.post(here).status_code == 200


def _call_wanted(told: Told) -> None:
    words = {"phone": "+44 7700 900123", "part": "any", "words": NOTE}
    assert told.shopper("/proxy/calls", {"offer": str(told.offer), **words}).status_code == 201


def _promised(told: Told) -> None:
    assert remind_advisors(
        told.services.database, told.services.queue, told.alder.shop_id, url="http://x", now=NOW
    )


def _calendar_is_silent(told: Told) -> None:
    given: dict[str, Any] = {"shop_id": told.alder.shop_id, "url": "http://x", "now": NOW}
    sweep_calendars(told.services.database, told.services.queue, **given)


def _asked_in(told: Told) -> None:
    told.client.post("/desk/sign-in", data={"email": "ines@alder.example"})


def _written_to(told: Told) -> None:
    parts, shop = told.services, "https://maison-alder.example"
    with parts.database.shop(told.alder.shop_id) as tx:
        ines = advisors.one(tx, told.alder.ines)
        assert ines is not None
        about = {"occasion": "anniversary:wedding_band", "year": 2026, "link": shop}
        letter = begin_letter(tx, ALMA, by=ines, **about, now=NOW)  # type: ignore[arg-type]  # as they are named
        no_more = "http://x/letters/token"
        send_outreach(tx, parts.queue, letter, by=ines, unsubscribe=no_more, shop_url=shop, now=NOW)


# Who writes letters → how Alma comes to have one, or somebody about her.
LETTERS: dict[str, Callable[[Told], None]] = {
    "app.usecases.send_outreach": _written_to,
    "app.usecases.owe_letters": _booked_moved_reminded_of_and_cancelled,
    "app.usecases.owe_call_notice": _call_wanted,
    "app.usecases.remind_advisors": _promised,
    "app.usecases.sweep_calendars": _calendar_is_silent,
    "app.usecases.ask_sign_in": _asked_in,
}


def test_whoever_writes_letters_has_a_place_here() -> None:
    files = [file for folder in ("app", "jobs", "webhooks") for file in (ROOT / folder).rglob("*.py")]
    writers = {file for file in files if "outbox.write(" in file.read_text(encoding="utf-8")}
    named = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in writers}
    assert named == set(LETTERS)


# What a letter or an invitation may be told at all: none of it says whom, what for or what with.
HARMLESS: dict[str, Any] = {
    "house": "Maison Alder",
    "advisor": "Ines Moreau",
    "starts_at": MONDAY_AT_TEN,
    "zone": "Europe/London",
    "place": "shop",
    "link": "http://x/appointments/token",
    "says": "You’ll find us at 3 Milsom Street, Bath.",
    "room": "https://meet.example/ines",
    "by_house": True,
    "own": False,
}
# A person's own words, which app/domain/discretion.py reads before they go.
OWN_WORDS = {"app.mail.personal.personal"}


def _letter_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for file in sorted((ROOT / "app/mail").glob("*.py")):
        module = import_module(f"app.mail.{file.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            returns = inspect.signature(function).return_annotation
            if function.__module__ == module.__name__ and returns == "Letter" and not name.startswith("_"):
                yield f"{module.__name__}.{name}", function


@pytest.mark.parametrize("name", [name for name, _ in _letter_functions()])
def test_a_letter_is_told_nothing_that_it_could_let_slip(name: str) -> None:
    function = dict(_letter_functions())[name]
    if name in OWN_WORDS:
        return
    parameters = inspect.signature(function).parameters
    letter = function(**{each: HARMLESS[each] for each in parameters})
    assert said_of_anyone(f"{letter.subject}\n{letter.text}\n{letter.html}") == []


# --- pages before a login


Ask = tuple[str, str]
# Doors that stand open → how they are tried.
OPEN: dict[str, Callable[[Told], list[Ask]]] = {
    "admin.embedded_session_page": lambda _: [("GET", "/admin/session")],
    "admin.libraries_library": lambda _: [("GET", "/libraries/htmx.min.js")],
    "appointment.cancel": lambda told: [("POST", f"/appointments/{told.token('appointment')}")],
    "appointment.choose": lambda told: [("POST", f"/appointments/{told.token('appointment')}/times")],
    "appointment.phone": lambda told: [("POST", f"/appointments/{told.token('appointment')}/phone")],
    "appointment.times": lambda told: [("GET", f"/appointments/{told.token('appointment')}/times")],
    "appointment.show": lambda told: [
        ("GET", f"/appointments/{told.token('appointment')}"),
        ("GET", f"/appointments/{told.booking()}"),
    ],
    "desk.sign_in.arrive": lambda told: [("GET", f"/desk/sign-in/{told.token('desk')}")],
    "desk.sign_in.ask": lambda told: [("GET", f"/desk/sign-in?to=/desk/briefs/{told.booking()}")],
    "desk.sign_in.enter": lambda told: [("POST", f"/desk/sign-in/{told.token('desk')}")],
    "desk.sign_in.leave": lambda _: [("POST", "/desk/sign-out")],
    "desk.sign_in.send": lambda _: [("POST", "/desk/sign-in?email=alma@clients.example")],
    "feed.show": lambda told: [("GET", f"/calendars/{told.alder.shop_id}/{told.feed()}.ics")],
    "health": lambda _: [("GET", "/health")],
    "static": lambda _: [("GET", "/static/desk.css")],
    "unsubscribe.act": lambda told: [("POST", f"/letters/{told.token('letter')}")],
    "unsubscribe.show": lambda told: [("GET", f"/letters/{told.token('letter')}")],
}


def _doors(app: Flask, *guards: str) -> list[Rule]:
    guarded = {name: getattr(view, "guarded_by", "open") for name, view in app.view_functions.items()}
    return [rule for rule in app.url_map.iter_rules() if guarded[rule.endpoint] in guards]


def test_no_page_before_a_login_names_anything(told: Told) -> None:
    _written_to(told)
    assert list(_invited(told))
    assert {rule.endpoint for rule in _doors(told.app, "open")} == set(OPEN)
    for endpoint, asks in OPEN.items():
        for method, path in asks(told):
            answer = told.client.open(path, method=method, buffered=True)
            text = f"{answer.headers}\n{answer.text}"
            assert (endpoint, said_of_alma(text)) == (endpoint, [])
            if answer.mimetype in ("text/html", "text/plain", "text/calendar"):
                assert (endpoint, said_of_anyone(answer.text)) == (endpoint, [])


def test_who_is_not_signed_in_is_told_nothing_at_any_door_of_desk_or_admin(told: Told) -> None:
    assert list(_invited(told))
    stand_ins = {"IntegerConverter": told.alder.ines, "UUIDConverter": told.booking()}
    for rule in _doors(told.app, "advisor", "merchant"):
        known = {name: stand_ins.get(type(kind).__name__, ALMA) for name, kind in rule._converters.items()}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            with told.app.test_request_context():
                built = rule.build(known, append_unknown=False)
            assert built is not None
            answer = told.client.open(str(built[1]), method=method)
            text = f"{answer.headers}\n{answer.text}"
            assert answer.status_code in (301, 302, 401, 404), rule
            assert (str(rule), said_of_alma(text), "Alma" in text) == (str(rule), [], False)


def test_whoever_else_is_in_the_shop_is_shown_nothing_of_hers(told: Told) -> None:
    """A visitor who is not signed in, and another client who has Alma's addresses."""
    assert list(_invited(told))
    stand_ins = {"offer_id": told.offer, "booking_id": told.booking(), "milestone_id": told.date()}
    for who in ("", BRUNO):
        query = proxy.signed(who, shop=DOMAIN)
        for rule in _doors(told.app, "app_proxy"):
            with told.app.test_request_context():
                built = rule.build({name: stand_ins[name] for name in rule.arguments}, append_unknown=False)
            assert built is not None, rule
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            answer = told.client.open(
                f"{built[1]}?{query}", method=method, json={} if method == "POST" else None
            )
            text = f"{answer.headers}\n{answer.text}"
            assert (str(rule), said_of_alma(text), "Alma" in text) == (str(rule), [], False)


# --- titles, file names


@pytest.mark.parametrize(
    "file",
    sorted((ROOT / "app/web/templates").rglob("*.html")),
    ids=lambda file: f"{file.parent.name}-{file.stem}",
)
def test_a_pages_title_is_the_same_for_everybody(file: Path) -> None:
    """A title stands in the tab, in the history and in what is shared of a screen."""
    text = file.read_text(encoding="utf-8")
    titles = re.findall(r"<title>(.*?)</title>|{%-? block title -?%}(.*?){%-? endblock", text, re.S)
    for title in filter(None, (either for found in titles for either in found)):
        said = re.sub(r"{%.*?%}", "", title)
        assert set(re.findall(r"{{(.*?)}}", said)) <= TITLES.get(file.name, set()), title
        assert said_of_anyone(re.sub(r"{{.*?}}", "", said)) == [] or file.name in ABOUT_NOBODY


# admin template → what of its own its title names: the house's people, the merchant's own name for a file,
# and what was decided in general.
TITLES = {
    "advisor.html": {' advisor.name if advisor else "A new advisor" '},
    "book.html": {" leaver.first_name "},
    "client_book_columns.html": {" book.name "},
    "client_book_report.html": {" book.name "},
    "decision.html": {" line.happened "},
}
# The house's lists of gems by year speak of no client.
ABOUT_NOBODY = {"gems.html"}


def test_a_file_is_called_by_its_day_alone(told: Told) -> None:
    assert list(_invited(told))
    with told.services.database.shop(told.alder.shop_id) as tx:
        ines = advisors.one(tx, told.alder.ines)
        assert ines is not None
        printed = print_brief(tx, told.booking(), reader=ines, now=NOW)
    assert printed.name == "brief-2026-11-23.pdf"
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "app").rglob("*.py"))
    names = set(re.findall(r'filename="([^"]*)"', code))
    assert names == {"{printed.name}", "consultations.ics", "rows-left-out.csv"}, "what it is, never of whom"
