"""Learn what the signals weigh by the shop's own orders and sessions, and propose it. A person approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from app.stores import learnings, order_history, rulebook, shops
from app.stores.database import Database, Transaction
from app.stores.outcomes import Outcome, outcomes
from scoring.learning.as_of import Asked, Seen, asked_of, examples_of
from scoring.learning.history_model import LearnedHistory, UnableToLearn, learn_history
from scoring.learning.live import Example, LearnedLive, learn_live
from scoring.learning.orders import Orders, orders_of_rows
from scoring.learning.targets import TARGETS

__all__ = ["UnableToLearn", "learn_weights", "orders_in_columns"]

# What is foretold, and what came of a session: an order within as many days.
WITHIN = timedelta(days=next(target.horizon for target in TARGETS if target.name == "order_60d"))
_AT_ONCE = 400


def learn_weights(database: Database, shop_id: int, *, now: datetime) -> UUID:
    """This function will learn and keep a proposal, and answer its id. Raises UnableToLearn: too little yet.

    It takes seconds to minutes and writes nothing before its end, so it may be killed and run again.
    """
    with database.shop(shop_id) as tx:
        today = shops.read(tx).day(now)
        orders = orders_in_columns(tx)
        resolved = [_of_session(each) for each in outcomes(tx, within=WITHIN, until=now)]
    history = learn_history(orders, today=today)
    live = learn_live(_looked_back(database, shop_id, asked_of(history)), resolved)
    with database.shop(shop_id) as tx:
        return learnings.propose(
            tx,
            live.to_weights(history.base_rate),
            history=history.record,
            learned=_figures(history, live),
            now=now,
        )


def orders_in_columns(tx: Transaction) -> Orders:
    """This function will read a shop's orders as learning wants them."""
    shop = shops.read(tx)
    return orders_of_rows(order_history.each_order(tx, shop.currency, shop.zone))


def _looked_back(database: Database, shop_id: int, asked: Mapping[str, Sequence[Asked]]) -> list[Example]:
    """Read the signals as they were, some hundred customers in each transaction."""
    with database.shop(shop_id) as tx:
        shop = shops.read(tx)
        season = order_history.season(tx, shop.zone)
        seen = Seen(shop.zone, shop.currency, season, rulebook.read(tx).policy)
    examples: list[Example] = []
    customers = iter(sorted(asked))
    while some := list(islice(customers, _AT_ONCE)):
        with database.shop(shop_id) as tx:
            orders = order_history.orders_of_each(tx, some)
        for who in some:
            examples += examples_of(orders.get(who, []), asked[who], seen)
    return examples


def _of_session(seen: Outcome) -> Example:
    return Example(
        seen.day, seen.ordered, seen.readings, seen.foretold, seen.offered, weight=1 / seen.sessions
    )


def _figures(history: LearnedHistory, live: LearnedLive) -> dict[str, Any]:
    return {**history.in_figures(), **live.in_figures()}
