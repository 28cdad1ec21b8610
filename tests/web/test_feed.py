"""An advisor's consultations in her own calendar: when, and nothing else, at an address only she knows."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import vobject
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, update

from app.stores import advisors, own_calendars
from app.stores.bookings import bookings
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import AFTERNOON, ALMA, DeskHouse, book


def make(ines: FlaskClient) -> str:
    """Make an address at the desk, and give its path."""
    page = ines.post("/desk/meeting/calendar").text
    found = re.search(r'readonly value="([^"]+)"', page)
    assert found is not None
    return urlsplit(found[1]).path


def test_it_says_when_and_neither_who_nor_where(app: Flask, ines: FlaskClient) -> None:
    answer = app.test_client().get(make(ines))
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"].startswith("private")
    event = vobject.readOne(answer.text).vevent
    assert (event.summary.value, event.dtstart.value) == ("Consultation", AFTERNOON)
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=45)
    (entry,) = Calendar.from_ical(answer.text).walk("VEVENT")
    said = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "CLASS"}
    assert set(entry) == said
    for secret in ("Alma", "Reyes", "alma@", "Ten years"):
        assert secret not in answer.text


def test_what_is_cancelled_or_a_colleagues_is_not_in_it(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    path = make(ines)
    with services.database.shop(house.shop_id) as tx:
        book(tx, ALMA, house.jonas, NOW + timedelta(days=2))
        book(tx, ALMA, house.ines, NOW + timedelta(days=3), state="no_show")
        book(tx, ALMA, house.ines, NOW - timedelta(days=40), state="completed")
        tx.execute(update(bookings).where(bookings.c.booking_id == house.booking).values(state="cancelled"))
    (entry,) = vobject.readOne(app.test_client().get(path).text).vevent_list
    assert entry.dtstart.value == NOW + timedelta(days=3)


def test_a_new_address_closes_the_one_before_and_none_is_kept(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    first, second = make(ines), make(ines)
    anybody = app.test_client()
    assert anybody.get(first).status_code == 404
    assert anybody.get(second).status_code == 200
    with services.database.shop(house.shop_id) as tx:
        kept = tx.execute(select(own_calendars.own_calendars)).one()
    secret = second.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in str(kept)
    assert secret not in ines.get("/desk/meeting").text, "it is shown once"
    ines.post("/desk/meeting/calendar/close")
    assert anybody.get(second).status_code == 404


def test_an_advisor_who_has_left_has_no_calendar_here(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    path = make(ines)
    with services.database.shop(house.shop_id) as tx:
        advisors.change(tx, house.ines, active=False)
    assert app.test_client().get(path).status_code == 404


def test_an_address_opens_nothing_in_another_house(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    secret = make(ines).rsplit("/", 1)[1]
    about = {"name": "Birch", "timezone": "Europe/Paris", "currency": "EUR"}
    other = services.database.open_shop("birch.myshopify.com", **about)
    for shop_id in (other, 999_999, 2**62):
        assert app.test_client().get(f"/calendars/{shop_id}/{secret}").status_code == 404
