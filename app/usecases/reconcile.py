"""Compare the record with Shopify's own, and mend what its messages did not bring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.domain.known_customer import KnownCustomer
from app.domain.order_files import FoundOrder
from app.shopify.changes import changed_customers, changed_orders
from app.shopify.graphql import AdminClient
from app.stores import customers, orders, placings, reconciliations, shops
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.stores.orders import ToldLine, ToldOrder
from app.stores.reconciliations import Run
from app.usecases.adopt_provisional import adopt_provisional
from app.usecases.keep_birthdays import keep_birthdays
from app.usecases.keep_standing import keep_standing
from app.usecases.record_order import record_order
from app.usecases.update_relationship import update_relationship
from app.usecases.whose import whose

# Shopify repeats a message for four hours (facts/shopify.md): what is younger than five may still come.
MAY_STILL_COME = timedelta(hours=5)
# Two clocks, and writes that were under way: a little is looked at twice, and changes nothing then.
OVERLAP = timedelta(hours=1)
# The first night looks back this far; what is older came with the history. Dated guess, 2026-11.
FIRST_LOOK = timedelta(days=2)
EVERY = timedelta(hours=24)
# A record that Shopify cannot say whole is asked for so long; then the night goes on without it.
PATIENCE = timedelta(hours=24)
# The shop's own hours of the night: nobody waits for the rate that this takes.
NIGHT = range(2, 6)


def due(tx: Transaction, *, now: datetime) -> bool:
    """This function will say whether there is a comparison to make now; a new one is written down.

    Once a night by the shop's own clock; one that was missed is made up for in any hour.
    """
    last = reconciliations.latest(tx)
    if shops.has_left(tx):
        return False
    if last is not None and last.finished_at is None:
        return True
    until = now - MAY_STILL_COME
    since = last.until - OVERLAP if last else until - FIRST_LOOK
    missed = last is not None and until - last.until > 2 * EVERY
    is_night = now.astimezone(shops.read(tx).zone).hour in NIGHT
    if not (missed or (is_night and (last is None or until - last.until > EVERY / 2))):
        return False
    reconciliations.begin(tx, since=since, until=until)
    return True


def reconcile(
    database: Database,
    live: Live,
    client: AdminClient,
    shop_id: int,
    run: Run,
    *,
    lease_seconds: int,
    now: datetime,
) -> None:
    """This function will add and mend what changed in a run's time and did not reach us, counting both.

    A page is a transaction. Killed at any moment it is taken up from the beginning: what is mended is not
    mended twice. Raises UnableToAskShopify, and then the run waits; a record that Shopify cannot say whole is
    waited for a day, and then left out. Who was deleted at Shopify meanwhile is not among what changed: her
    erasure is a message of its own, which Shopify repeats.
    """
    leave_out = now - run.until > MAY_STILL_COME + PATIENCE
    with database.shop(shop_id) as tx:
        by_hand = placings.read(tx)
    for people in changed_customers(client, run.since, run.until, leave_out=leave_out):
        with database.shop(shop_id) as tx:
            added, mended = _mend_customers(tx, live, people, now=now)
            found = {"customers_added": added, "customers_mended": mended}
            reconciliations.add(tx, run.run_id, lease_seconds=lease_seconds, **found)
    for page in changed_orders(client, run.since, run.until, by_hand, leave_out=leave_out):
        with database.shop(shop_id) as tx:
            added, mended = _mend_orders(tx, live, page, now=now)
            found = {"orders_added": added, "orders_mended": mended}
            reconciliations.add(tx, run.run_id, lease_seconds=lease_seconds, **found)
    with database.shop(shop_id) as tx:
        reconciliations.finish(tx, run.run_id, now=now)


def _mend_customers(
    tx: Transaction, live: Live, people: Sequence[KnownCustomer], *, now: datetime
) -> tuple[int, int]:
    added = mended = 0
    for person in people:
        kept = whose(tx, person.customer_id, person.updated_at, ordered_at=person.last_ordered_at)
        if kept != person.customer_id:
            continue
        known = customers.one(tx, kept)
        is_news, differs = _is_newer(known, person), known is None or _words(known) != _words(person)
        if is_news:
            _describe(tx, live, person)
        # A customers/update may have come, and the message of a tag or a consent beside it not.
        stands_anew = bool(keep_standing(tx, [person]))
        if is_news or stands_anew:
            update_relationship(tx, live, kept, now=now)
        added += known is None
        mended += known is not None and ((is_news and differs) or stands_anew)
    return added, mended


def _describe(tx: Transaction, live: Live, person: KnownCustomer) -> None:
    if person.email:
        adopt_provisional(tx, live, person.customer_id, email=person.email)
    first_name, last_name, email = _words(person)
    told = {"first_name": first_name, "last_name": last_name, "email": email}
    customers.put(tx, person.customer_id, **told, updated_at=person.updated_at)
    keep_birthdays(tx, [person])


def _is_newer(known: Any, person: KnownCustomer) -> bool:
    return known is None or known.updated_at is None or known.updated_at < person.updated_at


def _words(person: Any) -> tuple[str, str, str]:
    """What we keep of her. Shopify's updated_at also moves for much that we don't."""
    return person.first_name, person.last_name, person.email


def _mend_orders(
    tx: Transaction, live: Live, found: Sequence[FoundOrder], *, now: datetime
) -> tuple[int, int]:
    known = orders.known_at(tx, [order.order_id for order in found])
    added = mended = 0
    for order in found:
        told = _told(tx, order)
        if told is None or not _is_later(told, known):
            continue
        record_order(tx, live, told, now=now)
        added += order.order_id not in known
        mended += order.order_id in known
    return added, mended


def _is_later(told: ToldOrder, known: dict[str, datetime | None]) -> bool:
    at = known.get(told.order_id)
    return at is None or at < told.updated_at


def _told(tx: Transaction, order: FoundOrder) -> ToldOrder | None:
    """Say an order as a message would have said it; None where its customer was forgotten since."""
    assert order.updated_at is not None  # Shopify always says it
    at = (order.updated_at, order.ordered_at)
    customer_id = whose(tx, order.customer_id, *at, ordered_at=order.ordered_at) if order.customer_id else ""
    if customer_id is None:
        return None
    return ToldOrder(
        order_id=order.order_id,
        customer_id=customer_id or None,
        ordered_at=order.ordered_at,
        currency=order.currency,
        status=order.status or _by_its_lines(order),  # type: ignore[arg-type]  # the same words
        source=order.source,
        staff=order.staff,
        problem=order.problem,
        updated_at=order.updated_at,
        lines=tuple(
            ToldLine(
                piece.product_id,
                piece.title,
                piece.kind,
                price,
                many,
                engraving,
                piece.product_type,
                piece.tags,
            )
            for piece, price, many, engraving in order.lines
        ),
    )


def _by_its_lines(order: FoundOrder) -> str:
    if not order.sells:
        return "returned"
    return "counted" if order.worth else "zero_value"
