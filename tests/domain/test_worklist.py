"""Who comes up, when, why, and in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.outreach_rules import OutreachRules
from app.domain.worklist import Answer, Answered, Dated, Item, in_order, items_of
from app.stores.gems import shipped
from scoring.history import Milestone

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def on(day: date, occasion: str = "anniversary", year: int | None = None, **more: object) -> Milestone:
    given = {"provenance": "stated", "confidence": 1.0} | more
    return Milestone(occasion, day.month, day.day, year, **given)  # type: ignore[arg-type]  # as given


def items(
    *milestones: Milestone, today: date = TODAY, custom: bool = False, answered: tuple[Answered, ...] = ()
) -> list[Item]:
    keys = {each: f"m{n}" for n, each in enumerate(milestones) if each.provenance == "stated"}
    client = Dated("7001", "Alma", "Alma Reyes", milestones, keys, custom, answered)
    return items_of(client, OutreachRules(), gems=shipped(), sure_from=0.5, today=today)


@pytest.mark.parametrize(
    ("occasion", "custom", "days"),
    [
        ("anniversary", False, 45),
        ("wedding anniversary", False, 45),
        ("anniversary", True, 75),
        ("birthday", False, 30),
        ("birthday", True, 75),
        ("graduation", False, 30),
    ],
)
def test_each_kind_comes_up_its_own_days_before(occasion: str, custom: bool, days: int) -> None:
    (item,) = items(on(TODAY + timedelta(days=days), occasion), custom=custom)
    assert item.since == TODAY
    assert items(on(TODAY + timedelta(days=days + 1), occasion), custom=custom) == []


def test_it_says_why_with_the_gem_of_the_year() -> None:
    (item,) = items(on(date(2026, 12, 12), year=2016))
    assert (item.shown.text, item.shown.gift) == (
        "Tenth anniversary, 12 December",
        "Tenth: diamond; traditional: tin.",
    )
    assert (item.major, item.key, item.year) == (True, "m0", 2026)


@pytest.mark.parametrize("mark", ["sensitive", "do_not_use"])
def test_what_must_not_be_named_never_comes_up(mark: str) -> None:
    assert items(on(TODAY + timedelta(days=5), **{mark: True})) == []


def test_an_inferred_day_comes_up_where_it_is_sure_enough_and_a_single_gift_never() -> None:
    day = TODAY + timedelta(days=20)
    sure = on(day, provenance="wedding_band", confidence=0.6, spread_days=46)
    (item,) = items(sure)
    assert item.key == "anniversary:wedding_band"
    assert item.shown.mark == "if_raised"
    assert items(on(day, provenance="wedding_band", confidence=0.4)) == []
    assert items(on(day, provenance="gift", confidence=0.9)) == []


def test_a_month_alone_is_not_over_before_it_has_ended() -> None:
    march = Milestone("birthday", 3, None, None, "stated", 1.0)
    (item,) = items(march, today=date(2027, 3, 28))
    assert (item.on, item.year, item.shown.text) == (date(2027, 3, 1), 2027, "Birthday, in March")
    assert [each.since for each in items(march, today=date(2027, 2, 1))] == [date(2027, 1, 30)]
    assert items(march, today=date(2027, 4, 4)) == []


def test_29_february_comes_up_for_the_28th_where_the_year_has_none() -> None:
    leap = on(date(2024, 2, 29), "birthday")
    assert [each.on for each in items(leap, today=date(2027, 2, 10))] == [date(2027, 2, 28)]
    assert [each.on for each in items(leap, today=date(2028, 2, 10))] == [date(2028, 2, 29)]


def said(answer: Answer, *, year: int = 2026, days: int = 0, until: date | None = None) -> Answered:
    return Answered("m0", year, answer, NOW + timedelta(days=days), until)


DAY = on(TODAY + timedelta(days=20), year=2015)


def test_done_settles_this_year_and_not_the_next() -> None:
    assert items(DAY, answered=(said("done"),)) == []
    assert len(items(DAY, answered=(said("done"),), today=TODAY.replace(year=2027))) == 1


def test_not_relevant_is_remembered_for_every_year_until_it_is_brought_back() -> None:
    assert items(DAY, answered=(said("not_relevant"),), today=TODAY.replace(year=2029)) == []
    assert len(items(DAY, answered=(said("not_relevant"), said("again", days=1)))) == 1


def test_a_snoozed_one_sleeps_until_its_day() -> None:
    answered = (said("snoozed", until=TODAY + timedelta(days=7)),)
    assert items(DAY, answered=answered) == []
    assert len(items(DAY, answered=answered, today=TODAY + timedelta(days=7))) == 1


def test_an_answer_to_one_occasion_leaves_the_others() -> None:
    birthday = on(TODAY + timedelta(days=10), "birthday")
    assert [each.kind for each in items(DAY, birthday, answered=(said("done"),))] == ["birthday"]


def test_what_matters_comes_first() -> None:
    near_guess = on(TODAY + timedelta(days=18), provenance="wedding_band", confidence=0.7)
    tenth = on(TODAY + timedelta(days=25), year=2016)
    birthday = on(TODAY + timedelta(days=12), "birthday", provenance="recorded")
    found = in_order(items(near_guess, tenth, birthday))
    assert [each.kind for each in found] == ["anniversary", "birthday", "anniversary"]
    assert found[0].major
