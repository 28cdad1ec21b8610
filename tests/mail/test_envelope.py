"""A letter as it goes into the post."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest

from app.mail.envelope import Post, UnableToAddress, seal
from tests.conftest import NOW

POST = Post(
    message_id=UUID("7b0f4b3e-0000-4000-8000-000000000001"),
    recipient="alma@clients.example",
    subject="Your appointment at Maison Alder",
    text="Dear reader\n.\nénd\n",
    html="<p>Dear reader</p>",
    ics="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
    ics_method="REQUEST",
)
SENDER = "Steward <post@alder.example>"


def sealed(post: Post = POST) -> EmailMessage:
    return message_from_bytes(
        seal(post, house="Maison Älder", sender=SENDER, now=NOW).as_bytes(), policy=default
    )


def test_it_comes_from_the_house_by_the_senders_address() -> None:
    assert sealed()["From"] == "Maison Älder <post@alder.example>"


def test_its_id_is_the_same_on_every_attempt() -> None:
    assert sealed()["Message-ID"] == sealed()["Message-ID"] == f"<{POST.message_id}@alder.example>"


def test_text_page_and_invitation_are_three_ways_to_read_it() -> None:
    message = sealed()
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar"]
    assert parts[2]["Content-Type"].params["method"] == "REQUEST"
    assert "METHOD:REQUEST" in parts[2].get_content()


@pytest.mark.parametrize(
    "address", ["", "alma", "alma@", "@x.example", "a@b.example\r\nBcc: c@d.example", "a b@c.d"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UnableToAddress):
        sealed(replace(POST, recipient=address))
