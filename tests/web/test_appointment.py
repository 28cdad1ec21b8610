"""The shopper's own link: looking changes nothing, one button gives the time back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.factory import create_app
from app.stores.bookings import bookings
from app.stores.outbox import outbox
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import DOMAIN, MONDAY_AT_TEN, Alder, offer_to, open_alder
from tests.web import proxy


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


def test_a_link_ends_when_the_appointment_begins(
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    where = link(services, alder)
    object.__setattr__(services, "clock", lambda: MONDAY_AT_TEN)
    assert client.get(where).status_code == 404
    assert client.post(where).status_code == 404
    assert state(services, alder) == "booked"
    assert NOW < MONDAY_AT_TEN
