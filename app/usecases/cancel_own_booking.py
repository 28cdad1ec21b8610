"""Cancel a booking because the client whose it is asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.queue import Queue
from app.stores import bookings
from app.stores.database import Database
from app.stores.live import Live
from app.usecases.cancel_booking import cancel_booking


def cancel_own_booking(
    database: Database,
    live: Live,
    queue: Queue,
    *,
    shop_id: int,
    customer_id: str,
    booking_id: UUID,
    url: str,
    sender: str,
    link_for: Callable[[int, UUID], str],
    now: datetime,
) -> bool:
    """This function will cancel a booking of hers that has not begun; False where there is none.

    Cancelling twice changes nothing the second time. `link_for` makes the address she may choose again at.
    """
    with database.shop(shop_id) as tx:
        booking = bookings.one(tx, booking_id)
    if booking is None or booking.customer_id != customer_id or booking.starts_at <= now:
        return False
    return cancel_booking(
        database,
        live,
        queue,
        shop_id=shop_id,
        booking_id=booking_id,
        url=url,
        sender=sender,
        link_for=link_for,
        now=now,
    )
