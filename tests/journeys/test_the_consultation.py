"""Ines is prepared, notes down with a tap what she learns, and loses nothing when network or browser goes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.stores import advisors, bookings, captures, clients, consultations
from app.stores.captures import KeptCapture
from tests.journeys.conftest import CHROMIUM, ROOT, OpenHouse
from tests.journeys.shopping import ALMA
from tests.journeys.test_the_returning_client import INES, _letters
from tests.usecases.desk_house import book

AXE = ROOT / "node_modules/axe-core/axe.min.js"
KEPT_HERE = re.compile("Kept on this device, will be sent")
NOTE = "She will ask her sister. אחותה גרה בחיפה."
# A folder to look at the pictures in; without it none are taken.
LOOK_IN = os.environ.get("LOOK_IN")


@pytest.fixture
def booking(open_house: OpenHouse) -> Iterator[UUID]:
    """Alma, with Ines, in half an hour; gone again for the stories that follow."""
    open_house.until(
        lambda: _is_known(open_house), seconds=90
    )  # the house's orders are read in after it opens
    with open_house.services.database.shop(open_house.shop_id) as tx:
        ines = next(each for each in advisors.every(tx) if each.email == INES)
        at = (open_house.now() + timedelta(minutes=30)).replace(second=0, microsecond=0)
        booked = book(tx, ALMA, ines.advisor_id, at)
    yield booked
    with open_house.services.database.shop(open_house.shop_id) as tx:
        table = bookings.bookings
        tx.execute(table.delete().where(table.c.shop_id == tx.shop_id, table.c.booking_id == booked))


def _is_known(house: OpenHouse) -> bool:
    with house.services.database.shop(house.shop_id) as tx:
        client = clients.one(tx, ALMA)
    return client is not None and client.relationship is not None


def has_no_barrier(page: Page) -> None:
    """axe-core finds nothing on the page as it stands."""
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(({ violations }) => violations)")
    assert found == [], [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def look(page: Page, name: str) -> None:
    """It fits 1280, 480 and 360 px without a sideways scroll; pictures are taken where they are wanted."""
    for width in (360, 480, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width} px"
        if LOOK_IN:
            page.screenshot(path=Path(LOOK_IN) / f"{name}-{width}.png", full_page=True)


def noted(house: OpenHouse, booking: UUID) -> list[KeptCapture]:
    with house.services.database.shop(house.shop_id) as tx:
        return captures.of_booking(tx, booking)


def written(house: OpenHouse, booking: UUID) -> dict[str, str]:
    with house.services.database.shop(house.shop_id) as tx:
        held = consultations.one(tx, booking)
    return dict(held.captured) if held else {}


def signs_in(house: OpenHouse, desk: Page) -> None:
    known = _links(house)
    desk.goto(f"{house.app}/desk/sign-in")
    desk.locator("#email").fill(INES)
    desk.locator("#email").press("Enter")
    # Other letters may come between: of a booking, of a reminder.
    desk.goto(house.until(lambda: next((link for link in _links(house) if link not in known), None)))
    desk.get_by_role("button", name="Sign in as Ines").click()
    expect(desk.get_by_role("heading", name=re.compile("Ines"))).to_be_visible()


@pytest.fixture(scope="module")
def cookies(open_house: OpenHouse, chromium: Browser) -> list[Any]:
    """Ines signs in once: the house gives an address five links in a quarter of an hour."""
    context = chromium.new_context(locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(10_000)
    signs_in(open_house, context.new_page())
    kept: list[Any] = context.cookies()
    context.close()
    return kept


@pytest.fixture
def desk(context: BrowserContext, cookies: list[Any]) -> Page:
    context.add_cookies(cookies)
    return context.new_page()


def _links(house: OpenHouse) -> list[str]:
    found = (re.search(r"http\S+/desk/sign-in/\S+", letter["text"]) for letter in _letters(house, INES))
    return [link.group(0) for link in found if link]


def begins(house: OpenHouse, desk: Page, booking: UUID) -> None:
    desk.goto(f"{house.app}/desk/consultations/{booking}")
    desk.get_by_role("button", name="Begin").click()
    expect(desk.locator("html.scripted")).to_be_attached()


def test_the_brief_has_what_she_needs_on_every_screen_on_paper_and_as_a_file(
    open_house: OpenHouse, booking: UUID, desk: Page
) -> None:
    desk.goto(f"{open_house.app}/desk/briefs/{booking}")
    for name in ("Dates", "What we don't know", "Worth asking", "To have at hand", "Taste", "Pieces"):
        expect(desk.get_by_role("heading", name=name)).to_be_visible()
    tray = desk.locator("section[aria-labelledby=at-hand] .piece")
    assert 3 <= tray.count() <= 6
    has_no_barrier(desk)
    look(desk, "brief")
    with desk.expect_download() as kept:
        desk.get_by_role("link", name="As PDF").click()
    assert re.fullmatch(r"brief-\d{4}-\d\d-\d\d\.pdf", kept.value.suggested_filename)
    assert Path(kept.value.path()).read_bytes().startswith(b"%PDF-")
    desk.emulate_media(media="print")
    expect(desk.get_by_role("link", name="As PDF")).to_be_hidden()
    if LOOK_IN:
        desk.set_viewport_size({"width": 794, "height": 1123})
        desk.screenshot(path=Path(LOOK_IN) / "brief-print.png", full_page=True)


def test_a_tap_is_a_row_of_its_own_and_a_second_tap_takes_it_back(
    open_house: OpenHouse, booking: UUID, desk: Page
) -> None:
    begins(open_house, desk, booking)
    tray = desk.locator(".tray li").first
    title = tray.locator(".piece span").first.inner_text()
    tray.get_by_role("button", name="Liked").click()
    open_house.until(lambda: len(noted(open_house, booking)) == 1)
    desk.reload()
    expect(tray.get_by_role("button", name="Liked")).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("[data-captured]")).to_contain_text(f"Liked: {title}")
    tray.get_by_role("button", name="Liked").click()
    open_house.until(lambda: not noted(open_house, booking))
    expect(desk.locator("[data-captured] li")).to_have_count(0)


def test_she_notes_a_person_a_date_and_a_size_by_keyboard_alone(
    open_house: OpenHouse, booking: UUID, desk: Page
) -> None:
    begins(open_house, desk, booking)
    desk.get_by_text("A size", exact=True).press("Enter")
    desk.get_by_role("button", name="Keep this size").press("Enter")
    expect(desk.get_by_text("Say the size.")).to_be_visible()
    desk.locator("#size-what").fill("M½")
    desk.get_by_role("button", name="Keep this size").press("Enter")
    desk.get_by_text("A person", exact=True).press("Enter")
    desk.locator("#person-name").fill("Tomas")
    desk.locator("#person-relation").select_option("partner")
    desk.get_by_role("button", name="Keep this person").press("Enter")
    desk.get_by_text("A date", exact=True).press("Enter")
    desk.locator("#date-occasion").fill("anniversary")
    desk.locator("#date-month").select_option("12")
    desk.get_by_role("button", name="Keep this date").press("Enter")
    open_house.until(lambda: len(noted(open_house, booking)) == 3)
    assert [each.capture.kind for each in noted(open_house, booking)] == ["size", "person", "date"]
    has_no_barrier(desk)
    look(desk, "consultation")


def test_on_a_slow_device_enter_keeps_what_she_typed_and_she_goes_on_undisturbed(
    open_house: OpenHouse, booking: UUID, desk: Page
) -> None:
    begins(open_house, desk, booking)
    desk.evaluate(
        """() => {
            const add = window.keeper.add;
            const slowness = () => new Promise((go) => setTimeout(go, 700));
            window.keeper.add = async (...given) => { await slowness(); return add(...given); };
        }"""
    )
    desk.get_by_text("A size", exact=True).press("Enter")
    desk.locator("#size-what").fill("M½")
    desk.locator("#size-what").press("Enter")
    desk.get_by_text("A person", exact=True).press("Enter")
    desk.locator("#person-name").focus()
    expect(desk.locator("[data-captured] li")).to_have_count(1)
    expect(desk.locator("#person-name")).to_be_focused()
    desk.keyboard.type("Tomas")
    desk.keyboard.press("Enter")
    open_house.until(lambda: len(noted(open_house, booking)) == 2)
    assert [each.capture.kind for each in noted(open_house, booking)] == ["size", "person"]


def test_without_a_network_it_is_kept_on_the_device_and_sent_in_order_afterwards(
    open_house: OpenHouse, booking: UUID, desk: Page
) -> None:
    begins(open_house, desk, booking)
    status = desk.locator("[data-status]")
    desk.locator("#note_opening").fill("With her sister.")
    expect(status).to_contain_text("Saved")
    desk.context.set_offline(True)
    tray = desk.locator(".tray li")
    tray.nth(0).get_by_role("button", name="Shown").click()
    tray.nth(1).get_by_role("button", name="Declined").click()
    desk.locator("#note_discovery").fill(NOTE)
    expect(status).to_contain_text(KEPT_HERE)
    if LOOK_IN:
        look(desk, "consultation-offline")
    desk.get_by_role("button", name="Close the consultation").click()
    expect(status).to_contain_text("It can be closed once the connection is back")
    assert noted(open_house, booking) == []
    desk.context.set_offline(False)
    expect(status).to_contain_text("Saved", timeout=15_000)
    assert [each.capture.kind for each in noted(open_house, booking)] == ["shown", "declined"]
    assert written(open_house, booking)["note_discovery"] == NOTE


def test_a_refused_close_loaded_anew_keeps_what_was_saved_since_and_its_minutes_run_on(
    open_house: OpenHouse, booking: UUID, desk: Page
) -> None:
    desk.clock.install()
    begins(open_house, desk, booking)
    desk.locator("#note_opening").fill("With her sister.")
    desk.get_by_role("button", name="Close the consultation").click()
    expect(desk.get_by_role("alert").filter(has_text="Not closed yet")).to_be_visible()
    desk.locator("#note_opening").fill(NOTE)
    open_house.until(lambda: written(open_house, booking).get("note_opening") == NOTE)
    desk.reload()
    expect(desk.locator("#note_opening")).to_have_value(NOTE)
    desk.go_back()
    expect(desk.locator("#note_opening")).to_have_value(NOTE)
    assert written(open_house, booking)["note_opening"] == NOTE
    desk.clock.fast_forward(180_000)
    expect(desk.locator("[data-minutes]")).to_have_text(re.compile(r"^[34] min$"))
    expect(desk.locator("#minutes")).to_have_value(re.compile("^[34]$"))


def test_a_browser_that_dies_offline_loses_nothing_and_the_next_page_of_the_desk_sends_it(
    open_house: OpenHouse, booking: UUID, chromium: Browser, cookies: list[Any]
) -> None:
    profile = tempfile.mkdtemp(prefix="steward-profile-")
    try:
        first = _open(chromium, profile, cookies)
        desk = first.new_page()
        begins(open_house, desk, booking)
        liked = desk.locator(".tray li").first.get_by_role("button", name="Liked")
        expect(liked).to_be_visible()
        first.set_offline(True)
        liked.click()
        desk.locator("#note_opening").fill(NOTE)
        expect(desk.locator("[data-status]")).to_contain_text(KEPT_HERE)
        desk.wait_for_timeout(500)  # typing reaches the device within a third of a second
        _kill(profile)
        # The browser may not have written her cookie down yet; what it kept of the consultation it has.
        _open(chromium, profile, cookies).new_page().goto(f"{open_house.app}/desk")
        open_house.until(lambda: written(open_house, booking).get("note_opening") == NOTE)
        assert [each.capture.kind for each in noted(open_house, booking)] == ["liked"]
    finally:
        _kill(profile)
        shutil.rmtree(profile, ignore_errors=True)


def _open(chromium: Browser, profile: str, cookies: list[Any]) -> BrowserContext:
    opened = chromium.browser_type.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), args=CHROMIUM, locale="en-GB"
    )
    opened.set_default_timeout(10_000)
    opened.add_cookies(cookies)
    return opened


def _kill(profile: str) -> None:
    """End the browser of this profile as a power cut would: every process that carries its name."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if profile.encode() in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue


def test_the_owner_finds_her_terms_and_what_became_of_each_conversation(
    open_house: OpenHouse, context: BrowserContext
) -> None:
    admin = context.new_page()
    admin.goto(f"{open_house.sandbox}/admin?path=/admin/consultations")
    admin.wait_for_timeout(2_000)
    frame = next(each for each in admin.frames if each.parent_frame)
    expect(frame.get_by_role("heading", name="Your terms")).to_be_visible()
    frame.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = frame.evaluate("axe.run().then(({ violations }) => violations)")
    assert found == [], [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    if LOOK_IN:
        for width in (360, 1280):
            admin.set_viewport_size({"width": width, "height": 1600})
            admin.wait_for_timeout(300)
            admin.screenshot(path=Path(LOOK_IN) / f"admin-{width}.png")
