"""What belongs to a year, by the house's own lists."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.gems import GemLists, gift_words, kind_of, read_lists
from app.domain.occasions import occasions
from app.stores.gems import shipped
from scoring.history import Milestone

TENTH = Milestone("wedding anniversary", 12, 12, 2016, "stated", 1.0, person="Leila, his wife")


def test_the_lists_a_house_starts_with_are_the_trades() -> None:
    lists = shipped()
    assert (lists.jewellers["10"], lists.traditional["10"], lists.birthstones["9"]) == (
        "diamond",
        "tin",
        "sapphire",
    )
    assert (lists.jewellers["35"], lists.jewellers["60"], lists.traditional["13"]) == (
        "emerald",
        "diamond",
        "lace",
    )
    assert set(lists.sources) == {"jewellers", "traditional", "birthstones"}


def test_a_tenth_anniversary_is_diamond_and_traditionally_tin() -> None:
    (shown,) = occasions([TENTH], "Farid", today=date(2026, 11, 21), gems=shipped())
    assert shown.text == "Tenth wedding anniversary (Leila, his wife), 12 December"
    assert shown.gift == "Tenth: diamond; traditional: tin."


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (4, "Fourth: blue topaz."),
        (21, "21st: iolite."),
        (26, ""),
        (None, ""),
    ],
)
def test_a_year_without_an_entry_says_nothing(years: int | None, said: str) -> None:
    assert gift_words(shipped(), TENTH, years) == said


def test_a_birthday_has_its_stone_and_other_days_have_none() -> None:
    assert (
        gift_words(shipped(), Milestone("birthday", 2, 29, None, "stated", 1.0), None)
        == "Birthstone: amethyst."
    )
    assert gift_words(shipped(), Milestone("graduation", 2, 9, None, "stated", 1.0), None) == ""


def test_a_date_that_is_never_said_has_no_gift_beside_it() -> None:
    silent = Milestone("anniversary", 12, 12, 2016, "stated", 1.0, do_not_use=True)
    (shown,) = occasions([silent], "Ida", today=date(2026, 11, 21), gems=shipped())
    assert shown.gift == ""


@pytest.mark.parametrize(
    ("occasion", "kind"),
    [
        ("wedding anniversary", "anniversary"),
        ("Birthday", "birthday"),
        ("recurring", "recurring"),
        ("", "other"),
    ],
)
def test_an_occasion_in_anybodys_words_is_of_a_kind(occasion: str, kind: str) -> None:
    assert kind_of(occasion) == kind


def test_what_a_merchant_enters_takes_the_place_of_the_lists() -> None:
    entries = {"jewellers.10": " diamond or sapphire ", "birthstones.13": "none", "sources.jewellers": "Ours"}
    lists, problems = read_lists(entries, 3)
    assert problems == {}
    assert lists == GemLists(
        3, {"10": "diamond or sapphire"}, {}, {}, {"jewellers": "Ours", "traditional": "", "birthstones": ""}
    )
    _, problems = read_lists({"jewellers.10": "x" * 61}, 3)
    assert problems == {"jewellers.10": "Keep it to 60 characters."}
