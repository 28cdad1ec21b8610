"""An order that follows a consultation updates its outcome: once, in the window, while it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain.upgrades import HouseTerms
from app.stores import attributions, consultations, customers
from app.stores.orders import ToldLine, ToldOrder, orders
from app.usecases.attribute_orders import attribute_orders, customers_to_look_at
from app.usecases.change_terms import change_terms
from app.usecases.close_consultation import close_consultation
from app.usecases.record_order import record_order
from app.usecases.save_consultation import save_consultation
from app.usecases.start_consultation import start_consultation
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, book, open_house

DAY = timedelta(days=1)


@pytest.fixture
def house(services: Services) -> DeskHouse:
    opened = open_house(services.database)
    hold(services, opened, "will_decide")
    return opened


def hold(services: Services, house: DeskHouse, outcome: str, *, did_not_come: bool = False) -> None:
    typed = {"outcome": outcome, "nothing_because": "all said", "minutes": "40"}
    with services.database.shop(house.shop_id) as tx:
        start_consultation(tx, house.booking, advisor_id=house.ines, did_not_come=did_not_come, now=NOW)
        save_consultation(tx, house.booking, typed, advisor_id=house.ines, at=NOW, now=NOW)
        close_consultation(tx, services.live, house.booking, advisor_id=house.ines, now=NOW)


def order(at: datetime, order_id: str = "9001", **more: object) -> ToldOrder:
    line = ToldLine(product_id="8012", title="Ruby eternity", kind="eternity_band", price=390_000, quantity=1)
    told = ToldOrder(
        order_id=order_id,
        customer_id=ALMA,
        ordered_at=at,
        currency="GBP",
        status="counted",
        source="pos",
        staff="Ines Moreau",
        problem=False,
        updated_at=at,
        lines=(line,),
    )
    return replace(told, **more)  # type: ignore[arg-type]


def tell(services: Services, house: DeskHouse, told: ToldOrder) -> None:
    with services.database.shop(house.shop_id) as tx:
        if told.customer_id:
            customers.mention(tx, [told.customer_id])
        record_order(tx, services.live, told, now=told.updated_at)


def outcome(services: Services, house: DeskHouse) -> tuple[str | None, str | None]:
    with services.database.shop(house.shop_id) as tx:
        held = consultations.one(tx, house.booking)
    assert held is not None
    return held.outcome, held.outcome_said


def followed(services: Services, house: DeskHouse) -> list[tuple[str, int]]:
    with services.database.shop(house.shop_id) as tx:
        return [(row.order_id, row.total) for row in attributions.of_booking(tx, house.booking)]


def test_an_order_within_the_window_says_bought_and_what_was_said_stays_readable(
    services: Services, house: DeskHouse
) -> None:
    tell(services, house, order(NOW + 29 * DAY))
    assert outcome(services, house) == ("bought", "will_decide")
    assert followed(services, house) == [("9001", 390_000)]


def test_a_webhook_that_comes_again_counts_once(services: Services, house: DeskHouse) -> None:
    told = order(NOW + 2 * DAY)
    for updated in (told, told, replace(told, updated_at=NOW + 3 * DAY)):
        tell(services, house, updated)
    assert followed(services, house) == [("9001", 390_000)]
    with services.database.shop(house.shop_id) as tx:
        assert tx.execute(select(func.count()).select_from(attributions.attributions)).scalar_one() == 1


@pytest.mark.parametrize("days", [-1, 30, 31])
def test_an_order_outside_the_window_says_nothing(services: Services, house: DeskHouse, days: int) -> None:
    tell(services, house, order(NOW + days * DAY))
    assert outcome(services, house) == ("will_decide", "will_decide")
    assert followed(services, house) == []


def test_the_window_is_the_houses_own(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        change_terms(tx, HouseTerms(attribution_days=7), based_on=0, by="Margaret")
    tell(services, house, order(NOW + 8 * DAY))
    assert outcome(services, house) == ("will_decide", "will_decide")


def test_an_order_that_counts_no_longer_is_taken_back(services: Services, house: DeskHouse) -> None:
    tell(services, house, order(NOW + DAY))
    tell(services, house, order(NOW + DAY, status="cancelled", updated_at=NOW + 2 * DAY))
    assert outcome(services, house) == ("will_decide", "will_decide")
    assert followed(services, house) == []


def test_an_order_that_turns_out_to_be_somebody_elses_is_taken_back(
    services: Services, house: DeskHouse
) -> None:
    tell(services, house, order(NOW + DAY))
    tell(services, house, order(NOW + DAY, customer_id="7002", updated_at=NOW + 2 * DAY))
    assert outcome(services, house) == ("will_decide", "will_decide")


def test_of_two_consultations_the_later_one_has_the_order(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        second = replace(house, booking=book(tx, ALMA, house.ines, NOW + 5 * DAY))
        start_consultation(tx, second.booking, advisor_id=house.ines, now=NOW + 5 * DAY)
        typed = {"outcome": "custom_piece", "nothing_because": "all said"}
        save_consultation(tx, second.booking, typed, advisor_id=house.ines, at=NOW, now=NOW)
        close_consultation(tx, services.live, second.booking, advisor_id=house.ines, now=NOW + 5 * DAY)
    tell(services, house, order(NOW + 6 * DAY))
    assert outcome(services, house) == ("will_decide", "will_decide")
    assert outcome(services, second) == ("bought", "custom_piece")


def test_an_order_at_the_counter_is_found_when_the_consultation_closes(
    services: Services,
) -> None:
    house = open_house(services.database)
    with services.database.shop(house.shop_id) as tx:
        start_consultation(tx, house.booking, advisor_id=house.ines, now=NOW)
    tell(services, house, order(NOW + timedelta(minutes=20)))
    assert followed(services, house) == []
    hold(services, house, "will_decide")
    assert outcome(services, house) == ("bought", "will_decide")


def test_nobody_came_so_no_order_followed(services: Services) -> None:
    house = open_house(services.database)
    hold(services, house, "no_show", did_not_come=True)
    tell(services, house, order(NOW + DAY))
    assert outcome(services, house) == ("no_show", "no_show")


def test_what_no_webhook_told_is_found_by_looking_again(services: Services, house: DeskHouse) -> None:
    tell(services, house, order(NOW + DAY, status="cancelled"))
    with services.database.shop(house.shop_id) as tx:
        tx.execute(update(orders).where(orders.c.order_id == "9001").values(status="counted"))
        assert customers_to_look_at(tx, now=NOW + 3 * DAY) == [ALMA]
        assert customers_to_look_at(tx, now=NOW + 60 * DAY) == []
        attribute_orders(tx, ALMA, now=NOW + 3 * DAY)
    assert outcome(services, house) == ("bought", "will_decide")
