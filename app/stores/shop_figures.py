"""What is usual in a whole shop: counted once a day and kept, so that an order costs no look at others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Column, Date, Integer, Text, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores import order_history
from app.stores.database import Transaction, shop_table
from app.stores.orders import orders
from scoring.todays_money import todays_money

shop_figures = shop_table(
    "shop_figures",
    Column("computed_on", Date, nullable=False),
    # What the figures hold for: another zone or currency has others.
    Column("timezone", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("orders", Integer, nullable=False),
    Column(
        "median", BigInteger
    ),  # minor units of the currency, in today's money; null where nothing was sold
    Column("season", JSONB, nullable=False),  # twelve shares, January first
    Column("money", JSONB, nullable=False),  # year → what its prices are multiplied by
    key=(),
)

# With fewer orders the figures move with each one, and counting them takes no time: they are not kept.
KEPT_FROM_ORDERS = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """A shop's usual price in today's money (None: nothing was sold), its season, how its prices moved."""

    orders: int
    median: int | None
    season: tuple[float, ...]
    money: dict[int, float]


def read(tx: Transaction, *, timezone: str, currency: str, since: date | None) -> Figures | None:
    """This function will read the figures kept on `since` or later (None: whenever); None where none are."""
    f = shop_figures.c
    where = [f.shop_id == tx.shop_id, f.timezone == timezone, f.currency == currency]
    if since is not None:
        where.append(f.computed_on >= since)
    row = tx.execute(select(f.orders, f.median, f.season, f.money).where(*where)).one_or_none()
    if row is None:
        return None
    return Figures(row[0], row[1], tuple(row[2]), {int(year): factor for year, factor in row[3].items()})


def compute(tx: Transaction, *, timezone: str, currency: str) -> Figures:
    """This function will count a shop's figures from all its orders: a second for half a million lines."""
    zone = ZoneInfo(timezone)
    money = todays_money(order_history.prices_by_year(tx, zone, currency))
    return Figures(
        orders=_orders(tx),
        median=order_history.shop_median(tx, currency, zone=zone, money=money),
        season=order_history.season(tx, zone),
        money=money,
    )


def keep(tx: Transaction, figures: Figures, *, timezone: str, currency: str, today: date) -> None:
    """This function will keep figures as counted today, unless somebody else is just keeping theirs.

    Nobody waits here: who waited would hold a customer that the other one may be waiting for.
    """
    if figures.orders < KEPT_FROM_ORDERS or not tx.execute(text(_MINE), {"shop": tx.shop_id}).scalar_one():
        return
    counted: dict[str, Any] = {
        "computed_on": today,
        "timezone": timezone,
        "currency": currency,
        "orders": figures.orders,
        "median": figures.median,
        "season": list(figures.season),
        "money": {str(year): factor for year, factor in figures.money.items()},
    }
    row = insert(shop_figures).values(shop_id=tx.shop_id, **counted)
    tx.execute(row.on_conflict_do_update(index_elements=["shop_id"], set_=counted))


_MINE = "select pg_try_advisory_xact_lock(hashtextextended('shop_figures', :shop))"


def _orders(tx: Transaction) -> int:
    o = orders.c
    where = (o.shop_id == tx.shop_id, o.status == "counted")
    counted: int = tx.execute(select(func.count()).where(*where)).scalar_one()
    return counted
