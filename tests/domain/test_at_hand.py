"""Three to six pieces at hand: each with its reasons, none that is owned, declined or beyond all measure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.at_hand import AtHand, Offered
from app.domain.brief import write
from app.domain.captures import Capture
from app.domain.gems import GemLists
from scoring.history import Milestone
from tests.domain.test_brief import ALMAS, TODAY, alma, decided

MAY = datetime(2026, 5, 12, 9, tzinfo=UTC)
TRAY = (
    Offered("1", "Rose eternity", "eternity_band", 240_000, ("rose_gold", "diamond")),
    Offered("2", "Ruby eternity", "eternity_band", 390_000, ("yellow_gold", "ruby")),
    Offered("3", "Full eternity", "eternity_band", 340_000, ("platinum", "diamond")),
    Offered("4", "Opal pendant", "pendant", 194_000, ("yellow_gold", "other_gem")),
    Offered("5", "Pearl necklace", "necklace", 190_000, ("pearl",)),
    Offered("6", "Alder dress watch", "watch", 295_000, ()),
    Offered("7", "Sapphire pendant", "pendant", 136_000, ("white_gold", "sapphire")),
    Offered("8", "Diamond line necklace", "necklace", 11_500_000, ("platinum", "diamond")),
    Offered("9", "Pulteney solitaire", "engagement_ring", 420_000, ("platinum", "diamond")),
    Offered("10", "Heavy court band", "wedding_band", 148_000, ("yellow_gold",)),
    Offered("11", "Sapphire studs", "earrings", 212_000, ("yellow_gold", "sapphire")),
)


TENTH = GemLists(jewellers={"10": "diamond"})


def at_hand(**more: object) -> dict[str, AtHand]:
    brief = write(alma(**{"catalogue": TRAY, "gems": TENTH} | more), today=TODAY)
    return {piece.title: piece for piece in brief.at_hand}


def test_three_to_six_pieces_each_with_a_reason() -> None:
    tray = at_hand()
    assert 3 <= len(tray) <= 6
    assert all(piece.because.endswith(".") for piece in tray.values())


def test_what_follows_from_a_piece_bought_comes_with_its_year() -> None:
    assert at_hand()["Rose eternity"].because.startswith("Follows the wedding band of 2016; ")


def test_metal_and_stone_bought_before_are_named() -> None:
    assert "yellow gold and sapphire again" in at_hand()["Sapphire studs"].because


def test_the_gem_of_the_anniversary_to_come_is_named() -> None:
    said = "diamond is the jewellers' choice for the tenth anniversary"
    assert said in at_hand()["Rose eternity"].because


@pytest.mark.parametrize(
    ("written", "title"),
    [("Fire opal", "Opal pendant"), ("jade or opal", "Opal pendant"), ("gold", "Sapphire studs")],
)
def test_the_gem_is_the_one_the_house_has_written_down(written: str, title: str) -> None:
    tray = at_hand(gems=GemLists(jewellers={"10": written}))
    assert f"{written} is the jewellers' choice for the tenth" in tray[title].because
    assert "diamond is" not in " ".join(piece.because for piece in tray.values())


def test_a_year_the_house_has_left_empty_lends_no_gem() -> None:
    assert not any("choice" in piece.because for piece in at_hand(gems=GemLists()).values())


def test_no_occasion_and_no_browsing_stands_on_the_screen_beside_the_conversation() -> None:
    said = " ".join(piece.aloud for piece in at_hand().values())
    assert "wedding band of 2016" in said
    for private in ("anniversary", "looked at", "online", "£"):
        assert private not in said, private


def test_a_date_not_to_be_used_lends_no_reason() -> None:
    lost = Milestone("anniversary", 12, 12, 2016, "stated", 1.0, do_not_use=True)
    tray = at_hand(stated=(lost,))
    assert not any("anniversary" in piece.because for piece in tray.values())


@pytest.mark.parametrize("title", ["Sapphire pendant", "Diamond line necklace", "Pulteney solitaire"])
def test_what_is_owned_or_far_beyond_or_of_another_wedding_stays_in_the_case(title: str) -> None:
    assert title not in at_hand()


def test_nothing_is_there_without_a_reason_of_its_own() -> None:
    assert "Alder dress watch" not in at_hand()
    assert at_hand(orders=(), relationship=None, decision=None) == {}


def test_of_one_kind_there_is_a_choice_and_not_a_shelf() -> None:
    assert sum("eternity" in title for title in at_hand()) == 2


def test_a_wish_is_always_there_whatever_it_costs_and_what_was_declined_never() -> None:
    wished = Capture("liked", "Diamond line necklace", MAY)
    declined = Capture("declined", "ROSE  eternity", MAY)
    tray = at_hand(captures=(wished, declined))
    assert tray["Diamond line necklace"].because.startswith("Liked on 12 May 2026")
    assert "Rose eternity" not in tray


def test_without_consent_nothing_is_said_to_have_been_looked_at() -> None:
    tray = at_hand(decision=decided(analytics=False))
    assert not any("looked at" in piece.because for piece in tray.values())


def test_the_order_of_the_catalogue_does_not_matter() -> None:
    other_way = write(alma(catalogue=tuple(reversed(TRAY))), today=TODAY).at_hand
    assert other_way == write(alma(catalogue=TRAY), today=TODAY).at_hand


def test_an_anniversary_far_off_lends_no_gem() -> None:
    june = replace(ALMAS[0], ordered_at=datetime(2016, 5, 1, tzinfo=UTC))
    told = Milestone("anniversary", 6, 12, 2016, "stated", 1.0)
    brief = write(alma(orders=(june, *ALMAS[1:]), stated=(told,), catalogue=TRAY), today=date(2026, 1, 5))
    assert not any("anniversary" in piece.because for piece in brief.at_hand)
