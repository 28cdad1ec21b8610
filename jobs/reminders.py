"""What was promised, and what was agreed on, is brought to mind before its day."""

from __future__ import annotations

from functools import partial

from app.domain import appointment_links
from app.usecases.remind_advisors import remind_advisors
from app.usecases.remind_bookings import remind_bookings
from jobs.each_shop import each_shop
from jobs.worker import services


def sweep() -> int:
    """This function will owe every house's letters about what comes due, and count them.

    Each is written once, in the transaction that saw it due: a sweep that dies leaves it to the next.
    """
    database = services().database
    return each_shop(database, _remind_advisors) + each_shop(database, _remind_bookings)


def _remind_advisors(shop_id: int) -> int:
    parts = services()
    url, now = parts.settings.url, parts.clock()
    return remind_advisors(parts.database, parts.queue, shop_id, url=url, now=now)


def _remind_bookings(shop_id: int) -> int:
    parts = services()
    url, sender, now = parts.settings.url, parts.settings.mail_from, parts.clock()
    link_for = partial(appointment_links.link, url, parts.settings.secret_key)
    return remind_bookings(
        parts.database, parts.queue, shop_id, url=url, link_for=link_for, sender=sender, now=now
    )
