"""The storefront's door of the honest fallback: neutral words, three ways, and a call that is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from app.factory import create_app
from app.stores import advisors, bookings, calls_back, stand_ins
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import DOMAIN, WEEKDAYS, Alder, offer_to, open_alder
from tests.web.proxy import post, signed
from tests.web.test_bookings import book, wish

ALMA, BRUNO = "7001", "7002"


@pytest.fixture
def alder(services: Services) -> Alder:
    """Ines is away for three weeks; Jonas, whom she has briefed, keeps weekdays."""
    alder = open_alder(services.database)
    with services.database.shop(alder.shop_id) as tx:
        until = NOW.date() + timedelta(days=20)
        advisors.set_time_off(tx, alder.ines, [(NOW.date(), until)], ZoneInfo("Europe/London"))
        jonas = advisors.add(
            tx, name="Jonas Lind", first_name="Jonas", email="", role="advisor", timezone="Europe/London"
        )
        advisors.set_hours(tx, jonas, WEEKDAYS)
        stand_ins.choose(tx, alder.ines, jonas, by="lead", now=NOW)
    return alder


@pytest.fixture
def client(services: Services, alder: Alder) -> FlaskClient:
    return create_app(services=services).test_client()


@pytest.fixture
def offer(services: Services, alder: Alder) -> UUID:
    with services.database.shop(alder.shop_id) as tx:
        return offer_to(tx, ALMA, alder.ines)


def slots(client: FlaskClient, offer: UUID, **more: str) -> Any:
    return client.get(
        f"/proxy/offers/{offer}/slots?{signed(ALMA, shop=DOMAIN, zone='Europe/London', **more)}"
    )


def call(client: FlaskClient, invited: UUID, customer: str = ALMA, **more: Any) -> Any:
    body = {
        "offer": str(invited),
        "phone": "+44 1225 000000",
        "part": "evening",
        "words": "After six.",
        **more,
    }
    return post(client, "/proxy/calls", customer, body, shop=DOMAIN)


def test_the_three_ways_are_named_with_their_first_times(client: FlaskClient, offer: UUID) -> None:
    answer = slots(client, offer).json
    said = answer["choices"]
    assert said["why"] == "Ines has no time in the next days. What would you like best?"
    assert [(way["id"], way["label"], way["about"]) for way in said["offered"]] == [
        ("wait", "Wait for Ines", "The first opening is Monday 14 December, 10:00 am London time."),
        (
            "stand_in",
            "See Jonas instead",
            "Ines has briefed Jonas and stays your advisor. From Monday 23 November, 10:00 am London time.",
        ),
        ("call", "Ask for a call", "A few minutes on the phone with Ines."),
    ]
    assert answer["advisor"]["first_name"] == "Ines", "the times beside it are hers alone"


def test_nothing_is_asked_where_there_is_time_soon(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.set_time_off(tx, alder.ines, [], ZoneInfo("Europe/London"))
    assert "choices" not in slots(client, offer).json


def test_the_stand_ins_times_are_shown_and_booked_once_she_has_chosen_that(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    answer = slots(client, offer, stand_in="true").json
    assert answer["advisor"]["first_name"] == "Jonas"
    assert "choices" not in answer
    made = book(client, wish(offer, stand_in=True))
    assert (made.status_code, made.json["booking"]["advisor"]) == (201, "Jonas Lind")
    with services.database.shop(alder.shop_id) as tx:
        booking = bookings.one(tx, UUID(made.json["booking"]["id"]))
    assert booking is not None
    assert booking.stand_in_for == alder.ines


def test_a_colleague_who_stands_in_no_more_is_said_so(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        stand_ins.drop(tx, alder.ines)
    for answer in (slots(client, offer, stand_in="true"), book(client, wish(offer, stand_in=True))):
        assert (answer.status_code, answer.json["code"]) == (409, "no_stand_in")
        assert "cannot be booked any more" in answer.json["message"]


def test_a_call_is_kept_in_her_words(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    answer = call(client, offer)
    assert (answer.status_code, answer.json) == (201, {"call": {"advisor": "Ines"}}), answer.text
    with services.database.shop(alder.shop_id) as tx:
        [kept] = calls_back.open_calls(tx)
    assert (kept.phone, kept.part, kept.words) == ("+44 1225 000000", "evening", "After six.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": ""},
        {"phone": "call me"},
        {"phone": "1" * 41},
        {"part": "at night"},
        {"words": "x" * 501},
        {"words": "a\x00b"},
        {"offer": "no offer"},
    ],
)
def test_what_cannot_be_called_is_not_kept(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID, wrong: dict[str, str]
) -> None:
    assert call(client, offer, **wrong).status_code == 400
    with services.database.shop(alder.shop_id) as tx:
        assert calls_back.open_calls(tx) == []


def test_nobody_asks_for_a_call_on_somebody_elses_invitation(client: FlaskClient, offer: UUID) -> None:
    assert call(client, offer, BRUNO).status_code == 404
    assert client.post("/proxy/calls", json={"offer": str(offer)}).status_code in (401, 403)


def test_no_occasion_no_piece_and_no_price_stands_in_the_choices(client: FlaskClient, offer: UUID) -> None:
    said = str(slots(client, offer).json["choices"]).lower()
    assert not [
        word
        for word in ("anniversary", "birthday", "ring", "£", "gbp", "holiday", "ill")
        if f" {word}" in said
    ]
