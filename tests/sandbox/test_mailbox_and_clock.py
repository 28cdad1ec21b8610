"""Mail is received over SMTP and shown; the clock moves and is remembered."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.sandbox.clock import Clock
from app.sandbox.mailbox import Mailbox
from app.sandbox.parts import Parts

CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:A conversation at\r\n  Maison Alder\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def port(parts: Parts) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    parts.mailbox.start(number)
    yield number
    parts.mailbox.stop()


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "ines@maison-alder.example", "client7001@clients.example"
    message["Subject"] = "Your time with Ines"
    message.set_content("Manage it: http://127.0.0.1:9100/b/abc\n")
    message.add_alternative(
        '<p>Dear Alma, <a href="http://127.0.0.1:9100/b/abc">manage</a></p>', subtype="html"
    )
    message.add_attachment(CALENDAR.encode(), maintype="text", subtype="calendar", filename="invitation.ics")
    return message


def test_a_message_is_received_and_shown(shop: FlaskClient, port: int, parts: Parts) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(letter())
    kept = shop.get("/mailbox.json?to=client7001@clients.example").get_json()
    assert [one["subject"] for one in kept] == ["Your time with Ines"]
    assert kept[0]["attachments"][0]["name"] == "invitation.ics"
    assert ["SUMMARY", "A conversation at Maison Alder"] in kept[0]["attachments"][0]["calendar"]
    assert "Your time with Ines" in shop.get("/mailbox").text
    page = shop.get("/mailbox/1").text
    assert 'href="http://127.0.0.1:9100/b/abc"' in page
    assert "A conversation at Maison Alder" in page
    frame = shop.get("/mailbox/1/html")
    assert "Dear Alma" in frame.text
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]


def test_messages_survive_a_restart_and_can_be_thrown_away(shop: FlaskClient, parts: Parts) -> None:
    parts.mailbox.keep("a@x.example", ["b@x.example"], letter().as_bytes())
    again = Mailbox(parts.settings.data, parts.clock)
    assert again.keep("a@x.example", ["c@x.example"], letter().as_bytes()) == 2
    assert len(again.letters("b@x.example")) == 1
    shop.post("/mailbox/empty")
    assert shop.get("/mailbox.json").get_json() == []


def test_the_clock_moves_by_hours_to_a_moment_and_back(shop: FlaskClient) -> None:
    assert shop.get("/clock").get_json()["offset_ms"] == 0
    assert shop.post("/clock", json={"advance_hours": 24}).get_json()["offset_ms"] == 86_400_000
    moved = shop.post("/clock", json={"to": "2027-01-15T16:00:00+00:00"}).get_json()
    assert datetime.fromisoformat(moved["now"]) - datetime(2027, 1, 15, 16, tzinfo=UTC) < timedelta(seconds=5)
    assert "January 2027" in shop.get("/sandbox").text
    assert shop.post("/clock", json={"reset": True}).get_json()["offset_ms"] == 0


@pytest.mark.parametrize("asked", [{}, {"to": "soon"}, {"advance_hours": "many"}, {"advance_hours": 1e9}, []])
def test_a_time_that_makes_no_sense_is_refused(shop: FlaskClient, asked: object) -> None:
    answer = shop.post("/clock", json=asked)
    assert answer.status_code == 400
    assert answer.get_json()["error"]


def test_the_bar_returns_to_its_page_and_to_no_other_site(shop: FlaskClient) -> None:
    there = shop.post(
        "/clock", data={"advance_hours": "24"}, headers={"Referer": "http://localhost/search?q=ruby"}
    )
    assert there.location == "/search?q=ruby"
    away = shop.post("/clock", data={"reset": "1"}, headers={"Referer": "http://evil.test/x"})
    assert away.location == "/sandbox"


def test_the_clock_is_remembered(tmp_path: Path) -> None:
    Clock(tmp_path).advance(48)
    assert Clock(tmp_path).offset_ms == 172_800_000
    (tmp_path / "clock.json").write_text("nonsense")
    assert Clock(tmp_path).offset_ms == 0
