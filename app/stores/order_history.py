"""The order history as the rules know it: a customer's orders, and what is usual in the whole shop."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, text

from app.stores.database import Transaction, among, in_part
from app.stores.orders import order_lines, orders
from scoring.adjacency import Transition
from scoring.history import Order, OrderLine
from scoring.kinds import BRIDAL
from scoring.milestones import JEWELLERS_SEASON, MOST_DAYS
from scoring.relationship import AS_PAID
from scoring.todays_money import YearsPrice

UTC = ZoneInfo("UTC")
NOT_PRICED = (*sorted(BRIDAL), "service")
# How many orders of the trade's season a shop's own are weighed against: with 120 of its own, half and half.
# Dated guess, 2026-11.
SEASON_COUNTS_AS = 120
# Of one customer no more than this, the latest, say what pieces cost here and which kinds follow on: who
# sells on is one voice. Dated guess, 2026-11.
ONE_VOICE = 50


def orders_of(tx: Transaction, customer_id: str, *, before: datetime | None = None) -> list[Order]:
    """This function will read a customer's orders, oldest first; with `before`, those placed earlier."""
    return orders_of_each(tx, [customer_id], before=before).get(customer_id, [])


def orders_of_each(
    tx: Transaction, customer_ids: Sequence[str], *, before: datetime | None = None
) -> dict[str, list[Order]]:
    """This function will read the orders of some hundred customers in two queries, oldest first."""
    where = and_(orders.c.shop_id == tx.shop_id, among(orders.c.customer_id, customer_ids))
    if before is not None:
        where = and_(where, orders.c.ordered_at < before)
    lines = _lines(tx, where)
    o = orders.c
    heads = select(o.customer_id, o.order_id, o.ordered_at, o.currency, o.status, o.staff, o.source)
    found: dict[str, list[Order]] = defaultdict(list)
    for customer_id, order_id, at, currency, status, staff, source in tx.execute(
        heads.where(where).order_by(o.ordered_at, o.order_id)
    ):
        its = tuple(lines.get(order_id, ()))
        found[customer_id].append(Order(order_id, at, currency, its, status, staff, source))
    return found


def _lines(tx: Transaction, where: ColumnElement[bool]) -> dict[str, list[OrderLine]]:
    """Read the lines of the orders meant; a piece that could not be placed is an "other" one."""
    l = order_lines.c  # noqa: E741 - beside `o` it reads as what it is
    joined = order_lines.join(orders, and_(orders.c.shop_id == l.shop_id, orders.c.order_id == l.order_id))
    statement = (
        select(l.order_id, l.kind, l.price, l.quantity, l.title, l.engraving, l.tags)
        .select_from(joined)
        .where(l.shop_id == tx.shop_id, where)
        .order_by(l.order_id, l.line)
    )
    found: dict[str, list[OrderLine]] = defaultdict(list)
    for order_id, kind, price, quantity, title, engraving, tags in tx.execute(statement):
        line = OrderLine(kind or "other", price, quantity, title, engraving, tuple(tags))
        found[order_id].append(line)
    return found


def last_order_at(tx: Transaction, customer_id: str, *, before: datetime | None = None) -> datetime | None:
    """This function will say when a customer's latest counted order was placed."""
    where = [*_hers(tx, customer_id), orders.c.status == "counted"]
    if before is not None:
        where.append(orders.c.ordered_at < before)
    found: datetime | None = tx.execute(select(func.max(orders.c.ordered_at)).where(*where)).scalar_one()
    return found


def has_problem(tx: Transaction, customer_id: str, *, before: datetime | None = None) -> bool:
    """This function will say whether something about an order of hers is open."""
    where = [*_hers(tx, customer_id), orders.c.problem]
    if before is not None:
        where.append(orders.c.ordered_at < before)
    return bool(tx.execute(select(select(orders.c.order_id).where(*where).exists())).scalar_one())


def _hers(tx: Transaction, customer_id: str) -> list[ColumnElement[bool]]:
    return [orders.c.shop_id == tx.shop_id, orders.c.customer_id == customer_id]


def shop_median(
    tx: Transaction, currency: str, *, zone: ZoneInfo = UTC, money: Mapping[int, float] = AS_PAID
) -> int | None:
    """This function will find the median price of a piece here, in minor units; None where nothing was sold.

    Of counted orders in this currency, neither bridal pieces nor services (facts/jewellery.md, "Price");
    `money` brings the prices of a year (of the zone) into today's money.
    """
    # Of a shop that has only just come PostgreSQL has no statistics yet: it expects one row, joins half a
    # million in a nested loop, and takes hours. Any other join of the two takes a second.
    tx.execute(text("set local enable_nestloop = off"))
    given = {**_priced(tx, currency, zone), "money": json.dumps(money)}
    found: Any = tx.execute(text(_SHOP_MEDIAN), given).scalar_one()
    tx.execute(text("set local enable_nestloop to default"))
    return found if found is None else round(found)


def prices_by_year(tx: Transaction, zone: ZoneInfo, currency: str) -> list[YearsPrice]:
    """This function will read what each kind cost in each year, of orders that count."""
    given = _priced(tx, currency, zone)
    return [YearsPrice(*row) for row in tx.execute(text(_PRICES_BY_YEAR), given)]


def _priced(tx: Transaction, currency: str, zone: ZoneInfo) -> dict[str, Any]:
    given = {"shop": tx.shop_id, "currency": currency, "zone": zone.key}
    return {**given, "out": list(NOT_PRICED), "most": ONE_VOICE}


# The pieces that a price rests on, of each customer (a guest's order is a customer's) the latest.
_PRICED = """
with lines as materialized (
  select order_id, line, kind, price from order_lines
  where shop_id = :shop and price > 0 and quantity > 0 and coalesce(kind, 'other') <> all(:out)
), placed as materialized (
  select order_id, coalesce(customer_id, order_id) as who, ordered_at,
    extract(year from ordered_at at time zone :zone)::int as year
  from orders where shop_id = :shop and status = 'counted' and currency = :currency
), numbered as (
  select kind, year, price,
    row_number() over (partition by who order by ordered_at desc, order_id desc, line) as nth
  from lines join placed using (order_id)
), priced as (select kind, year, price from numbered where nth <= :most)
"""
_SHOP_MEDIAN = f"""{_PRICED}
select percentile_disc(0.5) within group (
  order by price * coalesce((cast(:money as jsonb) ->> year::text)::double precision, 1)
) from priced
"""  # noqa: S608 - put together from our own words alone
_PRICES_BY_YEAR = f"""{_PRICED}
select kind, year, (percentile_disc(0.5) within group (order by price))::bigint, count(*)::int
from priced where kind is not null group by kind, year
"""  # noqa: S608 - put together from our own words alone


def season(tx: Transaction, zone: ZoneInfo, *, before: datetime | None = None) -> tuple[float, ...]:
    """This function will give the share of the shop's orders that fall in each month, January first.

    Each customer's day counts once, and who sells on not at all. A young shop's own year says little, so it
    is weighed against the trade's. With `before`, of the orders placed earlier.
    """
    given = {"shop": tx.shop_id, "zone": zone.key, "before": before, "most": MOST_DAYS}
    own: dict[int, int] = dict(map(tuple, tx.execute(text(_SEASON), given)))
    total = sum(own.values()) + SEASON_COUNTS_AS
    return tuple(
        (own.get(number, 0) + SEASON_COUNTS_AS * share) / total
        for number, share in enumerate(JEWELLERS_SEASON, 1)
    )


# Days on which a customer ordered (a guest's order is a customer's), but not of who sells on (`MOST_DAYS`).
_SEASON = """
with days as (
  select coalesce(customer_id, order_id) as who, (ordered_at at time zone :zone)::date as day
  from orders where shop_id = :shop and status = 'counted'
    and (cast(:before as timestamptz) is null or ordered_at < :before)
  group by 1, 2
), counted as (select day, count(*) over (partition by who) as hers from days)
select extract(month from day)::int, count(*)::int from counted where hers <= :most group by 1
"""


def each_order(
    tx: Transaction, currency: str, zone: ZoneInfo, *, part: int = 0, of: int = 1
) -> Iterator[tuple[str, int, int]]:
    """This function will go through what learning reads of every order: customer, day, worth.

    Counted orders in this currency alone; the day in the shop's zone since 1970-01-01, the worth in minor
    units; by customer and day. Who asked not to be scored teaches nothing. `part` of `of` are the customers
    of one hash part. Rows come as they are read, so that ten million need no more memory than one.
    """
    given = {"shop": tx.shop_id, "zone": zone.key, "currency": currency, "part": part, "of": of}
    for row in tx.execute(text(_EACH_ORDER).execution_options(yield_per=20_000), given):
        yield tuple(row)


_EACH_ORDER = f"""
select o.customer_id, (o.ordered_at at time zone :zone)::date - date '1970-01-01' as day,
  sum(l.price * l.quantity)::bigint
from orders o join order_lines l using (shop_id, order_id) join customers c using (shop_id, customer_id)
where o.shop_id = :shop and o.status = 'counted' and o.currency = :currency and l.quantity > 0
  and not c.opted_out and {in_part("o.customer_id")}
group by o.customer_id, o.order_id, day having sum(l.price * l.quantity) > 0
order by 1, 2
"""  # noqa: S608 - put together from our own words alone


def order_days(tx: Transaction, currency: str, zone: ZoneInfo) -> list[int]:
    """This function will list on which days (as `each_order` has them) somebody ordered, for the season.

    Each customer's day is one, and who sells on has none: as `scoring.learning.orders.Orders.season_days`.
    """
    given = {"shop": tx.shop_id, "zone": zone.key, "currency": currency, "most": MOST_DAYS}
    rows = tx.execute(text(_ORDER_DAYS), given)
    return list(chain.from_iterable(repeat(day, times) for day, times in rows))


_ORDER_DAYS = """
with days as (
  select o.customer_id, (o.ordered_at at time zone :zone)::date - date '1970-01-01' as day
  from orders o join customers c using (shop_id, customer_id)
  where o.shop_id = :shop and o.status = 'counted' and o.currency = :currency and not c.opted_out
    and exists (select from order_lines l where l.shop_id = o.shop_id and l.order_id = o.order_id
      and l.quantity > 0 and l.price > 0)
  group by 1, 2
), counted as (select day, count(*) over (partition by customer_id) as hers from days)
select day, count(*)::int from counted where hers <= :most group by 1 order by 1
"""


def wedding_bands(tx: Transaction, zone: ZoneInfo) -> dict[str, frozenset[int]]:
    """This function will say on which days (since 1970, the shop's) customers ordered wedding bands."""
    given = {"shop": tx.shop_id, "zone": zone.key}
    return {who: frozenset(days) for who, days in tx.execute(text(_WEDDING_BANDS), given)}


_WEDDING_BANDS = """
select o.customer_id, array_agg(distinct (o.ordered_at at time zone :zone)::date - date '1970-01-01')
from orders o join order_lines l using (shop_id, order_id) join customers c using (shop_id, customer_id)
where o.shop_id = :shop and o.status = 'counted' and l.kind = 'wedding_band' and l.quantity > 0
  and not c.opted_out
group by o.customer_id
"""


def transitions(tx: Transaction, zone: ZoneInfo) -> list[Transition]:
    """This function will count the steps from a counted order to the customer's next, by kinds.

    Pieces alone, in the month of the shop's zone, the latest ONE_VOICE of each; who asked not
    to be scored teaches nothing.
    """
    given = {"shop": tx.shop_id, "zone": zone.key, "most": ONE_VOICE}
    return [Transition(tuple(b), tuple(t), m, n) for b, t, m, n in tx.execute(text(_TRANSITIONS), given)]


_TRANSITIONS = """
with baskets as (
  select o.customer_id, o.ordered_at, o.order_id, array_agg(distinct l.kind order by l.kind) as kinds
  from orders o join order_lines l using (shop_id, order_id) join customers c using (shop_id, customer_id)
  where o.shop_id = :shop and o.status = 'counted' and not c.opted_out
    and l.quantity > 0 and l.kind is not null and l.kind not in ('service', 'other')
  group by 1, 2, 3
), steps as (
  select kinds as bought, lead(kinds) over hers as following,
    extract(month from lead(ordered_at) over hers at time zone :zone)::int as month,
    row_number() over (partition by customer_id order by ordered_at desc, order_id desc) as back
  from baskets window hers as (partition by customer_id order by ordered_at, order_id)
)
select bought, following, month, count(*)::int
from steps where following is not null and back <= :most + 1 group by 1, 2, 3
"""
