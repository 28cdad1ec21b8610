"""Every page there is, in a browser: axe finds nothing, and on a phone nothing needs scrolling sideways.

The pages are read off the product's own doors; one that cannot be visited stands below with its reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Frame, Page, expect
from sqlalchemy import select
from werkzeug.routing import Rule

from app.factory import create_app
from app.stores import advisors
from app.stores.customers import milestones
from app.stores.decisions import decisions
from app.usecases.export_customer import export_customer
from app.usecases.learn_date import learn_date
from app.usecases.read_client_book import read_client_book
from app.usecases.write_brief import write_brief
from app.usecases.write_letter import begin_letter
from app.web import appointment, sign_in, unsubscribe
from tests.journeys.conftest import ROOT, OpenHouse
from tests.journeys.shopping import ALMA, Shopper
from tests.journeys.test_the_memory import sign_in as sign_in_as
from tests.usecases.desk_house import book

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
LOOK = """(part) => axe.run(part || document).then(({ violations }) => violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`.slice(0, 400)))"""
SIZES: dict[str, Any] = {"": {"width": 1280, "height": 800}, "-phone": {"width": 360, "height": 740}}
# Where a person wants to look at the pages, she says where to put the pictures.
PICTURES = os.environ.get("STEWARD_PICTURES", "")

BOOK = b"Name,Email,Anniversary\nZoe Hart,zoe@clients.example,12/03/2019\n"
# endpoint → why there is no page to look at
NO_PAGE = {
    "static": "a file",
    "health": "a word for monitors",
    "admin.embedded_session_page": "empty: App Bridge goes on from it at once, with a token",
    "admin.libraries_library": "a file",
    "admin.backfill_show": "a part of the first page, which fetches it",
    "admin.client_book_progress": "a part of the page of a client book, which fetches it",
    "admin.client_book_rejects": "a file",
    "bookings.slots": "data for the picker, which is looked at open",
    "desk.briefs.pdf": "paper",
    "own_page.style": "a file",
    "feed.show": "data for a calendar application",
    "desk.consultations.token": "data for the page of the consultation",
}


@dataclass
class Full:
    """The demo house with something on every page; `known` is what stands in the pages' addresses."""

    house: OpenHouse
    app: Flask
    known: dict[str, Any]

    def values(self, rule: Rule) -> dict[str, Any]:
        """What stands in a page's address; fails where nobody has said yet."""
        return {
            name: self.known[name] if name != "token" else self._token(rule.endpoint)
            for name in rule.arguments
        }

    def _token(self, endpoint: str) -> str:
        """The end of a link as only we sign it."""
        shop_id, known = self.house.shop_id, self.known
        with self.app.test_request_context():
            if endpoint.startswith("appointment."):
                return appointment.link(shop_id, known["booking_id"]).rpartition("/")[2]
            if endpoint.startswith("unsubscribe."):
                return unsubscribe.link(shop_id, known["outreach_id"]).rpartition("/")[2]
            return str(sign_in._serializer().dumps([[[shop_id, known["advisor_id"]]], "/desk", "mark"]))

    def address(self, rule: Rule, *, broken: bool = False) -> str:
        """The address of a page, or one whose link somebody has damaged."""
        values = self.values(rule)
        if broken:
            values["token"] += "x"
        with self.app.test_request_context():
            built = rule.build(values, append_unknown=False)
        assert built is not None, rule
        return str(built[1])


@pytest.fixture(scope="module")
def full(open_house: OpenHouse) -> Full:
    now, parts = open_house.now(), open_house.services
    with parts.database.shop(open_house.shop_id) as tx:
        ines = next(each for each in advisors.every(tx) if each.first_name == "Ines")
        booking = book(tx, ALMA, ines.advisor_id, now + timedelta(days=3))
        write_brief(tx, booking, now=now)
        login = f"{open_house.sandbox}/account/login"
        typed = {"occasion": "birthday", "month": "3", "day": "9", "told": "1"}
        fields = {f"learned_{name}": value for name, value in typed.items()}
        learn_date(tx, parts.live, ALMA, fields, today=now.date(), now=now)
        hers = select(milestones.c.milestone_id).where(milestones.c.customer_id == ALMA)
        known = {
            "advisor_id": ines.advisor_id,
            "book_id": read_client_book(tx, BytesIO(BOOK), "clients.csv", by="Margaret Alder", now=now),
            "booking_id": booking,
            "customer_id": ALMA,
            "decision_id": tx.execute(select(decisions.c.decision_id)).scalars().first(),
            "export_id": export_customer(tx, parts.live, ALMA, asked_at=now, now=now),
            "milestone_id": tx.execute(hers).scalars().first(),
            "outreach_id": begin_letter(tx, ALMA, by=ines, link=login, now=now),
            "path": "nowhere",
        }
    return Full(open_house, create_app(services=parts), known)


def pages_of(app: Flask, *guards: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "guarded_by", "open")
        if "GET" in (rule.methods or ()) and guard in guards and rule.endpoint not in NO_PAGE:
            yield rule


def faults(page: Page, name: str, inside: Frame | None = None, *, part: str = "") -> list[str]:
    """What axe finds on a page (or a part of a shop's page that is ours), and what leaves the screen."""
    found = []
    for suffix, size in SIZES.items():
        page.set_viewport_size(size)
        page.wait_for_timeout(100)
        looked_at = inside or page.main_frame
        looked_at.evaluate(AXE)
        found += [f"{name}{suffix}: {each}" for each in looked_at.evaluate(LOOK, part)]
        if (over := looked_at.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            found.append(f"{name}{suffix}: {over} pixels too wide")
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}{suffix}.png", full_page=True)
    return found


@pytest.fixture
def browsed(chromium: Browser) -> Iterator[Page]:
    # axe is put into pages whose policy allows no scripts but their own.
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/London", bypass_csp=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_every_page_of_the_desk(full: Full, browsed: Page) -> None:
    sign_in_as(full.house, browsed, "Margaret")
    found = []
    for rule in pages_of(full.app, "advisor"):
        answer = browsed.goto(f"{full.house.app}{full.address(rule)}")
        assert answer is not None
        assert answer.status == 200, rule
        found += faults(browsed, rule.endpoint)
    assert found == []


def test_every_page_that_stands_open(full: Full, browsed: Page) -> None:
    found = []
    for rule in pages_of(full.app, "open"):
        browsed.goto(f"{full.house.app}{full.address(rule)}")
        found += faults(browsed, rule.endpoint)
        if "token" in rule.arguments:  # a link that is no longer good has a page, too
            browsed.goto(f"{full.house.app}{full.address(rule, broken=True)}")
            found += faults(browsed, f"{rule.endpoint}-gone")
    assert found == []


def test_every_page_of_the_admin(full: Full, browsed: Page) -> None:
    found = []
    for rule in pages_of(full.app, "merchant"):
        address = full.address(rule)
        browsed.goto(f"{full.house.sandbox}/admin?path={address}")
        browsed.wait_for_load_state("networkidle")
        frame = next(each for each in browsed.frames if address in each.url and each != browsed.main_frame)
        expect(browsed.frame_locator("iframe[data-app-frame]").locator("h1").first).to_be_visible()
        found += faults(browsed, rule.endpoint, frame)
    assert found == []


def test_every_page_of_ours_in_the_shop(full: Full, browsed: Page) -> None:
    Shopper(full.house, browsed).log_in(ALMA)
    found = []
    for rule in pages_of(full.app, "app_proxy"):
        browsed.goto(f"{full.house.sandbox}/apps/steward{full.address(rule).removeprefix('/proxy')}")
        found += faults(browsed, rule.endpoint, part="main")
    assert found == []
