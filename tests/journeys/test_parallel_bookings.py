"""Shoppers press the button at once, for one time and for times that overlap, against the web as it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
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

CROWD = tuple(str(number) for number in range(990_001, 990_201))
SHOPPERS = CROWD[:50]


@pytest.fixture
def offers(open_house: OpenHouse) -> Iterator[dict[str, UUID]]:
    """An offer with one advisor for each of two hundred shoppers, who leave no trace afterwards."""
    database, shop_id = open_house.services.database, open_house.shop_id
    with database.shop(shop_id) as tx:
        advisor = next(each for each in advisors.every(tx) if each.active and each.hours)
        made = {shopper: offer_to(tx, shopper, advisor.advisor_id) for shopper in CROWD}
    yield made
    with database.shop(shop_id) as tx:
        for table in (customers, decisions):
            ours = (table.c.shop_id == shop_id, table.c.customer_id.in_(CROWD))
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


def test_two_hundred_at_once_for_times_that_overlap_and_no_two_meet_buffers_included(
    open_house: OpenHouse, offers: dict[str, UUID]
) -> None:
    """Eight beginnings half an hour apart, over an hour each with buffers; every other holds it first."""
    query = signed(CROWD[0], shop=DEMO_SHOP, zone="Europe/London")
    picker = httpx.get(f"{open_house.app}/proxy/offers/{offers[CROWD[0]]}/slots?{query}").json()
    free = [slot["starts"] for day in picker["days"] for slot in day["slots"]][:8]
    together = Barrier(len(CROWD))

    def press(number: int) -> tuple[int, Any]:
        shopper = CROWD[number]
        choice = {"offer": str(offers[shopper]), "starts": free[number % 8], "zone": "Europe/London"}
        query = signed(shopper, shop=DEMO_SHOP)
        with httpx.Client(timeout=60, verify=False) as client:
            together.wait()
            if number % 2:
                held = client.post(f"{open_house.app}/proxy/holds?{query}", json=choice)
                if held.status_code != 200:
                    return held.status_code, held.json()
            wish = {**choice, "place": "shop", "note": "", "key": str(uuid4())}
            answer = client.post(f"{open_house.app}/proxy/bookings?{query}", json=wish)
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(len(CROWD)) as crowd:
        answers = list(crowd.map(press, range(len(CROWD))))

    counted = Counter(status for status, _ in answers)
    assert set(counted) == {201, 409}
    assert 2 <= counted[201] <= 5, "of eight beginnings every second or third can be kept"
    for number, (status, answer) in enumerate(answers):
        if status == 409:
            offered = [slot["starts"] for day in answer["days"] for slot in day["slots"]]
            assert answer["code"] == "slot_taken"
            assert offered, "each is told what is free instead"
            assert free[number % 8] not in offered
    with open_house.services.database.shop(open_house.shop_id) as tx:
        ours = (bookings.c.shop_id == tx.shop_id, bookings.c.customer_id.in_(CROWD))
        rows = tx.execute(select(bookings.c.busy, bookings.c.state).where(*ours)).all()
    assert [state for _, state in rows] == ["booked"] * counted[201], "no hold is left behind"
    busy = sorted((row.busy.lower, row.busy.upper) for row in rows)
    assert all(one[1] <= other[0] for one, other in pairwise(busy))
