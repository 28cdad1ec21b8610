"""Briefs, written after the booking; what was missed is swept up."""

from __future__ import annotations

from uuid import UUID

import structlog

from app.stores import consultations
from app.usecases.write_brief import UnableToWriteBrief, write_brief
from jobs.each_shop import each_shop
from jobs.worker import services

log = structlog.get_logger(__name__)


def write(shop_id: int, booking_id: str) -> None:
    """This function will write a booking's brief; a second time changes nothing."""
    parts = services()
    try:
        with parts.database.shop(shop_id) as tx:
            write_brief(tx, UUID(booking_id), now=parts.clock())
    except UnableToWriteBrief:
        log.info("brief.not_needed", shop_id=shop_id, booking_id=booking_id)


def sweep() -> None:
    """This function will ask again for the briefs of bookings still to come that have none."""
    each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> None:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        waiting = consultations.without_brief(tx, now=parts.clock())
    for booking_id in waiting:
        parts.queue.ask("jobs.briefs.write", shop_id, str(booking_id))
