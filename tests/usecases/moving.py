"""A booking of Alma's at Maison Alder, and what can be done with it, for the tests that move it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import vobject
from sqlalchemy import select

from app.domain import appointment_links
from app.stores import advisors, bookings
from app.stores.bookings import Booking
from app.stores.outbox import outbox
from app.usecases.book_again import book_again
from app.usecases.book_consultation import Wish, book_consultation
from app.usecases.cancel_booking import cancel_booking
from app.usecases.remind_bookings import remind_bookings
from app.usecases.reschedule_booking import reschedule_booking
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import MONDAY_AT_TEN, WEEKDAYS, Alder, offer_to, open_alder

SENDER = "Steward <post@alder.example>"
URL = "https://steward.example"
KEY = "3d6c3a0e-8a5b-4b63-9f3e-0c1d2e3f4a5b"
TUESDAY_AT_ELEVEN = MONDAY_AT_TEN + timedelta(days=1, hours=1)


def link_for(shop_id: int, booking_id: UUID) -> str:
    return appointment_links.link(URL, "a secret for tests alone", shop_id, booking_id)


class Moving:
    """Maison Alder, where Alma has booked Ines for Monday at ten."""

    def __init__(self, services: Services) -> None:
        self.services, self.alder = services, open_alder(services.database)
        self.shop_id = self.alder.shop_id

    def book(
        self,
        starts_at: datetime = MONDAY_AT_TEN,
        *,
        zone: str = "Europe/London",
        now: datetime = NOW,
        **more: Any,
    ) -> Booking:
        with self.services.database.shop(self.shop_id) as tx:
            offer = offer_to(tx, "7001", self.alder.ines)
        place = more.pop("place", "shop")
        return book_consultation(
            *self._stores(),
            customer_id="7001",
            wish=Wish(offer, starts_at, zone, place, "It is our tenth.", KEY, **more),
            **self._about(now),
        ).booking

    def move(
        self, booking: Booking, to: datetime, *, by: Any = "customer", zone: str = "", now: datetime = NOW
    ) -> Booking:
        about = {"booking_id": booking.booking_id, "starts_at": to, "zone": zone, "by": by}
        return reschedule_booking(*self._stores(), **about, **self._about(now))

    def cancel(
        self, booking: Booking, *, by: Any = "customer", reason: str = "", now: datetime = NOW
    ) -> bool:
        about = {"booking_id": booking.booking_id, "by": by, "reason": reason, "link_for": link_for}
        return cancel_booking(*self._stores(), shop_id=self.shop_id, url=URL, sender=SENDER, now=now, **about)

    def again(self, booking: Booking, starts_at: datetime, *, now: datetime = NOW) -> Booking:
        about = {"booking_id": booking.booking_id, "starts_at": starts_at, "zone": ""}
        return book_again(*self._stores(), **about, **self._about(now))

    def remind(self, now: datetime) -> int:
        stores = (self.services.database, self.services.queue)
        return remind_bookings(*stores, self.shop_id, url=URL, link_for=link_for, sender=SENDER, now=now)

    def add_jonas(self) -> int:
        with self.services.database.shop(self.shop_id) as tx:
            jonas = advisors.add(
                tx,
                name="Jonas Lind",
                first_name="Jonas",
                email="jonas@alder.example",
                role="advisor",
                timezone="Europe/London",
            )
            advisors.set_hours(tx, jonas, WEEKDAYS)
        return jonas

    def kept(self, booking: Booking) -> Booking:
        with self.services.database.shop(self.shop_id) as tx:
            found = bookings.one(tx, booking.booking_id)
        assert found is not None
        return found

    def letters(self, kind: str = "") -> list[Any]:
        """This method will give the letters owed, or those of a kind such as "customer.confirmed"."""
        with self.services.database.shop(self.shop_id) as tx:
            rows = tx.execute(select(outbox).order_by(outbox.c.due_at, outbox.c.kind)).all()
        return [row for row in rows if kind in ("", row.kind)]

    def kinds(self, state: str = "ready") -> list[str]:
        return sorted(row.kind for row in self.letters() if row.state == state)

    def _stores(self) -> tuple[Any, Any, Any]:
        return self.services.database, self.services.live, self.services.queue

    def _about(self, now: datetime) -> dict[str, Any]:
        return {"shop_id": self.shop_id, "url": URL, "link_for": link_for, "sender": SENDER, "now": now}


def invited(letter: Any) -> tuple[str, str, int, datetime]:
    """This function will read an invitation by a library that is not ours: method, UID, sequence, begin."""
    calendar = vobject.readOne(letter.ics)
    event = calendar.vevent
    assert calendar.method.value == letter.ics_method
    return calendar.method.value, event.uid.value, int(event.sequence.value), event.dtstart.value


__all__ = ["KEY", "MONDAY_AT_TEN", "NOW", "SENDER", "TUESDAY_AT_ELEVEN", "URL", "Alder", "Moving", "invited"]
