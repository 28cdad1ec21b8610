"""Replay the last year: whom each policy would have invited, and what they went on to buy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from app.charts.calendar import calendar
from app.charts.lift import lift
from app.charts.reliability import reliability
from app.charts.weekly import weekly
from app.domain.open_hours import Week
from app.stores import last_years, learnings, order_history, rulebook, shops
from app.stores.database import Database, Transaction
from app.stores.last_years import CALENDAR, Replayed
from app.usecases.read_week import read_week
from scoring.days import local_day
from scoring.history import Order
from scoring.learning.last_year import UnableToReplayYear, replay_year, replayed_mondays
from scoring.learning.orders import orders_of_rows
from scoring.replayed import Bought, Greeting, LastYear
from scoring.weights import Policy, Weights


def replay_last_year(database: Database, shop_id: int, *, now: datetime) -> None:
    """This function will replay the shop's last year from its orders and keep what came of it.

    Its likelihood is that of the weights in force; until learned ones are, and where nobody is invited by
    it, that of the proposal which waits. Nothing is kept where there are no orders at all. No transaction is
    open while it computes.
    """
    with database.shop(shop_id) as tx:
        shop = shops.read(tx)
        orders = orders_of_rows(order_history.each_order(tx, shop.currency, shop.zone))
        if not len(orders.day):
            if last_years.has_orders(tx):
                last_years.put(tx, Replayed(None), {}, made_at=now)
            return None
        policy, week = rulebook.read(tx).policy, read_week(tx)
        weights, approved = _weights(tx, policy)
        bands, silent = order_history.wedding_bands(tx, shop.zone), last_years.silent_dates(tx)
        try:
            mondays, _ = replayed_mondays(orders, today=shop.day(now))
        except UnableToReplayYear as short:
            found = Replayed(None, begins=short.begins, ready_on=short.ready_on)
            return last_years.put(tx, found, {}, made_at=now)
        start = datetime.combine(mondays[0], time(), shop.zone)
        season = order_history.season(tx, shop.zone, before=start)
    year = replay_year(
        orders,
        policy,
        weights,
        approved=approved,
        today=shop.day(now),
        season=season,
        bands=bands,
        silent=silent,
        currency=shop.currency,
    )
    pictures = _draw(year, week)
    with database.shop(shop_id) as tx:
        found = Replayed(replace(year, greetings=_with_kinds(tx, year.greetings, shop.zone)))
        last_years.put(tx, found, pictures, made_at=now)
    return None


def _weights(tx: Transaction, policy: Policy) -> tuple[Weights, bool]:
    """Answer the weights to replay with, and whether they are in force."""
    in_force, proposed = rulebook.weights_in_force(tx), learnings.waiting(tx)
    if in_force.learned is not None or policy.offer_at == "probability" or proposed is None:
        return in_force.weights, True
    return proposed.weights, False


def _draw(year: LastYear, week: Week) -> dict[str, str]:
    weeks = [(each.monday, each.cue, each.strong, each.probability) for each in year.weeks]
    drawn = {
        "weekly": weekly(weeks, open_hours=week.open_hours or None, minutes=week.minutes),
        "reliability": reliability(year.reliability, title="Foretold, and what came"),
        "lift": lift(year.lift, title="Orders reached, likeliest first"),
    }
    if year.calendar is not None:
        shown = year.calendar
        drawn[CALENDAR] = calendar(
            shown.days,
            around=(shown.month, shown.day),
            spread_days=shown.spread_days,
            today=year.known_until,
        )
    return drawn


def _with_kinds(tx: Transaction, greetings: Sequence[Greeting], zone: ZoneInfo) -> tuple[Greeting, ...]:
    """Name the kinds of what was bought; the columns that were learned from know the worth alone."""
    found = order_history.orders_of_each(tx, [greeting.customer for greeting in greetings])
    return tuple(
        replace(greeting, bought=_named(greeting.bought, found.get(greeting.customer, ()), zone))
        for greeting in greetings
    )


def _named(bought: Sequence[Bought], orders: Sequence[Order], zone: ZoneInfo) -> tuple[Bought, ...]:
    kinds = _kinds_by_day(orders, zone)
    return tuple(replace(one, kinds=kinds.get((one.day.toordinal(), one.amount), ())) for one in bought)


def _kinds_by_day(orders: Sequence[Order], zone: ZoneInfo) -> Mapping[tuple[int, int], tuple[str, ...]]:
    kinds: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
    for order in orders:
        lines = [line for line in order.lines if line.quantity > 0]
        worth = sum(line.price * line.quantity for line in lines)
        day = local_day(order.ordered_at, zone).toordinal()
        kinds[day, worth].update(dict.fromkeys(line.kind for line in lines))
    return {key: tuple(named) for key, named in kinds.items()}
