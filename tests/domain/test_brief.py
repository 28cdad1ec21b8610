"""The brief says what is known, how it may be spoken of, and what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.brief import Brief, Known, Noted, Promised, write
from scoring.decision import Standing, decide
from scoring.history import Milestone, Order, OrderLine
from scoring.relationship import build
from scoring.replay import DecisionRecord, record
from scoring.session import Session
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy

BATH = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def order(n: int, day: str, title: str, kind: str, price: int, engraving: str = "") -> Order:
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    line = OrderLine(kind, price, 1, title, engraving)
    return Order(f"o{n}", at, "GBP", (line,), staff="Ines Moreau")


ALMAS = (
    order(1, "2016-10-28", "Court wedding band, yellow gold", "wedding_band", 98_000, "12.12.2016"),
    order(2, "2019-05-09", "Sapphire drop earrings, yellow gold", "earrings", 124_000),
    order(3, "2023-02-10", "Sapphire pendant", "pendant", 110_000),
)


def decided(orders: tuple[Order, ...] = ALMAS, *, analytics: bool = True) -> DecisionRecord:
    known = build(orders, version=1, zone=BATH, shop_median=90_000, currency="GBP")
    seen = Session(
        started_at=NOW,
        last_at=NOW,
        kinds={"eternity_band": 54_000} if analytics else {},
        prices=(240_000, 390_000) if analytics else (),
        visit_days=tuple(TODAY - timedelta(days=n) for n in (21, 14, 7, 0)) if analytics else (),
        analytics_allowed=analytics,
        currency="GBP",
    )
    inputs = (
        seen,
        known,
        Standing(next_opening=NOW + timedelta(days=1)),
        Policy(version=1),
        DEFAULT_WEIGHTS,
        DEFAULT_ADJACENCY,
    )
    decision = decide(*inputs, now=NOW, today=TODAY, draw=0.9)
    kept = record(*inputs, now=NOW, today=TODAY, draw=0.9, decision=decision)
    return DecisionRecord.from_record(json.loads(json.dumps(kept)))


def alma(**more: object) -> Known:
    known = Known(
        first_name="Alma",
        name="Alma Reyes",
        orders=ALMAS,
        zone=BATH,
        relationship=build(ALMAS, version=1, zone=BATH, shop_median=90_000, currency="GBP"),
        decision=decided(),
    )
    return replace(known, **more)  # type: ignore[arg-type]


def marks(brief: Brief) -> dict[str, str]:
    return {said.text: said.mark for said in brief.invited}


def test_a_brief_survives_being_kept() -> None:
    noted = (Noted("Before noon.", "Ines", date(2023, 2, 10)),)
    brief = write(alma(notes=noted, promised=(Promised("Send sketches", TODAY),)), today=TODAY)
    assert Brief.from_record(json.loads(json.dumps(brief.to_record()))) == brief


def test_every_signal_that_fired_is_said_with_its_mark() -> None:
    brief = write(alma(), today=TODAY)
    assert brief.invitation == "Invited on 21 November: all five things we look for spoke for it."
    assert marks(brief)["Client since 2016: 3 orders, the last in February 2023."] == "say"
    assert marks(brief)["Fourth visit in three weeks."] == "never"
    assert [mark for text, mark in marks(brief).items() if text.startswith("Looking at eternity")] == [
        "if_raised"
    ]
    assert [mark for text, mark in marks(brief).items() if "anniversary" in text] == ["if_raised"]


def test_the_relationship_is_said_in_a_line() -> None:
    assert (
        write(alma(), today=TODAY).relationship == "Client since 2016: 3 orders, the last in February 2023."
    )
    stranger = alma(orders=(), relationship=None, decision=None)
    assert write(stranger, today=TODAY).relationship == "An account, and no orders on record."


def test_a_date_not_to_be_used_leaves_no_trace_of_itself() -> None:
    lost = Milestone("anniversary", 12, 12, 2016, "stated", 1.0, person="Erik", do_not_use=True)
    brief = write(alma(stated=(lost,)), today=TODAY)
    said = json.dumps(brief.to_record())
    assert "There is a date not to be used. Do not bring up anniversaries." in said
    for trace in ("Erik", "12 December", "13 December", "12.12.2016", "Tenth", "tenth"):
        assert trace not in said, trace
    assert not any("day Alma has in mind" in question for question in brief.questions)


def test_a_sensitive_date_is_named_to_nobody() -> None:
    farids = Milestone("birthday", 12, 2, 1980, "stated", 1.0, person="Noor", sensitive=True)
    brief = write(alma(stated=(farids,)), today=TODAY)
    said = json.dumps(brief.to_record())
    assert "There is a sensitive date. Leave it to Alma to raise it." in said
    assert "Noor" not in said
    assert "2 December" not in said


@pytest.mark.parametrize(
    ("provenance", "mark"), [("stated", "say"), ("recorded", "if_raised"), ("engraved", "if_raised")]
)
def test_a_date_may_be_said_only_where_she_told_us(provenance: str, mark: str) -> None:
    told = Milestone("birthday", 3, 9, None, provenance, 1.0)  # type: ignore[arg-type]
    (birthday,) = [each for each in write(alma(stated=(told,)), today=TODAY).dates if "Birthday" in each.text]
    assert (birthday.text, birthday.mark) == ("Birthday, 9 March", mark)


def test_an_inferred_date_is_to_be_asked_about_not_asserted() -> None:
    orders = (order(1, "2016-10-28", "Court wedding band", "wedding_band", 98_000), *ALMAS[1:])
    known = build(orders, version=1, zone=BATH, shop_median=90_000, currency="GBP")
    (guess,) = write(alma(relationship=known), today=TODAY).dates
    assert guess.mark == "if_raised"
    assert guess.text == "Tenth anniversary, around 13 December, give or take 46 days"
    assert guess.source == "likely, inferred from the wedding band's order: ask, don't assert"


def test_a_date_engraved_in_a_piece_is_shown_as_what_it_is() -> None:
    (engraved,) = write(alma(), today=TODAY).dates
    assert (engraved.text, engraved.source) == ("Tenth anniversary, 12 December", "engraved on a piece")
    assert (engraved.mark, engraved.inferred) == ("if_raised", False)


def test_an_engraving_that_may_be_read_two_ways_says_so() -> None:
    locket = order(1, "2020-10-28", "Locket", "pendant", 98_000, "03.05.2010")
    known = build((locket,), version=1, zone=BATH, shop_median=90_000, currency="GBP")
    (engraved,) = write(alma(relationship=known), today=TODAY).dates
    assert (engraved.text, engraved.source) == (
        "Day to remember, 3 May",
        "engraved on a piece, if we read it right",
    )


def test_a_gift_alone_informs_a_question_and_is_no_date() -> None:
    gift = Milestone("birthday", 3, 9, None, "gift", 0.3)
    brief = write(alma(stated=(gift,), relationship=None), today=TODAY)
    assert brief.dates == ()
    assert any("only have a guess" in question for question in brief.questions)


def test_what_is_not_known_is_said() -> None:
    brief = write(alma(), today=TODAY)
    assert brief.unknown == (
        "We don't know who wears the 2023 pendant.",
        "No ring size on record.",
        "No date on record in Alma's own words.",
        "No note from an earlier conversation.",
    )


def test_what_a_note_tells_is_no_longer_unknown() -> None:
    notes = (
        Noted("The pendant is her daughter's. Earrings she wears herself.", "Ines", TODAY),
        Noted("Ring size M½.", "Jonas", TODAY),
    )
    told = Milestone("birthday", 3, 9, None, "stated", 1.0)
    assert write(alma(notes=notes, stated=(told,)), today=TODAY).unknown == ()


def test_without_consent_the_brief_says_what_was_not_read() -> None:
    brief = write(alma(decision=decided(analytics=False)), today=TODAY)
    assert "Visits and browsing were not read: no consent was given." in brief.unknown


def test_why_a_signal_kept_quiet_is_said_too() -> None:
    brief = write(alma(decision=decided(analytics=False)), today=TODAY)
    assert "Not read: no consent." in brief.silent


def test_taste_rests_on_own_pieces_and_says_how_many() -> None:
    assert write(alma(), today=TODAY).taste == (
        "Yellow gold (2 of 3) and sapphire (2 of 3), from the pieces' names.",
        "£1,100 to £1,240; bridal and services left out (2 pieces).",
    )


def test_only_counted_orders_are_told() -> None:
    returned = replace(order(9, "2025-01-01", "Returned ring", "cocktail_ring", 1), status="returned")
    brief = write(alma(orders=(*ALMAS, returned)), today=TODAY)
    assert brief.pieces[0].title == "Sapphire pendant"
    assert len(brief.pieces) == 3


def test_who_leads_is_said_without_counting_the_orders_again() -> None:
    def lead(reason: str) -> str:
        return write(alma(lead=reason), today=TODAY).lead

    assert lead("Ines advised on 3 of 3 orders, the last in February 2023.") == "Ines advised on all of them."
    assert (
        lead("Ines advised on 2 of 3 orders, the last in February 2023.") == "Ines advised on 2 of 3 orders."
    )
    older = "Ines advised on 1 of 3 orders, the last in May 2019."
    assert lead(older) == older
    assert lead("Margaret chose Ines.") == "Margaret chose Ines."
    one = write(
        alma(orders=ALMAS[:1], lead="Ines advised on 1 of one order, the last in October 2016."), today=TODAY
    )
    assert (
        f"{one.relationship} {one.lead}"
        == "Client since 2016: one order, in October 2016. Ines advised on it."
    )
