"""The way to the post, against a server that speaks real SMTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from uuid import UUID

import pytest

from app.mail.envelope import Post, seal
from app.mail.sender import SmtpSender, UnableToSend, UnableToSendYet, UnableToTell
from tests.conftest import NOW
from tests.mail.post_office import PostOffice, open_post_office

SENDER = "Steward <post@alder.example>"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as office:
        yield office


def letter(to: str = "alma@clients.example") -> EmailMessage:
    post = Post(UUID(int=7), to, "Your appointment", "First line\n.\n..two dots\nénd\n", "<p>Hello</p>")
    return seal(post, house="Maison Alder", sender=SENDER, now=NOW)


def nothing() -> None:
    pass


def test_a_letter_arrives_as_it_was_written(office: PostOffice) -> None:
    SmtpSender(office.url).send(letter(), handing_over=nothing)
    [arrived] = office.letters
    text = arrived.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["First line", ".", "..two dots", "énd"]
    assert arrived["Message-ID"] == f"<{UUID(int=7)}@alder.example>"
    assert office.taken[0].mail_from == "post@alder.example"
    assert office.taken[0].rcpt_tos == ["alma@clients.example"]


def test_an_address_in_another_script_is_written_as_it_is(office: PostOffice) -> None:
    SmtpSender(office.url).send(letter("ليلى@clients.example"), handing_over=nothing)
    assert office.taken[0].rcpt_tos == ["ليلى@clients.example"]


@pytest.mark.parametrize("where", ["to_recipient", "to_letter"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("451 4.7.1 come back later, alma@clients.example", UnableToSendYet),
        ("550 5.1.1 no alma@clients.example here", UnableToSend),
    ],
)
def test_a_refusal_says_whether_to_try_again_and_names_no_address(
    office: PostOffice, where: str, answer: str, error: type[Exception]
) -> None:
    setattr(office, where, answer)
    with pytest.raises(error, match=answer[:9]) as caught:
        SmtpSender(office.url).send(letter(), handing_over=nothing)
    assert "@" not in str(caught.value)
    assert office.taken == []


def test_a_server_that_dies_over_the_letter_leaves_it_uncertain(office: PostOffice) -> None:
    office.dies = True
    with pytest.raises(UnableToTell):
        SmtpSender(office.url).send(letter(), handing_over=nothing)
    assert len(office.taken) == 1, "it had taken it: only the answer is missing"


def test_a_server_that_is_not_there_can_be_tried_again() -> None:
    with pytest.raises(UnableToSendYet):
        SmtpSender("smtp://127.0.0.1:1").send(letter(), handing_over=nothing)


def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnableToSendYet):
            SmtpSender(url, timeout=0.2).send(letter(), handing_over=nothing)


def test_what_stops_the_handing_over_stops_the_letter(office: PostOffice) -> None:
    def lost() -> None:
        raise LookupError("the lease is lost")

    with pytest.raises(LookupError):
        SmtpSender(office.url).send(letter(), handing_over=lost)
    assert office.taken == []


@pytest.mark.parametrize(
    "url", [lambda port: f"smtp+starttls://127.0.0.1:{port}", lambda port: f"smtp://a:b@127.0.0.1:{port}"]
)
def test_without_the_encryption_or_log_in_asked_for_nothing_is_sent(
    office: PostOffice, url: Callable[[int], str]
) -> None:
    with pytest.raises(UnableToSendYet):
        SmtpSender(url(office.port)).send(letter(), handing_over=nothing)
    assert office.taken == []
