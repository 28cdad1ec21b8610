"""Invitations that any calendar reads (RFC 5545), sent so that it files them by itself (RFC 5546).

They say when, and nothing of what for: a calendar is shared more often than a mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress

Method = Literal["REQUEST", "CANCEL"]


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
