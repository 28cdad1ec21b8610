"""What is usual in a house is counted once a day, so that an order costs no look at all the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from app.stores import customers, shop_figures, shops
from app.stores.orders import ToldLine, ToldOrder, record_order
from app.stores.shop_figures import Figures
from app.usecases.build_relationship import read_background
from app.usecases.open_shop import open_shop
from app.usecases.update_relationship import (
    relationship_as_of,
    update_every_relationship,
    update_relationship,
)
from app.wiring import Services
from tests.conftest import NOW

MANY_ORDERS = """
insert into orders (shop_id, order_id, ordered_at, currency, status)
select :shop, n::text, cast(:at as timestamptz), 'GBP', 'counted' from generate_series(1, 600) n
"""
MANY_LINES = """
insert into order_lines (shop_id, order_id, line, price, quantity, kind)
select :shop, n::text, 1, :price, 1, 'pendant' from generate_series(1, 600) n
"""


@pytest.fixture
def shop_id(services: Services) -> int:
    shop_id = open_shop(
        services.database, "alder.myshopify.com", name="Alder", timezone="UTC", currency="GBP", now=NOW
    )
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7001", first_name="Alma")
        at, line = datetime(2019, 5, 2, 12, tzinfo=UTC), ToldLine("", "Pendant", "pendant", 90_000, 1)
        record_order(tx, ToldOrder("A1", "7001", at, "GBP", "counted", "", "", False, at, (line,)))
    return shop_id


def many(services: Services, shop_id: int, *, price: int) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(text("delete from orders where order_id <> 'A1'"))
        tx.execute(text(MANY_ORDERS), {"shop": shop_id, "at": NOW - timedelta(days=400)})
        tx.execute(text(MANY_LINES), {"shop": shop_id, "price": price})


@pytest.fixture
def scans(services: Services) -> Iterator[list[str]]:
    """The statements that went through all of a shop's prices."""
    found: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        if "percentile_disc" in statement:
            found.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(services.database.engine, "before_cursor_execute", note)


def median(services: Services, shop_id: int, now: datetime | None, *, anew: bool = False) -> int | None:
    with services.database.shop(shop_id) as tx:
        return read_background(tx, now=now, anew=anew).figures.median


def test_a_second_order_of_the_day_costs_no_scan(services: Services, shop_id: int, scans: list[str]) -> None:
    many(services, shop_id, price=1_000)
    for _ in range(3):
        with services.database.shop(shop_id) as tx:
            update_relationship(tx, services.live, "7001", now=NOW)
    assert len(scans) == 2, "the middle of each year, and of all: once"


def test_the_next_day_counts_again(services: Services, shop_id: int) -> None:
    many(services, shop_id, price=1_000)
    assert median(services, shop_id, NOW) == 1_000
    many(services, shop_id, price=5_000)
    assert median(services, shop_id, NOW) == 1_000
    assert median(services, shop_id, NOW + timedelta(days=1)) == 5_000


def test_an_import_counts_again(services: Services, shop_id: int) -> None:
    many(services, shop_id, price=1_000)
    assert median(services, shop_id, NOW) == 1_000
    many(services, shop_id, price=5_000)
    update_every_relationship(services.database, services.live, shop_id, now=NOW, on_progress=lambda _: None)
    assert median(services, shop_id, NOW) == 5_000


def test_a_young_house_is_counted_each_time(services: Services, shop_id: int) -> None:
    assert median(services, shop_id, NOW) == 90_000
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update order_lines set price = 70000"))
    assert median(services, shop_id, NOW) == 70_000


def test_another_currency_has_other_figures(services: Services, shop_id: int) -> None:
    many(services, shop_id, price=1_000)
    assert median(services, shop_id, NOW) == 1_000
    with services.database.shop(shop_id) as tx:
        shops.describe(tx, name="Alder", timezone="UTC", currency="USD")
    assert median(services, shop_id, NOW) is None


def test_looking_back_keeps_nothing_and_asks_for_what_is_kept(
    services: Services, shop_id: int, scans: list[str]
) -> None:
    many(services, shop_id, price=1_000)
    assert median(services, shop_id, NOW) == 1_000
    del scans[:]
    with services.database.shop(shop_id) as tx:
        relationship_as_of(tx, "7001", at=NOW + timedelta(days=900))
    assert scans == []


def test_two_who_count_at_once_do_not_wait_for_each_other(services: Services, shop_id: int) -> None:
    figures = Figures(600, 1_000, (1 / 12,) * 12, {2020: 1.1})
    kept = {"timezone": "UTC", "currency": "GBP"}
    with services.database.shop(shop_id) as one:
        shop_figures.keep(one, figures, today=NOW.date(), **kept)
        with services.database.shop(shop_id) as other:
            other.execute(text("set local lock_timeout = '2s'"))
            shop_figures.keep(other, figures, today=NOW.date(), **kept)
    with services.database.shop(shop_id) as tx:
        assert shop_figures.read(tx, since=NOW.date(), **kept) == figures


def test_a_house_whose_prices_rose_is_measured_in_todays_money(services: Services, shop_id: int) -> None:
    years = """
    insert into orders (shop_id, order_id, ordered_at, currency, status)
    select :shop, y || '-' || n, make_timestamptz(y, 6, 1, 12, 0, 0), 'GBP', 'counted'
    from generate_series(2024, 2026) y, generate_series(1, 3000) n
    """
    lines = """
    insert into order_lines (shop_id, order_id, line, price, quantity, kind)
    select :shop, y || '-' || n, 1, round(100000 * 1.1 ^ (y - 2024)), 1, 'pendant'
    from generate_series(2024, 2026) y, generate_series(1, 3000) n
    """
    with services.database.shop(shop_id) as tx:
        for statement in (years, lines):
            tx.execute(text(statement), {"shop": shop_id})
        figures = read_background(tx, now=NOW).figures
    assert figures.money[2025] == pytest.approx(1.1, abs=0.01)
    assert figures.money[2024] == pytest.approx(1.2, abs=0.015)
    assert figures.median == pytest.approx(121_000, rel=0.02), "not the 110,000 of all the years together"
