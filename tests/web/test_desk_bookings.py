"""An appointment at the desk: moved, cancelled, and how clients meet her."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.stores import advisors, shops
from app.stores.bookings import bookings
from app.stores.outbox import outbox
from app.usecases.say_phone import say_phone
from app.wiring import Services
from tests.usecases.alder import WEEKDAYS
from tests.usecases.desk_house import DeskHouse, open_house
from tests.web.desk import seated

MONDAY_AT_ELEVEN = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture
def house(services: Services) -> DeskHouse:
    opened = open_house(services.database)
    with services.database.shop(opened.shop_id) as tx:
        advisors.set_hours(tx, opened.ines, WEEKDAYS)
    return opened


def test_she_moves_it_to_a_time_of_hers_and_the_client_is_told(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    where = f"/desk/bookings/{house.booking}"
    assert where in ines.get(f"/desk/briefs/{house.booking}").text, "the brief leads there"
    page = ines.get(where)
    assert "What <bdi>Ines</bdi> has free, London time." in page.text
    assert MONDAY_AT_ELEVEN.isoformat() in page.text
    sent = {"starts": MONDAY_AT_ELEVEN.isoformat()}
    moved = ines.post(f"{where}/move", data=sent, follow_redirects=True)
    assert "The new time is kept." in moved.text
    assert "Monday 23 November, 11:00 am London time" in moved.text
    with services.database.shop(house.shop_id) as tx:
        letter = tx.execute(select(outbox).where(outbox.c.kind == "customer.rescheduled")).one()
    assert "We had to move your appointment." in letter.body


def test_a_time_that_is_not_free_is_said_and_nothing_changes(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    where = f"/desk/bookings/{house.booking}/move"
    night = MONDAY_AT_ELEVEN.replace(hour=3)
    refused = ines.post(where, data={"starts": night.isoformat()})
    assert refused.status_code == 409
    assert "That time has just been taken." in refused.text
    unchosen = ines.post(where, data={"starts": "soon"})
    assert unchosen.status_code == 422
    assert "Please choose a time.</span> <button" in unchosen.text, "beside the button"
    with services.database.shop(house.shop_id) as tx:
        assert tx.execute(select(bookings.c.sequence)).scalar_one() == 0


def test_she_cancels_it_and_her_reason_stays_here(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    where = f"/desk/bookings/{house.booking}"
    page = ines.post(f"{where}/cancel", data={"reason": "A family matter"}, follow_redirects=True)
    assert "This appointment was cancelled" in page.text
    with services.database.shop(house.shop_id) as tx:
        row = tx.execute(select(bookings.c.state, bookings.c.reason, bookings.c.cancelled_by)).one()
        letters = tx.execute(select(outbox.c.body)).scalars().all()
    assert tuple(row) == ("cancelled", "A family matter", "advisor")
    assert len(letters) == 2
    assert "family" not in "".join(letters)


def test_a_colleague_finds_no_such_appointment(app: Flask, house: DeskHouse, services: Services) -> None:
    jonas, where = seated(app, house, house.jonas), f"/desk/bookings/{house.booking}"
    assert jonas.get(where).status_code == 404
    assert jonas.post(f"{where}/cancel").status_code == 404
    assert jonas.post(f"{where}/move", data={"starts": MONDAY_AT_ELEVEN.isoformat()}).status_code == 404
    with services.database.shop(house.shop_id) as tx:
        assert tx.execute(select(bookings.c.state)).scalar_one() == "booked"


def test_how_she_is_met_is_hers_to_say(ines: FlaskClient, services: Services, house: DeskHouse) -> None:
    sent = {"places": ["phone", "video"], "room": " https://video.example/ines ", "address": "Elsewhere"}
    assert "Kept." in ines.post("/desk/meeting", data=sent, follow_redirects=True).text
    with services.database.shop(house.shop_id) as tx:
        kept, said = advisors.one(tx, house.ines), shops.read(tx).address
    assert kept is not None
    assert (kept.places, kept.room) == (("phone", "video"), "https://video.example/ines")
    assert said == "", "the house's address is the owner's to say"


def test_the_owner_says_where_the_shop_is_and_whether_it_writes(
    app: Flask, services: Services, house: DeskHouse
) -> None:
    sent = {"places": "shop", "address": "3 Milsom Street\r\nBath", "writes_if_missed": "yes"}
    seated(app, house, house.margaret).post("/desk/meeting", data=sent)
    with services.database.shop(house.shop_id) as tx:
        house_now = shops.read(tx)
    assert (house_now.address, house_now.writes_if_missed) == ("3 Milsom Street, Bath", True)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"places": "video", "room": "http://video.example/ines"}, "beginning with https://"),
        ({"places": "video", "room": "javascript:alert(1)"}, "beginning with https://"),
        ({"places": "video", "room": "https://ines:pw@video.example/"}, "beginning with https://"),
        ({"places": "video", "room": ""}, "Give the link of your video room"),
        ({"room": ""}, "Choose at least one way to meet."),
    ],
)
def test_what_is_no_way_to_meet_is_said_beside_its_field(
    ines: FlaskClient, sent: dict[str, str], words: str
) -> None:
    answer = ines.post("/desk/meeting", data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    if sent["room"]:
        assert f'value="{sent["room"]}"' in answer.text, "what was typed is still there"


def test_a_call_without_a_number_says_so_wherever_she_looks_until_there_is_one(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    looks = {
        f"/desk/briefs/{house.booking}": "No number to call yet.",
        f"/desk/consultations/{house.booking}": "No number to call yet.",
        f"/desk/bookings/{house.booking}": "No number to call yet.",
        "/desk": "no number yet",
    }
    assert not any(words in ines.get(page).text for page, words in looks.items()), "she comes to the shop"
    with services.database.shop(house.shop_id) as tx:
        tx.execute(update(bookings).values(place="phone"))
    assert [page for page, words in looks.items() if words not in ines.get(page).text] == []
    brief = ines.get(f"/desk/briefs/{house.booking}").text
    assert "No number to call yet." in brief.split("What we don't know")[1]
    assert ines.get(f"/desk/briefs/{house.booking}.pdf").data.startswith(b"%PDF-")
    with services.database.shop(house.shop_id) as tx:
        say_phone(tx, house.booking, "+44 1225 460000")
    assert not any(words in ines.get(page).text for page, words in looks.items())
    assert 'href="tel:+441225460000"' in ines.get(f"/desk/consultations/{house.booking}").text
