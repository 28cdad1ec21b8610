"""Rebuild what the house knows of a customer from the record, and tell the storefront after the commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import structlog
from redis.exceptions import RedisError
from sqlalchemy import func, select

from app.stores import customers, order_history, relationships, shops
from app.stores.bookings import bookings
from app.stores.database import Database, Transaction
from app.stores.decisions import decisions
from app.stores.live import Known, Live
from app.stores.relationships import Stand
from app.usecases.build_relationship import (
    NO_CLUES,
    Background,
    beyond_of,
    choose_lead,
    clues_of,
    milestones_of_each,
    read_background,
    snapshot_of,
    still_foretold,
)
from app.usecases.update_every_relationship import update_every_relationship
from scoring.decision import Standing
from scoring.relationship import Relationship

__all__ = [
    "known_of",
    "load_cold",
    "publish",
    "relationship_as_of",
    "update_every_relationship",
    "update_relationship",
]

log = structlog.get_logger(__name__)

# Visit days given back to a Redis that lost them: as far as the signal looks, with room.
DAYS_RESTORED = 60


def update_relationship(
    tx: Transaction, live: Live, customer_id: str, *, now: datetime, against: Background | None = None
) -> None:
    """This function will rebuild one relationship from the record, a version on, and publish it.

    `against` spares whoever updates several from reading the shop's figures each time.
    """
    if customers.one(tx, customer_id) is not None:
        against = against or read_background(tx, now=now)
        stands = relationships.hold(tx, customer_id)
        version = stands.version + 1
        said = milestones_of_each(tx, [customer_id]).get(customer_id, [])
        orders = order_history.orders_of(tx, customer_id)
        beyond = beyond_of(tx, against, [customer_id]).get(customer_id)
        clues = clues_of(tx, [customer_id]).get(customer_id, NO_CLUES)
        lead = choose_lead(against.staff, stands, orders, today=against.shop.day(now), clues=clues)
        built = snapshot_of(against, orders, said, lead, version=version, beyond=beyond)
        relationships.write(
            tx,
            customer_id,
            still_foretold(stands.snapshot, built),
            version=version,
            lead_advisor_id=lead.advisor_id,
            lead_reason=lead.reason,
        )
    _remember_after_commit(tx, live, customer_id, now=now)


def publish(tx: Transaction, live: Live, customer_id: str, *, now: datetime) -> None:
    """This function will tell the storefront, after the commit, what is known of a customer by then.

    The version moves on first: of two transactions that publish at once, the later one is heard.
    """
    if customers.one(tx, customer_id) is not None:
        relationships.move_on(tx, customer_id)
    _remember_after_commit(tx, live, customer_id, now=now)


def known_of(tx: Transaction, customer_id: str, *, now: datetime) -> tuple[Known, bool] | None:
    """This function will put together what the storefront needs to know, and whether she opted out.

    None where there is no such customer. `standing.next_opening` is the lead's and changes by itself: whoever
    decides fills it in.
    """
    row = customers.one(tx, customer_id)
    if row is None:
        return None
    stands = relationships.one(tx, customer_id)
    standing = _standing(tx, customer_id, stands, opted_out=row.opted_out, now=now, before=None)
    # Opted out means not scored: then there is nothing to keep ready either.
    relationship = None if row.opted_out else stands.snapshot
    known = Known(stands.version, row.first_name, stands.lead_advisor_id, standing, relationship)
    return known, row.opted_out


def load_cold(
    database: Database, live: Live, shop_id: int, customer_id: str, *, now: datetime
) -> tuple[Known, bool]:
    """This function will read a customer Redis does not know, and remember her there with her visit days.

    A stranger is remembered as one, so that PostgreSQL is asked once. Raises RedisError where Redis is away.
    """
    ticket = live.ticket(shop_id, customer_id)  # first: whoever is erased while we read takes it away
    with database.shop(shop_id) as tx:
        known, opted_out = known_of(tx, customer_id, now=now) or (_stranger(), False)
        days = [] if opted_out else _visit_days(tx, customer_id, since=shops.read(tx).day(now))
    live.remember(shop_id, customer_id, known, opted_out=opted_out, ticket=ticket, days=days)
    return known, opted_out


def relationship_as_of(
    tx: Transaction, customer_id: str, *, at: datetime
) -> tuple[Relationship | None, Standing, int | None]:
    """This function will build a relationship as the record stood at an instant, how it stood, and its lead.

    Orders and dates from later are left out. Answers to offers are kept as they are now, without a history,
    so a rest that has ended and an offer from later do not count.
    """
    row = customers.one(tx, customer_id)
    if row is None:
        return None, Standing(), None
    against = read_background(tx, now=None)
    stands = relationships.one(tx, customer_id)
    orders = order_history.orders_of(tx, customer_id, before=at)
    said = milestones_of_each(tx, [customer_id], before=at).get(customer_id, [])
    clues = clues_of(tx, [customer_id], before=at).get(customer_id, NO_CLUES)
    lead = choose_lead(against.staff, stands, orders, today=against.shop.day(at), clues=clues)
    beyond = beyond_of(tx, against, [customer_id]).get(customer_id)
    built = snapshot_of(against, orders, said, lead, version=stands.version, beyond=beyond)
    # As of an earlier day nothing is foretold, unless she has not ordered since.
    snapshot = still_foretold(stands.snapshot, built)
    standing = _standing(tx, customer_id, stands, opted_out=row.opted_out, now=at, before=at)
    if standing.offered_at is not None and standing.offered_at > at:
        standing = replace(standing, offered_at=None)
    return snapshot, standing, lead.advisor_id


def _standing(
    tx: Transaction,
    customer_id: str,
    stands: Stand,
    *,
    opted_out: bool,
    now: datetime,
    before: datetime | None,
) -> Standing:
    return Standing(
        opted_out=opted_out,
        stopped=stands.stopped,
        rest_until=stands.rest_until,
        offered_at=stands.offered_at,
        booked_until=_booked_until(tx, customer_id, now=now),
        last_order_at=order_history.last_order_at(tx, customer_id, before=before),
        order_problem=order_history.has_problem(tx, customer_id, before=before),
    )


def _booked_until(tx: Transaction, customer_id: str, *, now: datetime) -> datetime | None:
    where = (bookings.c.shop_id == tx.shop_id, bookings.c.customer_id == customer_id)
    coming = (bookings.c.state == "booked", bookings.c.ends_at > now)
    found: datetime | None = tx.execute(
        select(func.max(bookings.c.ends_at)).where(*where, *coming)
    ).scalar_one()
    return found


def _visit_days(tx: Transaction, customer_id: str, *, since: date) -> list[date]:
    where = (decisions.c.shop_id == tx.shop_id, decisions.c.customer_id == customer_id)
    recent = decisions.c.day >= since - timedelta(days=DAYS_RESTORED)
    return list(tx.execute(select(decisions.c.day).distinct().where(*where, recent)).scalars())


def _remember_after_commit(tx: Transaction, live: Live, customer_id: str, *, now: datetime) -> None:
    found = known_of(tx, customer_id, now=now)
    # Before the commit, while her row is ours: an erasure waits for it, and takes the ticket away.
    ticket = _ticket(tx, live, customer_id) if found is not None else ""

    def remember() -> None:
        try:
            if found is None:
                live.erase(tx.shop_id, customer_id)
            elif ticket:
                known, opted_out = found
                live.remember(tx.shop_id, customer_id, known, opted_out=opted_out, ticket=ticket)
            else:
                live.forget_known(tx.shop_id, [customer_id])
        except RedisError as error:
            # PostgreSQL has it; Redis forgets its copy within the hour and asks anew.
            log.warning("relationship.not_published", error=type(error).__name__)

    tx.after_commit(remember)


def _ticket(tx: Transaction, live: Live, customer_id: str) -> str:
    """Ask for the ticket to publish under; "" where Redis is away."""
    try:
        return live.ticket(tx.shop_id, customer_id)
    except RedisError as error:
        log.warning("relationship.no_ticket", error=type(error).__name__)
        return ""


def _stranger() -> Known:
    return Known(0, "", None, Standing(), None)
