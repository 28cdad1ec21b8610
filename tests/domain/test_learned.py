"""What has been cannot have its year ahead; what is planned can."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.learned import read_learned

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("occasion", "year", "refused"),
    [
        ("anniversary", "2030", True),
        ("Wedding anniversary", "2027", True),
        ("birthday", "2027", True),
        ("birthday", "2026", False),
        ("anniversary", "2026", False),
        ("graduation", "2027", False),
        ("retirement", "2030", False),
    ],
)
def test_only_what_has_been_is_asked_for_a_year_that_has_come(
    occasion: str, year: str, refused: bool
) -> None:
    errors: dict[str, str] = {}
    typed = {"learned_occasion": occasion, "learned_month": "6", "learned_year": year}
    found = read_learned(typed, errors, today=TODAY)
    assert (found is None) == refused
    assert ("learned_year" in errors) == refused
