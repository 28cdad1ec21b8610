"""The post: what is owed is sent once, whoever dies when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.mail.sender import SmtpSender
from app.stores import outbox
from app.usecases.read_unsent import read_unsent
from app.usecases.send_letter import MOST_ATTEMPTS, send_letter
from app.wiring import Services
from jobs import post
from tests.conftest import NOW
from tests.mail.post_office import PostOffice, open_post_office
from tests.usecases.alder import Alder, open_alder

LEASE = timedelta(seconds=60)
SENDER = "Steward <post@alder.example>"


class Killed(BaseException):
    """The process ends here, without a word."""


class Post:
    """The post of one house, and the time it is there."""

    def __init__(self, services: Services, office: PostOffice, alder: Alder) -> None:
        self.services, self.office, self.shop_id = services, office, alder.shop_id
        self.now = NOW
        self.asked: list[tuple[str, int | str, int | str]] = []

    def owe(
        self, recipient: str = "alma@clients.example", subject: str = "Your appointment at Maison Alder"
    ) -> UUID:
        with self.services.database.shop(self.shop_id) as tx:
            return outbox.write(
                tx,
                customer_id="7001",
                booking_id=uuid4(),
                recipient=recipient,
                subject=subject,
                body="Your appointment is on Friday.\n",
                html="<p>Your appointment is on Friday.</p>",
                ics="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                ics_method="REQUEST",
                now=NOW,
            )

    def send(self, message_id: UUID, sender: Any = None) -> str:
        return send_letter(
            self.services.database,
            sender or SmtpSender(self.office.url),
            shop_id=self.shop_id,
            message_id=message_id,
            sender=SENDER,
            lease=LEASE,
            now=self.now,
        )

    def row(self, message_id: UUID) -> Any:
        table = outbox.outbox
        with self.services.database.shop(self.shop_id) as tx:
            return tx.execute(select(table).where(table.c.message_id == message_id)).one()

    def sweep(self) -> list[str]:
        """This method will sweep and answer the letters that were asked for."""
        self.asked.clear()
        post.sweep()
        assert all(each[:2] == ("jobs.post.send", self.shop_id) for each in self.asked)
        return [str(message_id) for *_, message_id in self.asked]

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def leases_end(self) -> None:
        """Leases are real time, so here they are moved instead of the clock."""
        table = outbox.outbox
        with self.services.database.shop(self.shop_id) as tx:
            held = table.c.leased_until.is_not(None)
            tx.execute(update(table).where(held).values(leased_until=table.c.leased_until - 2 * LEASE))


@pytest.fixture
def house(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with open_post_office() as office:
        there = Post(services, office, open_alder(services.database))
        settings = replace(services.settings, smtp_url=office.url, mail_from=SENDER)
        parts = replace(services, settings=settings, clock=lambda: there.now)
        monkeypatch.setattr(post, "services", lambda: parts)
        monkeypatch.setattr(services.queue, "ask", lambda *asked: there.asked.append(asked))
        yield there


class Dying:
    """A sender whose process is killed: before the server stands ready, or after the letter was taken."""

    def __init__(self, sender: SmtpSender, *, after_the_letter: bool) -> None:
        self._sender, self._after = sender, after_the_letter

    def send(self, message: EmailMessage, *, handing_over: Callable[[], None]) -> None:
        if not self._after:
            raise Killed
        self._sender.send(message, handing_over=handing_over)
        raise Killed


def test_a_letter_is_sent_once_however_often_it_is_asked_for(house: Post) -> None:
    message_id = house.owe()
    for _ in range(3):
        post.send(house.shop_id, str(message_id))
    [arrived] = house.office.letters
    assert arrived["Message-ID"] == f"<{message_id}@alder.example>"
    assert arrived["From"] == "Maison Alder <post@alder.example>"
    assert arrived["To"] == "alma@clients.example"
    row = house.row(message_id)
    assert (row.state, row.sent_at, row.attempts) == ("sent", NOW, 1)
    assert house.sweep() == []


def test_a_refusal_for_now_waits_longer_each_time_and_then_arrives(house: Post) -> None:
    message_id = house.owe()
    house.office.to_letter = "451 4.7.1 come back, alma@clients.example"
    assert house.send(message_id) == "postponed"
    row = house.row(message_id)
    assert (row.state, row.due_at) == ("ready", NOW + timedelta(minutes=1))
    assert row.failure == "the letter was answered with 451 4.7.1"
    assert house.sweep() == [], "not before it is due"
    assert house.send(message_id) == "nothing"
    house.later(minutes=1)
    assert house.sweep() == [str(message_id)]
    assert house.send(message_id) == "postponed"
    assert house.row(message_id).due_at == house.now + timedelta(minutes=5)
    house.office.to_letter = ""
    house.later(minutes=5)
    assert house.send(message_id) == "sent"
    assert house.row(message_id).failure == ""
    assert len(house.office.taken) == 1


def test_a_refusal_for_good_is_kept_with_its_reason_and_no_address(house: Post) -> None:
    message_id = house.owe()
    house.office.to_recipient = "550 5.1.1 there is no alma@clients.example"
    assert house.send(message_id) == "failed"
    row = house.row(message_id)
    assert (row.state, row.failure) == ("failed", "RCPT was answered with 550 5.1.1")
    house.later(days=2)
    assert house.sweep() == []


def test_what_is_no_address_fails_before_it_is_tried(house: Post) -> None:
    assert house.send(message_id := house.owe("not an address")) == "failed"
    assert "not an" not in house.row(message_id).failure


def test_a_server_that_died_over_the_letter_leaves_it_to_a_person(house: Post) -> None:
    message_id = house.owe()
    house.office.dies = True
    assert house.send(message_id) == "uncertain"
    house.later(days=2)
    assert house.sweep() == []
    assert house.send(message_id) == "nothing"
    assert len(house.office.taken) == 1


def test_a_sender_killed_before_the_letter_was_said_is_followed_by_another(house: Post) -> None:
    message_id = house.owe()
    with pytest.raises(Killed):
        house.send(message_id, Dying(SmtpSender(house.office.url), after_the_letter=False))
    assert house.send(message_id) == "nothing", "the lease of the dead still holds"
    house.leases_end()
    assert house.sweep() == [str(message_id)]
    assert house.send(message_id) == "sent"
    assert len(house.office.taken) == 1


def test_a_sender_killed_between_the_letter_and_its_answer_leaves_it_to_a_person(house: Post) -> None:
    message_id = house.owe()
    with pytest.raises(Killed):
        house.send(message_id, Dying(SmtpSender(house.office.url), after_the_letter=True))
    assert house.row(message_id).state == "sending"
    house.leases_end()
    assert house.send(message_id) == "nothing"
    assert house.sweep() == []
    assert house.row(message_id).state == "uncertain"
    house.later(days=2)
    assert house.sweep() == []
    assert len(house.office.taken) == 1, "never a second time by itself"


def test_a_sender_that_lost_its_lease_says_nothing(house: Post) -> None:
    message_id = house.owe()

    class Slow:
        def send(self, message: EmailMessage, *, handing_over: Callable[[], None]) -> None:
            house.leases_end()
            assert house.send(message_id) == "sent"
            SmtpSender(house.office.url).send(message, handing_over=handing_over)

    assert house.send(message_id, Slow()) == "nothing"
    assert len(house.office.taken) == 1
    assert house.row(message_id).state == "sent"


def test_a_clock_moved_by_weeks_ends_no_lease(house: Post) -> None:
    message_id = house.owe()

    class Moving:
        def send(self, message: EmailMessage, *, handing_over: Callable[[], None]) -> None:
            handing_over()
            house.later(days=21)
            assert house.sweep() == []
            assert house.row(message_id).state == "sending", "its sender is at it and nobody doubts that"

    assert house.send(message_id, Moving()) == "sent"


def test_nobody_waits_for_ever(house: Post) -> None:
    message_id = house.owe()
    house.office.to_letter = "451 4.7.1 not now"
    became = []
    for _ in range(MOST_ATTEMPTS):
        became.append(house.send(message_id))
        house.later(days=1)
    assert became == [*["postponed"] * (MOST_ATTEMPTS - 1), "failed"]
    assert "given up after 20 attempts" in house.row(message_id).failure


class Stumbling:
    """A sender over which something goes wrong that nobody has foreseen."""

    def __init__(self, *, after_the_letter: bool) -> None:
        self._after = after_the_letter

    def send(self, message: EmailMessage, *, handing_over: Callable[[], None]) -> None:
        if self._after:
            handing_over()
        raise UnicodeEncodeError("ascii", "alma@clients.example: pässword", 22, 23, "not in range")


@pytest.mark.parametrize(
    ("subject", "sender", "name"),
    [
        ("Your appointment", Stumbling(after_the_letter=False), "UnicodeEncodeError"),
        ("Your\nappointment", None, "ValueError"),
    ],
    ids=["on the way to the server", "while it is written"],
)
def test_what_nobody_has_foreseen_is_tried_a_while_and_then_shown_to_a_person(
    house: Post, subject: str, sender: Any, name: str
) -> None:
    message_id = house.owe(subject=subject)
    became = [house.send(message_id, sender)]
    assert house.sweep() == [], "not at once, as if nothing had been the matter"
    row = house.row(message_id)
    assert (row.state, row.failure) == ("ready", f"the letter could not be handed over ({name})")
    for _ in range(MOST_ATTEMPTS - 1):
        house.later(days=1)
        became.append(house.send(message_id, sender))
    assert became == [*["postponed"] * (MOST_ATTEMPTS - 1), "failed"]
    with house.services.database.shop(house.shop_id) as tx:
        [shown] = read_unsent(tx, now=house.now)
    assert shown.why == "It could not be sent, however often we tried: the reason is on our side."
    assert "alma@" not in house.row(message_id).failure


def test_what_nobody_has_foreseen_over_the_letter_itself_is_not_tried_again(house: Post) -> None:
    message_id = house.owe()
    assert house.send(message_id, Stumbling(after_the_letter=True)) == "uncertain"
    house.later(days=2)
    assert house.sweep() == [], "it may have arrived"


def test_without_a_server_letters_wait(house: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    message_id = house.owe()
    parts = post.services()
    without = replace(parts, settings=replace(parts.settings, smtp_url=""))
    monkeypatch.setattr(post, "services", lambda: without)
    post.send(house.shop_id, str(message_id))
    assert (house.row(message_id).state, house.row(message_id).attempts) == ("ready", 0)


def test_letters_go_in_the_order_they_came_due(house: Post) -> None:
    first, second = house.owe(), house.owe()
    house.office.to_letter = "451 4.7.1 not now"
    house.send(first)
    house.later(minutes=2)
    assert house.sweep() == [str(second), str(first)]


def test_the_clock_of_a_letter_is_an_argument(house: Post) -> None:
    house.now = datetime(2031, 5, 1, 9, 0, tzinfo=NOW.tzinfo)
    message_id = house.owe()
    house.send(message_id)
    assert house.office.letters[0]["Date"].datetime == house.now
