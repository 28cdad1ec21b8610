"""Dates, both ways between the record and the shop's own: rows are the work, and a sweep asks for it.

The sweep is the only one that asks: a date is owed in the transaction that changed it, nobody waits for
Shopify to have it, and whoever learns a date need not know of any of this.
"""

from __future__ import annotations

from app.stores import date_readings, date_removals, kept_dates, shop_tokens, shops
from app.usecases.keep_dates_in_shopify import keep_dates_in_shopify
from app.usecases.read_dates_from_shopify import read_dates_from_shopify
from app.usecases.remove_dates_from_shopify import remove_dates_from_shopify
from app.wiring import admin_of
from jobs.each_shop import each_shop
from jobs.worker import services

ASKED_AT_ONCE = 200  # of one shop in one sweep, so that a shop with many does not fill the queue
# Longer than a sweep, so that a busy queue reaches it; short enough that the same question never piles up.
ASKED_FOR_SECONDS = 60


def keep(shop_id: int, customer_id: str) -> None:
    """This function will let Shopify have one customer's dates; a second time changes nothing."""
    parts = services()
    keep_dates_in_shopify(parts.database, admin_of(parts, shop_id), shop_id, customer_id)


def remove(shop_id: int) -> None:
    """This function will take out of a shop what is to be forgotten."""
    parts = services()
    remove_dates_from_shopify(parts.database, admin_of(parts, shop_id), shop_id)


def read(shop_id: int) -> None:
    """This function will take in what a shop itself keeps of dates, if that is due."""
    parts = services()
    read_dates_from_shopify(parts.database, parts.live, admin_of(parts, shop_id), shop_id, now=parts.clock())


def sweep() -> int:
    """This function will ask for what is owed, to be removed or to be read, shop by shop, and count it."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        gone = date_removals.waits(tx)
        tokens = shop_tokens.read(tx)
        # Without a token nobody can be asked: it all waits for the next opening of the admin.
        if tokens is None or tokens.refused_at or shops.has_left(tx):
            return 0
        waiting = kept_dates.waiting(tx, limit=ASKED_AT_ONCE)
        due = date_readings.is_due(tx)
    for customer_id in waiting:
        parts.queue.ask("jobs.dates.keep", shop_id, customer_id, expires_after=ASKED_FOR_SECONDS)
    if gone:
        parts.queue.ask("jobs.dates.remove", shop_id, expires_after=ASKED_FOR_SECONDS)
    if due:
        parts.queue.ask("jobs.dates.read", shop_id, expires_after=ASKED_FOR_SECONDS)
    return len(waiting) + gone + due
