"""Invitations that any calendar reads (RFC 5545), sent so that it files them by itself (RFC 5546).

They say when, and nothing of what for: a calendar is shared more often than a mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress

Method = Literal["REQUEST", "CANCEL"]

# How often a calendar shall ask for a feed again. Dated guess, 2026-11: most ask less often anyway.
ASK_AGAIN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One appointment as one guest's calendar shall hold it.

    `uid` never changes, `sequence` grows with each change. The organizer is the house at its sending address.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    house: str
    organizer: str
    guest: str


def write(invitation: Invitation, method: Method, *, now: datetime) -> str:
    """This function will write an invitation or its cancellation, with instants in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//Steward//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(invitation, method, now))
    return str(calendar.to_ical().decode())


@dataclass(frozen=True, slots=True)
class Taken:
    """A time that is taken, as a feed tells it: when, and nothing else."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime


def feed(taken: Iterable[Taken], *, name: str, now: datetime) -> str:
    """This function will write a feed of times that are taken, all called alike, with instants in UTC.

    The UIDs are those of the invitations, so that whoever reads the feed back knows them for our own.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Steward//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER)  # RFC 7986
    calendar.add("x-published-ttl", "PT15M")  # the older word for it, which Outlook reads
    for each in taken:
        calendar.add_component(_busy(each, now))
    return str(calendar.to_ical().decode())


def _busy(taken: Taken, now: datetime) -> Event:
    event = Event()
    event.add("uid", taken.uid)
    event.add("sequence", taken.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", taken.starts_at)
    event.add("dtend", taken.ends_at)
    event.add("summary", "Consultation")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def _event(invitation: Invitation, method: Method, now: datetime) -> Event:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", invitation.starts_at)
    event.add("dtend", invitation.ends_at)
    event.add("summary", invitation.summary)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("class", "PRIVATE")
    organizer = vCalAddress(f"mailto:{invitation.organizer}")
    organizer.params["CN"] = invitation.house
    event.add("organizer", organizer)
    # She chose the time herself, so it is accepted, and nobody reads replies.
    guest = vCalAddress(f"mailto:{invitation.guest}")
    guest.params.update({"PARTSTAT": "ACCEPTED", "RSVP": "FALSE", "ROLE": "REQ-PARTICIPANT"})
    event.add("attendee", guest)
    return event
