"""What the letters say, and what they never say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.mail import letters

STARTS = datetime(2027, 1, 15, 16, 0, tzinfo=UTC)


def test_a_customer_reads_her_time_in_her_own_zone() -> None:
    letter = letters.confirmation(
        house="Maison Alder",
        advisor="Ines Moreau",
        starts_at=STARTS,
        zone="America/Vancouver",
        place="phone",
        link="http://127.0.0.1:9100/appointments/x",
    )
    assert letter.subject == "Your appointment at Maison Alder"
    for told in (letter.text, letter.html):
        assert "Friday 15 January, 9:00 am Vancouver time" in told
        assert "By phone, with Ines Moreau." in told


def test_an_advisor_reads_when_and_finds_the_way_to_her_desk() -> None:
    letter = letters.notice(
        house="Maison Alder",
        starts_at=STARTS,
        zone="Europe/London",
        place="shop",
        link="http://127.0.0.1:9100/desk/briefs/1",
    )
    assert letter.subject == "A client has arranged a time with you"
    assert "Friday 15 January, 4:00 pm London time" in letter.text
    assert "http://127.0.0.1:9100/desk/briefs/1" in letter.text
    assert 'href="http://127.0.0.1:9100/desk/briefs/1"' in letter.html


def test_a_house_with_signs_in_its_name_breaks_no_page() -> None:
    letter = letters.cancellation(house="Alder & <Sons>", starts_at=STARTS, zone="Europe/London")
    assert "Alder & <Sons>" in letter.text
    assert "Alder &amp; &lt;Sons&gt;" in letter.html
    assert "<Sons>" not in letter.html


PLACED: dict[str, Any] = {
    "house": "Maison Alder",
    "starts_at": STARTS,
    "zone": "Europe/London",
    "place": "video",
}
ROOM = "https://video.example/ines"
OWN = "https://steward.example/appointments/x"


@pytest.mark.parametrize("write", [letters.confirmation, letters.rescheduled, letters.moved, letters.coming])
def test_the_way_to_the_room_and_to_her_own_page_stand_in_every_letter_that_keeps_a_time(write: Any) -> None:
    says = "Ines awaits you in the video room."
    letter = write(**PLACED, advisor="Ines Moreau", link=OWN, says=says, room=ROOM)
    assert "Friday 15 January, 4:00 pm London time" in letter.text
    assert f"By video, with Ines Moreau. {says}" in letter.text
    assert f"The video room: {ROOM}" in letter.text
    assert f'href="{ROOM}"' in letter.html
    assert f'href="{OWN}"' in letter.html


def test_a_house_that_moves_or_cancels_says_that_it_is_sorry_or_that_it_had_to() -> None:
    moved = letters.rescheduled(**PLACED, advisor="Ines Moreau", link=OWN, by_house=True)
    assert moved.text.startswith("We had to move your appointment. It is now on Friday")
    cancelled = letters.cancellation(
        house="Maison Alder", starts_at=STARTS, zone="Europe/London", link=OWN, by_house=True
    )
    assert "cannot take place. We are sorry." in cancelled.text
    assert f"Choose another time: {OWN}" in cancelled.text


@pytest.mark.parametrize("by_house", [False, True])
def test_an_advisor_reads_that_a_time_is_free_again_and_where_she_sees_whose_it_was(by_house: bool) -> None:
    there = "https://steward.example/desk/bookings/1"
    letter = letters.cancellation_notice(**PLACED, link=there, by_house=by_house)
    assert "Your appointment" not in letter.subject + letter.text, "that is how a client is written to"
    assert ("The house has cancelled" if by_house else "A client has cancelled") in letter.text
    assert "Friday 15 January, 4:00 pm London time" in letter.text
    assert f"See at your desk whose it was: {there}" in letter.text


def test_a_letter_without_an_address_to_lead_to_has_no_empty_link() -> None:
    letter = letters.cancellation(house="Maison Alder", starts_at=STARTS, zone="Europe/London")
    assert "href" not in letter.html
    assert "Choose another time" not in letter.text
