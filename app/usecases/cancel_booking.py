"""Cancel a booking and free its time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.queue import Queue
from app.stores import advisors, bookings
from app.stores.database import Database
from app.stores.live import Live
from app.usecases.owe_letters import correspondence, owe_cancellation
from app.usecases.update_relationship import publish


def cancel_booking(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    booking_id: UUID,
    sender: str,
    now: datetime,
) -> bool:
    """This function will cancel a booking that still stands and tell both; False where there is none.

    Cancelling twice changes nothing the second time.
    """
    with database.shop(shop_id) as tx:
        booking = bookings.cancel(tx, booking_id)
        if booking is None:
            return False
        advisor = advisors.one(tx, booking.advisor_id)
        assert advisor is not None  # the booking's foreign key names her
        owe_cancellation(tx, queue, correspondence(tx, advisor, booking, sender=sender, now=now))
        publish(tx, live, booking.customer_id, now=now)
    return True
