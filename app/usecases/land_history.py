"""Land what a bulk operation has written: customers, and orders with their lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

from app.domain.known_customer import KnownCustomer
from app.domain.order_files import FoundOrder
from app.domain.order_values import UnableToReadRow, provisional_customer_id
from app.shopify.history import UnableToReadHistory, customer_of
from app.shopify.joining import Joined, joined
from app.stores import aliases, customer_landing, erasures, placings
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.stores.order_staging import landing
from app.usecases.adopt_provisional import adopt_provisional
from app.usecases.keep_birthdays import keep_birthdays
from app.usecases.keep_standing import keep_standing
from app.usecases.land_orders import LANES, land_orders
from app.usecases.whose import whose

# A transaction's own cost is lost in so many, and they are a megabyte of memory.
CUSTOMERS_AT_ONCE = 2_000

# Told after each step: how many have landed since the step before, and how many were left out.
OnLanded = Callable[[int, int], None]


def land_customers(
    database: Database,
    live: Live,
    shop_id: int,
    batches: Iterator[list[bytes]],
    *,
    said_at: datetime,
    on_landed: OnLanded,
) -> None:
    """This function will land customers from their lines; a second time changes nothing.

    Who was forgotten after `said_at`, when Shopify wrote this, stays so.
    """
    waiting: dict[str, KnownCustomer] = {}
    left_out = 0
    for batch in batches:
        for line in batch:
            try:
                customer = customer_of(line)
            except (UnableToReadHistory, UnableToReadRow):
                left_out += 1
                continue
            waiting[customer.customer_id] = customer
        if len(waiting) >= CUSTOMERS_AT_ONCE:
            _land_customers(database, live, shop_id, list(waiting.values()), said_at=said_at)
            on_landed(len(waiting), left_out)
            waiting, left_out = {}, 0
    _land_customers(database, live, shop_id, list(waiting.values()), said_at=said_at)
    on_landed(len(waiting), left_out)


def _land_customers(
    database: Database, live: Live, shop_id: int, told: list[KnownCustomer], *, said_at: datetime
) -> None:
    with database.shop(shop_id) as tx:
        erasures.keep_out(tx)
        was_forgotten = erasures.late_words(tx, erasures.EVER)
        kept = [one for one in told if not was_forgotten(one.customer_id) or _is_back(tx, one, said_at)]
        merged = aliases.kept_among(tx, [one.customer_id for one in kept])
        _adopt(tx, live, kept, merged)
        # What is said of an id that went with a merge describes nobody.
        described = [one for one in kept if one.customer_id not in merged]
        customer_landing.land(tx, described)
        keep_birthdays(tx, described)
        keep_standing(tx, described)
    _forget_late(database, live, shop_id, [one.customer_id for one in kept], said_at=said_at)


def _is_back(tx: Transaction, one: KnownCustomer, said_at: datetime) -> bool:
    """Whether somebody who was forgotten has begun anew, and this is of after that."""
    return whose(tx, one.customer_id, said_at, one.updated_at, ordered_at=one.last_ordered_at) is not None


def _adopt(tx: Transaction, live: Live, told: list[KnownCustomer], merged: dict[str, str]) -> None:
    """Give customers the history that was imported under their address alone."""
    by_address = {provisional_customer_id(one.email): one for one in told if one.email}
    for provisional in sorted(customer_landing.known_among(tx, list(by_address))):
        one = by_address[provisional]
        adopt_provisional(tx, live, merged.get(one.customer_id, one.customer_id), email=one.email)


def land_orders_of(
    database: Database,
    live: Live,
    shop_id: int,
    batches: Iterator[list[bytes]],
    *,
    size: int | None,
    said_at: datetime,
    on_landed: OnLanded,
) -> None:
    """This function will land orders with their lines, in whatever order these come; `size` is in bytes.

    A second time changes nothing, so that a run that was killed is simply run again.
    """
    with database.shop(shop_id) as tx:
        by_hand = placings.read(tx)
    found = joined(batches, size=size, placings=by_hand)
    # What has been handed to a lane, in the order in which its landing is told.
    under_way: deque[Joined] = deque()
    with ExitStack() as stack:
        lanes = [stack.enter_context(landing(database, shop_id)) for _ in range(LANES)]
        chunks = _dealt(database, shop_id, found, under_way, said_at=said_at)
        for _ in land_orders(lanes, chunks):
            if under_way:  # the last ones told are orders that were put off, and counted already
                done = under_way.popleft()
                whose = {order.customer_id for order in done.orders if order.customer_id}
                _forget_late(database, live, shop_id, sorted(whose), said_at=said_at)
                on_landed(len(done.orders), done.left_out)


def _dealt(
    database: Database,
    shop_id: int,
    found: Iterator[Joined],
    under_way: deque[Joined],
    *,
    said_at: datetime,
) -> Iterator[tuple[int, list[FoundOrder]]]:
    for number, one in enumerate(found):
        with database.shop(shop_id) as tx:
            is_late = erasures.late_words(tx, said_at)
        one.orders = [order for order in one.orders if not (order.customer_id and is_late(order.customer_id))]
        under_way.append(one)
        yield number % LANES, one.orders


def _forget_late(
    database: Database, live: Live, shop_id: int, customer_ids: list[str], *, said_at: datetime
) -> None:
    """Remove again whoever was forgotten in the moment between looking and landing."""
    with database.shop(shop_id) as tx:
        is_late = erasures.late_words(tx, said_at)
        for customer_id in filter(is_late, customer_ids):
            erasures.remove(tx, customer_id)
            tx.after_commit(lambda gone=customer_id: live.erase(shop_id, gone))  # type: ignore[misc]  # as above
