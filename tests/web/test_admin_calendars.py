"""An advisor's calendars on her page: added when they can be read, and never shown by their address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.calendars.feeds import Reach
from app.stores import advisors, calendar_feeds
from app.usecases.open_shop import open_shop
from app.wiring import Services
from tests.calendars.calendar_server import CalendarServer, open_calendar_server
from tests.conftest import NOW
from tests.web.merchant import OTHER_SHOP, SHOP, Merchant, good_token


@pytest.fixture
def elsewhere(services: Services) -> Iterator[CalendarServer]:
    object.__setattr__(services, "reach", Reach(loopback=True))
    with open_calendar_server() as server:
        server.says(("20261123T090000", "20261123T170000"))
        yield server


@pytest.fixture
def margaret(services: Services, shop_id: int) -> int:
    with services.database.shop(shop_id) as tx:
        return advisors.owner(tx).advisor_id


def test_a_calendar_is_added_shown_without_its_address_and_removed(
    merchant: Merchant, services: Services, shop_id: int, margaret: int, elsewhere: CalendarServer
) -> None:
    page = f"/admin/advisors/{margaret}"
    assert "None yet." in merchant.opens(page).text
    secret = elsewhere.address("/ines.ics")
    answer = merchant.sends(f"{page}/calendars", {"calendar_address": secret, "calendar_name": "Home"})
    assert answer.status_code == 200
    assert "The calendar is added." in answer.text
    shown = merchant.opens(page).text
    assert "Last read Saturday 21 November, 10:00 am London time." in shown
    assert "<bdi>Home</bdi>" in shown
    assert "ines.ics" not in shown
    with services.database.shop(shop_id) as tx:
        [feed] = calendar_feeds.of_advisor(tx, margaret)
    answer = merchant.sends(f"{page}/calendars/{feed.feed_id}/remove", {})
    assert "The calendar is removed." in answer.text
    assert "<bdi>Home</bdi>" not in answer.text
    assert merchant.sends(f"{page}/calendars/{feed.feed_id}/remove", {}).status_code == 404


def test_what_was_wrong_with_an_address_is_said_beside_it_and_nothing_is_lost(
    merchant: Merchant, margaret: int, elsewhere: CalendarServer
) -> None:
    entered = {"calendar_address": elsewhere.address("/none.ics"), "calendar_name": "Home"}
    answer = merchant.sends(f"/admin/advisors/{margaret}/calendars", entered)
    assert answer.status_code == 422
    assert 'id="calendar_address-problem">There is no calendar at this address any more.' in answer.text
    for name, value in entered.items():
        assert f'name="{name}" type="text" value="{value}"' in answer.text


def test_a_silent_calendar_says_what_it_costs(
    merchant: Merchant, services: Services, shop_id: int, margaret: int
) -> None:
    with services.database.shop(shop_id) as tx:
        calendar_feeds.add(tx, margaret, "Home", "https://x.example/", [], now=NOW - calendar_feeds.KEPT)
    shown = merchant.opens(f"/admin/advisors/{margaret}").text
    assert "Silent" in shown
    assert "Until it answers, no times with Margaret are offered." in shown


def test_MISSING_AUTHORIZATION_CHECK_another_houses_calendars_are_out_of_reach(  # noqa: N802
    merchant: Merchant, services: Services, shop_id: int, margaret: int, elsewhere: CalendarServer
) -> None:
    with services.database.shop(shop_id) as tx:
        feed_id = calendar_feeds.add(tx, margaret, "Home", "https://x.example/", [], now=NOW)
    open_shop(services.database, OTHER_SHOP, now=NOW, name="Birch", timezone="UTC", currency="USD")
    stranger = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    page = f"/admin/advisors/{margaret}/calendars"
    assert stranger.sends(page, {"calendar_address": elsewhere.address()}).status_code == 404
    assert stranger.sends(f"{page}/{feed_id}/remove", {}).status_code == 404
    assert elsewhere.asked == 0
    assert merchant.client.post(f"{page}?shop={SHOP}").status_code == 401
