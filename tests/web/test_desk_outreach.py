"""The worklist, letters and consents, as an advisor finds them at her desk."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.stores import clients, consents, customers, outbox, outreach
from app.stores.bookings import bookings
from app.stores.relationships import relationships
from app.usecases.hear_consent import hear_consent
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, open_house
from tests.web.desk import seated


@pytest.fixture
def house(services: Services) -> DeskHouse:
    opened = open_house(services.database)
    with services.database.shop(opened.shop_id) as tx:
        tx.execute(update(bookings).where(bookings.c.shop_id == tx.shop_id).values(state="completed"))
        hear_consent(tx, ALMA, "email", "subscribed", said_at=NOW - timedelta(days=400))
    return opened


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def begin(ines: FlaskClient) -> str:
    answer = ines.post(
        f"/desk/clients/{ALMA}/letters", data={"key": "anniversary:wedding_band", "year": "2026"}
    )
    assert answer.status_code == 303
    return answer.location


def letter(services: Services, house: DeskHouse) -> outreach.Letter:
    with services.database.shop(house.shop_id) as tx:
        (found,) = outreach.of(tx, ALMA)
    return found


def test_the_list_says_who_why_since_when_and_with_which_gem(ines: FlaskClient) -> None:
    page = words(ines.get("/desk/worklist").text)
    assert "One client comes to mind, Alma Reyes first." in page
    assert "Tenth: diamond; traditional: tin." in page
    assert "On the list since" in page
    assert "Only if raised" in page


def test_an_empty_list_is_warm_and_leads_on(app: Flask, house: DeskHouse) -> None:
    page = words(seated(app, house, house.jonas).get("/desk/worklist").text)
    assert "Nobody is waiting for a word from you today." in page
    assert "look through the clients you know" in page


def test_one_tap_settles_it_and_another_brings_it_back(ines: FlaskClient) -> None:
    key = re.search(r'name="key" value="(anniversary:[^"]+)"', ines.get("/desk/worklist").text)
    assert key is not None
    form = {"customer_id": ALMA, "key": key[1], "year": "2026"}
    for answer, said in (
        ("snoozed", "It comes back in a week."),
        ("done", "Done, and off the list."),
        ("not_relevant", "It will not come up again for that occasion."),
    ):
        page = words(ines.post("/desk/worklist", data={**form, "answer": answer}, follow_redirects=True).text)
        assert said in page
        assert "comes to mind" not in page
    page = words(ines.post("/desk/worklist", data={**form, "answer": "again"}, follow_redirects=True).text)
    assert "Alma Reyes first" in page
    assert ines.post("/desk/worklist", data={**form, "answer": "eaten"}).status_code == 400
    assert ines.post("/desk/worklist", data={**form, "customer_id": "1", "answer": "done"}).status_code == 404


def test_a_letter_goes_from_the_list_to_the_post(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    here = begin(ines)
    assert "Dear Alma," in ines.get(here).text
    done = ines.post(
        here, data={"action": "send", "subject": "A word", "body": "Dear Alma,\r\n\r\nCome in.\r\n"}
    )
    assert done.status_code == 303
    page = words(ines.get(here).text)
    assert "Sent today at 10:00 am, by mail." in page
    with services.database.shop(house.shop_id) as tx:
        (row,) = tx.execute(select(outbox.outbox))
    assert row.body.startswith("Dear Alma,\n\nCome in.\n\n--\n")
    assert row.unsubscribe.startswith("http://127.0.0.1:9100/letters/")
    assert "Alma Reyes first" not in words(ines.get("/desk/worklist").text)
    page = words(ines.post(here, data={"action": "answered"}, follow_redirects=True).text)
    assert "Alma answered today." in page
    assert "sent it today, by mail; answered today" in words(ines.get(f"/desk/clients/{ALMA}").text)


def test_what_says_too_much_stays_on_the_page_with_the_reason_beside_it(ines: FlaskClient) -> None:
    here = begin(ines)
    answer = ines.post(
        here, data={"action": "send", "subject": "Your anniversary", "body": "About the earrings."}
    )
    assert answer.status_code == 422
    assert "“anniversary” names an occasion." in answer.text
    assert "“earrings” names a piece." in answer.text
    assert "About the earrings.</textarea>" in ines.get(here).text


def test_her_own_mail_opens_filled_in_and_she_says_when_it_is_sent(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    here = begin(ines)
    ines.post(here, data={"action": "open", "subject": "A word & more", "body": "Dear Alma,\n\nCome in."})
    found = re.search(r'href="(mailto:[^"]+)"', ines.get(here).text)
    assert found is not None
    parts = urlsplit(found.group(1).replace("&amp;", "&"))
    asked = parse_qs(parts.query)
    assert unquote(parts.path) == "alma@clients.example"
    assert asked["subject"] == ["A word & more"]
    assert asked["body"][0].startswith("Dear Alma,\r\n\r\nCome in.\r\n\r\nIf you would rather not")
    ines.post(here, data={"action": "sent"})
    assert (letter(services, house).state, letter(services, house).via) == ("sent", "own")
    assert "from your own application" in ines.get(here).text


def test_a_text_message_opens_in_her_messages_for_the_number_she_gave(ines: FlaskClient) -> None:
    said = {"channel": "sms", "state": "one_to_one", "address": "+44 7700 900123", "proof": "At the counter"}
    assert ines.post(f"/desk/clients/{ALMA}/consent", data=said).status_code == 303
    here = begin(ines)
    ines.post(here, data={"action": "refill", "template": "short", "channel": "sms"})
    ines.post(here, data={"action": "open", "body": "Hello Alma, Ines here."})
    assert 'href="sms:+447700900123?body=Hello%20Alma%2C%20Ines%20here."' in ines.get(here).text


def test_a_consent_without_proof_is_asked_for_it_and_nothing_typed_is_lost(ines: FlaskClient) -> None:
    answer = ines.post(
        f"/desk/clients/{ALMA}/consent",
        data={"channel": "sms", "state": "one_to_one", "address": "+44 7700 900123"},
    )
    assert answer.status_code == 422
    assert "Say how you know" in answer.text
    assert 'value="+44 7700 900123"' in answer.text


def test_the_client_page_says_what_was_allowed_when_and_how_we_know(ines: FlaskClient) -> None:
    page = words(ines.get(f"/desk/clients/{ALMA}").text)
    assert "E-mail. Wants the house’s news, and may be written to." in page
    assert "17 October 2025, from the shop’s own record." in page
    assert "Text message. Nothing is on record: ask first." in page


def test_a_colleague_who_does_not_lead_cannot_write(app: Flask, ines: FlaskClient, house: DeskHouse) -> None:
    jonas = seated(app, house, house.jonas)
    assert jonas.post(f"/desk/clients/{ALMA}/letters").status_code == 403
    here = begin(ines)
    assert jonas.get(here).status_code == 404
    assert jonas.post(here, data={"action": "send"}).status_code == 404


def test_a_colleague_is_told_who_writes_and_is_offered_nothing_that_is_refused(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    begin(ines)
    page = seated(app, house, house.jonas).get(f"/desk/clients/{ALMA}").text
    assert "Ines writes to Alma." in words(page).replace(" .", ".")
    assert "Write to Alma" not in page
    assert "/desk/letters/" not in page
    assert "Write to Alma" in ines.get(f"/desk/clients/{ALMA}").text
    with services.database.shop(house.shop_id) as tx:
        tx.execute(update(relationships).values(lead_advisor_id=None))
    assert "Nobody leads here, so the owner writes to Alma." in ines.get(f"/desk/clients/{ALMA}").text
    assert "Write to Alma" in seated(app, house, house.margaret).get(f"/desk/clients/{ALMA}").text


def buttons(page: str) -> set[str]:
    return set(re.findall(r'name="action" value="(\w+)"', page))


def test_what_may_not_go_says_why_and_until_when_instead_of_offering_to_send(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    here = begin(ines)
    assert {"send", "open", "keep"} <= buttons(ines.get(here).text)
    with services.database.shop(house.shop_id) as tx:
        tx.execute(update(bookings).where(bookings.c.shop_id == tx.shop_id).values(state="booked"))
    refused = ines.post(here, data={"action": "send", "subject": "A word", "body": "Come in."})
    assert refused.status_code == 422
    for page in (ines.get(here).text, refused.text):
        assert "A conversation is booked already. It can go later today." in words(page)
        assert buttons(page) == {"keep", "discard", "refill"}
        assert "Come in." in page


@pytest.mark.parametrize("state", ["", "unsubscribed"])
def test_without_a_yes_it_is_not_offered_to_send(
    ines: FlaskClient, services: Services, house: DeskHouse, state: str
) -> None:
    with services.database.shop(house.shop_id) as tx:
        tx.execute(consents.consents.delete())
        if state:
            hear_consent(tx, ALMA, "email", state, said_at=NOW)
    page = ines.get(begin(ines)).text
    said = "Alma does not want to be written to this way." if state else "No consent is on record for this."
    assert f"It can’t be sent now. {said}" in words(page)
    assert buttons(page) == {"keep", "discard", "refill"}


def test_a_draft_is_thrown_away(ines: FlaskClient, services: Services, house: DeskHouse) -> None:
    here = begin(ines)
    assert ines.post(here, data={"action": "discard"}).status_code == 303
    assert ines.get(here).status_code == 404


def test_a_date_is_corrected_on_a_page_of_its_own(
    ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        milestone_id = customers.add_milestone(
            tx, ALMA, occasion="birthday", month=3, day=9, provenance="recorded", confidence=0.9
        )
    here = f"/desk/clients/{ALMA}/dates/{milestone_id}/correct"
    page = ines.get(here).text
    assert 'value="birthday"' in page
    assert '<option value="3" selected>March</option>' in page
    typed = {"learned_occasion": "birthday", "learned_day": "31", "learned_month": "2"}
    assert "There is no such day." in ines.post(here, data=typed).text
    typed |= {"learned_day": "12", "learned_month": "3", "learned_about": "1"}
    assert ines.post(here, data=typed).status_code == 303
    shown = words(ines.get(f"/desk/clients/{ALMA}").text)
    assert "Birthday, about 12 March" in shown
    assert "Birthstone: aquamarine." in shown
    with services.database.shop(house.shop_id) as tx:
        (kept,) = clients.milestones_of(tx, ALMA)
    assert kept.milestone_id == milestone_id


@pytest.mark.parametrize("path", ["/desk/worklist", "/desk/letters/00000000-0000-0000-0000-000000000000"])
def test_no_title_names_a_client_or_what_it_is_about(ines: FlaskClient, path: str) -> None:
    title = ines.get(path).text.split("<title>")[1].split("</title>")[0]
    assert title in ("Worklist", "Letter", "Not here", "Not found") or "Alma" not in title


# --- the client's own link


def test_looking_changes_nothing_and_one_post_says_no(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    ines.post(begin(ines), data={"action": "send"})
    with services.database.shop(house.shop_id) as tx:
        link = urlsplit(tx.execute(select(outbox.outbox.c.unsubscribe)).scalar_one()).path
    outside = app.test_client(use_cookies=False)

    def allowed() -> bool:
        with services.database.shop(house.shop_id) as tx:
            return consents.in_force(tx, ALMA)["email"].allows

    page = outside.get(link)
    assert "Nothing changes until you press the button." in page.text
    assert "Alma" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert allowed()
    # RFC 8058: what a mail program's own button posts.
    done = outside.post(link, data={"List-Unsubscribe": "One-Click"})
    assert "You will get no more letters from" in done.text
    assert not allowed()
    assert "Only Alma can change this" in ines.get(f"/desk/clients/{ALMA}").text
    outside.post(link, data={"again": "yes"})
    assert allowed()
    assert outside.get(f"{link}x").status_code == 404


def test_a_link_of_somebody_forgotten_leads_nowhere(
    app: Flask, ines: FlaskClient, services: Services, house: DeskHouse
) -> None:
    ines.post(begin(ines), data={"action": "send"})
    with services.database.shop(house.shop_id) as tx:
        link = urlsplit(tx.execute(select(outbox.outbox.c.unsubscribe)).scalar_one()).path
        tx.execute(customers.customers.delete().where(customers.customers.c.customer_id == ALMA))
    assert app.test_client().get(link).status_code == 404
