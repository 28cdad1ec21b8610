"""The desk's pages, as an advisor finds them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.stores import clients, consultations, customers
from app.stores.bookings import bookings
from app.usecases.start_consultation import start_consultation
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, book
from tests.web.desk import seated


def batch(kind: str, key: str = "", **parts: object) -> dict[str, object]:
    entry = {"key": key or str(uuid4()), "ago_ms": 2_000, "kind": kind, **parts}
    return {"entries": [entry]}


def test_the_day_says_who_is_next_and_when(ines: FlaskClient) -> None:
    page = ines.get("/desk").text
    assert "<bdi>Alma Reyes</bdi> is next, today at 2:00\u202fpm." in page.replace("2:00 pm", "2:00\u202fpm")


def test_when_the_hour_has_come_the_day_begins_the_consultation(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    start = f'action="/desk/consultations/{house.booking}/start"'
    assert start not in ines.get("/desk").text, "it is four hours off"
    object.__setattr__(services, "clock", lambda: NOW + timedelta(hours=4, minutes=9))
    page = ines.get("/desk").text
    assert "<bdi>Alma Reyes</bdi> is due now, since 2:00 pm." in page
    assert "Read the brief" in page.split(start)[1].split("</li>")[0]
    assert start not in seated(app, house, house.margaret).get("/desk").text, "she is Ines's to begin with"
    assert "consultations" in ines.post(f"/desk/consultations/{house.booking}/start").location
    assert "Go on" in ines.get("/desk").text


def test_a_time_that_is_over_is_not_next(ines: FlaskClient, services: Services) -> None:
    object.__setattr__(services, "clock", lambda: NOW + timedelta(hours=9))
    page = ines.get("/desk").text
    assert "is next" not in page
    assert "Not closed yet" in page


def test_an_empty_day_says_what_to_do(app: Flask, house: DeskHouse) -> None:
    page = seated(app, house, house.jonas).get("/desk").text
    assert "Nobody is booked with you in the next four weeks." in page
    assert "Alma" not in page


def test_the_owner_sees_what_her_colleagues_hold(app: Flask, house: DeskHouse) -> None:
    page = seated(app, house, house.margaret).get("/desk").text
    assert "With your colleagues" in page
    assert "Alma Reyes" in page


def test_a_lead_sees_what_a_colleague_holds_in_her_place(
    app: Flask, house: DeskHouse, services: Services
) -> None:
    given = {"advisor_id": house.jonas, "stand_in_for": house.ines, "consented_at": NOW}
    with services.database.shop(house.shop_id) as tx:
        tx.execute(update(bookings).values(**given))
        clients.lead(tx, ALMA, house.ines, "Margaret chose Ines.")
    page = seated(app, house, house.ines)
    day = page.get("/desk").text
    assert "With your colleagues" in day
    assert "Alma Reyes" in day
    [brief] = set(re.findall(r"/desk/briefs/[0-9a-f-]{36}", day))
    assert page.get(brief).status_code == 200


def test_what_is_due_and_what_is_left_open_is_on_the_first_page(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        item = consultations.promise(tx, ALMA, "Send sketches", date(2026, 11, 18), advisor_id=house.ines)
        book(tx, ALMA, house.ines, NOW - timedelta(days=2))
    page = ines.get("/desk").text
    assert "Send sketches" in page
    assert "was due Wednesday 18 November" in page
    assert "Not closed yet" in page
    ines.post(f"/desk/items/{item}")
    assert "Send sketches" not in ines.get("/desk").text


def test_a_brief_is_read_by_whom_it_is_for_and_unknown_to_others(
    app: Flask, ines: FlaskClient, house: DeskHouse
) -> None:
    page = ines.get(f"/desk/briefs/{house.booking}").text
    assert "Client since 2016: 3 orders, the last in February 2023." in page
    assert "Only if raised" in page
    assert 'role="img"' in page
    assert seated(app, house, house.jonas).get(f"/desk/briefs/{house.booking}").status_code == 404


def test_the_pdf_is_hers_alone_and_its_name_says_nothing_of_whom(
    app: Flask, ines: FlaskClient, house: DeskHouse
) -> None:
    here = f"/desk/briefs/{house.booking}.pdf"
    answer = ines.get(here)
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="brief-2026-11-21.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert seated(app, house, house.jonas).get(here).status_code == 404
    assert app.test_client().get(here).status_code == 302


def test_pages_are_kept_out_of_frames_and_caches(ines: FlaskClient, house: DeskHouse) -> None:
    headers = ines.get(f"/desk/briefs/{house.booking}").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_no_title_names_a_client_an_occasion_or_a_piece(ines: FlaskClient, house: DeskHouse) -> None:
    for path in ("/desk", f"/desk/briefs/{house.booking}", f"/desk/clients/{ALMA}"):
        title = ines.get(path).text.split("<title>")[1].split("</title>")[0]
        assert title in ("Today", "Brief", "Client")


def test_a_consultation_goes_from_its_beginning_to_its_close(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    here = f"/desk/consultations/{house.booking}"
    assert "Begin" in ines.get(here).text
    ines.post(f"{here}/start")
    key = str(uuid4())
    kept = ines.post(f"{here}/sync", json=batch("typed", key, fields={"note_opening": "With her sister."}))
    assert kept.json == {"kept": [key], "refused": {}, "closed": False}
    assert "With her sister." in ines.get(here).text
    missing = ines.post(here, data={"action": "close", "note_discovery": "Ten years."}, follow_redirects=True)
    assert "Choose how the conversation ended." in missing.text
    assert "Ten years." in missing.text
    done = ines.post(
        here,
        data={
            "action": "close",
            "outcome": "bought",
            "what_1": "Call",
            "due_1": "2026-12-01",
            "minutes": "40",
        },
    )
    assert done.status_code == 303
    page = ines.get(here).text
    assert "bought, 40 minutes" in page
    assert "With her sister." in page
    late = ines.post(f"{here}/sync", json=batch("typed", key, fields={"note_opening": "late"}))
    assert late.json == {"kept": [key], "refused": {}, "closed": True}


def test_what_a_script_sends_signed_out_is_told_so(app: Flask, house: DeskHouse) -> None:
    answer = app.test_client().post(f"/desk/consultations/{house.booking}/sync", json={"entries": []})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "[]",
        '{"entries": [{"key": "1"}]}',
        '{"entries": [{"key": "not one", "ago_ms": 0, "kind": "shown"}]}',
    ],
    ids=["torn", "no batch", "no entry", "no key"],
)
def test_what_no_device_of_ours_sends_is_not_taken_in(ines: FlaskClient, house: DeskHouse, sent: str) -> None:
    ines.post(f"/desk/consultations/{house.booking}/start")
    answer = ines.post(
        f"/desk/consultations/{house.booking}/sync", data=sent, content_type="application/json"
    )
    assert answer.status_code == 422


def test_a_page_left_open_finds_its_token_again(app: Flask, ines: FlaskClient) -> None:
    token = ines.get("/desk/token").json
    assert token is not None
    assert token["token"]
    assert app.test_client().get("/desk/token").status_code == 302


def test_a_page_that_was_left_open_keeps_what_its_form_sends(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        start_consultation(tx, house.booking, advisor_id=house.ines, now=NOW)
    here = f"/desk/consultations/{house.booking}"
    ines.post(here, data={"action": "save", "note_opening": "Without a script."})
    assert "Without a script." in ines.get(here).text


def test_a_client_is_found_by_any_part_of_the_name(ines: FlaskClient) -> None:
    assert "Alma Reyes" in ines.get("/desk/clients?q=reY").text
    assert "Nobody here by the name" in ines.get("/desk/clients?q=%25").text


def test_a_note_a_date_and_the_switch_are_kept(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    here = f"/desk/clients/{ALMA}"
    ines.post(f"{here}/notes", data={"body": "Prefers mornings."})
    typed = {"learned_occasion": "birthday", "learned_month": "3", "learned_day": "9", "learned_told": "1"}
    ines.post(f"{here}/dates", data=typed)
    ines.post(f"{here}/scoring", data={"scoring": "off"})
    page = ines.get(here).text
    assert "Prefers mornings." in page
    assert "Birthday, 9 March" in page
    assert "Alma told us." in page
    assert "Switched off" in page
    with services.database.shop(house.shop_id) as tx:
        (kept,) = clients.milestones_of(tx, ALMA)
        assert customers.one(tx, ALMA).opted_out
    ines.post(f"{here}/dates/{kept.milestone_id}", data={"handling": "do_not_use"})
    shown = ines.get(here).text
    assert "There is a date not to be used." in shown
    assert "9 March" not in shown


def test_no_part_of_a_clients_page_is_folded_away_in_another(ines: FlaskClient) -> None:
    page = ines.get(f"/desk/clients/{ALMA}").text
    folds = re.findall(r"<details|</details>|<summary>", page)
    assert folds[:3] == ["<details", "<summary>", "</details>"]
    assert folds.count("<details") == folds.count("</details>") == folds.count("<summary>")


def test_only_the_owner_chooses_who_leads(app: Flask, ines: FlaskClient, house: DeskHouse) -> None:
    here = f"/desk/clients/{ALMA}"
    assert ines.post(f"{here}/lead", data={"advisor_id": house.jonas}).status_code == 403
    margaret = seated(app, house, house.margaret)
    assert margaret.post(f"{here}/lead", data={"advisor_id": house.jonas}).status_code == 303
    page = margaret.get(here).text
    assert "<bdi>Jonas Lind</bdi>. Margaret chose Jonas." in page


def test_another_houses_client_is_unknown(app: Flask, services: Services, house: DeskHouse) -> None:
    other = services.database.open_shop(
        "birch.myshopify.com", name="Birch", timezone="Europe/London", currency="GBP"
    )
    with services.database.shop(other) as tx:
        customers.put(tx, "9", first_name="Bruno")
    assert seated(app, house, house.margaret).get("/desk/clients/9").status_code == 404


def test_a_name_is_shown_as_text_whatever_is_in_it(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        customers.put(tx, "66", first_name="<script>alert(1)</script>")
        customers.add_note(tx, "66", "<img src=x>", at=NOW)
    page = ines.get("/desk/clients/66").text
    assert "<script>alert" not in page
    assert "<img" not in page
