"""Rebuild every relationship of a shop, after an import: some hundred in each transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

import structlog
from redis.exceptions import RedisError
from sqlalchemy import func, select

from app.domain.beyond import Beyond
from app.domain.progress import Progress
from app.stores import order_history, relationships
from app.stores.customers import customers
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.stores.relationships import UNKNOWN, Stand, Written
from app.usecases.build_relationship import (
    NO_CLUES,
    Background,
    Clues,
    beyond_of,
    choose_lead,
    clues_of,
    milestones_of_each,
    read_background,
    snapshot_of,
    still_foretold,
)
from scoring.history import Milestone, Order

log = structlog.get_logger(__name__)

AT_ONCE = 400


def update_every_relationship(
    database: Database,
    live: Live,
    shop_id: int,
    *,
    now: datetime,
    on_progress: Callable[[Progress], None],
) -> int:
    """This function will rebuild the relationships whose record has changed, and answer how many.

    What is unchanged keeps its version. Redis forgets what it knew of all and asks anew:
    of names, problems and a no to being scored a snapshot knows nothing.
    """
    began = time.monotonic()
    with database.shop(shop_id) as tx:
        against = read_background(tx, now=now, anew=True)
        total = _count(tx)
    after, done, changed = "", 0, 0
    while True:
        with database.shop(shop_id) as tx:
            customer_ids = _next(tx, after)
            written = _update(tx, against, customer_ids, today=against.shop.day(now))
        if not customer_ids:
            database.count_anew()
            return changed
        forget(live, shop_id, customer_ids)
        after = customer_ids[-1]
        done += len(customer_ids)
        changed += len(written)
        rate = done / max(time.monotonic() - began, 1e-6)
        on_progress(Progress(done, max(total, done), done, rate, max(total - done, 0) / rate))


def _update(tx: Transaction, against: Background, customer_ids: Sequence[str], *, today: date) -> list[str]:
    """Rebuild some hundred customers' relationships and write those that differ."""
    if not customer_ids:
        return []
    orders = order_history.orders_of_each(tx, customer_ids)
    said = milestones_of_each(tx, customer_ids)
    stands = relationships.read_each(tx, customer_ids)
    beyond, clues = beyond_of(tx, against, customer_ids), clues_of(tx, customer_ids)
    anew = [
        _anew(
            against,
            each,
            stands.get(each, UNKNOWN),
            orders.get(each, []),
            said.get(each, []),
            beyond.get(each),
            clues.get(each, NO_CLUES),
            today=today,
        )
        for each in customer_ids
    ]
    return sorted(relationships.write_each(tx, [one for one in anew if one is not None]))


def _anew(
    against: Background,
    customer_id: str,
    stands: Stand,
    orders: Sequence[Order],
    said: Sequence[Milestone],
    beyond: Beyond | None,
    clues: Clues,
    *,
    today: date,
) -> Written | None:
    """Build one relationship anew; None where that changes nothing, or there is none and never was."""
    lead = choose_lead(against.staff, stands, orders, today=today, clues=clues)
    version = stands.version + 1
    built = snapshot_of(against, orders, said, lead, version=version, beyond=beyond)
    snapshot = still_foretold(stands.snapshot, built)
    if snapshot is None and stands.snapshot is None:
        return None
    before = replace(stands.snapshot, version=version) if stands.snapshot is not None else None
    if (before, stands.lead_advisor_id, stands.lead_reason) == (snapshot, lead.advisor_id, lead.reason):
        return None
    return Written(customer_id, stands.version, snapshot, lead.advisor_id, lead.reason)


def _count(tx: Transaction) -> int:
    counted: int = tx.execute(
        select(func.count()).select_from(customers).where(customers.c.shop_id == tx.shop_id)
    ).scalar_one()
    return counted


def _next(tx: Transaction, after: str) -> list[str]:
    where = (customers.c.shop_id == tx.shop_id, customers.c.customer_id > after)
    ordered = select(customers.c.customer_id).where(*where).order_by(customers.c.customer_id)
    return list(tx.execute(ordered.limit(AT_ONCE)).scalars())


def forget(live: Live, shop_id: int, customer_ids: Sequence[str]) -> None:
    """This function will let Redis forget what it knew of some customers; it asks anew."""
    try:
        live.forget_known(shop_id, customer_ids)
    except RedisError as error:
        # Its copies last an hour at most.
        log.warning("relationships.not_forgotten", error=type(error).__name__)
