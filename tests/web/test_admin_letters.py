"""Letters that need a look: to whom, why, and what a person decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.factory import create_app
from app.mail import letters
from app.stores import outbox, unsent
from app.stores.bookings import bookings
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, open_house
from tests.web.merchant import Merchant, good_token


class Office:
    """The house, its merchant, and the letters that did not go out."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.house: DeskHouse = open_house(services.database)
        client = create_app(services=services).test_client(use_cookies=False)
        self.merchant = Merchant(client, lambda: good_token(services.settings))
        self.asked: list[tuple[Any, ...]] = []

    def owes(
        self,
        state: str,
        failure: str = "",
        *,
        to: str = "alma@clients.example",
        subject: str = "Your appointment at Maison Alder",
        method: str = "REQUEST",
    ) -> UUID:
        about = {"customer_id": ALMA, "booking_id": self.house.booking} if method else {}
        with self.services.database.shop(self.house.shop_id) as tx:
            message_id = outbox.write(
                tx, recipient=to, subject=subject, body="b", html="", ics_method=method, now=NOW, **about
            )
            its = outbox.outbox.c.message_id == message_id
            values = {"state": state, "failure": failure, "attempts": 20}
            tx.execute(update(outbox.outbox).where(its).values(**values))
        return message_id

    def row(self, message_id: UUID) -> Any:
        table = outbox.outbox
        with self.services.database.shop(self.house.shop_id) as tx:
            return tx.execute(select(table).where(table.c.message_id == message_id)).one()

    def decides(self, message_id: UUID, what: str) -> Any:
        return self.merchant.sends(f"/admin/letters/{message_id}/{what}", {})


@pytest.fixture
def office(services: Services, monkeypatch: pytest.MonkeyPatch) -> Office:
    opened = Office(services)
    monkeypatch.setattr(services.queue, "ask", lambda *asked: opened.asked.append(asked))
    return opened


def test_the_first_page_speaks_of_them_only_where_there_are_any(office: Office) -> None:
    assert "a look" not in office.merchant.opens("/admin").text
    office.owes("failed")
    assert "One letter needs a look" in office.merchant.opens("/admin").text


def test_without_any_the_page_says_so(office: Office) -> None:
    office.owes("sent")
    assert "No letter needs a look" in office.merchant.opens("/admin/letters").text


@pytest.mark.parametrize(
    ("state", "failure", "words"),
    [
        ("failed", "RCPT was answered with 550 5.1.1", "The other side takes no letters for this address."),
        ("failed", "the recipient's address is not one", "The address is not one a letter can go to."),
        (
            "failed",
            "the mail server was not reached (OSError); given up after 20 attempts",
            "The mail server could not take it, however often we tried.",
        ),
        ("failed", "the letter was answered with 554", "The mail server refused it."),
        ("uncertain", "the sender stopped over the letter", "It may have arrived."),
    ],
)
def test_each_says_in_words_why_and_names_her_without_her_address(
    office: Office, state: str, failure: str, words: str
) -> None:
    office.owes(state, failure)
    page = office.merchant.opens("/admin/letters").text
    assert words in page
    assert "<bdi>Alma Reyes</bdi>, at <bdi>clients.example</bdi>" in page
    assert "alma@" not in page
    assert ("Sent again, it may arrive twice." in page) == (state == "uncertain")


def test_a_letter_to_an_advisor_about_a_client_is_the_advisors(office: Office) -> None:
    office.owes("failed", to="Ines@alder.example")
    assert (
        "<bdi>Ines Moreau</bdi>, at <bdi>alder.example</bdi>" in office.merchant.opens("/admin/letters").text
    )


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_sent_again_it_is_owed_once_more(office: Office, state: str) -> None:
    message_id = office.owes(state, "x")
    assert "on its way" in office.decides(message_id, "send").text
    row = office.row(message_id)
    assert (row.state, row.failure, row.due_at, row.attempts) == ("ready", "", NOW, 20)
    assert office.asked == [("jobs.post.send", office.house.shop_id, str(message_id))]
    assert office.decides(message_id, "send").status_code == 422, "it has been seen to"


def test_left_it_is_on_no_list_any_more(office: Office) -> None:
    message_id = office.owes("failed", "x")
    assert "No letter needs a look" in office.decides(message_id, "leave").text
    assert (office.row(message_id).state, office.asked) == ("left", [])
    assert office.decides(message_id, "leave").status_code == 200


def test_what_is_over_or_cancelled_or_run_out_is_not_sent_again(office: Office) -> None:
    invitation = office.owes("failed")
    link = office.owes("failed", to="ines@alder.example", subject=letters.SIGN_IN, method="")
    with office.services.database.shop(office.house.shop_id) as tx:
        tx.execute(update(bookings).values(state="cancelled"))
    cancellation = office.owes("failed", method="CANCEL")
    page = office.merchant.opens("/admin/letters").text
    assert "The appointment was cancelled since." in page
    assert "The link in it has run out." in page
    assert page.count("Send again") == 1
    for message_id in (invitation, link):
        answer = office.decides(message_id, "send")
        assert answer.status_code == 422
        assert "It was not sent." in answer.text
    assert office.decides(cancellation, "send").status_code == 200
    letters_asked = [
        job for job in office.asked if job[0] == "jobs.post.send"
    ]  # the first page begins a history
    assert letters_asked == [("jobs.post.send", office.house.shop_id, str(cancellation))]


def test_another_houses_letters_are_nobodys_business(office: Office) -> None:
    message_id = office.owes("failed")
    theirs = office.services.database.open_shop(
        "birch.myshopify.com", name="Birch", timezone="UTC", currency="USD"
    )
    with office.services.database.shop(theirs) as tx:
        assert unsent.every(tx) == []
        assert not unsent.leave(tx, message_id)
