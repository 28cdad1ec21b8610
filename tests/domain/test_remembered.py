"""What was noted down is remembered as it was last said, and silent where a date must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.brief import write
from app.domain.captures import Capture, UnableToCapture, read_capture, said
from app.domain.grounds import rests_on
from scoring.history import Milestone
from tests.domain.test_brief import TODAY, alma, decided

AT = datetime(2026, 5, 12, 9, tzinfo=UTC)


def later(days: int) -> datetime:
    return AT + timedelta(days=days)


def test_the_latest_word_on_a_piece_stands() -> None:
    captures = (
        Capture("declined", "Ruby eternity", AT),
        Capture("liked", "ruby  Eternity", later(9)),
        Capture("shown", "Ruby eternity", later(10)),
    )
    brief = write(alma(captures=captures), today=TODAY)
    assert [(wish.title, wish.on) for wish in brief.wishes] == [("ruby  Eternity", later(9).date())]
    assert brief.declined == ()


def test_a_size_learned_again_replaces_the_first_and_another_persons_stands_beside_it() -> None:
    captures = (
        Capture("size", "L", AT, details={"of": "Ring"}),
        Capture("size", "M½", later(1), details={"of": "Ring"}),
        Capture("size", "P", AT, person="Tomas", details={"of": "Ring"}),
    )
    assert write(alma(captures=captures), today=TODAY).sizes == ("Ring size M½", "Ring size P (Tomas)")


def test_whoever_belongs_to_a_date_not_to_be_used_is_named_nowhere() -> None:
    lost = Milestone("anniversary", 12, 12, 2016, "stated", 1.0, person="Erik", do_not_use=True)
    captures = (
        Capture("person", "", AT, person="Erik", details={"relation": "partner"}),
        Capture("size", "P", AT, person="erik"),
    )
    brief = write(alma(captures=captures, stated=(lost,)), today=TODAY)
    assert "erik" not in str(brief.to_record()).casefold()


def test_who_wears_a_piece_is_no_longer_unknown() -> None:
    worn = {"relation": "child", "wears": "the 2023 pendant"}
    brief = write(alma(captures=(Capture("person", "", AT, person="Vera", details=worn),)), today=TODAY)
    assert brief.people == ("Vera (child): wears the 2023 pendant",)
    assert "We don't know who wears the 2023 pendant." not in brief.unknown


def test_a_note_that_a_size_is_missing_is_no_size() -> None:
    from app.domain.unknowns import has_ring_size

    assert not has_ring_size(["No ring size on record."])
    assert has_ring_size(["No hurry. Ring size M½."])


@pytest.mark.parametrize(
    ("kind", "what", "details", "why"),
    [
        ("liked", "  ", {}, "Say which piece."),
        ("size", "", {"of": "Ring"}, "Say the size."),
        ("person", "", {}, "Say the name, or who it is to the client."),
        ("date", "", {"occasion": "birthday"}, "Say at least the month."),
        ("date", "", {}, "Say what the day is, and at least the month."),
        ("stolen", "Ring", {}, "This cannot be noted down."),
    ],
)
def test_what_lacks_a_part_is_refused_in_words(
    kind: str, what: str, details: dict[str, str], why: str
) -> None:
    with pytest.raises(UnableToCapture, match=why):
        read_capture(kind, what, at=AT, today=TODAY, details=details)


def test_only_the_parts_of_its_kind_are_kept_and_none_endless() -> None:
    kept = read_capture(
        "size", "M" * 999, at=AT, today=TODAY, details={"of": "Ring", "told": "1", "script": "x"}
    )
    assert (len(kept.what), kept.details) == (120, {"of": "Ring"})


def test_each_is_said_in_a_line() -> None:
    told = {"occasion": "anniversary", "month": "12", "year": "2016", "told": "1"}
    assert said(Capture("liked", "Ruby eternity", AT)) == "Liked: Ruby eternity"
    assert said(Capture("date", "", AT, person="Tomas", details=told)) == (
        "Anniversary (Tomas), December 2016; in the client's own words"
    )


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        ("tenure", "The first on 28 October 2016, the last on 10 February 2023"),
        ("category_continuity", "Looked at eternity bands for 54 seconds"),
        (
            "repeat_visits",
            "Visits on 31 October, 7 November, 14 November and 21 November; the last order was on "
            "10 February 2023",
        ),
        (
            "price_tier",
            "Looked at 2 pieces, £2,400 to £3,900; about £1,000 is usual, going by 2 pieces bought here and "
            "the house’s own prices",
        ),
    ],
)
def test_every_signal_says_what_it_rests_on(signal: str, words: str) -> None:
    assert rests_on(signal, decided()) == words


def test_one_price_one_kind_and_a_glance_are_said_as_one_would() -> None:
    seen = decided()
    glance = replace(seen, session=replace(seen.session, kinds={"earrings": 3_000}, prices=(125_000,)))
    assert rests_on("category_continuity", glance) == "Looked at earrings for only 3 seconds"
    assert rests_on("price_tier", glance).startswith("Looked at one piece, £1,250; about £1,000 is usual")
    both = replace(seen, session=replace(seen.session, kinds={"earrings": 30_000, "pendant": 90_000}))
    assert rests_on("category_continuity", both) == (
        "Looked around for 2 minutes, 75% of it at pendants and 25% of it at earrings"
    )
