"""A consultation closes with an outcome and an answer to what comes next, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.brief import write
from app.domain.consultation import (
    LONGEST_LINE,
    ForwardItem,
    UnableToClose,
    closing_of,
    kept_fields,
    minutes_since,
    missing_of,
)
from app.domain.prompts import prompts
from tests.domain.test_brief import alma

TODAY = date(2026, 11, 21)
WELL = {"outcome": "will_decide", "what_1": "Send the sketches", "due_1": "2026-11-28"}


def errors_of(**typed: str) -> dict[str, str]:
    with pytest.raises(UnableToClose) as found:
        closing_of(typed, today=TODAY, spent=47)
    return found.value.errors


def test_it_closes_with_an_outcome_and_a_forward_item() -> None:
    closing = closing_of(WELL, today=TODAY, spent=47)
    assert closing.outcome == "will_decide"
    assert closing.forward == (ForwardItem("Send the sketches", date(2026, 11, 28)),)


def test_it_closes_when_nothing_follows_and_that_is_said() -> None:
    closing = closing_of({"outcome": "not_now", "nothing_because": "moving abroad"}, today=TODAY, spent=47)
    assert closing.forward == ()
    assert closing.nothing_because == "moving abroad"


def test_it_does_not_close_without_an_answer_to_what_comes_next() -> None:
    assert set(errors_of(outcome="bought")) == {"what_1"}
    assert set(errors_of(outcome="no_show", nothing_because="   ")) == {"what_1"}


def test_it_does_not_close_without_an_outcome() -> None:
    assert set(errors_of(what_1="Call", due_1="2026-12-01")) == {"outcome"}
    assert "outcome" in errors_of(**{**WELL, "outcome": "sold"})


def test_what_follows_has_a_day_from_today_on() -> None:
    assert set(errors_of(**{**WELL, "due_1": ""})) == {"due_1"}
    assert set(errors_of(**{**WELL, "due_1": "2026-11-20"})) == {"due_1"}
    assert set(errors_of(**{**WELL, "due_1": "next week"})) == {"due_1"}
    assert set(errors_of(outcome="bought", due_1="2026-12-01")) == {"what_1"}
    assert closing_of({**WELL, "due_1": "2026-11-21"}, today=TODAY, spent=47).forward


def test_something_and_nothing_cannot_both_follow() -> None:
    assert set(errors_of(**WELL, nothing_because="all said")) == {"nothing_because"}


@pytest.mark.parametrize("minutes", ["-5", "1e3", "601", "٣", "an hour"])
def test_minutes_are_a_plain_number(minutes: str) -> None:
    assert set(errors_of(**WELL, minutes=minutes)) == {"minutes"}


def test_minutes_left_out_are_those_since_it_began() -> None:
    assert closing_of(WELL, today=TODAY, spent=47).minutes == 47
    assert closing_of({**WELL, "minutes": "50"}, today=TODAY, spent=47).minutes == 50


def test_a_date_told_by_the_client_is_stated_and_one_gathered_is_recorded() -> None:
    typed = {**WELL, "learned_occasion": "anniversary", "learned_month": "12", "learned_day": "12"}
    told = closing_of({**typed, "learned_told": "1"}, today=TODAY, spent=47).learned
    gathered = closing_of({**typed, "learned_handling": "do_not_use"}, today=TODAY, spent=47).learned
    assert told is not None
    assert gathered is not None
    assert (told.milestone().provenance, told.milestone().do_not_use) == ("stated", False)
    assert (gathered.milestone().provenance, gathered.milestone().do_not_use) == ("recorded", True)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"learned_occasion": "birthday"}, "learned_month"),
        ({"learned_month": "3"}, "learned_occasion"),
        ({"learned_occasion": "birthday", "learned_month": "2", "learned_day": "30"}, "learned_day"),
        (
            {
                "learned_occasion": "birthday",
                "learned_month": "2",
                "learned_day": "29",
                "learned_year": "2023",
            },
            "learned_day",
        ),
        ({"learned_occasion": "birthday", "learned_month": "2", "learned_year": "23"}, "learned_year"),
    ],
)
def test_a_date_that_is_none_is_refused_beside_its_field(typed: dict[str, str], wrong: str) -> None:
    assert set(errors_of(**WELL, **typed)) == {wrong}


def test_a_leap_day_without_its_year_is_a_day() -> None:
    typed = {"learned_occasion": "birthday", "learned_month": "2", "learned_day": "29"}
    learned = closing_of({**WELL, **typed}, today=TODAY, spent=47).learned
    assert learned is not None
    assert (learned.month, learned.day, learned.year) == (2, 29, None)


def test_only_the_forms_own_fields_are_kept_and_none_endless() -> None:
    kept = kept_fields({"note_opening": "a\x00b", "csrf_token": "x", "what_1": "y" * 1000})
    assert kept == {"note_opening": "ab", "what_1": "y" * LONGEST_LINE}


def test_minutes_count_up_and_never_below_nothing() -> None:
    now = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert minutes_since(now - timedelta(minutes=47, seconds=59), now) == 47
    assert minutes_since(now + timedelta(hours=1), now) == 0
    assert minutes_since(now - timedelta(hours=4), now) == 240


def test_hours_later_the_clock_is_no_measure_and_she_is_asked() -> None:
    now = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert minutes_since(now - timedelta(hours=4, minutes=1), now) is None
    assert set(missing_of(WELL, today=TODAY, spent=None)) == {"minutes"}
    assert closing_of({**WELL, "minutes": "0"}, today=TODAY, spent=None).minutes == 0


def test_prompts_come_from_the_brief_and_never_assert_the_occasion() -> None:
    said = prompts(write(alma(her_note="Ten years!"), today=TODAY))
    assert said["opening"][0] == "Alma wrote when booking: “Ten years!”"
    assert not any("anniversary" in line for stage in ("opening", "discovery") for line in said[stage])
    assert all(said.values())


def test_without_a_brief_there_are_prompts_all_the_same() -> None:
    assert all(prompts(None).values())
