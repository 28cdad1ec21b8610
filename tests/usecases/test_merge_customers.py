"""Two customers are made one while somebody is in the middle of a word about either."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select

from app.stores import aliases, customers
from app.stores.orders import orders
from app.usecases.merge_customers import merge_customers
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import open_alder
from tests.webhooks.told import as_body, customer, order
from webhooks.topics import HANDLERS

ALMA, ALSO_ALMA = "7001", "7999"


@pytest.fixture
def shop_id(services: Services) -> int:
    return open_alder(services.database).shop_id


def test_an_order_that_is_being_written_is_waited_for_and_comes_along(
    services: Services, shop_id: int
) -> None:
    def merge() -> None:
        with services.database.shop(shop_id) as tx:
            merge_customers(tx, services.live, ALSO_ALMA, kept=ALMA, now=NOW)

    bought = as_body(order(customer=customer(id=int(ALSO_ALMA))))
    with ThreadPoolExecutor(1) as pool:
        with services.database.shop(shop_id) as tx:
            HANDLERS["orders/create"](tx, services.live, bought, triggered_at=NOW, now=NOW)
            merged = pool.submit(merge)
            assert not wait([merged], timeout=0.5).done
        merged.result(10)
    with services.database.shop(shop_id) as tx:
        assert tx.execute(select(orders.c.customer_id)).scalars().all() == [ALMA]
        assert customers.one(tx, ALSO_ALMA) is None


def test_a_word_that_begins_during_a_merge_hears_of_it(services: Services, shop_id: int) -> None:
    def whose() -> str:
        with services.database.shop(shop_id) as tx:
            return aliases.kept_id(tx, ALSO_ALMA)

    with ThreadPoolExecutor(1) as pool:
        with services.database.shop(shop_id) as tx:
            merge_customers(tx, services.live, ALSO_ALMA, kept=ALMA, now=NOW)
            asked = pool.submit(whose)
            assert not wait([asked], timeout=0.5).done
        assert asked.result(10) == ALMA
