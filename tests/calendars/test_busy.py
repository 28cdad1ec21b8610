"""A calendar from elsewhere: when its owner is taken, in every way that calendars have of saying so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.calendars.busy import MOST_TIMES, UnableToRead, busy_times

LONDON = ZoneInfo("Europe/London")
SINCE = datetime(2026, 11, 21, 10, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=190)
MONDAY = "20261123"


def entry(*lines: str, uid: str = "a@elsewhere") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT"))


def calendar(*entries: str, head: tuple[str, ...] = ()) -> bytes:
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN", *head, *entries, "END:VCALENDAR")
    return ("\r\n".join(lines) + "\r\n").encode()


def read(content: bytes, *, ours: tuple[str, ...] = (), zone: ZoneInfo = LONDON) -> list[str]:
    found = busy_times(content, since=SINCE, until=UNTIL, zone=zone, ours=ours)
    return [f"{begins:%d.%m. %H:%M}-{ends:%d.%m. %H:%M}" for begins, ends in found]


AT_TEN = (f"DTSTART:{MONDAY}T100000Z", f"DTEND:{MONDAY}T110000Z")


def test_an_entry_takes_its_time() -> None:
    assert read(calendar(entry(*AT_TEN))) == ["23.11. 10:00-23.11. 11:00"]


@pytest.mark.parametrize(
    "line",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "transp:transparent"],
)
def test_what_is_cancelled_or_marked_free_takes_none(line: str) -> None:
    assert read(calendar(entry(*AT_TEN, line))) == []


@pytest.mark.parametrize("line", ["STATUS:TENTATIVE", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"])
def test_what_may_take_place_takes_time(line: str) -> None:
    assert len(read(calendar(entry(*AT_TEN, line)))) == 1


def test_our_own_invitation_is_known_by_its_uid() -> None:
    ours = entry(*AT_TEN, uid="7f@maison-alder.myshopify.com")
    theirs = entry(*AT_TEN, uid="8f@maison-alder.myshopify.com")
    assert read(calendar(ours), ours=("7f@maison-alder.myshopify.com",)) == []
    assert len(read(calendar(theirs), ours=("7f@maison-alder.myshopify.com",))) == 1


def test_a_repeating_entry_is_there_each_time_and_not_where_it_was_moved_or_left_out() -> None:
    series = entry(
        "DTSTART;TZID=Europe/London:20261109T090000",
        "DTEND;TZID=Europe/London:20261109T100000",
        "RRULE:FREQ=WEEKLY;COUNT=6",
        "EXDATE;TZID=Europe/London:20261130T090000",
    )
    moved = entry(
        "RECURRENCE-ID;TZID=Europe/London:20261207T090000",
        "DTSTART;TZID=Europe/London:20261208T140000",
        "DTEND;TZID=Europe/London:20261208T150000",
    )
    assert read(calendar(series, moved)) == [
        "23.11. 09:00-23.11. 10:00",
        "08.12. 14:00-08.12. 15:00",
        "14.12. 09:00-14.12. 10:00",
    ]


def test_a_repeating_entry_keeps_its_clock_over_the_change() -> None:
    weekly = entry(
        "DTSTART;TZID=Europe/London:20270322T090000",
        "DTEND;TZID=Europe/London:20270322T100000",
        "RRULE:FREQ=WEEKLY;COUNT=2",
    )
    assert read(calendar(weekly)) == ["22.03. 09:00-22.03. 10:00", "29.03. 08:00-29.03. 09:00"]


def test_one_of_a_series_that_was_cancelled_is_free() -> None:
    series = entry(*AT_TEN, "RRULE:FREQ=DAILY;COUNT=2")
    cancelled = entry(f"RECURRENCE-ID:{MONDAY}T100000Z", *AT_TEN, "STATUS:CANCELLED")
    assert read(calendar(series, cancelled)) == ["24.11. 10:00-24.11. 11:00"]


WHOLE_DAY = (f"DTSTART;VALUE=DATE:{MONDAY}", "DTEND;VALUE=DATE:20261124")


def test_a_whole_day_lies_in_the_calendars_zone_else_in_hers() -> None:
    named = calendar(entry(*WHOLE_DAY), head=("X-WR-TIMEZONE:America/Vancouver",))
    assert read(named) == ["23.11. 07:00-24.11. 07:00"], "UTC−7 by the packaged zone database"
    assert read(calendar(entry(*WHOLE_DAY)), zone=ZoneInfo("Asia/Kolkata")) == ["22.11. 18:30-23.11. 18:30"]
    unknown = calendar(entry(*WHOLE_DAY), head=("X-WR-TIMEZONE:Mars/Olympus",))
    assert read(unknown) == ["23.11. 00:00-24.11. 00:00"]


def test_a_time_without_a_zone_is_in_hers() -> None:
    floating = entry(f"DTSTART:{MONDAY}T100000", f"DTEND:{MONDAY}T110000")
    assert read(calendar(floating), zone=ZoneInfo("America/New_York")) == ["23.11. 15:00-23.11. 16:00"]


def test_a_whole_day_marked_free_and_a_moment_without_length_take_nothing() -> None:
    birthday = entry(*WHOLE_DAY, "TRANSP:TRANSPARENT")
    moment = entry(f"DTSTART:{MONDAY}T100000Z", f"DTEND:{MONDAY}T100000Z", uid="b")
    assert read(calendar(birthday, moment)) == []


def test_a_length_stands_for_an_end() -> None:
    assert read(calendar(entry(AT_TEN[0], "DURATION:PT90M"))) == ["23.11. 10:00-23.11. 11:30"]


def test_what_overlaps_is_one_time_and_what_is_outside_the_window_is_none() -> None:
    later = entry(f"DTSTART:{MONDAY}T103000Z", f"DTEND:{MONDAY}T120000Z", uid="b")
    past = entry("DTSTART:20261101T100000Z", "DTEND:20261101T110000Z", uid="c")
    far = entry("DTSTART:20280101T100000Z", "DTEND:20280101T110000Z", uid="d")
    under_way = entry("DTSTART:20261120T100000Z", "DTEND:20261121T110000Z", uid="e")
    assert read(calendar(entry(*AT_TEN), later, past, far, under_way)) == [
        "21.11. 10:00-21.11. 11:00",
        "23.11. 10:00-23.11. 12:00",
    ]


def test_nothing_at_all_is_a_calendar_too() -> None:
    assert read(calendar()) == []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20,30,40",
    ],
)
def test_what_was_made_to_keep_us_busy_is_refused(rule: str) -> None:
    with pytest.raises(UnableToRead, match="repeats within the hour"):
        read(calendar(entry(*AT_TEN, f"RRULE:{rule}")))


def test_too_many_entries_are_refused() -> None:
    old = ("DTSTART:19000101T100000Z", "DTEND:19000101T110000Z", "RRULE:FREQ=DAILY")
    with pytest.raises(UnableToRead, match="more entries"):
        read(calendar(*(entry(*old, uid=f"{n}") for n in range(80))))
    daily = (f"DTSTART:{MONDAY}T000000Z", "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11")
    with pytest.raises(UnableToRead, match="more entries"):
        read(calendar(*(entry(*daily, uid=f"{n}") for n in range(MOST_TIMES // 2200 + 2))))


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        calendar(entry("DTSTART:yesterday")),
        calendar(entry(*AT_TEN, "RRULE:FREQ=SOMETIMES")),
        b"\xff\xfe" * 40,
        b"",
    ],
)
def test_what_is_damaged_is_refused_and_never_read_as_free(content: bytes) -> None:
    with pytest.raises(UnableToRead):
        read(content)
