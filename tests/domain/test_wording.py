"""Times, zones and days in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from app.domain.slots import Slot
from app.domain.wording import days, known_zone, when, zone_name, zones_to_choose

FRIDAY = datetime(2027, 1, 15, 16, 0, tzinfo=UTC)


def slot(at: datetime) -> Slot:
    return Slot(at, at + timedelta(minutes=45), (at, at + timedelta(minutes=45)))


def test_an_instant_is_written_out_with_its_zone_in_words() -> None:
    assert when(FRIDAY, "Europe/London") == "Friday 15 January, 4:00 pm London time"


def test_vancouver_is_seven_hours_behind_in_january_2027() -> None:
    assert when(FRIDAY, "America/Vancouver") == "Friday 15 January, 9:00 am Vancouver time"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("America/Indiana/Knox", "Knox time"),
        ("Asia/Calcutta", "Kolkata time"),
        ("Etc/GMT+5", "UTC−5"),  # the database counts these against the clock
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_by_its_city(zone: str, name: str) -> None:
    assert zone_name(zone) == name


def test_every_zone_a_browser_may_send_has_a_name() -> None:
    for zone in available_timezones():
        if known_zone(zone):
            assert zone_name(zone).strip()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "America", "Factory", "europe/london"])
def test_what_is_no_zone_is_not_known(zone: str) -> None:
    assert known_zone(zone) is None


def test_slots_fall_on_the_days_of_the_shopper() -> None:
    late = datetime(2027, 1, 16, 1, 30, tzinfo=UTC)
    in_london = days([slot(FRIDAY), slot(late)], "Europe/London")
    assert [day.label for day in in_london] == ["Friday 15 January", "Saturday 16 January"]
    in_vancouver = days([slot(FRIDAY), slot(late)], "America/Vancouver")
    assert [day.label for day in in_vancouver] == ["Friday 15 January"]
    assert [time.label for time in in_vancouver[0].slots] == ["9:00 am", "6:30 pm"]


def test_zones_to_choose_hold_ones_own_and_go_from_west_to_east() -> None:
    zones = zones_to_choose("Asia/Calcutta", "Europe/London", now=FRIDAY)
    ids = [zone.id for zone in zones]
    assert ids.index("America/New_York") < ids.index("Europe/London") < ids.index("Asia/Calcutta")
    assert "Asia/Kolkata" not in ids, "one city is one choice"
    assert len({zone.name for zone in zones}) == len(zones)
