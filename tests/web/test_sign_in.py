"""Signing in at the desk: a letter, a button, once; and the same answer for everybody."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import select

from app.factory import create_app
from app.stores import advisors, outbox
from app.usecases import ask_sign_in
from app.usecases.ask_sign_in import MOST_FOR_AN_ADDRESS, MOST_FROM_A_PLACE, MOST_FROM_ANYWHERE
from app.usecases.find_seats import find_seats
from app.web import sign_in
from app.web.sign_in import safe_path
from app.wiring import Services
from tests.usecases.desk_house import DeskHouse


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here measures how long an answer takes, but the test that says so."""
    monkeypatch.setattr(sign_in, "ANSWERED_AFTER_SECONDS", 0)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def links(services: Services, shop_id: int) -> list[str]:
    with services.database.shop(shop_id) as tx:
        bodies = tx.execute(select(outbox.outbox.c.body)).scalars()
        return [found[0] for body in bodies if (found := re.search(r"/desk/sign-in/\S+", body))]


def ask(client: FlaskClient, email: str, to: str = "/desk") -> str:
    return client.post("/desk/sign-in", data={"email": email, "to": to}).text


def test_ines_signs_in_and_arrives_where_she_wanted_to_go(
    client: FlaskClient, services: Services, house: DeskHouse
) -> None:
    wanted = f"/desk/briefs/{house.booking}"
    led = client.get(wanted)
    assert led.status_code == 302
    assert led.location == f"/desk/sign-in?to={wanted}"
    ask(client, "  INES@alder.example ", to=wanted)
    (link,) = links(services, house.shop_id)
    assert "Sign in as Ines" in client.get(link).text
    entered = client.post(link, data={"seat": "0"})
    assert (entered.status_code, entered.location) == (303, wanted)
    assert client.get(wanted).status_code == 200


def test_looking_at_a_link_signs_nobody_in(client: FlaskClient, services: Services, house: DeskHouse) -> None:
    ask(client, "ines@alder.example")
    (link,) = links(services, house.shop_id)
    client.get(link)
    assert client.get("/desk").status_code == 302


def test_a_link_works_once(app: Flask, services: Services, house: DeskHouse) -> None:
    ask(app.test_client(), "ines@alder.example")
    (link,) = links(services, house.shop_id)
    assert app.test_client().post(link, data={"seat": "0"}).status_code == 303
    assert app.test_client().post(link, data={"seat": "0"}).status_code == 410


def test_a_link_is_good_for_fifteen_minutes(
    client: FlaskClient, services: Services, house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client, "ines@alder.example")
    (link,) = links(services, house.shop_id)
    real = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + 15 * 60 + 1)
    assert "no longer good" in client.get(link).text
    assert client.post(link, data={"seat": "0"}).status_code == 410


def test_a_forged_link_is_none(client: FlaskClient) -> None:
    assert client.post("/desk/sign-in/abc.def.ghi", data={"seat": "0"}).status_code == 410


def test_the_answer_is_the_same_for_a_stranger(
    client: FlaskClient, services: Services, house: DeskHouse
) -> None:
    hers = ask(client, "ines@alder.example")
    assert ask(client, "stranger@nowhere.example") == hers
    assert "If that address belongs to an advisor here, a link is on its way." in hers
    assert len(links(services, house.shop_id)) == 1


def test_who_asks_too_often_gets_the_same_answer_and_no_more_letters(
    client: FlaskClient, services: Services, house: DeskHouse
) -> None:
    said = {ask(client, "ines@alder.example") for _ in range(MOST_FOR_AN_ADDRESS + 3)}
    assert len(said) == 1
    assert len(links(services, house.shop_id)) == MOST_FOR_AN_ADDRESS


def test_who_names_her_address_elsewhere_does_not_lock_her_out_nor_fill_her_letter_box(
    services: Services, house: DeskHouse
) -> None:
    behind = replace(services, settings=replace(services.settings, trusted_proxies=1))
    app = create_app(services=behind)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)

    def ask_from(place: str) -> int:
        headers = {"X-Forwarded-For": f"203.0.113.99, {place}"}  # what stands before it, anyone may write
        app.test_client().post("/desk/sign-in", data={"email": "ines@alder.example"}, headers=headers)
        return len(links(services, house.shop_id))

    for _ in range(MOST_FROM_A_PLACE + 1):
        letters = ask_from("198.51.100.7")
    assert letters == MOST_FOR_AN_ADDRESS
    assert ask_from("192.0.2.1") == letters + 1, "she herself, from where she is"
    for number in range(2, 2 * MOST_FROM_ANYWHERE):
        letters = ask_from(f"192.0.2.{number}")
    assert letters == MOST_FROM_ANYWHERE


def test_without_a_proxy_nobody_chooses_where_she_comes_from(
    client: FlaskClient, services: Services, house: DeskHouse
) -> None:
    for number in range(MOST_FOR_AN_ADDRESS + 3):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        client.post("/desk/sign-in", data={"email": "ines@alder.example"}, headers=headers)
    assert len(links(services, house.shop_id)) == MOST_FOR_AN_ADDRESS


def test_an_advisor_of_two_houses_chooses(client: FlaskClient, services: Services, house: DeskHouse) -> None:
    other = services.database.open_shop(
        "birch.myshopify.com", name="Birch & Daughters", timezone="Europe/London", currency="GBP"
    )
    with services.database.shop(other) as tx:
        advisors.add(
            tx,
            name="Ines Moreau",
            first_name="Ines",
            email="ines@alder.example",
            role="owner",
            timezone="Europe/London",
        )
    ask(client, "ines@alder.example")
    (link,) = links(services, house.shop_id)
    page = client.get(link).text
    assert "Sign in as Ines, Maison Alder" in page
    assert "Sign in as Ines, Birch &amp; Daughters" in page
    client.post(link, data={"seat": "1"})
    assert "Birch &amp; Daughters" in client.get("/desk").text


def test_who_has_left_is_signed_out(client: FlaskClient, services: Services, house: DeskHouse) -> None:
    ask(client, "ines@alder.example")
    (link,) = links(services, house.shop_id)
    client.post(link, data={"seat": "0"})
    with services.database.shop(house.shop_id) as tx:
        advisors.change(tx, house.ines, active=False)
    assert client.get("/desk").status_code == 302


def test_signing_out_ends_it(client: FlaskClient, services: Services, house: DeskHouse) -> None:
    ask(client, "ines@alder.example")
    (link,) = links(services, house.shop_id)
    client.post(link, data={"seat": "0"})
    client.post("/desk/sign-out")
    assert client.get("/desk").status_code == 302


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/desk",
        "https://evil.example/desk",
        "http:/desk/x",  # a browser on https reads a host named desk
        "/\\evil.example",
        "/deskevil",
        "/desk\n/x",
        "/desk/../admin",
        "/desk/sign-out",
        "/admin",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_nobody_is_led_away_from_the_desk(wanted: str | None) -> None:
    assert safe_path(wanted) == "/desk"


def test_known_or_not_the_answer_comes_as_late(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0

    class Time:
        @staticmethod
        def monotonic() -> float:
            return now

        @staticmethod
        def sleep(seconds: float) -> None:
            nonlocal now
            now += seconds

    def owe(*_: object, **__: object) -> None:
        Time.sleep(0.04)

    monkeypatch.setattr(sign_in, "ANSWERED_AFTER_SECONDS", 0.25)
    monkeypatch.setattr(sign_in, "time", Time)
    monkeypatch.setattr(ask_sign_in, "_owe_letter", owe)
    answered = []
    for email in ("ines@alder.example", "nobody@alder.example"):
        began = now
        ask(client, email)
        answered.append(round(now - began, 6))
    assert answered == [0.25, 0.25]


def test_one_question_finds_her_seats_in_all_houses_and_no_other(
    services: Services, house: DeskHouse
) -> None:
    elsewhere = services.database.open_shop(
        "birch.myshopify.com", name="Birch", timezone="UTC", currency="USD"
    )
    about = {"first_name": "Ines", "role": "advisor", "timezone": "UTC"}
    with services.database.shop(elsewhere) as tx:
        there = advisors.add(tx, name="Ines Moreau", email="INES@alder.example", **about)
        advisors.add(tx, name="Ines Other", email="ines@birch.example", **about)
    assert services.database.seats("ines@ALDER.example") == [(house.shop_id, house.ines), (elsewhere, there)]
    assert [seat.shop_id for seat in find_seats(services.database, " ines@alder.example ")] == [
        house.shop_id,
        elsewhere,
    ]


def test_forms_without_their_token_are_refused(services: Services, house: DeskHouse) -> None:
    guarded = create_app(services=services).test_client()
    answer = guarded.post("/desk/sign-in", data={"email": "ines@alder.example"})
    assert answer.status_code == 400
    assert links(services, house.shop_id) == []
