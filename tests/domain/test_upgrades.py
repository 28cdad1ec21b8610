"""A piece is eligible for an upgrade by the house's own terms, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.brief import write
from app.domain.upgrades import HouseTerms
from tests.domain.test_brief import ALMAS, TODAY, alma, order

TERMS = HouseTerms(upgrade_credit=0.8)
RINGS = (*ALMAS, order(4, "2021-03-01", "Pulteney solitaire, platinum, diamond", "engagement_ring", 420_000))


def eligible(terms: HouseTerms, today: date = TODAY) -> list[str]:
    return [each.title for each in write(alma(orders=RINGS, terms=terms), today=today).upgrades]


def test_until_the_house_has_said_its_terms_nothing_is_promised() -> None:
    assert eligible(HouseTerms()) == []


def test_what_would_be_credited_is_said_with_the_price_and_the_share() -> None:
    (upgrade,) = write(alma(orders=RINGS, terms=TERMS), today=TODAY).upgrades
    assert upgrade.terms == "£3,360 credited (80% of £4,200), against a piece of £8,400 or more."


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"upgrade_kinds": ("earrings",), "upgrade_stones": ()}, ["Sapphire drop earrings, yellow gold"]),
        ({"upgrade_stones": ("sapphire",)}, ["Sapphire pendant", "Sapphire drop earrings, yellow gold"]),
        ({"upgrade_after_years": 6.0}, []),
        ({"upgrade_kinds": ()}, []),
    ],
)
def test_kind_stone_and_age_are_the_houses(changed: dict[str, object], found: list[str]) -> None:
    assert eligible(replace(TERMS, **changed)) == found  # type: ignore[arg-type]


def test_a_piece_becomes_eligible_on_its_day() -> None:
    assert eligible(TERMS, date(2022, 2, 28)) == []
    assert eligible(TERMS, date(2022, 3, 2)) == ["Pulteney solitaire, platinum, diamond"]
