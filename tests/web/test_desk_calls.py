"""The desk's calls: they wait until somebody has made them, and the lead names who stands in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from app.stores import calls_back, stand_ins
from app.stores.calls_back import Call
from app.stores.retention import forget_old
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse
from tests.web.desk import seated


def asks(services: Services, house: DeskHouse, *, reason: str = "asked", words: str = "<After> six.") -> str:
    with services.database.shop(house.shop_id) as tx:
        call = Call(ALMA, house.ines, None, reason, "+44 1225 000000", "evening", words)
        calls_back.owe(tx, call, now=NOW)
        [row] = calls_back.open_calls(tx)
    return str(row.call_id)


def test_an_empty_page_says_so_and_still_asks_who_stands_in(ines: FlaskClient) -> None:
    page = ines.get("/desk/calls").text
    assert "Nobody is waiting for a call from you." in page
    assert "Stands in for you" in page
    assert "Waiting for a call" not in ines.get("/desk").text


def test_a_call_waits_on_the_day_and_on_its_page_until_it_is_made(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    call_id = asks(services, house)
    assert "Waiting for a call" in ines.get("/desk").text
    page = ines.get("/desk/calls").text
    assert "&lt;After&gt; six." in page
    assert 'href="tel:+441225000000"' in page
    assert "in the early evening" in page
    done = ines.post(f"/desk/calls/{call_id}", follow_redirects=True).text
    assert "Off the list." in done
    assert "Alma" not in done
    again = ines.post(f"/desk/calls/{call_id}", data={"again": "yes"}, follow_redirects=True).text
    assert "Alma Reyes" in again


def test_whose_time_could_not_be_kept_is_to_be_found_another(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    asks(services, house, reason="moved", words="")
    assert "Find another with her." in ines.get("/desk/calls").text


def test_the_owner_sees_everybodys_calls_and_a_colleague_only_hers(
    app: Flask, services: Services, house: DeskHouse
) -> None:
    asks(services, house)
    assert "<bdi>Ines</bdi> is to call" in seated(app, house, house.margaret).get("/desk/calls").text
    assert "Alma" not in seated(app, house, house.jonas).get("/desk/calls").text


def test_the_lead_names_whom_she_has_briefed(ines: FlaskClient, services: Services, house: DeskHouse) -> None:
    page = ines.post("/desk/calls/stand-in", data={"stand_in": str(house.jonas)}, follow_redirects=True).text
    assert f'<option value="{house.jonas}" selected>' in page
    with services.database.shop(house.shop_id) as tx:
        jonas = stand_ins.of(tx, house.ines)
    assert jonas is not None
    assert jonas.advisor_id == house.jonas
    ines.post("/desk/calls/stand-in", data={"stand_in": ""})
    with services.database.shop(house.shop_id) as tx:
        assert stand_ins.of(tx, house.ines) is None


def test_nobody_stands_in_for_herself_and_no_call_is_invented(ines: FlaskClient, house: DeskHouse) -> None:
    assert ines.post("/desk/calls/stand-in", data={"stand_in": str(house.ines)}).status_code == 400
    assert ines.post("/desk/calls/5e0ef4c6-9a0c-4d0e-8c64-1a6b9d1b6b60").status_code == 404


def test_a_call_that_was_made_is_let_go_of_after_its_time(services: Services, house: DeskHouse) -> None:
    call_id = UUID(asks(services, house))
    with services.database.shop(house.shop_id) as tx:
        forget_old(tx, now=NOW + timedelta(days=400))
        assert len(calls_back.open_calls(tx)) == 1, "nobody has made it yet"
        calls_back.finish(tx, call_id, by=house.ines, now=NOW)
        assert forget_old(tx, now=NOW + timedelta(days=89))["calls"] == 0
        assert forget_old(tx, now=NOW + timedelta(days=91))["calls"] == 1
