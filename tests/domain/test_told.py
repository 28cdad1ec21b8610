"""A date as she types it herself, and as her own page says it back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.domain.consent import Consent
from app.domain.learned import UnableToLearnDate
from app.domain.own_words import UNSAID, consent_line, date_in_a_line
from app.domain.told import read_told, same_date, told_fields
from scoring.history import Milestone

TODAY = date(2026, 11, 21)
TYPED = {"learned_occasion": "birthday", "learned_month": "2", "learned_day": "29"}


def test_what_she_typed_is_told_by_her_whatever_else_the_form_says() -> None:
    typed = {**TYPED, "learned_told": "", "learned_handling": "sensitive"}
    read = read_told(typed, today=TODAY).milestone()
    assert (read.provenance, read.sensitive, read.do_not_use) == ("stated", False, False)
    assert (read.month, read.day, read.year) == (2, 29, None)


@pytest.mark.parametrize("handling", ["usable", "sensitive", "do_not_use"])
def test_a_date_put_right_is_used_as_before(handling: str) -> None:
    read = read_told(TYPED, today=TODAY, handling=handling).milestone()  # type: ignore[arg-type]  # as said
    assert (read.sensitive, read.do_not_use) == (handling == "sensitive", handling == "do_not_use")


def test_what_cannot_be_printed_is_left_out() -> None:
    typed = {**TYPED, "learned_person": " Le\x00ila\u202e \n Haddad "}
    assert read_told(typed, today=TODAY).person == "Le ila Haddad"


@pytest.mark.parametrize(
    ("occasion", "shown"),
    [
        ("Anniversary", ("anniversary", "")),
        ("wedding anniversary", ("other", "wedding anniversary")),
        ("other", ("other", "other")),
        ("day_to_remember", ("other", "day to remember")),
    ],
)
def test_a_date_on_record_is_shown_as_she_would_have_typed_it(occasion: str, shown: tuple[str, str]) -> None:
    kept = Milestone(occasion, 6, 14, 2016, "stated", 1.0, person="Leila", spread_days=10)
    typed = told_fields(kept)
    assert (typed["learned_occasion"], typed["learned_words"]) == shown
    again = read_told(typed, today=TODAY).milestone()
    assert same_date(again, Milestone(occasion.replace("_", " "), 6, 14, 2016, "stated", 1.0, 10, "Leila"))


def test_an_empty_form_says_what_is_missing_and_a_long_word_is_not_cut() -> None:
    with pytest.raises(UnableToLearnDate) as missing:
        read_told({}, today=TODAY)
    assert set(missing.value.errors) == {"learned_occasion", "learned_month"}
    with pytest.raises(UnableToLearnDate) as long:
        read_told({**TYPED, "learned_occasion": "other", "learned_words": "x" * 81}, today=TODAY)
    assert set(long.value.errors) == {"learned_words"}


@pytest.mark.parametrize(
    ("milestone", "line"),
    [
        (Milestone("anniversary", 6, 14, 2016, "stated", 1.0), "Anniversary, 14 June 2016"),
        (Milestone("birthday", 2, 29, None, "stated", 1.0, person="herself"), "Birthday, 29 February"),
        (
            Milestone("wedding anniversary", 12, 16, None, "stated", 1.0, 10, "Leila, his wife"),
            "Wedding anniversary (Leila, your wife), about 16 December",
        ),
        (Milestone("", 3, None, 1999, "stated", 1.0, person="Her"), "A day (Her), in March 1999"),
    ],
)
def test_a_date_is_said_to_her_as_it_was_told(milestone: Milestone, line: str) -> None:
    assert date_in_a_line(milestone) == line


def test_how_she_may_be_written_to_is_said_to_her() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert consent_line(None) == UNSAID
    no = consent_line(Consent("email", "unsubscribed", "customer", at))
    assert no == (
        "Nobody of the house writes to you this way. "
        "You said so yourself on 2 March 2026, by the link in a letter."
    )
    news = consent_line(Consent("email", "marketing", "shopify", at))
    assert news.endswith("It comes from your account with the shop, 2 March 2026.")
