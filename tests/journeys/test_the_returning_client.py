"""Alma, client since 2016: recognised, invited, booked with Ines, prepared for, and remembered."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.stores import bookings, customers, decisions
from tests.journeys.conftest import ROOT, OpenHouse, command_environment
from tests.journeys.shopping import ALMA, Shopper

INES = "ines@maison-alder.example"
NOTE = "It is for the two of us."
ITEM = "Two eternity bands to compare, in her size"


def test_she_browses_over_several_days_is_invited_books_and_is_prepared_for(
    open_house: OpenHouse, page: Page, context: BrowserContext
) -> None:
    decision = _is_invited(open_house, page)
    _is_replayed(open_house, decision)
    booking = _books(page)
    _is_told_neutrally(open_house)
    desk = context.new_page()
    _ines_signs_in(open_house, desk)
    _ines_reads_the_brief(desk)
    _ines_holds_the_consultation(open_house, desk, booking)


def _is_invited(house: OpenHouse, page: Page) -> UUID:
    """Three weeks of visits; only when she looks at eternity bands is the house sure enough to ask."""
    shopper = Shopper(house, page)
    shopper.log_in(ALMA)
    shopper.answer_consent()
    for _ in range(3):
        page.goto(f"{house.sandbox}/")
        shopper.told()
        expect(shopper.invitation).to_have_count(0)
        house.advance(days=6)
    shopper.look_at("eternity")
    expect(shopper.invitation).to_be_visible()
    expect(page.get_by_role("region", name="Welcome back, Alma.")).to_be_visible()
    expect(page.get_by_text("Ines keeps time for clients she has looked after before.").first).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "BODY", "the invitation takes no focus"
    with house.services.database.shop(house.shop_id) as tx:
        table = decisions.decisions
        where = (table.c.customer_id == ALMA, table.c.verdict == "offer")
        row = tx.execute(select(table).where(*where)).one()
    fired = {name for name, reading in row.record["decision"]["readings"].items() if reading["fired"]}
    assert fired >= {"tenure", "category_continuity", "anniversary_window", "repeat_visits"}
    return row.decision_id


def _is_replayed(house: OpenHouse, decision: UUID) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "app.cli", "replay", str(decision)],
        cwd=ROOT,
        env=command_environment(house),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the same answer" in said.stdout, said.stderr


def _books(page: Page) -> dict[str, Any]:
    page.get_by_role("button", name="Choose a time").click()
    picker = page.get_by_role("dialog")
    expect(picker.get_by_text("45 minutes with Ines Moreau")).to_be_visible()
    picker.get_by_role("radio").first.check(force=True)
    picker.get_by_role("radio", name=re.compile("am|pm")).first.check(force=True)
    picker.get_by_label("Anything Ines should know?").fill(NOTE)
    with page.expect_response(re.compile("/apps/steward/bookings")) as answer:
        picker.get_by_role("button", name="Confirm").click()
    expect(picker.get_by_text("Ines is looking forward to seeing you.").first).to_be_visible()
    booking: dict[str, Any] = answer.value.json()["booking"]
    expect(picker.get_by_text(booking["when"])).to_be_visible()
    return booking


def _letters(house: OpenHouse, to: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{house.sandbox}/mailbox.json", params={"to": to}).json()
    return found


def _with_a_calendar(letters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in letters if any(part["calendar"] for part in each["attachments"])]


def _is_told_neutrally(house: OpenHouse) -> None:
    """Both letters come, and say nothing that a bystander should not read."""
    for to in (INES, f"client{ALMA}@clients.example"):
        letter = house.until(lambda to=to: _with_a_calendar(_letters(house, to)))[0]
        read = f"{letter['subject']} {letter['text']} {letter['html']}".lower()
        for secret in ("anniversary", "eternity", "band", "£", NOTE.lower(), "tenth"):
            assert secret not in read, secret
        (invitation,) = [part for part in letter["attachments"] if part["type"] == "text/calendar"]
        assert invitation["calendar"]


def _ines_signs_in(house: OpenHouse, desk: Page) -> None:
    before = len(_letters(house, INES))
    desk.goto(f"{house.app}/desk")
    desk.locator("#email").fill(INES)
    desk.locator("#email").press("Enter")
    house.until(lambda: len(_letters(house, INES)) > before)
    link = re.search(r"http\S+/desk/sign-in/\S+", _letters(house, INES)[0]["text"])
    assert link is not None
    desk.goto(link.group(0))
    desk.get_by_role("button", name="Sign in as Ines").click()
    expect(desk.get_by_role("heading", name=re.compile("Ines"))).to_be_visible()


def _ines_reads_the_brief(desk: Page) -> None:
    desk.get_by_role("link", name="Read the brief").click()
    expect(desk.get_by_role("heading", name="Alma Reyes")).to_be_visible()
    for words in (
        "Looking at eternity bands; bought a wedding band in 2016",
        "ask, don't assert",
        "Client since 2016: 7 orders",
        "What we don't know",
        NOTE,
    ):
        expect(desk.get_by_text(words).first).to_be_visible()


def _ines_holds_the_consultation(house: OpenHouse, desk: Page, booking: dict[str, Any]) -> None:
    desk.get_by_role("link", name="Go to the consultation").click()
    desk.get_by_role("button", name="Begin").click()
    desk.locator("#note_discovery").fill("Ten years in December; she named it herself.")
    expect(desk.locator("[data-status]").first).to_contain_text("Saved")
    desk.get_by_role("button", name="Close the consultation").click()
    expect(desk.get_by_text("Choose how the conversation ended.").first).to_be_visible()
    desk.locator('[name="outcome"][value="will_decide"]').check(force=True)
    desk.locator("#what_1").fill(ITEM)
    due = (house.now() + timedelta(days=9)).date()
    desk.locator("#due_1").fill(due.isoformat())
    desk.get_by_role("button", name="Close the consultation").click()
    desk.get_by_role("link", name="What was promised is on the client's page").click()
    expect(desk.get_by_text(ITEM).first).to_be_visible()
    with house.services.database.shop(house.shop_id) as tx:
        items = customers.forward_items
        kept = tx.execute(select(items).where(items.c.customer_id == ALMA)).one()
        held = bookings.bookings
        state = tx.execute(select(held.c.state).where(held.c.booking_id == UUID(booking["id"]))).scalar_one()
        about = bookings.consultations
        closed = tx.execute(select(about).where(about.c.booking_id == UUID(booking["id"]))).one()
    assert (kept.what, kept.due_on, state) == (ITEM, due, "completed")
    assert (closed.outcome, closed.closed_at is not None, closed.minutes is not None) == (
        "will_decide",
        True,
        True,
    )
    house.advance(days=8)
    desk.goto(f"{house.app}/desk")
    expect(desk.get_by_text(ITEM)).to_be_visible()
