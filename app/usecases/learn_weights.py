"""Learn what the signals weigh by the shop's own orders and sessions, and propose it. A person approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from app.stores import learnings, order_history, rulebook, shops
from app.stores.database import Database, Transaction
from app.stores.outcomes import Outcome, outcomes
from app.usecases.recall_foretold import recall_foretold
from scoring.learning.as_of import Asked, Seen, asked_of, examples_of
from scoring.learning.history_model import LearnedHistory, UnableToLearn, learn_history
from scoring.learning.live import Example, LearnedLive, learn_live, recalibrate
from scoring.learning.orders import EPOCH, Orders, orders_of_rows
from scoring.learning.targets import TARGETS

__all__ = ["UnableToLearn", "learn_weights", "orders_in_columns"]

# What is foretold, and what came of a session: an order within as many days.
WITHIN = timedelta(days=next(target.horizon for target in TARGETS if target.name == "order_60d"))
# A few days less than the learning's own turn, so that it never waits for the next one.
RECALIBRATED_EVERY = timedelta(days=25)
_AT_ONCE = 400


def learn_weights(database: Database, shop_id: int, *, now: datetime) -> UUID:
    """This function will learn and keep a proposal, and answer its id. Raises UnableToLearn: too little yet.

    It takes seconds to minutes and writes nothing before its end, so it may be killed and run again.
    """
    with database.shop(shop_id) as tx:
        shop = shops.read(tx)
        today = shop.day(now)
        orders = orders_in_columns(tx)
        came = list(outcomes(tx, within=WITHIN, until=now, zone=shop.zone))
        spoke = {each.weights: rulebook.history_of(tx, each.weights) for each in came if _is_silent(each)}
    recalled = recall_foretold(orders, [each for each in came if _is_silent(each)], spoke)
    resolved = [_of_session(each, recalled) for each in came]
    _recalibrate(database, shop_id, resolved, now=now)
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


def _recalibrate(database: Database, shop_id: int, sessions: Sequence[Example], *, now: datetime) -> None:
    """Move the level of learned weights in force, once a month; what weighs how much stays."""
    with database.shop(shop_id) as tx:
        in_force = rulebook.weights_in_force(tx)
        if in_force.learned is None or now - in_force.created_at < RECALIBRATED_EVERY:
            return
        found = recalibrate(in_force.weights, in_force.learned.get("offered", 0.0), sessions)
        if found is None:
            return
        level = {"shift": found.shift, "sessions": found.sessions, "ordered": found.ordered}
        rulebook.change_weights(
            tx,
            found.weights,
            history=rulebook.history_in_force(tx),
            learned={**in_force.learned, "level": level},
            by=in_force.created_by,
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
        # As it was known before the first of these days: what came later must not help to foretell it.
        first = min((each.day for days in asked.values() for each in days), default=0)
        begins = datetime.combine(EPOCH + timedelta(days=first), time.min, shop.zone)
        season = order_history.season(tx, shop.zone, before=begins)
        seen = Seen(shop.zone, shop.currency, season, rulebook.read(tx).policy)
    examples: list[Example] = []
    customers = iter(sorted(asked))
    while some := list(islice(customers, _AT_ONCE)):
        with database.shop(shop_id) as tx:
            orders = order_history.orders_of_each(tx, some)
        for who in some:
            examples += examples_of(orders.get(who, []), asked[who], seen)
    return examples


def _is_silent(seen: Outcome) -> bool:
    return seen.foretold is None


def _of_session(seen: Outcome, recalled: Mapping[tuple[str, int], float]) -> Example:
    foretold = recalled.get((seen.customer_id, seen.day)) if _is_silent(seen) else seen.foretold
    return Example(seen.day, seen.ordered, seen.readings, foretold, seen.offered, weight=1 / seen.sessions)


def _figures(history: LearnedHistory, live: LearnedLive) -> dict[str, Any]:
    return {**history.in_figures(), **live.in_figures()}
