"""An invitation as a calendar reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from app.calendars.ics import Invitation, Method, write
from tests.conftest import NOW

STARTS = datetime(2027, 1, 15, 16, 0, tzinfo=UTC)
ALMAS = Invitation(
    uid="5f2e@alder.myshopify.com",
    sequence=0,
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=45),
    summary="Appointment at Maison Alder",
    house="Maison Alder",
    organizer="steward@localhost",
    guest="alma@clients.example",
)


def read(invitation: Invitation, method: Method) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(write(invitation, method, now=NOW))
    return calendar, calendar.walk("VEVENT")[0]


def test_an_invitation_holds_the_time_in_utc() -> None:
    text = write(ALMAS, "REQUEST", now=NOW)
    assert "DTSTART:20270115T160000Z" in text
    assert "DTEND:20270115T164500Z" in text
    calendar, event = read(ALMAS, "REQUEST")
    assert calendar["METHOD"] == "REQUEST"
    assert event["DTSTART"].dt == STARTS
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTAMP"].dt == NOW


def test_a_cancellation_keeps_the_uid_and_is_one_step_up() -> None:
    _, invited = read(ALMAS, "REQUEST")
    calendar, cancelled = read(replace(ALMAS, sequence=1), "CANCEL")
    assert calendar["METHOD"] == "CANCEL"
    assert cancelled["UID"] == invited["UID"]
    assert (invited["SEQUENCE"], cancelled["SEQUENCE"]) == (0, 1)
    assert cancelled["STATUS"] == "CANCELLED"


def test_an_invitation_names_house_and_guest_and_nothing_else() -> None:
    _, event = read(ALMAS, "REQUEST")
    assert event["SUMMARY"] == "Appointment at Maison Alder"
    assert event["ORGANIZER"] == "mailto:steward@localhost"
    assert event["ORGANIZER"].params["CN"] == "Maison Alder"
    assert event["ATTENDEE"] == "mailto:alma@clients.example"
    said = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS"}
    assert set(event) == said | {"ORGANIZER", "ATTENDEE"}


def test_a_name_with_commas_and_breaks_stays_one_line_of_the_calendar() -> None:
    odd = replace(ALMAS, summary="Appointment at Alder, Birch; & Söhne\nX-EVIL:1", house='A "B" Ø')
    _, event = read(odd, "REQUEST")
    assert event["SUMMARY"] == "Appointment at Alder, Birch; & Söhne\nX-EVIL:1"
    assert "X-EVIL" not in event
