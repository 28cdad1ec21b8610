"""The page on which a leaver's clients are handed over: first what will happen, then what did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.factory import create_app
from app.stores import advisors, bookings, clients, stand_ins
from app.wiring import Services
from tests.usecases.alder import MONDAY_AT_TEN, WEEKDAYS, Alder, open_alder
from tests.usecases.desk_house import book
from tests.web.merchant import Merchant, good_token

ALMA = "7001"


@pytest.fixture
def alder(services: Services) -> Alder:
    """Ines leads Alma, who comes on Monday and on Tuesday; Margaret has no hours, Jonas does."""
    alder = open_alder(services.database)
    with services.database.shop(alder.shop_id) as tx:
        clients.lead(tx, ALMA, alder.ines, "Ines advised on 3 of 3 orders.")
        book(tx, ALMA, alder.ines, MONDAY_AT_TEN)
        book(tx, ALMA, alder.ines, MONDAY_AT_TEN + timedelta(days=1))
    return alder


@pytest.fixture
def jonas(services: Services, alder: Alder) -> int:
    with services.database.shop(alder.shop_id) as tx:
        jonas = advisors.add(
            tx, name="Jonas Lind", first_name="Jonas", email="", role="advisor", timezone="Europe/London"
        )
        advisors.set_hours(tx, jonas, WEEKDAYS[:1])  # Mondays
    return jonas


@pytest.fixture
def merchant(services: Services, alder: Alder) -> Iterator[Merchant]:
    with create_app(services=services).test_client(use_cookies=False) as client:
        yield Merchant(client, lambda: good_token(services.settings))


def test_what_will_happen_is_said_before_it_does(
    merchant: Merchant, services: Services, alder: Alder, jonas: int
) -> None:
    page = merchant.opens(f"/admin/advisors/{alder.ines}/book", to=str(jonas)).text
    assert (
        "One client, 2 bookings ahead. One time is not free: that client will be asked to choose again."
        in page
    )
    assert "Monday 23 November, 10:00 am London time" in page
    assert "Alma" not in page, "clients are named at the desk alone"
    with services.database.shop(alder.shop_id) as tx:
        assert len(bookings.of_advisor(tx, alder.ines, since=MONDAY_AT_TEN)) == 2, "nothing has happened yet"


def test_handed_over_it_says_what_became_of_it(
    merchant: Merchant, services: Services, alder: Alder, jonas: int
) -> None:
    page = merchant.sends(f"/admin/advisors/{alder.ines}/book", {"to": str(jonas)}).text
    assert "Handed over. One client, 2 bookings ahead." in page
    assert "One time could not be kept: that client has been asked to choose again." in page
    with services.database.shop(alder.shop_id) as tx:
        assert len(bookings.of_advisor(tx, jonas, since=MONDAY_AT_TEN)) == 1
    assert "0 clients" not in page


def test_nobody_chosen_or_nobody_there_is_said_so(merchant: Merchant, alder: Alder) -> None:
    answer = merchant.sends(f"/admin/advisors/{alder.ines}/book", {})
    assert (answer.status_code, "Choose who takes over." in answer.text) == (422, True)
    assert merchant.opens(f"/admin/advisors/{alder.margaret}/book").status_code == 404, "the owner stays"
    assert merchant.opens("/admin/advisors/999/book").status_code == 404


def test_the_house_names_who_stands_in(
    merchant: Merchant, services: Services, alder: Alder, jonas: int
) -> None:
    page = merchant.sends(f"/admin/advisors/{alder.ines}/stand-in", {"stand_in": str(jonas)}).text
    assert f'<option value="{jonas}" selected>' in page
    with services.database.shop(alder.shop_id) as tx:
        chosen = stand_ins.of(tx, alder.ines)
    assert chosen is not None
    assert chosen.advisor_id == jonas
    assert merchant.sends(f"/admin/advisors/{alder.ines}/stand-in", {"stand_in": "999"}).status_code == 404


def test_the_list_shows_hours_open_promised_and_held(merchant: Merchant, jonas: int) -> None:
    page = merchant.opens("/admin/advisors").text
    assert "Time for consultations in the next 14 days" in page
    assert '2.3 h <span class="quiet">(2)</span>' in page, "two consultations are held with Ines"
