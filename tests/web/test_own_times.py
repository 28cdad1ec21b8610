"""A client chooses a time on her own page, which is where the house's letters lead."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.stores import advisors, bookings, customers
from app.stores.outbox import outbox
from app.usecases.cancel_booking import cancel_booking
from app.web.own_times import FROM_A_LETTER
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import WEEKDAYS
from tests.usecases.desk_house import ALMA, DeskHouse, book, open_house
from tests.web.shopper import PAGE, Shopper, words

SHOP = "maison-alder.myshopify.com"
BRUNO = "7002"


@pytest.fixture
def house(services: Services) -> DeskHouse:
    """Ines has time on weekdays, and Alma's appointment was cancelled, so that she has none before her."""
    opened = open_house(services.database)
    with services.database.shop(opened.shop_id) as tx:
        advisors.set_hours(tx, opened.ines, WEEKDAYS)
        advisors.change(tx, opened.ines, places=["shop", "phone"])
    cancel_booking(
        services.database,
        services.live,
        services.queue,
        shop_id=opened.shop_id,
        booking_id=opened.booking,
        url="https://steward.example",
        sender="s@x.example",
        link_for=lambda _, booking: f"https://alder.example/appointments/{booking}",
        now=NOW,
    )
    return opened


def a_time(shopper: Shopper, nth: int = 0) -> str:
    found: list[str] = re.findall(r'name="starts" value="([^"]+)"', words(shopper.looks("/times")))
    return found[nth]


def standing(services: Services, house: DeskHouse, customer: str = ALMA) -> list[Any]:
    table = bookings.bookings
    where = (table.c.customer_id == customer, table.c.state == "booked")
    with services.database.shop(house.shop_id) as tx:
        return list(tx.execute(select(table).where(*where)))


def test_her_own_page_leads_to_the_times_of_who_leads_her(alma: Shopper) -> None:
    assert 'href="/apps/steward/remembered/times"' in words(alma.looks())
    page = words(alma.looks("/times"))
    assert "Choose a time with <bdi>Ines</bdi>" in page
    assert "London time" in page
    there = words(alma.looks("/times", zone="America/Vancouver"))
    assert '<option value="America/Vancouver" selected>' in there


def test_a_time_she_keeps_is_booked_without_an_invitation_and_both_are_told(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    chosen = {"starts": a_time(alma), "zone": "America/Vancouver", "place": "phone", "note": "Just a chat."}
    assert alma.presses("/times", **chosen) == "Thank you. Your time is kept; you’ll find it below."
    (row,) = standing(services, house)
    assert row.starts_at.isoformat() == chosen["starts"]
    assert (row.advisor_id, row.decision_id, row.zone) == (house.ines, None, "America/Vancouver")
    assert (row.place, row.note) == ("phone", "Just a chat.")
    with services.database.shop(house.shop_id) as tx:
        told = tx.execute(select(outbox.c.recipient).where(outbox.c.ics_method == "REQUEST")).scalars()
        assert sorted(told) == ["alma@clients.example", "ines@alder.example"]
    page = words(alma.looks())
    assert "Vancouver time" in page
    assert "/times" not in page.split("own-choices")[0].replace("/appointments/", ""), "one is enough"


def test_pressed_twice_it_is_one_appointment_and_another_time_is_not_a_second(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    first, second = a_time(alma), a_time(alma, 3)
    for _ in range(2):
        assert alma.presses("/times", starts=first).startswith("Thank you.")
    assert alma.presses("/times", starts=second).startswith("You have an appointment with us already.")
    assert [row.starts_at.isoformat() for row in standing(services, house)] == [first]


def test_no_time_chosen_is_said_beside_the_button_and_what_she_wrote_stays(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    page = words(alma.sends("/times", note="Just a chat.", place="phone"))
    foot = re.search(r'<p class="keep">.*?</p>', page, re.DOTALL)
    assert foot is not None
    assert "Please choose a time." in foot.group(0)
    assert ">Just a chat.</textarea>" in page
    assert 'value="phone" checked' in page
    assert standing(services, house) == []


def test_a_time_just_taken_is_said_with_others(alma: Shopper, services: Services, house: DeskHouse) -> None:
    taken = a_time(alma)
    with services.database.shop(house.shop_id) as tx:
        customers.put(tx, BRUNO, first_name="Bruno", last_name="B", email="bruno@clients.example")
        book(tx, BRUNO, house.ines, NOW.fromisoformat(taken))
    page = words(alma.sends("/times", starts=taken, note="Just a chat."))
    assert "That time has just been taken." in page
    assert ">Just a chat.</textarea>" in page
    assert f'value="{taken}"' not in page
    assert standing(services, house) == []


def test_who_is_no_client_chooses_none(client: FlaskClient, services: Services, house: DeskHouse) -> None:
    bruno = Shopper(client, BRUNO, SHOP)
    assert "Choose a time" not in words(bruno.looks())
    assert bruno.looks("/times").status_code == 303
    said = bruno.presses("/times", starts=(NOW + timedelta(days=3)).isoformat())
    assert said == "Please call or write to us, and we will find a time together."
    assert standing(services, house, BRUNO) == []


def test_a_letters_link_leads_through_the_login_to_the_times(client: FlaskClient) -> None:
    assert f"/apps/steward{PAGE.removeprefix('/proxy')}/times" == FROM_A_LETTER
    nobody = words(Shopper(client, "", SHOP).looks("/times"))
    assert 'href="/account/login?return_url=/apps/steward/remembered/times"' in nobody
