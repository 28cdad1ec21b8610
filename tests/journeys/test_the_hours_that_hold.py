"""Margaret opens a day of Jonas's, his calendar elsewhere takes part of it, and Bruno finds what is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from app.domain.appointment_links import link
from app.stores import advisors, bookings, calendar_feeds, clients
from app.stores.advisors import Advisor
from tests.calendars.calendar_server import CalendarServer, open_calendar_server
from tests.journeys.conftest import OpenHouse
from tests.journeys.shopping import BRUNO
from tests.journeys.test_the_memory import is_sound
from tests.usecases.desk_house import book

LONDON = ZoneInfo("Europe/London")
FRIDAY = 4


@pytest.fixture
def friday(open_house: OpenHouse) -> date:
    """A day two weeks ahead on which Jonas does not work."""
    today = open_house.now().astimezone(LONDON).date()
    return today + timedelta(days=14 + (FRIDAY - today.weekday()) % 7)


@pytest.fixture
def jonas(open_house: OpenHouse) -> Iterator[Advisor]:
    with open_house.services.database.shop(open_house.shop_id) as tx:
        found = next(each for each in advisors.every(tx) if each.first_name == "Jonas")
        clients.lead(tx, BRUNO, found.advisor_id, "Chosen by Margaret.")
    yield found
    with open_house.services.database.shop(open_house.shop_id) as tx:
        advisors.set_other_days(tx, found.advisor_id, [])
        for feed in calendar_feeds.of_advisor(tx, found.advisor_id):
            calendar_feeds.remove(tx, found.advisor_id, feed.feed_id)


@pytest.fixture
def booked(open_house: OpenHouse, jonas: Advisor, friday: date) -> UUID:
    """Bruno is to meet Jonas the day before."""
    with open_house.services.database.shop(open_house.shop_id) as tx:
        return book(tx, BRUNO, jonas.advisor_id, at(friday - timedelta(days=1), "13:00"))


@pytest.fixture
def elsewhere() -> Iterator[CalendarServer]:
    with open_calendar_server() as server:
        yield server


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), LONDON)


def test_what_is_opened_and_not_taken_elsewhere_can_be_chosen(
    open_house: OpenHouse, page: Page, jonas: Advisor, friday: date, booked: UUID, elsewhere: CalendarServer
) -> None:
    assert offered(open_house, page, booked, friday) == [], "he does not work on Fridays"
    _margaret_opens_the_friday(open_house, page, jonas, friday)
    assert min(offered(open_house, page, booked, friday)) == at(friday, "14:00")
    _his_calendar_takes_its_beginning(open_house, page, jonas, friday, elsewhere)
    left = offered(open_house, page, booked, friday)
    assert min(left) >= at(friday, "15:30")
    assert max(left) <= at(friday, "16:15"), "45 minutes before five"
    is_sound(page, "what-is-left")
    page.locator(f'input[name=starts][value="{left[0].isoformat()}"]').check(force=True)
    page.get_by_role("button", name="Move my appointment").click()
    expect(page.get_by_text("Your new time is kept.", exact=False)).to_be_visible()
    with open_house.services.database.shop(open_house.shop_id) as tx:
        kept = bookings.one(tx, booked)
    assert kept is not None
    assert (kept.starts_at, kept.advisor_id) == (left[0], jonas.advisor_id)


def offered(house: OpenHouse, page: Page, booking: UUID, day: date) -> list[datetime]:
    """The times of a day that Bruno finds at his own link, opened so that he could press them."""
    page.goto(link(house.app, house.services.settings.secret_key, house.shop_id, booking))
    page.get_by_role("link", name="Choose another time").click()
    expect(page.get_by_text("These times are with Jonas Lind.")).to_be_visible()
    for later in page.locator("details.later:not([open]) > summary").all():
        later.click()
    said = page.locator("input[name=starts]").evaluate_all("all => all.map(one => one.value)")
    return sorted(
        when for each in said if (when := datetime.fromisoformat(each)).astimezone(LONDON).date() == day
    )


def _margaret_opens_the_friday(house: OpenHouse, page: Page, jonas: Advisor, friday: date) -> None:
    page.goto(f"{house.sandbox}/admin?path=/admin/advisors/{jonas.advisor_id}")
    app = page.frame_locator("iframe[data-app-frame]")
    app.get_by_label("Other hours, day, row 1").fill(friday.isoformat())
    app.get_by_label("Other hours, from, row 1").fill("17:00")
    app.get_by_label("Other hours, to, row 1").fill("14:00")
    app.get_by_role("button", name="Save", exact=True).click()
    expect(app.locator("#day-0-problem")).to_be_visible()
    app.get_by_label("Other hours, from, row 1").fill("14:00")
    app.get_by_label("Other hours, to, row 1").fill("17:00")
    app.get_by_role("button", name="Save", exact=True).click()
    expect(app.get_by_text("Jonas Lind’s details and hours are saved.")).to_be_visible()
    is_sound(page, "other-hours", frame=page.frames[-1])


def _his_calendar_takes_its_beginning(
    house: OpenHouse, page: Page, jonas: Advisor, friday: date, elsewhere: CalendarServer
) -> None:
    begins, ends = (at(friday, clock).astimezone(ZoneInfo("UTC")) for clock in ("13:30", "15:30"))
    elsewhere.says((f"{begins:%Y%m%dT%H%M%S}", f"{ends:%Y%m%dT%H%M%S}"))
    page.goto(f"{house.sandbox}/admin?path=/admin/advisors/{jonas.advisor_id}")
    app = page.frame_locator("iframe[data-app-frame]")
    app.get_by_label("Its secret address").fill("http://169.254.169.254/latest")
    app.get_by_role("button", name="Add this calendar").click()
    expect(app.locator("#calendar_address-problem")).to_be_visible()
    app.get_by_label("Its secret address").fill(elsewhere.address("/jonas.ics"))
    elsewhere.calendars["/jonas.ics"] = elsewhere.calendars["/ines.ics"]
    app.get_by_label("What you call it").fill("Work")
    app.get_by_role("button", name="Add this calendar").click()
    expect(app.get_by_text("The calendar is added.")).to_be_visible()
    expect(app.get_by_text("jonas.ics")).to_have_count(0)
    is_sound(page, "calendar-added", frame=page.frames[-1])
