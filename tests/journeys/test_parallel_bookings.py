"""Fifty shoppers press the button for one time at once, against the web processes as they really run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import delete, func, select

from app.launcher.run import DEMO_SHOP
from app.stores import advisors
from app.stores.bookings import bookings
from app.stores.customers import customers
from app.stores.decisions import decisions
from tests.journeys.conftest import OpenHouse
from tests.usecases.alder import offer_to
from tests.web.proxy import signed

SHOPPERS = tuple(str(number) for number in range(990_001, 990_051))


@pytest.fixture
def offers(open_house: OpenHouse) -> Iterator[dict[str, UUID]]:
    """An offer with one advisor for each of fifty shoppers, who leave no trace in the house afterwards."""
    database, shop_id = open_house.services.database, open_house.shop_id
    with database.shop(shop_id) as tx:
        advisor = next(each for each in advisors.every(tx) if each.active and each.hours)
        made = {shopper: offer_to(tx, shopper, advisor.advisor_id) for shopper in SHOPPERS}
    yield made
    with database.shop(shop_id) as tx:
        for table in (customers, decisions):
            ours = (table.c.shop_id == shop_id, table.c.customer_id.in_(SHOPPERS))
            tx.execute(delete(table).where(*ours))


def test_fifty_at_once_for_one_time_and_one_has_it_and_49_are_told_what_is_free(
    open_house: OpenHouse, offers: dict[str, UUID]
) -> None:
    first = SHOPPERS[0]
    query = signed(first, shop=DEMO_SHOP, zone="Europe/London")
    picker = httpx.get(f"{open_house.app}/proxy/offers/{offers[first]}/slots?{query}").json()
    starts = picker["days"][0]["slots"][0]["starts"]
    together = Barrier(len(SHOPPERS))

    def press(shopper: str) -> tuple[int, Any]:
        wish = {"offer": str(offers[shopper]), "starts": starts, "zone": "Europe/London"}
        body = {**wish, "place": "shop", "note": "", "key": str(uuid4())}
        with httpx.Client(timeout=30) as client:
            together.wait()
            query = signed(shopper, shop=DEMO_SHOP)
            answer = client.post(f"{open_house.app}/proxy/bookings?{query}", json=body)
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(len(SHOPPERS)) as shoppers:
        answers = list(shoppers.map(press, SHOPPERS))

    assert Counter(status for status, _ in answers) == {201: 1, 409: 49}
    for status, answer in answers:
        if status == 409:
            assert answer["code"] == "slot_taken"
            assert "these are the next times" in answer["message"]
            offered = [slot["starts"] for day in answer["days"] for slot in day["slots"]]
            assert offered
            assert starts not in offered
    with open_house.services.database.shop(open_house.shop_id) as tx:
        held = (bookings.c.shop_id == tx.shop_id, bookings.c.customer_id.in_(SHOPPERS))
        assert tx.execute(select(func.count()).where(*held)).scalar_one() == 1
