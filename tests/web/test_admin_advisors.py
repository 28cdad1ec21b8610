"""The advisors' pages: who there is, which hours they keep, and what is said beside a wrong field."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

import pytest

from app.stores import advisors
from app.stores.advisors import Hours, OtherDay
from app.usecases.change_hours import UnableToChangeHours, change_hours
from app.usecases.offer_slots import next_openings
from app.web.admin_hours import hours_in_words
from app.wiring import Services
from tests.conftest import NOW
from tests.web.merchant import OTHER_SHOP, Merchant, good_token


def advisor_form(**changed: str) -> dict[str, str]:
    form = {
        "name": "Ines Moreau",
        "first_name": "Ines",
        "email": "ines@example.com",
        "timezone": "Europe/London",
        "pronoun": "she",
        "minutes": "45",
        "buffer_before": "10",
        "buffer_after": "15",
        "notice_hours": "24",
        "horizon_days": "28",
    }
    for weekday in range(7):
        form |= {f"weekday-{weekday}": str(weekday), f"from-{weekday}": "", f"to-{weekday}": ""}
    return {**form, **changed}


def house(services: Services, shop_id: int) -> dict[str, advisors.Advisor]:
    with services.database.shop(shop_id) as tx:
        return {advisor.name: advisor for advisor in advisors.every(tx)}


def test_an_advisor_is_added_with_her_hours(merchant: Merchant, services: Services, shop_id: int) -> None:
    answer = merchant.sends("/admin/advisors/new", advisor_form(**{"from-1": "10:00", "to-1": "16:30"}))
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == "/admin/advisors"
    assert "Ines Moreau’s details and hours are saved." in answer.text
    ines = house(services, shop_id)["Ines Moreau"]
    assert (ines.role, ines.pronoun, ines.first_name) == ("advisor", "she", "Ines")
    assert ines.hours == (Hours(1, time(10), time(16, 30)),)


def test_changed_hours_change_the_openings(merchant: Merchant, services: Services, shop_id: int) -> None:
    margaret = house(services, shop_id)["Margaret Alder"].advisor_id
    with services.database.shop(shop_id) as tx:
        before = next_openings(tx, now=NOW)[margaret]
    form = advisor_form(name="Margaret Alder", **{"from-3": "13:00", "to-3": "15:00"})
    answer = merchant.sends(f"/admin/advisors/{margaret}", form)
    with services.database.shop(shop_id) as tx:
        after = next_openings(tx, now=NOW)[margaret]
    assert before is not None
    assert after == datetime(2026, 11, 26, 13, 0, tzinfo=UTC) != before
    assert "Thursday 26 November, 1:00 pm London time" in answer.text
    assert house(services, shop_id)["Margaret Alder"].role == "owner"


def test_wrong_hours_are_said_beside_the_day_and_nothing_is_lost(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    wrong = {"from-0": "17:00", "to-0": "10:00", "from-1": "9:00x", "to-1": "10:00", "from-2": "10:00"}
    answer = merchant.sends("/admin/advisors/new", advisor_form(**wrong))
    assert answer.status_code == 422
    assert "Monday: The end must be after the start." in answer.text
    assert answer.text.count("Give both times, like 10:00 and 17:00") == 2
    for place, entered in wrong.items():
        assert f'name="{place}" id="{place}" value="{entered}"' in answer.text
    assert 'aria-describedby="hours-0-problem"' in answer.text
    assert "Ines Moreau" not in house(services, shop_id)


@pytest.mark.parametrize(
    ("field", "entered", "words"),
    [
        ("name", "", "Give a name."),
        ("name", "x" * 81, "Keep it to 80 characters."),
        ("first_name", "", "Give the name clients will see."),
        ("email", "ines", "Give an address"),
        ("email", "ines@example.com\nBcc: all@example.com", "Give an address"),
        ("timezone", "Europe/Bath", "Choose a time zone from the list."),
        ("timezone", "../../etc/passwd", "Choose a time zone from the list."),
        ("pronoun", "it", "Choose one."),
        ("minutes", "5", "Give a number from 10 to 240."),
        ("minutes", "-45", "Give a number from 10 to 240."),
        ("horizon_days", "²", "Give a number from 1 to 180."),
    ],
)
def test_a_wrong_detail_is_said_beside_its_field(
    merchant: Merchant, services: Services, shop_id: int, field: str, entered: str, words: str
) -> None:
    hours = {"from-4": "11:00", "to-4": "18:00"}
    answer = merchant.sends("/admin/advisors/new", advisor_form(**{field: entered}, **hours))
    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="{field}-problem"' in answer.text
    assert 'name="from-4" id="from-4" value="11:00"' in answer.text
    assert list(house(services, shop_id)) == ["Margaret Alder"]


def test_days_away_are_kept_shown_and_taken_back(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    margaret = house(services, shop_id)["Margaret Alder"].advisor_id
    form = advisor_form(name="Margaret Alder", **{"from-0": "10:00", "to-0": "15:00"})
    away = {"away-from-1": "2026-11-23", "away-to-1": "2026-11-29"}
    answer = merchant.sends(f"/admin/advisors/{margaret}", {**form, **away})
    assert "Monday 30 November, 10:00 am London time" in answer.text
    shown = merchant.opens(f"/admin/advisors/{margaret}").text
    assert 'name="away-from-0" id="away-from-0" value="2026-11-23"' in shown
    assert 'name="away-to-0" id="away-to-0" value="2026-11-29"' in shown
    assert shown.count('type="date" name="away-') == 6
    answer = merchant.sends(f"/admin/advisors/{margaret}", form)
    assert "Monday 23 November, 10:00 am London time" in answer.text


def test_wrong_days_away_are_said_beside_them_and_nothing_is_lost(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    wrong = {"away-from-0": "2026-11-25", "away-to-0": "2026-11-24", "away-to-2": "9999-12-31"}
    answer = merchant.sends("/admin/advisors/new", advisor_form(**wrong))
    assert answer.status_code == 422
    assert '<p class="problem" id="away-0-problem">The last day must not be before the first.' in answer.text
    assert '<p class="problem" id="away-2-problem">Give both days' in answer.text
    assert 'aria-describedby="away-0-problem"' in answer.text
    for place, entered in wrong.items():
        assert f'name="{place}" id="{place}" value="{entered}"' in answer.text
    assert "Ines Moreau" not in house(services, shop_id)


def test_a_day_with_a_break_keeps_both_its_hours(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    owner = house(services, shop_id)["Margaret Alder"].advisor_id
    kept = (Hours(2, time(9), time(12)), Hours(2, time(14), time(0)))
    with services.database.shop(shop_id) as tx:
        change_hours(tx, owner, kept)
    text = merchant.opens(f"/admin/advisors/{owner}").text
    names = re.findall(r'name="((?:weekday|from|to)-\d+)"[^>]*value="([^"]*)"', text)
    merchant.sends(f"/admin/advisors/{owner}", {**advisor_form(name="Margaret Alder"), **dict(names)})
    assert house(services, shop_id)["Margaret Alder"].hours == kept


def test_hours_of_one_day_must_not_overlap(services: Services, shop_id: int) -> None:
    hours = (Hours(2, time(9), time(12)), Hours(3, time(11), time(15)), Hours(2, time(11), time(15)))
    with services.database.shop(shop_id) as tx, pytest.raises(UnableToChangeHours) as refused:
        change_hours(tx, 1, hours)
    assert list(refused.value.problems) == [2]


def test_an_advisor_can_be_left_out_of_the_invitations_and_come_back(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    merchant.sends("/admin/advisors/new", advisor_form(**{"from-1": "10:00", "to-1": "16:00"}))
    ines = house(services, shop_id)["Ines Moreau"].advisor_id
    assert "no longer offered" in merchant.sends(f"/admin/advisors/{ines}/rest", {}).text
    assert not house(services, shop_id)["Ines Moreau"].active
    with services.database.shop(shop_id) as tx:
        assert next_openings(tx, now=NOW)[ines] is None
    merchant.sends(f"/admin/advisors/{ines}/rest", {"active": "yes"})
    assert house(services, shop_id)["Ines Moreau"].active


def test_the_owner_cannot_be_left_out(merchant: Merchant, services: Services, shop_id: int) -> None:
    margaret = house(services, shop_id)["Margaret Alder"].advisor_id
    assert merchant.sends(f"/admin/advisors/{margaret}/rest", {}).status_code == 404
    assert house(services, shop_id)["Margaret Alder"].active


def test_another_shops_advisor_can_be_neither_seen_nor_changed(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    margaret = house(services, shop_id)["Margaret Alder"].advisor_id
    stranger = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    stranger.opens("/admin")  # opens the other house
    assert stranger.opens(f"/admin/advisors/{margaret}").status_code == 404
    assert stranger.sends(f"/admin/advisors/{margaret}", advisor_form(name="Birch")).status_code == 404
    assert "Birch" not in house(services, shop_id)


def test_a_week_is_said_shortly() -> None:
    week = [Hours(day, time(10), time(17)) for day in (0, 1, 2, 4)]
    week += [Hours(5, time(9), time(12)), Hours(5, time(13), time(16))]
    assert hours_in_words(week) == "Mon to Wed 10:00–17:00, Fri 10:00–17:00, Sat 09:00–12:00 and 13:00–16:00"
    assert hours_in_words(()) == ""


def test_another_day_of_hours_is_kept_shown_and_taken_back(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    margaret = house(services, shop_id)["Margaret Alder"].advisor_id
    form = advisor_form(name="Margaret Alder", **{"from-0": "10:00", "to-0": "15:00"})
    days = {"day-0": "2026-11-23", "day-from-0": "13:00", "day-to-0": "16:00", "day-reserved-0": "yes"}
    closed = {"day-1": "2026-11-30", "day-from-1": "", "day-to-1": ""}
    answer = merchant.sends(f"/admin/advisors/{margaret}", {**form, **days, **closed})
    assert "Monday 23 November, 1:00 pm London time" in answer.text
    assert house(services, shop_id)["Margaret Alder"].other_days == (
        OtherDay(date(2026, 11, 23), (Hours(0, time(13), time(16), True),)),
        OtherDay(date(2026, 11, 30)),
    )
    shown = merchant.opens(f"/admin/advisors/{margaret}").text
    for name in ("day-0", "day-from-0", "day-to-0", "day-1"):
        assert f'name="{name}" id="{name}" value="{({**days, **closed})[name]}"' in shown
    assert 'name="day-reserved-0" value="yes" checked' in shown
    assert 'name="day-2" id="day-2" value=""' in shown, "one row to spare"
    merchant.sends(f"/admin/advisors/{margaret}", form)
    assert house(services, shop_id)["Margaret Alder"].other_days == ()


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"day-0": "", "day-from-0": "13:00", "day-to-0": "15:00"}, "Give the day, too."),
        ({"day-0": "2026-11-23", "day-from-0": "13:00"}, "Give both times"),
        ({"day-0": "2026-11-23", "day-from-0": "15:00", "day-to-0": "13:00"}, "after the start"),
    ],
)
def test_a_wrong_day_is_said_beside_it_and_nothing_is_lost(
    merchant: Merchant, services: Services, shop_id: int, entered: dict[str, str], words: str
) -> None:
    answer = merchant.sends("/admin/advisors/new", advisor_form(**entered))
    assert answer.status_code == 422
    assert re.search(rf'id="day-0-problem">[^<]*{words}', answer.text)
    for place, value in entered.items():
        assert f'name="{place}" id="{place}" value="{value}"' in answer.text
    assert "Ines Moreau" not in house(services, shop_id)


def test_a_day_given_twice_has_a_break_and_must_not_overlap_or_be_closed_too(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    morning = {"day-0": "2026-11-23", "day-from-0": "09:00", "day-to-0": "12:00"}
    afternoon = {"day-1": "2026-11-23", "day-from-1": "14:00", "day-to-1": "16:00"}
    merchant.sends("/admin/advisors/new", advisor_form(**morning, **afternoon))
    [day] = house(services, shop_id)["Ines Moreau"].other_days
    assert day.hours == (Hours(0, time(9), time(12)), Hours(0, time(14), time(16)))
    for changed, words in (
        ({"day-from-1": "11:00"}, "overlap"),
        ({"day-from-1": "", "day-to-1": ""}, "closed"),
    ):
        answer = merchant.sends("/admin/advisors/new", advisor_form(**{**morning, **afternoon, **changed}))
        assert re.search(rf'id="day-1-problem">[^<]*{words}', answer.text)


def test_hours_kept_for_consultations_are_kept_so(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    form = advisor_form(**{"from-1": "10:00", "to-1": "16:00", "from-2": "14:00", "to-2": "16:00"})
    answer = merchant.sends("/admin/advisors/new", {**form, "reserved-2": "yes"})
    assert "Wednesday 25 November, 2:00 pm London time" in answer.text, "Tuesday's hours are for other things"
    assert house(services, shop_id)["Ines Moreau"].hours == (
        Hours(1, time(10), time(16)),
        Hours(2, time(14), time(16), reserved=True),
    )


@pytest.mark.parametrize(("entered", "kept"), [("3", 3), ("", None)])
def test_how_many_a_day_and_a_week_may_be_limited_or_not(
    merchant: Merchant, services: Services, shop_id: int, entered: str, kept: int | None
) -> None:
    merchant.sends("/admin/advisors/new", advisor_form(most_a_day=entered, most_a_week=entered))
    ines = house(services, shop_id)["Ines Moreau"]
    assert (ines.most_a_day, ines.most_a_week) == (kept, kept)
    wrong = merchant.sends(f"/admin/advisors/{ines.advisor_id}", advisor_form(most_a_week="0"))
    assert "Give a number from 1 to 99, or leave it empty." in wrong.text


def test_more_than_three_times_away_are_kept(merchant: Merchant, services: Services, shop_id: int) -> None:
    away = {}
    for at in range(6):
        away |= {f"away-from-{at}": f"2026-12-{2 * at + 1:02}", f"away-to-{at}": f"2026-12-{2 * at + 1:02}"}
    merchant.sends("/admin/advisors/new", advisor_form(**away))
    ines = house(services, shop_id)["Ines Moreau"].advisor_id
    shown = merchant.opens(f"/admin/advisors/{ines}").text
    assert 'name="away-from-5" id="away-from-5" value="2026-12-11"' in shown
    assert 'name="away-from-6" id="away-from-6" value=""' in shown, "one row to spare"
