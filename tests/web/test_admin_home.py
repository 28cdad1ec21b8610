"""The first page: steps read from what is there, what Shopify said of the embed, and the week."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.domain.backfill import Told
from app.domain.onboarding import Facts, Note, Person, steps
from app.domain.week import week
from app.stores import advisors, onboarding, rulebook
from app.usecases.open_shop import open_shop
from app.wiring import Services
from scoring.weights import Policy
from tests.conftest import NOW
from tests.web.merchant import OTHER_SHOP, SHOP, Merchant, good_token
from tests.web.test_admin import keep

INES = Person(named=True, reachable=True, keeps_hours=True)


@pytest.fixture
def shop_id(services: Services) -> int:
    about = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, SHOP, now=NOW, **about)


def facts(**known: object) -> Facts:
    fresh: dict[str, object] = {"notes": {}, "history": None, "people": [INES], "policy": "cue"}
    return Facts(**{**fresh, "policy_by_hand": False, "editor": "https://x", **known})  # type: ignore[arg-type]


def step(name: str, **known: object) -> tuple[str, str]:
    (found,) = [each for each in steps(facts(**known)) if each.name == name]
    return found.state, found.words


def states(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-step="(\w+)" data-state="(\w+)"', page))


# --- steps, in words


def test_the_steps_come_in_the_order_a_house_takes_them() -> None:
    names = [each.name for each in steps(facts(has_last_year=True))]
    assert names == ["embed", "history", "advisors", "last_year", "policy"]


def test_without_a_replayed_year_there_is_no_step_that_leads_to_it() -> None:
    assert "last_year" not in [each.name for each in steps(facts())]


@pytest.mark.parametrize(
    ("known", "state", "words"),
    [
        ({}, "asking", "Asking Shopify whether it is on"),
        ({"notes": {"embed": Note("on", NOW)}, "told_when": "Monday"}, "done", "last said so on Monday."),
        ({"notes": {"embed": Note("off", NOW)}}, "to_do", "nobody is invited."),
        ({"unanswered": True}, "unknown", "Shopify didn’t say just now. The theme"),
        (
            {"notes": {"embed": Note("off", NOW)}, "told_when": "Monday", "unanswered": True},
            "unknown",
            "When it last did, on Monday, it was off.",
        ),
    ],
)
def test_the_embed_is_said_as_shopify_said_it(known: dict[str, object], state: str, words: str) -> None:
    found = step("embed", **known)
    assert found[0] == state
    assert words in found[1]


@pytest.mark.parametrize(
    ("tone", "moving", "state", "words"),
    [
        ("busy", True, "busy", "are coming in"),
        ("wrong", False, "to_do", "It has stopped"),
        ("partial", False, "done", "The last 60 days are here."),
        ("good", False, "done", "3 orders came."),
    ],
)
def test_the_history_is_done_when_it_is_here(tone: str, moving: bool, state: str, words: str) -> None:
    told = Told("Your history", "3 orders came.", None, moving, tone)  # type: ignore[arg-type]
    found = step("history", history=told)
    assert (found[0], words in found[1]) == (state, True)


def test_a_history_nobody_asked_for_is_still_to_do() -> None:
    assert step("history")[0] == "to_do"


@pytest.mark.parametrize(
    ("people", "state", "words"),
    [
        ([Person(True, True, False)], "to_do", "Nobody keeps hours yet."),
        ([INES, Person(False, True, True)], "to_do", "One of them still lacks a name"),
        ([Person(True, False, True), Person(False, False, True)], "to_do", "2 of them still lack"),
        ([INES, Person(True, True, False)], "done", "1 of 2 with weekly hours."),
    ],
)
def test_advisors_need_a_name_an_address_and_hours(people: list[Person], state: str, words: str) -> None:
    found = step("advisors", people=people)
    assert (found[0], words in found[1]) == (state, True)


def test_last_year_is_done_once_it_was_looked_at() -> None:
    assert step("last_year", has_last_year=True)[0] == "to_do"
    assert step("last_year", has_last_year=True, notes={"last_year": Note("read", NOW)})[0] == "done"


def test_a_policy_that_was_put_in_force_or_saved_as_it_was_is_chosen() -> None:
    assert step("policy")[0] == "to_do"
    assert step("policy", policy_by_hand=True)[0] == "done"
    assert step("policy", notes={"policy": Note("chosen", NOW)})[0] == "done"


# --- the week


def test_a_week_is_seven_days_and_a_day_without_visits_is_one_of_them() -> None:
    today = date(2026, 11, 21)
    drawn = week({today: (4, 1), date(2026, 11, 16): (8, 2)}, today=today)
    assert [each.visits for each in drawn.days] == [0, 8, 0, 0, 0, 0, 4]
    assert drawn.days[-1].said == "Saturday 21 November: 1 invited of 4"
    assert (drawn.days[-1].visits_part, drawn.days[1].invited_part) == (0.5, 0.25)
    assert drawn.finding == "Monday was the fullest day, with 8 visits."


def test_an_empty_week_and_a_week_of_one_day_say_so() -> None:
    today = date(2026, 11, 21)
    assert week({}, today=today).finding == "No visit this week."
    assert week({today: (1, 0)}, today=today).finding == "All visits came on Saturday."


# --- the page


def test_a_new_house_sees_what_is_to_do_and_one_of_it_first(merchant: Merchant) -> None:
    page = merchant.opens("/admin").text
    assert states(page) == {
        "embed": "asking",
        "history": "busy",
        "advisors": "to_do",
        "last_year": "to_do",
        "policy": "to_do",
    }
    assert page.count("button-primary") == 1
    assert "0 of 5 done." in page


def test_what_is_there_ticks_its_step(merchant: Merchant, services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        owner = advisors.owner(tx).advisor_id
        advisors.change(tx, owner, name="Margaret Alder", email="margaret@alder.example")
        rulebook.change_policy(tx, Policy(offer_at="strong"), by="Margaret Alder", now=NOW)
    page = merchant.opens("/admin").text
    assert states(page)["advisors"] == states(page)["policy"] == "done"
    assert "You chose to invite when the signs are strong." in page


def test_saving_the_policy_as_it_is_is_a_choice_too(merchant: Merchant) -> None:
    form = re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', merchant.opens("/admin/policy").text)
    answer = merchant.sends("/admin/policy", {**dict(form), "offer_at": "cue"})
    assert answer.status_code == 200
    assert states(merchant.opens("/admin").text)["policy"] == "done"


def test_what_shopify_said_of_the_embed_is_kept_with_its_time(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    told = merchant.sends("/admin/embed", {"state": "on"})
    assert states(told.text)["embed"] == "done"
    with services.database.shop(shop_id) as tx:
        assert onboarding.read(tx)["embed"] == Note("on", NOW)
    assert "last said so on Saturday 21 November, 10:00 am London time" in merchant.opens("/admin").text


def test_an_answer_that_is_none_keeps_the_one_before(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    merchant.sends("/admin/embed", {"state": "off"})
    said = merchant.sends("/admin/embed", {"state": "unknown"}).text
    assert states(said)["embed"] == "unknown"
    assert "it was off." in said
    with services.database.shop(shop_id) as tx:
        assert onboarding.read(tx)["embed"].state == "off"


def test_an_answer_in_other_words_is_refused(merchant: Merchant) -> None:
    assert merchant.sends("/admin/embed", {"state": "perhaps"}).status_code == 400


def test_the_steps_are_put_away_for_the_house_and_come_back_and_the_embed_is_always_told(
    merchant: Merchant, services: Services
) -> None:
    merchant.sends("/admin/embed", {"state": "off"})
    away = merchant.sends("/admin/steps", {"steps": "hidden"}).text
    assert "data-focus" in away, "what was under the cursor is gone: the reader goes on from here"
    colleague = Merchant(merchant.client, lambda: good_token(services.settings))
    page = colleague.opens("/admin").text
    assert states(page) == {}
    assert "Invitations in your theme" in page
    assert "Switch it on in your theme" in page
    assert "Show the first steps (0 of 5 done)" in page
    colleague.sends("/admin/steps", {"steps": "shown"})
    assert "First steps" in merchant.opens("/admin").text


def test_another_house_has_its_own_steps(merchant: Merchant, services: Services) -> None:
    merchant.sends("/admin/steps", {"steps": "hidden"})
    other = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    assert "First steps" in other.opens("/admin").text


def test_with_the_steps_away_nobody_keeping_hours_is_still_said(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    merchant.sends("/admin/steps", {"steps": "hidden"})
    assert "Nobody keeps hours yet" not in merchant.opens("/admin").text
    with services.database.shop(shop_id) as tx:
        advisors.set_hours(tx, advisors.owner(tx).advisor_id, [])
    assert "Nobody keeps hours yet" in merchant.opens("/admin").text


def test_the_week_begins_at_midnight_in_the_house_six_days_ago(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        for days, hours in ((0, 1), (0, 2), (6, 9), (6, 11)):  # NOW is ten in the morning
            keep(tx, at=NOW - timedelta(days=days, hours=hours))
    page = merchant.opens("/admin").text
    assert "Since Sunday 15 November: 3 visits by clients you know" in page
    assert "Sunday 15 November: 1 invited of 1" in page
    assert "Saturday 21 November: 2 invited of 2" in page
    assert "Saturday was the fullest day, with 2 visits." in page
