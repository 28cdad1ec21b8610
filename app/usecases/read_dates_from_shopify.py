"""Take in the dates that the shop itself keeps: what we wrote before we were lost, and the merchant's own."""

from __future__ import annotations

from datetime import datetime

import structlog

from app.domain.kept_dates import UnableToReadEntry, fields_of, id_of_handle, milestone_of
from app.shopify.errors import UnableToAskShopify
from app.shopify.graphql import AdminClient
from app.shopify.kept_dates import Entry, every_entry
from app.stores import aliases, customers, date_readings, date_removals, erasures, kept_dates
from app.stores.database import Database, Transaction
from app.stores.kept_dates import KeptDate
from app.stores.live import Live
from app.usecases.update_relationship import update_relationship

log = structlog.get_logger(__name__)

# Longer than a page takes, Shopify's patience included; each page lengthens the lease.
LEASE_SECONDS = 300
REST_SECONDS = 1800


def read_dates_from_shopify(
    database: Database, live: Live, client: AdminClient, shop_id: int, *, now: datetime
) -> None:
    """This function will read all the shop keeps of dates, if that is due; each comes in once.

    A page is a transaction; killed at any moment it begins anew and ends the same.
    """
    with database.shop(shop_id) as tx:
        if not date_readings.take(tx, lease_seconds=LEASE_SECONDS):
            return
    came = 0
    try:
        pages = every_entry(client)
        while True:
            with database.shop(shop_id) as tx:
                asked_at = date_readings.go_on(tx, lease_seconds=LEASE_SECONDS)
            page = next(pages, None)
            if page is None:
                break
            with database.shop(shop_id) as tx:
                came += sum(_take_in(tx, live, entry, asked_at=asked_at, now=now) for entry in page)
    except UnableToAskShopify as error:
        log.warning("dates.unread", shop_id=shop_id, error=type(error).__name__)
        with database.shop(shop_id) as tx:
            date_readings.put_back(tx, type(error).__name__, rest_seconds=REST_SECONDS)
        return
    with database.shop(shop_id) as tx:
        date_readings.finish(tx)
    log.info("dates.read", shop_id=shop_id, came=came)


def _take_in(tx: Transaction, live: Live, entry: Entry, *, asked_at: datetime, now: datetime) -> bool:
    """Take one entry in; False where it says nothing new, or nothing that is to be known."""
    if not entry.customers or date_removals.is_going(tx, entry.handle):
        return False
    customer_id = aliases.kept_id(tx, entry.customers[0])
    if erasures.is_late_word(tx, customer_id, entry.updated_at):
        date_removals.let_go(tx, [entry.handle])  # she was forgotten, and this was missed
        return False
    try:
        told = milestone_of(entry.fields)
    except UnableToReadEntry as error:
        log.warning("dates.unreadable", shop_id=tx.shop_id, field=str(error))
        return False
    date = KeptDate(customer_id, id_of_handle(entry.handle), entry.handle, told)
    if not _is_news(tx, date, asked_at=asked_at):
        return False
    kept_dates.put(tx, [date])
    update_relationship(tx, live, customer_id, now=now)
    return True


def _is_news(tx: Transaction, date: KeptDate, *, asked_at: datetime) -> bool:
    """Whether the shop says something that we do not, and that is no older than what we say."""
    known = kept_dates.find(tx, date.milestone_id)
    if known is None:
        return customers.one(tx, date.customer_id) is not None
    if known.customer_id != date.customer_id or known.milestone.do_not_use or _says_the_same(known, date):
        return False
    # What we changed is on its way there, and would be undone by what stands there still.
    return kept_dates.is_settled(tx, date.customer_id, before=asked_at)


def _says_the_same(known: KeptDate, told: KeptDate) -> bool:
    return fields_of(known.milestone) == fields_of(told.milestone)
