"""Owe customer and advisor their letters about a booking: written with it, asked for once it is committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.calendars import ics
from app.calendars.ics import Invitation
from app.mail import letters
from app.mail.envelope import address_of
from app.mail.letters import Letter
from app.queue import Queue
from app.stores import customers, outbox, shops
from app.stores.advisors import Advisor
from app.stores.bookings import Booking
from app.stores.database import Transaction


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What all letters about one booking share; `sender` is the address the house writes from."""

    house: str
    advisor: Advisor
    booking: Booking
    sender: str
    now: datetime


def owe_confirmation(
    tx: Transaction, queue: Queue, about: Correspondence, *, url: str, own_link: str
) -> None:
    """This function will owe the customer a confirmation and the advisor a notice, each with the invitation.

    `url` is the product's own address; the notice leads to the brief behind it. `own_link` is the customer's,
    to see and cancel.
    """
    house, advisor, booking = about.house, about.advisor, about.booking
    confirmation = letters.confirmation(
        house=house,
        advisor=advisor.name,
        starts_at=booking.starts_at,
        zone=booking.zone,
        place=booking.place,
        link=own_link,
    )
    notice = letters.notice(
        house=house,
        starts_at=booking.starts_at,
        zone=advisor.timezone,
        place=booking.place,
        link=f"{url}/desk/briefs/{booking.booking_id}",
    )
    _owe(tx, queue, about, confirmation, _address(tx, booking.customer_id), "REQUEST")
    _owe(tx, queue, about, notice, advisor.email, "REQUEST")


def owe_cancellation(tx: Transaction, queue: Queue, about: Correspondence) -> None:
    """This function will owe customer and advisor the word that a booking is cancelled."""
    for recipient, zone in (
        (_address(tx, about.booking.customer_id), about.booking.zone),
        (about.advisor.email, about.advisor.timezone),
    ):
        letter = letters.cancellation(house=about.house, starts_at=about.booking.starts_at, zone=zone)
        _owe(tx, queue, about, letter, recipient, "CANCEL")


def correspondence(
    tx: Transaction, advisor: Advisor, booking: Booking, *, sender: str, now: datetime
) -> Correspondence:
    """This function will begin the letters about a booking."""
    return Correspondence(shops.read(tx).name, advisor, booking, sender, now)


def _address(tx: Transaction, customer_id: str) -> str:
    return str(customers.one(tx, customer_id).email)


def _owe(
    tx: Transaction, queue: Queue, about: Correspondence, letter: Letter, recipient: str, method: ics.Method
) -> None:
    if not recipient:
        return  # a customer known from her orders alone: the storefront has told her the time
    message_id = outbox.write(
        tx,
        customer_id=about.booking.customer_id,
        booking_id=about.booking.booking_id,
        recipient=recipient,
        subject=letter.subject,
        body=letter.text,
        html=letter.html,
        ics=ics.write(_invitation(about, recipient), method, now=about.now),
        ics_method=method,
        now=about.now,
    )
    tx.after_commit(lambda: queue.ask("jobs.post.send", tx.shop_id, str(message_id)))


def _invitation(about: Correspondence, guest: str) -> Invitation:
    return Invitation(
        uid=about.booking.uid,
        sequence=about.booking.sequence,
        starts_at=about.booking.starts_at,
        ends_at=about.booking.ends_at,
        summary=letters.summary(about.house),
        house=about.house,
        organizer=address_of(about.sender),
        guest=guest,
    )
