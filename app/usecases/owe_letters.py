"""Owe customer and advisor their letters about a booking: written with it, asked for once it is committed.

What each says about one state of a booking is said once, however often it is owed. What the customer has
just asked for is answered at once; what the house begins waits out her night.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypedDict, Unpack

from app.calendars import ics
from app.calendars.ics import Invitation
from app.domain import places
from app.domain.places import Meeting
from app.domain.quiet_hours import after_the_night
from app.domain.reminders import BEFORE, ReminderKind
from app.mail import letters
from app.mail.envelope import address_of
from app.mail.letters import Letter
from app.queue import Queue
from app.stores import customers, outbox, shops
from app.stores.advisors import Advisor
from app.stores.bookings import Booking, Who
from app.stores.database import Transaction
from app.stores.outbox import News

Guest = Literal["customer", "advisor", "former"]

# News that would leave her less than this before the time it is about goes at once, night or not: a closed
# door is worse than a letter at night. As long as the last reminder is ahead.
IMMINENT = BEFORE["reminder_2"]
# Somebody who did not come is written to within this time, or not at all. Dated guess, 2026-11.
MISSED_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What all letters about one booking share; `sender` is the address the house writes from."""

    house: str
    advisor: Advisor
    booking: Booking
    sender: str
    now: datetime
    address: str = ""


class Links(TypedDict):
    """`url` is the product's own address; `own_link` is the customer's, to see, change and cancel."""

    url: str
    own_link: str


class _Told(TypedDict):
    house: str
    starts_at: datetime
    zone: str
    place: str


class _Where(TypedDict):
    says: str
    room: str


def correspondence(
    tx: Transaction, advisor: Advisor, booking: Booking, *, sender: str, now: datetime
) -> Correspondence:
    """This function will begin the letters about a booking."""
    house = shops.read(tx)
    return Correspondence(house.name, advisor, booking, sender, now, house.address)


def meeting_of(advisor: Advisor, booking: Booking, *, address: str) -> Meeting:
    """This function will gather what the place of a booking knows of it."""
    return Meeting(advisor.first_name, address=address, room=advisor.room, phone=booking.phone)


def owe_confirmation(tx: Transaction, queue: Queue, about: Correspondence, **links: Unpack[Links]) -> None:
    """This function will owe the customer a confirmation and the advisor a notice, with the invitation."""
    confirmation = letters.confirmation(
        **_hers(about), **_where(about), advisor=about.advisor.name, link=links["own_link"]
    )
    notice = letters.notice(**_advisors(about), link=_brief(about, links))
    _owe(tx, queue, about, "customer", "confirmed", confirmation, "REQUEST")
    _owe(tx, queue, about, "advisor", "confirmed", notice, "REQUEST")


def owe_rescheduled(
    tx: Transaction,
    queue: Queue,
    about: Correspondence,
    *,
    was: Booking,
    by: Who,
    former: Advisor | None = None,
    **links: Unpack[Links],
) -> None:
    """This function will owe both the new time of a booking, and a `former` advisor that it is hers no more.

    `was` is the booking as it stood before, `by` who moved it.
    """
    _withdraw(tx, about)
    by_house = by == "advisor"
    letter = letters.rescheduled(
        **_hers(about),
        **_where(about),
        advisor=about.advisor.name,
        link=links["own_link"],
        by_house=by_house,
    )
    sooner = min(was.starts_at, about.booking.starts_at)
    night = _night(about, sooner) if by_house else ""
    _owe(tx, queue, about, "customer", "rescheduled", letter, "REQUEST", night=night)
    notice = letters.rescheduled_notice(**_advisors(about), link=_brief(about, links))
    _owe(tx, queue, about, "advisor", "rescheduled", notice, "REQUEST")
    if former is not None:
        _owe_former(tx, queue, about, former, was)


def owe_cancellation(
    tx: Transaction, queue: Queue, about: Correspondence, *, by: Who = "customer", **links: Unpack[Links]
) -> None:
    """This function will owe customer and advisor the word that a booking is cancelled.

    `own_link` leads the customer to other times.
    """
    _withdraw(tx, about)
    house, at, by_house = about.house, about.booking.starts_at, by == "advisor"
    hers = letters.cancellation(
        house=house, starts_at=at, zone=about.booking.zone, link=links["own_link"], by_house=by_house
    )
    night = _night(about, at) if by_house else ""
    _owe(tx, queue, about, "customer", "cancelled", hers, "CANCEL", night=night)
    # The brief goes with the booking; its page at the desk stays, and says whose it was.
    there = f"{links['url']}/desk/bookings/{about.booking.booking_id}"
    notice = letters.cancellation_notice(**_advisors(about), link=there, by_house=by_house)
    _owe(tx, queue, about, "advisor", "cancelled", notice, "CANCEL")


def owe_moved(
    tx: Transaction, queue: Queue, about: Correspondence, *, former: Advisor, **links: Unpack[Links]
) -> None:
    """This function will owe the word that a booking, at its own time, is with another advisor now.

    `about` names the new advisor and the booking as it stands, one step up in its sequence; `former` had it.
    """
    _withdraw(tx, about)
    letter = letters.moved(
        **_hers(about), **_where(about), advisor=about.advisor.name, link=links["own_link"]
    )
    night = _night(about, about.booking.starts_at)
    _owe(tx, queue, about, "customer", "moved", letter, "REQUEST", night=night)
    notice = letters.notice(**_advisors(about), link=_brief(about, links))
    _owe(tx, queue, about, "advisor", "moved", notice, "REQUEST")
    _owe_former(tx, queue, about, former, about.booking)


def owe_reminder(
    tx: Transaction,
    queue: Queue,
    about: Correspondence,
    guest: Guest,
    kind: ReminderKind,
    **links: Unpack[Links],
) -> bool:
    """This function will owe a guest a reminder, and tell whether it is a new one.

    It says nothing new once the appointment has begun, and then goes no more; an earlier one that has not
    gone yet gives way to it.
    """
    news = News(f"{guest}.{kind}", about.booking.sequence)
    if outbox.is_told(tx, about.booking.booking_id, news):
        return False
    outbox.withdraw(tx, about.booking.booking_id, *(f"{guest}.{each}" for each in BEFORE))
    if guest == "customer":
        letter = letters.coming(
            **_hers(about), **_where(about), advisor=about.advisor.name, link=links["own_link"]
        )
    else:
        letter = letters.coming_notice(**_advisors(about), link=_brief(about, links))
    zone = about.booking.zone if guest == "customer" else about.advisor.timezone
    until = about.booking.starts_at
    return _owe(tx, queue, about, guest, kind, letter, None, night=zone, useful_until=until)


def owe_missed(tx: Transaction, queue: Queue, about: Correspondence, *, own_link: str) -> bool:
    """This function will owe a customer who did not come a kind word, and tell whether it is a new one."""
    letter = letters.missed(house=about.house, link=own_link)
    until = about.booking.ends_at + MISSED_FOR
    zone = about.booking.zone
    return _owe(tx, queue, about, "customer", "missed", letter, None, night=zone, useful_until=until)


def _hers(about: Correspondence) -> _Told:
    booking = about.booking
    return _Told(house=about.house, starts_at=booking.starts_at, zone=booking.zone, place=booking.place)


def _advisors(about: Correspondence) -> _Told:
    return _Told(**{**_hers(about), "zone": about.advisor.timezone})


def _where(about: Correspondence) -> _Where:
    place = places.EVERY[about.booking.place]
    meeting = meeting_of(about.advisor, about.booking, address=about.address)
    return _Where(says=place.says(meeting), room=place.leads(meeting))


def _brief(about: Correspondence, links: Links) -> str:
    return f"{links['url']}/desk/briefs/{about.booking.booking_id}"


def _night(about: Correspondence, concerned: datetime) -> str:
    """The zone whose night news of the house's own waits out; "" where waiting leaves too little time."""
    zone = about.booking.zone
    return zone if after_the_night(about.now, zone) <= concerned - IMMINENT else ""


def _withdraw(tx: Transaction, about: Correspondence) -> None:
    """Take back what was said of an earlier state and has not gone yet; a former advisor's word stands."""
    told = ("confirmed", "rescheduled", "moved", *BEFORE)
    kinds = (f"{guest}.{each}" for guest in ("customer", "advisor") for each in told)
    outbox.withdraw(tx, about.booking.booking_id, *kinds)


def _owe_former(tx: Transaction, queue: Queue, about: Correspondence, former: Advisor, was: Booking) -> None:
    letter = letters.moved_notice(house=about.house, starts_at=was.starts_at, zone=former.timezone)
    hers = replace(about, advisor=former)
    _owe(tx, queue, hers, "former", "moved", letter, "CANCEL", starts=was)


def _owe(
    tx: Transaction,
    queue: Queue,
    about: Correspondence,
    guest: Guest,
    kind: str,
    letter: Letter,
    method: ics.Method | None,
    *,
    night: str = "",
    useful_until: datetime | None = None,
    starts: Booking | None = None,
) -> bool:
    booking = about.booking
    recipient = _address(tx, booking.customer_id) if guest == "customer" else about.advisor.email
    news = News(f"{guest}.{kind}", booking.sequence, night, useful_until)
    if not recipient or outbox.is_told(tx, booking.booking_id, news):
        return False  # a customer known from her orders alone: the storefront has told her the time
    invitation = _invitation(about, recipient, starts or booking)
    message_id = outbox.write(
        tx,
        customer_id=booking.customer_id,
        booking_id=booking.booking_id,
        recipient=recipient,
        subject=letter.subject,
        body=letter.text,
        html=letter.html,
        ics=ics.write(invitation, method, now=about.now) if method else "",
        ics_method=method or "",
        news=news,
        now=about.now,
    )
    tx.after_commit(lambda: queue.ask("jobs.post.send", tx.shop_id, str(message_id)))
    return True


def _address(tx: Transaction, customer_id: str) -> str:
    return str(customers.one(tx, customer_id).email)


def _invitation(about: Correspondence, guest: str, at: Booking) -> Invitation:
    return Invitation(
        uid=about.booking.uid,
        sequence=about.booking.sequence,
        starts_at=at.starts_at,
        ends_at=at.ends_at,
        summary=letters.summary(about.house),
        house=about.house,
        organizer=address_of(about.sender),
        guest=guest,
    )
