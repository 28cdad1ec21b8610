"""Every way to meet keeps the same promises, and says what it needs."""

from __future__ import annotations

import pytest

from app.domain.places import (
    EVERY,
    Meeting,
    UnableToMeetThere,
    clean_address,
    clean_phone,
    clean_room,
    offered,
)

BARE = Meeting("Ines")
FULL = Meeting("Ines", address="3 Milsom Street", room="https://video.example/ines", phone="+44 20 7946 0000")


@pytest.mark.parametrize("name", EVERY)
def test_each_says_a_whole_sentence_or_nothing_and_leads_over_https_or_nowhere(name: str) -> None:
    for at in (BARE, FULL):
        said, leads = EVERY[name].says(at), EVERY[name].leads(at)
        assert said == "" or (said[0].isupper() and said.endswith("."))
        assert leads == "" or leads.startswith("https://")
    assert EVERY[name].is_ready(FULL)


def test_video_is_offered_only_where_there_is_a_room() -> None:
    assert offered(("shop", "phone", "video"), BARE) == ["shop", "phone"]
    assert offered(("video", "shop"), FULL) == ["shop", "video"]


def test_somebody_whose_only_room_was_taken_away_is_met_in_the_shop() -> None:
    assert offered(("video",), BARE) == ["shop"]


def test_a_number_is_not_repeated_in_words() -> None:
    assert EVERY["phone"].says(FULL) == "Ines calls you at the number you gave."
    assert "give the number" in EVERY["phone"].says(BARE)


@pytest.mark.parametrize("sent", ["https://zoom.us/j/1?pwd=x", "https://meet.google.com/abc-defg-hij", ""])
def test_any_https_link_is_a_room(sent: str) -> None:
    assert clean_room(f" {sent} ") == sent


@pytest.mark.parametrize(
    "sent",
    [
        "http://zoom.us/j/1",
        "https://",
        "https://room",
        "javascript:alert(1)",
        "https://a.b/\n",
        "https://[::1",
    ],
)
def test_what_leads_nowhere_safe_is_no_room(sent: str) -> None:
    if sent.endswith("\n"):
        sent = "https://a.b/\nx"
    with pytest.raises(UnableToMeetThere):
        clean_room(sent)


@pytest.mark.parametrize(("sent", "kept"), [(" +44  20 7946-0000 ", "+44 20 7946-0000"), ("", "")])
def test_a_number_is_kept_as_it_was_written(sent: str, kept: str) -> None:
    assert clean_phone(sent) == kept


@pytest.mark.parametrize("sent", ["soon", "123", "1" * 60, "0123 456 <b>"])
def test_what_nobody_can_call_is_no_number(sent: str) -> None:
    with pytest.raises(UnableToMeetThere):
        clean_phone(sent)


def test_an_address_of_several_lines_becomes_one() -> None:
    assert clean_address(" 3 Milsom Street,\r\n\r\nBath ") == "3 Milsom Street, Bath"
