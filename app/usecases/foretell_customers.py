"""Ask the history in force about every client, and write what it foretells where that has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from app.stores import order_history, relationships, rulebook, shops
from app.stores.database import Database, Transaction
from app.stores.live import Live
from app.usecases.update_every_relationship import forget
from scoring.learning.history_model import HistoryModel, season_from
from scoring.learning.orders import Orders, orders_of_rows

# A change smaller than this moves no chance by a twentieth of itself: the record, and Redis, keep still.
STEP = 0.05
_AT_ONCE = 2_000


def foretell_customers(
    database: Database, live: Live, shop_id: int, *, now: datetime, part: int = 0, of: int = 1
) -> int:
    """This function will foretell the next 60 days of everyone with an order, and count what has changed.

    `part` of `of` takes the customers of one hash part, so that several workers can share a large shop.
    Where no model is in force nothing is foretold. Run again it changes nothing. No transaction is open while
    it computes.
    """
    with database.shop(shop_id) as tx:
        # Read before the orders: a relationship that moves on meanwhile is left to the next run.
        before = relationships.foretold_of_each(tx, part=part, of=of)
        asked = _read(tx, now, part, of)
    foretold = asked.foretell() if asked is not None else {}
    changed = (
        (who, was, foretold.get(who))
        for who, (was, said) in sorted(before.items())
        if _differs(said, foretold.get(who))
    )
    written = 0
    while some := list(islice(changed, _AT_ONCE)):
        with database.shop(shop_id) as tx:
            whose = relationships.foretell_each(tx, some)
        forget(live, shop_id, sorted(whose))
        written += len(whose)
    return written


@dataclass(frozen=True, slots=True)
class _Asked:
    """A history model, the orders it is asked about, and the day it is asked on."""

    numbers: Mapping[str, Any]
    orders: Orders
    day: date
    season: float

    def foretell(self) -> dict[str, float]:
        return HistoryModel.from_record(self.numbers).foretell(self.orders, self.day, season=self.season)


def _read(tx: Transaction, now: datetime, part: int, of: int) -> _Asked | None:
    numbers = rulebook.history_in_force(tx)
    if numbers is None:
        return None
    shop = shops.read(tx)
    # From tomorrow on: what was ordered today is known.
    day = shop.day(now) + timedelta(days=1)
    orders = orders_of_rows(order_history.each_order(tx, shop.currency, shop.zone, part=part, of=of))
    # Of all orders: the season is the shop's, whichever part is asked.
    season = season_from(order_history.order_days(tx, shop.currency, shop.zone), day)
    return _Asked(numbers, orders, day, season)


def _differs(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) >= STEP
