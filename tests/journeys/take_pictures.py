"""The documents' pictures, taken anew by `make pictures`: each screen wide and on a phone of 360 px."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import ROOT, OpenHouse
from tests.journeys.shopping import ALMA, Shopper
from tests.journeys.test_the_returning_client import INES, _ines_signs_in

PICTURES = ROOT / "docs/pictures"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def test_take_the_pictures(open_house: OpenHouse, context: BrowserContext, chromium: Browser) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = context.new_page()
    _visits_over_three_weeks(open_house, page)
    _the_invitation(open_house, page)
    _the_picker(page)
    desk = context.new_page()
    _the_desk(open_house, desk)
    _the_admin(open_house, context.new_page())


def _take(page: Page, name: str, *, whole: bool = False, taller: int = 0) -> None:
    """Take a screen wide and narrow; `whole` takes all of its length, `taller` adds to a frame's."""
    for size, suffix in ((WIDE, ""), (PHONE, "-phone")):
        page.set_viewport_size({**size, "height": size["height"] + taller})  # type: ignore[arg-type] - two numbers
        page.wait_for_timeout(700)
        page.screenshot(path=PICTURES / f"{name}{suffix}.png", full_page=whole)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type] - as above


def _visits_over_three_weeks(house: OpenHouse, page: Page) -> None:
    shopper = Shopper(house, page)
    shopper.log_in(ALMA)
    shopper.answer_consent()
    for _ in range(3):
        page.goto(f"{house.sandbox}/")
        shopper.told()
        house.advance(days=6)


def _the_invitation(house: OpenHouse, page: Page) -> None:
    shopper = Shopper(house, page)
    shopper.look_at("eternity")
    expect(shopper.invitation).to_be_visible()
    _take(page, "invitation")


def _the_picker(page: Page) -> None:
    page.get_by_role("button", name="Choose a time").click()
    picker = page.get_by_role("dialog")
    picker.get_by_role("radio").first.check(force=True)
    picker.get_by_role("radio", name=re.compile("am|pm")).first.check(force=True)
    _take(page, "booking")
    picker.get_by_role("button", name="Confirm").click()
    expect(picker.get_by_text("Ines is looking forward to seeing you.").first).to_be_visible()
    _take(page, "booked")


def _the_desk(house: OpenHouse, desk: Page) -> None:
    house.until(lambda: httpx.get(f"{house.sandbox}/mailbox.json", params={"to": INES}).json())
    _ines_signs_in(house, desk)
    _take(desk, "desk")
    desk.get_by_role("link", name="Read the brief").click()
    _take(desk, "brief", whole=True)
    desk.get_by_role("link", name="Go to the consultation").click()
    desk.get_by_role("button", name="Begin").click()
    _take(desk, "consultation", whole=True)


def _the_admin(house: OpenHouse, page: Page) -> None:
    house.advance(hours=1)
    page.wait_for_timeout(35_000)  # the sweeper's next round records the visits that have ended
    for name in ("admin", "admin/decisions", "admin/policy", "admin/advisors"):
        _open_admin(house, page, name)
        _take(page, name.replace("/", "-"))
    for name in ("admin/readiness", "admin/learning", "admin/last-year"):
        _open_admin(house, page, name)
        _take(page, name.replace("/", "-"), taller=1_800)
    _keep_charts(page, {"calendar": "one-clients-calendar", "weekly": "invitations-a-week"})
    page.close()


def _open_admin(house: OpenHouse, page: Page, name: str) -> None:
    page.goto(f"{house.sandbox}/admin?path=/{name}")
    page.wait_for_timeout(2_000)


def _keep_charts(page: Page, names: dict[str, str]) -> None:
    """Keep charts of the page as they are drawn, for docs/scoring.md."""
    for picture, name in names.items():
        svg = page.frames[-1].locator(f"[data-picture={picture}] svg").first.evaluate("it => it.outerHTML")
        (PICTURES / f"{name}.svg").write_text(svg + "\n")
