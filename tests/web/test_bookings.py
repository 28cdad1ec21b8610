"""The door of the time picker: signed visitors see times and hold one; everybody else sees nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.factory import create_app
from app.stores import advisors, bookings
from app.stores.outbox import outbox
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import DOMAIN, Alder, offer_to, open_alder
from tests.web.proxy import signed

ALMA, BRUNO = "7001", "7002"
MONDAY_AT_TEN = "2026-11-23T10:00:00Z"


@pytest.fixture
def alder(services: Services) -> Alder:
    return open_alder(services.database)


@pytest.fixture
def client(services: Services, alder: Alder) -> FlaskClient:
    return create_app(services=services).test_client()


@pytest.fixture
def offer(services: Services, alder: Alder) -> UUID:
    with services.database.shop(alder.shop_id) as tx:
        return offer_to(tx, ALMA, alder.ines)


def ask(client: FlaskClient, offer: UUID, customer: str = ALMA, zone: str = "Europe/London") -> Any:
    return client.get(f"/proxy/offers/{offer}/slots?{signed(customer, shop=DOMAIN, zone=zone)}")


def book(client: FlaskClient, body: Any, customer: str = ALMA, **more: Any) -> Any:
    query = signed(customer, shop=DOMAIN)
    if isinstance(body, bytes):
        return client.post(
            f"/proxy/bookings?{query}", data=body, **{"content_type": "application/json"} | more
        )
    return client.post(f"/proxy/bookings?{query}", json=body)


def wish(offer: UUID, **changed: Any) -> dict[str, Any]:
    usual = {
        "starts": MONDAY_AT_TEN,
        "zone": "Europe/London",
        "place": "shop",
        "note": "",
        "key": str(uuid4()),
    }
    return {"offer": str(offer), **usual, **changed}


def test_the_picker_shows_whose_time_it_is_and_what_can_be_chosen(client: FlaskClient, offer: UUID) -> None:
    answer = ask(client, offer)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    picker = answer.json
    assert picker["advisor"] == {"name": "Ines Moreau", "first_name": "Ines"}
    assert (picker["zone"], picker["zone_name"], picker["minutes"]) == ("Europe/London", "London time", 45)
    assert {"id": "Europe/London", "name": "London time"} in picker["zones"]
    assert [place["label"] for place in picker["places"]] == ["In the shop", "By phone"]
    assert [place["asks"] for place in picker["places"]] == ["", "phone"]
    assert picker["days"][0]["label"] == "Monday 23 November"
    assert picker["days"][0]["slots"][0] == {"starts": MONDAY_AT_TEN, "label": "10:00 am"}


def test_the_same_times_lie_elsewhere_in_vancouver(client: FlaskClient, offer: UUID) -> None:
    picker = ask(client, offer, zone="America/Vancouver").json
    assert picker["zone_name"] == "Vancouver time"
    assert {"id": "America/Vancouver", "name": "Vancouver time"} in picker["zones"]
    assert picker["days"][0]["slots"][0] == {"starts": MONDAY_AT_TEN, "label": "3:00 am"}


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 3000, "\x00"])
def test_an_unknown_zone_becomes_the_houses(client: FlaskClient, offer: UUID, zone: str) -> None:
    assert ask(client, offer, zone=zone).json["zone"] == "Europe/London"


def test_an_offer_is_found_by_the_one_it_was_made_to(client: FlaskClient, offer: UUID) -> None:
    for answer in (
        ask(client, offer, BRUNO),
        ask(client, uuid4()),
        book(client, wish(offer), BRUNO),
        book(client, wish(uuid4())),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "no_such_offer")


def test_strangers_and_forgers_see_nothing(client: FlaskClient, offer: UUID) -> None:
    assert ask(client, offer, "").status_code == 204
    forged = signed(ALMA, shop=DOMAIN).replace(ALMA, BRUNO)
    assert client.get(f"/proxy/offers/{offer}/slots?{forged}").status_code == 401
    assert client.post(f"/proxy/bookings?{forged}", json=wish(offer)).status_code == 401


def test_a_booking_is_answered_in_words(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    answer = book(client, wish(offer, note="Please have tea", place="phone"))
    assert answer.status_code == 201
    booking = answer.json["booking"]
    assert booking == {
        "id": booking["id"],
        "when": "Monday 23 November, 10:00 am London time",
        "advisor": "Ines Moreau",
        "place": "By phone",
    }
    with services.database.shop(alder.shop_id) as tx:
        kept = bookings.one(tx, UUID(booking["id"]))
    assert kept is not None
    assert (kept.customer_id, kept.note, kept.place) == (ALMA, "Please have tea", "phone")


def test_asking_again_is_answered_with_the_same_booking(client: FlaskClient, offer: UUID) -> None:
    wanted = wish(offer)
    assert book(client, wanted).json == book(client, wanted).json
    reused = book(client, {**wanted, "note": "another"})
    assert (reused.status_code, reused.json["code"]) == (409, "key_reused")
    second = book(client, wish(offer, starts="2026-11-24T10:00:00Z"))
    assert (second.status_code, second.json["code"]) == (409, "already_booked")


def test_a_taken_time_is_answered_with_the_next_ones(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    book(client, wish(offer))
    with services.database.shop(alder.shop_id) as tx:
        brunos = offer_to(tx, BRUNO, alder.ines)
    answer = book(client, wish(brunos, zone="America/Vancouver"), BRUNO)
    assert answer.status_code == 409
    assert answer.json["code"] == "slot_taken"
    assert answer.json["message"] == (
        "That time has just been taken. Your details are still here; these are the next times Ines has."
    )
    first = answer.json["days"][0]["slots"][0]
    assert first == {"starts": "2026-11-23T11:30:00Z", "label": "4:30 am"}, "in her own zone"


@pytest.mark.parametrize(
    ("offers", "room", "place"),
    [
        (["shop"], "https://meet.example/ines", "video"),
        (["shop", "video"], "", "video"),
        (["video"], "", "phone"),
    ],
)
def test_a_way_to_meet_that_is_not_offered_any_more_is_refused_in_words(
    client: FlaskClient,
    services: Services,
    alder: Alder,
    offer: UUID,
    offers: list[str],
    room: str,
    place: str,
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        hers = advisors.advisors.c.advisor_id == alder.ines
        tx.execute(advisors.advisors.update().where(hers).values(places=offers, room=room))
    answer = book(client, wish(offer, place=place))
    assert (answer.status_code, answer.json["code"]) == (409, "place_gone")
    assert answer.json["message"] == (
        "Your advisor no longer meets this way. No time was taken; please open the calendar again."
    )
    with services.database.shop(alder.shop_id) as tx:
        assert bookings.upcoming(tx, ALMA, now=NOW) is None
        assert tx.execute(select(outbox)).all() == []
    assert book(client, wish(offer, place="shop")).status_code == 201


def test_a_full_calendar_says_so(client: FlaskClient, services: Services, alder: Alder, offer: UUID) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.set_hours(tx, alder.ines, [])
    assert ask(client, offer).json["days"] == []
    answer = book(client, wish(offer))
    assert (answer.status_code, answer.json["days"]) == (409, [])
    assert "no other" in answer.json["message"]


@pytest.mark.parametrize(
    "changed",
    [
        {"starts": "2026-11-23T10:00:00"},  # no zone: nobody knows which ten o'clock
        {"starts": "Monday at ten"},
        {"offer": "7"},
        {"key": "again"},
        {"place": "at her home"},
        {"note": "x" * 501},
        {"note": "a\x00b"},
        {"zone": "x" * 65},
        {"place": None},
    ],
)
def test_what_is_malformed_is_refused(client: FlaskClient, offer: UUID, changed: dict[str, Any]) -> None:
    answer = book(client, wish(offer) | changed)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b'{"note":"\\ud800"}', b"[" * 4000, b'"' + b"x" * 5000 + b'"']
)
def test_what_is_no_wish_at_all_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = book(client, body)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


def test_a_note_in_any_script_is_kept_as_it_is(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    note = "ليلى 💎\n" * 60
    answer = book(client, wish(offer, note=note))
    with services.database.shop(alder.shop_id) as tx:
        kept = bookings.one(tx, UUID(answer.json["booking"]["id"]))
    assert kept is not None
    assert kept.note == note
    assert kept.ends_at > NOW


def test_a_form_of_another_page_cannot_book(client: FlaskClient, offer: UUID) -> None:
    assert book(client, b"offer=1", content_type="application/x-www-form-urlencoded").status_code == 415
    assert book(client, b"{}", content_type="text/plain").status_code == 415


def post(client: FlaskClient, path: str, body: Any, customer: str = ALMA) -> Any:
    return client.post(f"/proxy/{path}?{signed(customer, shop=DOMAIN)}", json=body)


def choice(offer: UUID, **changed: Any) -> dict[str, Any]:
    return {"offer": str(offer), "starts": MONDAY_AT_TEN, "zone": "Europe/London", **changed}


def test_a_chosen_time_is_held_for_ten_minutes_and_the_same_again_is_the_same_hold(
    client: FlaskClient, offer: UUID
) -> None:
    first = post(client, "holds", choice(offer))
    assert first.status_code == 200
    assert first.json == {"hold": {"until": "10:10 am", "seconds": 600, "extended": False}}
    assert post(client, "holds", choice(offer)).json == first.json
    in_vancouver = post(client, "holds", choice(offer, zone="America/Vancouver")).json
    assert in_vancouver["hold"]["until"] == "3:10 am"


def test_a_hold_is_kept_longer_once_and_given_back(
    client: FlaskClient, services: Services, alder: Alder, offer: UUID
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        brunos = offer_to(tx, BRUNO, alder.ines)
    post(client, "holds", choice(offer))
    for _ in range(2):
        longer = post(client, "holds/longer", {"zone": "Europe/London"})
        assert longer.json == {"hold": {"until": "10:20 am", "seconds": 1200, "extended": True}}
    taken = post(client, "holds", choice(brunos), BRUNO)
    assert (taken.status_code, taken.json["code"]) == (409, "slot_taken")
    assert taken.json["days"][0]["slots"][0]["starts"] == "2026-11-23T11:30:00Z"
    assert post(client, "holds/release", {}).status_code == 204
    assert post(client, "holds", choice(brunos), BRUNO).status_code == 200
    lapsed = post(client, "holds/longer", {})
    assert (lapsed.status_code, lapsed.json["code"]) == (409, "lapsed")


def test_only_she_who_was_invited_holds_a_time_and_only_by_a_signed_post(
    client: FlaskClient, offer: UUID
) -> None:
    assert post(client, "holds", choice(offer), BRUNO).status_code == 404
    assert post(client, "holds", choice(offer), "").status_code == 204
    forged = signed(ALMA, shop=DOMAIN).replace(ALMA, BRUNO)
    for path in ("holds", "holds/longer", "holds/release"):
        assert client.post(f"/proxy/{path}?{forged}", json={}).status_code == 401
        assert client.get(f"/proxy/{path}?{signed(ALMA, shop=DOMAIN)}").status_code == 405
        form = client.post(f"/proxy/{path}?{signed(ALMA, shop=DOMAIN)}", data={"zone": ""})
        assert form.status_code == 415


@pytest.mark.parametrize("body", [{}, [], {"offer": "7"}, {"offer": "0" * 32, "starts": "ten"}])
def test_a_malformed_choice_is_refused(client: FlaskClient, body: Any) -> None:
    answer = post(client, "holds", body)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


def test_who_has_booked_is_told_so_instead_of_holding_another(client: FlaskClient, offer: UUID) -> None:
    book(client, wish(offer))
    answer = post(client, "holds", choice(offer, starts="2026-11-24T10:00:00Z"))
    assert (answer.status_code, answer.json["code"]) == (409, "already_booked")
