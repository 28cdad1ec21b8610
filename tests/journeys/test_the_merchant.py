"""The merchant opens the app in her admin, sees why, and changes when to invite."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from app.stores import rulebook
from tests.journeys.conftest import OpenHouse
from tests.journeys.shopping import BRUNO, Shopper


def test_she_sees_each_decision_with_its_reason(open_house: OpenHouse, page: Page) -> None:
    shopper = Shopper(open_house, page)
    shopper.log_in(BRUNO)
    shopper.answer_consent()
    shopper.told()
    open_house.advance(hours=1)  # the visit has ended: it is recorded at the sweeper's next round
    page.goto(f"{open_house.sandbox}/admin?path=/admin/decisions")
    app = page.frame_locator("iframe[data-app-frame]")

    def recorded() -> bool:
        page.reload()
        expect(app.get_by_role("heading", name="Decisions")).to_be_visible()
        return app.get_by_text("Bruno Keller").count() > 0

    open_house.until(recorded, seconds=75)


def test_she_changes_when_to_invite_and_it_is_a_new_version(open_house: OpenHouse, page: Page) -> None:
    with open_house.services.database.shop(open_house.shop_id) as tx:
        before = rulebook.read(tx).policy
    page.goto(f"{open_house.sandbox}/admin?path=/admin/policy")
    app = page.frame_locator("iframe[data-app-frame]")
    app.locator("#rest_days").fill("120")
    page.locator("[data-save]").click()
    expect(app.locator(".notice-success")).to_be_visible()
    with open_house.services.database.shop(open_house.shop_id) as tx:
        after = rulebook.read(tx).policy
    assert (after.rest_days, after.version) == (120, before.version + 1)


def test_her_advisors_hours_are_there(open_house: OpenHouse, page: Page) -> None:
    page.goto(f"{open_house.sandbox}/admin?path=/admin/advisors")
    app = page.frame_locator("iframe[data-app-frame]")
    for name in ("Margaret Alder", "Ines Moreau", "Jonas Lind"):
        expect(app.get_by_text(name).first).to_be_visible()
    app.get_by_role("link", name=re.compile("Ines Moreau")).first.click()
    expect(app.locator('[id^="from-"]').first).to_be_visible()
