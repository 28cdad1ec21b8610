"""What the letters say, and what they never say."""

from __future__ import annotations

from datetime import UTC, datetime

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
