"""How a shopper walks through the sandbox's storefront, and what she sends while she does."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, expect

from tests.journeys.conftest import OpenHouse

ALMA, BRUNO, DARIO, CHIARA, ESTHER, GRACE = "7001", "7002", "7003", "7004", "7005", "7007"
INVITATION = "steward-offer"
PIECES = {
    "eternity": "full-eternity-in-platinum",
    "earrings": "brilliant-studs",
    "necklaces": "pearl-necklace",
    "watches": "alder-dress-watch",
    "bracelets": "gold-bangle",
    "engagement": "pulteney-solitaire",
}


class Shopper:
    """Somebody at the storefront, with all that left her pages for the app."""

    def __init__(self, house: OpenHouse, page: Page) -> None:
        self.house, self.page = house, page
        self.sent: list[Request] = []
        page.on("request", lambda request: "/apps/steward/" in request.url and self.sent.append(request))

    def log_in(self, customer: str) -> None:
        self.page.goto(f"{self.house.sandbox}/account")
        self.page.locator(f'[data-login="{customer}"]').click()
        self.page.wait_for_load_state()

    def answer_consent(self, answer: str = "accept") -> None:
        banner = self.page.locator("[data-consent-banner]")
        expect(banner).to_be_visible()
        banner.locator(f'[data-consent="{answer}"]').click()
        expect(banner).to_be_hidden()

    def look_at(self, collection: str) -> None:
        """Go straight to a piece of a collection, as from a link in a letter."""
        self.page.goto(f"{self.house.sandbox}/products/{PIECES[collection]}")

    def told(self) -> None:
        """Wait until a batch has been answered."""
        with self.page.expect_response(re.compile("/apps/steward/events")) as answer:
            pass
        assert answer.value.status in (200, 204)

    @property
    def invitation(self):  # type: ignore[no-untyped-def] - Playwright's Locator
        return self.page.locator(INVITATION)
