"""The shopper's own link: looking changes nothing, one button gives the time back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update

from app.factory import create_app
from app.stores import advisors, shops
from app.stores.bookings import bookings
from app.stores.outbox import outbox
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import DOMAIN, MONDAY_AT_TEN, Alder, offer_to, open_alder
from tests.web import proxy

TUESDAY_AT_ELEVEN = MONDAY_AT_TEN + timedelta(days=1, hours=1)


@pytest.fixture
def alder(services: Services) -> Alder:
    return open_alder(services.database)


@pytest.fixture
def client(services: Services, alder: Alder) -> FlaskClient:
    """A browser that keeps no cookies, at a house where Alma has booked Monday at ten."""
    opened = create_app(services=services).test_client(use_cookies=False)
    with services.database.shop(alder.shop_id) as tx:
        offer = offer_to(tx, "7001", alder.ines)
    wish = {"offer": str(offer), "starts": MONDAY_AT_TEN.isoformat(), "zone": "Europe/London"}
    body = {
        **wish,
        "place": "shop",
        "note": "It is our tenth.",
        "key": "3d6c3a0e-8a5b-4b63-9f3e-0c1d2e3f4a5b",
    }
    assert proxy.post(opened, "/proxy/bookings", "7001", body, shop=DOMAIN).status_code == 201
    return opened


def letters(services: Services, alder: Alder) -> list[Any]:
    with services.database.shop(alder.shop_id) as tx:
        return list(tx.execute(select(outbox).order_by(outbox.c.subject)))


def link(services: Services, alder: Alder) -> str:
    (body,) = [row.body for row in letters(services, alder) if "/appointments/" in row.body]
    found = re.search(r"/appointments/\S+", body)
    assert found is not None
    return found.group(0)


def state(services: Services, alder: Alder) -> str:
    with services.database.shop(alder.shop_id) as tx:
        return str(tx.execute(select(bookings.c.state)).scalar_one())


def test_looking_shows_it_and_changes_nothing(client: FlaskClient, services: Services, alder: Alder) -> None:
    page = client.get(link(services, alder))
    assert page.status_code == 200
    assert "Monday 23 November, 10:00 am London time" in page.text
    assert "Cancel this appointment" in page.text
    assert "tenth" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert state(services, alder) == "booked"


def test_she_is_asked_once_more_before_it_is_cancelled(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    page = client.get(link(services, alder)).text
    folded = re.search(r'<details class="give-back">.*?</details>', page, re.DOTALL)
    assert folded is not None, "closed until she opens it, also without script"
    assert "<summary>Cancel this appointment</summary>" in folded.group(0)
    assert "<bdi>Ines</bdi> is told." in folded.group(0)
    assert "<button>Yes, cancel this appointment</button>" in folded.group(0)
    assert "<button>" not in page.replace(folded.group(0), "")


def test_the_button_cancels_frees_the_time_and_tells_both(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    where = link(services, alder)
    assert "Your appointment is cancelled" in client.post(where).text
    assert state(services, alder) == "cancelled"
    told = [row for row in letters(services, alder) if row.ics_method == "CANCEL"]
    assert sorted(row.recipient for row in told) == ["alma@clients.example", "ines@alder.example"]
    assert client.post(where).status_code == 200, "a second press says the same"
    assert len([row for row in letters(services, alder) if row.ics_method == "CANCEL"]) == 2


def test_a_forged_link_is_none(client: FlaskClient, services: Services, alder: Alder) -> None:
    where = link(services, alder)
    for forged in (where[:-2] + "xx", "/appointments/x", "/appointments/WzEsIjEiXQ.AAAA"):
        assert client.get(forged).status_code == 404
        assert client.post(forged).status_code == 404
    assert state(services, alder) == "booked"


def test_a_damaged_link_says_whom_to_ask_and_nothing_of_the_appointment(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        shops.say_where(tx, address="3 Milsom Street, Bath.", writes_if_missed=False)
        house = shops.read(tx).name
    where = link(services, alder)
    page = client.get(where[:-3])
    assert page.status_code == 404
    assert f"<bdi>{house}</bdi> is glad to help you." in page.text
    assert "You’ll find us at <bdi>3 Milsom Street, Bath</bdi>." in page.text
    assert f'href="https://{DOMAIN}"' in page.text
    assert "Monday" not in page.text
    assert "Ines" not in page.text


def test_who_knows_of_no_appointment_learns_of_no_house(client: FlaskClient, alder: Alder) -> None:
    made_up = URLSafeSerializer("x", salt="x").dumps([alder.shop_id, str(UUID(int=7))])
    for forged in (made_up, "x", "WzEsIjEiXQ.AAAA"):
        page = client.get(f"/appointments/{forged}")
        assert page.status_code == 404
        assert "open it once more from the letter it came in" in page.text
        assert DOMAIN not in page.text


def test_a_link_ends_when_the_appointment_begins(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    where = link(services, alder)
    object.__setattr__(services, "clock", lambda: MONDAY_AT_TEN)
    assert client.get(where).status_code == 404
    assert f'href="https://{DOMAIN}"' in client.get(where).text
    assert client.post(where).status_code == 404
    assert state(services, alder) == "booked"
    assert NOW < MONDAY_AT_TEN


def kept(services: Services, alder: Alder) -> Any:
    with services.database.shop(alder.shop_id) as tx:
        return tx.execute(select(bookings)).one()


def test_other_times_are_shown_in_her_zone_and_in_one_she_chooses(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    page = client.get(f"{link(services, alder)}/times")
    assert page.status_code == 200
    assert "Tuesday 24 November" in page.text
    assert "London time" in page.text
    assert f'value="{MONDAY_AT_TEN.isoformat()}"' not in page.text, "her own time is no other"
    there = client.get(f"{link(services, alder)}/times?zone=America/Vancouver")
    assert '<option value="America/Vancouver" selected>Vancouver time</option>' in there.text
    assert "4:00 am" in there.text  # Vancouver no longer turns its clocks back
    assert kept(services, alder).starts_at == MONDAY_AT_TEN, "looking changes nothing"


def test_a_chosen_time_is_kept_and_said_back(client: FlaskClient, services: Services, alder: Alder) -> None:
    where = link(services, alder)
    sent = {"starts": TUESDAY_AT_ELEVEN.isoformat(), "zone": "America/Vancouver"}
    answer = client.post(f"{where}/times", data=sent, follow_redirects=True)
    assert "Your new time is kept." in answer.text
    assert "Tuesday 24 November, 4:00 am Vancouver time" in answer.text
    row = kept(services, alder)
    assert (row.starts_at, row.zone, row.sequence) == (TUESDAY_AT_ELEVEN, "America/Vancouver", 1)


def test_a_taken_time_is_said_with_others_and_her_own_stays(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    night = MONDAY_AT_TEN.replace(hour=3) + timedelta(days=1)
    answer = client.post(f"{link(services, alder)}/times", data={"starts": night.isoformat()})
    assert answer.status_code == 409
    assert "That time has just been taken." in answer.text
    assert "Your own is still kept." in answer.text
    assert TUESDAY_AT_ELEVEN.isoformat() in answer.text
    assert kept(services, alder).sequence == 0


@pytest.mark.parametrize("sent", ["", "soon", "2026-11-24T11:00:00"])
def test_no_time_chosen_is_said_beside_the_button_and_the_times_stay_in_her_zone(
    client: FlaskClient, services: Services, alder: Alder, sent: str
) -> None:
    where = f"{link(services, alder)}/times"
    answer = client.post(where, data={"starts": sent, "zone": "America/Vancouver"})
    assert answer.status_code == 422
    foot = re.search(r'<p class="keep">.*?</p>', answer.text, re.DOTALL)
    assert foot is not None
    assert "Please choose a time." in foot.group(0)
    assert "Move my appointment" in foot.group(0)
    assert "autofocus" in foot.group(0), "it is read out, and in sight"
    assert '<option value="America/Vancouver" selected>' in answer.text
    assert kept(services, alder).sequence == 0


def test_no_choice_of_a_time_holds_the_form_back_in_silence(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    page = client.get(f"{link(services, alder)}/times").text
    assert page.count('name="starts"') > 10
    assert " required" not in page, "the browser cannot point at one that is folded away"
    assert "Please choose a time." not in page


def test_after_a_cancellation_she_may_choose_another_time(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    where = link(services, alder)
    assert "Choose another time" in client.post(where).text
    sent = {"starts": TUESDAY_AT_ELEVEN.isoformat(), "zone": ""}
    answer = client.post(f"{where}/times", data=sent, follow_redirects=True)
    assert "Tuesday 24 November, 11:00 am London time" in answer.text
    with services.database.shop(alder.shop_id) as tx:
        states = tx.execute(select(bookings.c.state).order_by(bookings.c.starts_at)).scalars().all()
    assert states == ["cancelled", "booked"]


def test_a_number_is_asked_for_where_she_is_called_and_nowhere_else(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    where = link(services, alder)
    assert "call you" not in client.get(where).text
    with services.database.shop(alder.shop_id) as tx:
        tx.execute(update(bookings).values(place="phone"))
    assert "Where shall Ines call you?" in client.get(where).text
    wrong = client.post(f"{where}/phone", data={"phone": "after lunch"})
    assert wrong.status_code == 422
    assert "Give a number we can call" in wrong.text
    assert 'value="after lunch"' in wrong.text
    right = client.post(f"{where}/phone", data={"phone": "+44 20 7946 0000"}, follow_redirects=True)
    assert "<bdi>Ines</bdi> calls you at +44 20 7946 0000." in right.text
    assert kept(services, alder).phone == "+44 20 7946 0000"


def test_the_way_to_the_shop_and_to_the_video_room_is_shown(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        shops.say_where(tx, address="3 Milsom Street, Bath", writes_if_missed=False)
        advisors.change(tx, alder.ines, room="https://video.example/ines")
    assert "You’ll find us at 3 Milsom Street, Bath." in client.get(link(services, alder)).text
    with services.database.shop(alder.shop_id) as tx:
        tx.execute(update(bookings).values(place="video"))
    assert 'href="https://video.example/ines"' in client.get(link(services, alder)).text
