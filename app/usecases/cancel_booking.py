"""Cancel a booking and free its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.queue import Queue
from app.stores import advisors, bookings
from app.stores.bookings import Who
from app.stores.database import Database
from app.stores.live import Live
from app.usecases.owe_letters import correspondence, owe_cancellation
from app.usecases.update_relationship import publish

LONGEST_REASON = 500


def cancel_booking(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    booking_id: UUID,
    url: str,
    sender: str,
    link_for: Callable[[int, UUID], str],
    by: Who = "customer",
    reason: str = "",
    now: datetime,
) -> bool:
    """This function will cancel a booking that still stands and tell both; False where there is none.

    Cancelling twice changes nothing the second time. `url` is the product's own address; the `reason` is
    kept and told to nobody; `link_for` makes the customer's own address, from which she may choose another
    time.
    """
    with database.shop(shop_id) as tx:
        booking = bookings.cancel(tx, booking_id, by=by, reason=reason.strip()[:LONGEST_REASON])
        if booking is None:
            return False
        advisor = advisors.one(tx, booking.advisor_id)
        assert advisor is not None  # the booking's foreign key names her
        about = correspondence(tx, advisor, booking, sender=sender, now=now)
        owe_cancellation(tx, queue, about, by=by, url=url, own_link=link_for(shop_id, booking_id))
        publish(tx, live, booking.customer_id, now=now)
    return True
