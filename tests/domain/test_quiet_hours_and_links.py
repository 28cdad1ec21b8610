"""Letters go by day where the client is, and lead through the shop's login."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.login_links import lead_through_login, through_login
from app.domain.outreach_rules import OutreachRules
from app.domain.quiet_hours import may_go_at

SHOP = "https://maison-alder.myshopify.com"


@pytest.mark.parametrize(
    ("now", "zone", "goes"),
    [
        ("2026-11-21T10:00", "Europe/London", "2026-11-21T10:00"),
        ("2026-11-21T18:59", "Europe/London", "2026-11-21T18:59"),
        ("2026-11-21T19:00", "Europe/London", "2026-11-22T09:00"),
        ("2026-11-21T08:59", "Europe/London", "2026-11-21T09:00"),
        # British Columbia keeps summer time for good from November 2026 on: nine is 16:00 UTC.
        ("2026-11-21T10:00", "America/Vancouver", "2026-11-21T16:00"),
        ("2026-11-21T10:00", "Asia/Tokyo", "2026-11-22T00:00"),
        # The night the clocks go forward in London: nine o'clock is an hour sooner.
        ("2027-03-27T20:00", "Europe/London", "2027-03-28T08:00"),
        ("2027-01-15T10:00", "America/Vancouver", "2027-01-15T16:00"),
    ],
)  # fmt: skip
def test_a_letter_goes_between_nine_and_seven_where_she_is(now: str, zone: str, goes: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert may_go_at(at, zone, OutreachRules()) == datetime.fromisoformat(goes).replace(tzinfo=UTC)


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "evil"])
def test_the_login_never_leads_out_of_the_shop(path: str) -> None:
    assert through_login(SHOP, path) == f"{SHOP}/account/login?return_url=/"


@pytest.mark.parametrize(
    ("text", "led"),
    [
        (
            f"See {SHOP}/products/band?variant=1.",
            f"See {SHOP}/account/login?return_url=/products/band%3Fvariant%3D1.",
        ),
        (f"{SHOP}", f"{SHOP}/account/login?return_url=/"),
        (f"{SHOP}.evil.example/x", f"{SHOP}.evil.example/x"),
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
        (through_login(SHOP, "/a"), through_login(SHOP, "/a")),
    ],
)
def test_links_into_the_shop_lead_through_its_login_and_others_stay(text: str, led: str) -> None:
    assert lead_through_login(text, SHOP) == led
