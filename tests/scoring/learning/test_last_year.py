"""The last year, replayed on a drawn house."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from scoring.decision import probability_of, strength_of
from scoring.history import Milestone
from scoring.learning import last_year
from scoring.learning.bayesian import log_odds_of
from scoring.learning.book import Book
from scoring.learning.invitations import invite, proportion_of
from scoring.learning.last_year import UnableToReplayYear, replay_year, replayed_mondays
from scoring.learning.orders import Orders, as_day, orders_of_columns, orders_of_rows
from scoring.learning.past_weeks import KNOWN_SIGNALS, ORDER, PastWeeks, look_back, stepped_up
from scoring.learning.past_windows import NO_ADJACENCY, NO_SESSION, PastOccasions, as_date
from scoring.learning.snapshots import take_snapshots
from scoring.milestones import JEWELLERS_SEASON
from scoring.reading import Reading
from scoring.replayed import FOLLOWED_DAYS, POLICIES, LastYear
from scoring.signals import SIGNALS
from scoring.signals.anniversary_window import anniversary_window
from scoring.signals.tenure import tenure
from scoring.weights import DEFAULT_WEIGHTS, Policy, Weights
from tests.scoring.learning.histories import drawn

TODAY = date(2013, 1, 10)
POLICY = Policy(version=3, tenure_years=3.0)
# What the orders foretell and nothing else: with this zero and this intercept, the model's own chance.
WEIGHTS = Weights(version=4, intercept=log_odds_of(0.1), coefficients={"history": 1.0}, base_rate=0.1)


def replayed(orders: Orders, policy: Policy = POLICY, **more: Any) -> LastYear:
    told: dict[str, Any] = {
        "today": TODAY,
        "season": JEWELLERS_SEASON,
        "bands": {},
        "silent": {},
        "currency": "GBP",
    }
    return replay_year(orders, policy, more.pop("weights", WEIGHTS), approved=True, **told | more)


@pytest.fixture(scope="module")
def house() -> Orders:
    return drawn(120)


@pytest.fixture(scope="module")
def year(house: Orders) -> LastYear:
    return replayed(house)


def weeks_of(
    orders: Orders, policy: Policy, bands: Mapping[str, frozenset[int]] = {}, weights: Weights = WEIGHTS
) -> PastWeeks:
    mondays, known_until = replayed_mondays(orders, today=TODAY)
    model, _ = last_year.learn_before(orders, mondays[0])
    occasions = PastOccasions.of(orders, JEWELLERS_SEASON, bands, {})
    return look_back(orders, mondays, model, occasions, policy, weights, known_until=known_until)


def test_the_year_has_fifty_two_mondays_each_with_sixty_known_days(house: Orders) -> None:
    mondays, known_until = replayed_mondays(house, today=TODAY)
    assert len(mondays) == 52
    assert {monday.weekday() for monday in mondays} == {0}
    assert {later - earlier for earlier, later in pairwise(mondays)} == {timedelta(days=7)}
    assert as_day(mondays[-1]) + FOLLOWED_DAYS <= known_until < as_day(mondays[-1]) + FOLLOWED_DAYS + 7


def test_orders_after_today_are_not_known(house: Orders) -> None:
    earlier = date(2012, 6, 1)
    mondays, known_until = replayed_mondays(house, today=earlier)
    assert known_until == as_day(earlier)
    assert mondays[-1] + timedelta(days=FOLLOWED_DAYS) <= earlier


def test_what_signals_say_in_a_past_week_is_what_the_live_ones_say_of_the_orders_until_then(
    house: Orders,
) -> None:
    band = frozenset({int(house.day[house.customer == 7][0])})
    bands = {house.names[7]: band}
    weeks = weeks_of(house, POLICY, bands)
    occasions = PastOccasions.of(house, JEWELLERS_SEASON, bands, {})
    fired = 0
    for week in range(0, 52, 9):
        monday = weeks.mondays[week]
        told: Any = {"today": monday, "policy": POLICY, "adjacency": NO_ADJACENCY}
        for customer in range(len(house.names)):
            known = occasions.known(customer, as_day(monday))
            assert weeks.signals["tenure"][week, customer] == tenure(NO_SESSION, known, **told).fired
            near = anniversary_window(NO_SESSION, known, **told).fired
            assert weeks.signals["anniversary_window"][week, customer] == near
            fired += near
    assert fired > 5


def test_the_likelihood_of_a_past_week_is_what_the_live_decision_would_have_come_to(house: Orders) -> None:
    weights = Weights(
        intercept=-2.0,
        coefficients={"history": 0.9, "tenure": 0.4, "anniversary_window": 1.1, "price_tier": 0.7},
        deviations={"intercept": 0.2, "history": 0.3, "tenure": 0.6, "price_tier": 0.4},
        base_rate=0.08,
    )
    weeks = weeks_of(house, POLICY, weights=weights)
    occasions = PastOccasions.of(house, JEWELLERS_SEASON, {}, {})
    model, _ = last_year.learn_before(house, weeks.mondays[0])
    assert model is not None
    priced = 0
    for week in (0, 30):
        monday = weeks.mondays[week]
        told: Any = {"today": monday, "policy": POLICY, "adjacency": NO_ADJACENCY}
        rows = take_snapshots(house, [monday], [ORDER], known_by=as_day(TODAY))
        foretold = dict(zip(rows.customer.tolist(), model.log_odds(rows) - log_odds_of(0.08), strict=True))
        for customer in foretold:
            before = (house.customer == customer) & (house.day < as_day(monday))
            known = replace(
                occasions.known(customer, as_day(monday)),
                order_days=len(set(house.day[before].tolist())),
                baseline=round(float(np.median(house.amount[before]))),
            )
            looked_at = replace(NO_SESSION, prices=(int(house.amount[before][-1]),))
            readings = {
                name: signal(looked_at, known, **told)
                for name, signal in SIGNALS.items()
                if name in KNOWN_SIGNALS
            }
            live = probability_of(readings, weights, float(foretold[customer]))
            assert weeks.chance[week, customer] == pytest.approx(live, abs=2e-6)
            priced += readings["price_tier"].value > 0
    assert priced > 5


def test_weights_that_do_not_hear_the_orders_are_replayed_without_them(house: Orders) -> None:
    year = replayed(house, weights=DEFAULT_WEIGHTS)
    assert (year.learned_from, year.weights_version) == (None, 0)
    assert max(step.threshold for step in year.curve) < 0.34, "three signals at their fullest"


def test_strength_is_the_live_rules_for_every_combination_of_signals() -> None:
    fired = [[bool(code >> place & 1) for code in range(8)] for place in range(3)]
    signals = {name: np.array([each]) for name, each in zip(KNOWN_SIGNALS, fired, strict=True)}
    nothing = np.zeros((1, 8), dtype=bool)
    weeks = PastWeeks((TODAY,), nothing, nothing, signals, np.zeros((1, 8), dtype=np.float32), nothing)
    for code in range(8):
        readings = {name: Reading(1.0, bool(signals[name][0, code]), "") for name in KNOWN_SIGNALS}
        strength = strength_of(readings)
        assert weeks.reached("cue", 0.5)[0, code] == (strength != "none")
        assert weeks.reached("strong", 0.5)[0, code] == (strength == "strong")


def test_a_last_order_at_the_bound_is_a_step_up_and_one_below_is_not() -> None:
    orders = orders_of_rows(
        [("a", 0, 100), ("a", 1, 100), ("a", 2, 125), ("b", 0, 100), ("b", 1, 100), ("b", 2, 124)]
    )
    assert stepped_up(Book(orders, 3), 1.25).tolist() == [True, False]


def test_nothing_that_came_later_changes_what_would_have_been_done_before(house: Orders) -> None:
    mondays, _ = replayed_mondays(house, today=TODAY)
    half = as_day(mondays[26])
    altered = Orders(
        house.customer, house.day, np.where(house.day >= half, house.amount * 3, house.amount), house.names
    )
    before, after = replayed(house), replayed(altered)
    assert before.weeks[:27] == after.weeks[:27]


def test_the_likelihood_learns_from_nothing_that_was_not_known_when_the_year_began(house: Orders) -> None:
    mondays, known_until = replayed_mondays(house, today=TODAY)
    start = as_day(mondays[0])
    late = house.day >= start
    moved = orders_of_columns(
        house.customer,
        np.where(late & (house.customer % 3 == 0), house.day + 40, house.day),
        house.amount,
        house.names,
    )
    first, _ = last_year.learn_before(house, mondays[0])
    second, _ = last_year.learn_before(moved, mondays[0])
    assert first is not None
    assert second is not None
    rows = take_snapshots(house, mondays[:1], [ORDER], known_by=known_until)
    assert first.chance(rows).tolist() == second.chance(rows).tolist()


def test_who_was_invited_rests_as_long_as_the_policy_says() -> None:
    eligible = np.ones((10, 12), dtype=bool)
    days = [7 * week for week in range(10)]
    invited = invite(eligible, days, rest=30)
    for customer in range(12):
        gaps = np.diff(np.flatnonzero(invited[:, customer])) * 7
        assert (gaps >= 30).all()
    assert invited.sum(axis=1).max() <= 3, "and not everybody rests at the same time"


def test_nobody_is_greeted_within_days_of_a_purchase(house: Orders) -> None:
    weeks = weeks_of(house, replace(POLICY, recent_purchase_days=100))
    for week, monday in enumerate(weeks.days):
        lately = house.customer[(house.day < monday) & (house.day > monday - 100)]
        assert not weeks.ready[week, lately].any()


def test_counts_of_a_year_add_up(year: LastYear) -> None:
    for name in POLICIES:
        outcome = year.policies[name]
        assert outcome.invited == sum(getattr(week, name) for week in year.weeks) == outcome.came.whole
        assert 0 <= outcome.came.part <= outcome.came.whole
        assert outcome.clients <= min(outcome.invited, year.clients)
    assert year.policies["strong"].clients <= year.policies["cue"].clients
    invited = [step.invited for step in year.curve]
    assert year.curve[0].threshold == 0.01
    at_policy = next(step for step in year.curve if step.threshold == POLICY.probability_threshold)
    assert (at_policy.invited, at_policy.came) == (outcome.invited, outcome.came.part)
    assert invited[0] >= invited[-1]


def test_in_a_house_of_habit_the_likely_come_back_more_often_than_the_rest(year: LastYear) -> None:
    outcome = year.policies["probability"]
    assert outcome.came.part / outcome.came.whole > 1.5 * outcome.rest.part / outcome.rest.whole
    assert year.learned_from is not None
    assert year.learned_from < year.first


def test_cases_of_one_customer_are_not_taken_for_unrelated_ones() -> None:
    cases = np.ones((20, 40), dtype=bool)
    came = np.zeros_like(cases)
    came[:, :20] = True  # half of the customers always come, the others never
    assert proportion_of(cases, came).stretch == pytest.approx(20.0)
    came = np.tile(np.arange(20) % 2 == 0, (40, 1)).T  # every customer comes every other time
    assert proportion_of(cases, came).stretch == 1.0


def test_examples_are_spread_over_all_who_were_greeted_and_say_why_and_what_came(
    year: LastYear, house: Orders
) -> None:
    assert len(year.greetings) == 20
    assert len({greeting.customer for greeting in year.greetings}) == 20
    mondays = [greeting.monday for greeting in year.greetings]
    assert mondays == sorted(mondays)
    for greeting in year.greetings:
        number = house.names.index(greeting.customer)
        since = as_day(greeting.monday)
        soon = (house.customer == number) & (house.day >= since) & (house.day < since + FOLLOWED_DAYS)
        assert [as_day(each.day) for each in greeting.bought] == house.day[soon].tolist()
        assert len(greeting.reasons) >= 2


def test_the_calendar_is_of_a_client_who_kept_the_date_her_orders_had_led_to_expect(
    year: LastYear, house: Orders
) -> None:
    assert year.calendar is not None
    assert 0 < year.dates_kept.part < year.dates_kept.whole
    assert year.first <= year.calendar.came < year.known_until
    number = house.names.index(year.calendar.customer)
    assert [as_day(day) for day in year.calendar.days] == house.day[house.customer == number].tolist()


def test_a_date_not_to_be_used_is_not_guessed_at_by_the_back_door(year: LastYear, house: Orders) -> None:
    calendar = year.calendar
    assert calendar is not None
    said = Milestone("anniversary", calendar.month, calendar.day, None, "stated", 1.0, do_not_use=True)
    number = house.names.index(calendar.customer)
    for silent, guesses in (({}, 1), ({calendar.customer: [said]}, 0)):
        occasions = PastOccasions.of(house, JEWELLERS_SEASON, {}, silent)
        known = occasions.known(number, as_day(year.first)).milestones
        assert len([one for one in known if one.month == calendar.month]) == guesses
    other = replayed(house, silent={calendar.customer: [said]}).calendar
    assert other is None or other.customer != calendar.customer


def test_a_history_shorter_than_the_year_is_said_to_be_and_when_it_is_long_enough() -> None:
    begins = as_day(date(2012, 3, 1))
    rows = [(str(number % 30), begins + 7 * number % 300, 10_000) for number in range(90)]
    with pytest.raises(UnableToReplayYear) as short:
        replayed(orders_of_rows(rows))
    assert short.value.begins == date(2012, 3, 1)
    ready = short.value.ready_on
    assert ready is not None
    mondays, _ = replayed_mondays(
        orders_of_rows([*rows, ("1", as_day(ready), 10_000)]), today=ready + timedelta(days=1)
    )
    assert as_day(mondays[0]) > begins


def test_a_house_without_orders_has_no_year() -> None:
    with pytest.raises(UnableToReplayYear) as none:
        replayed(orders_of_rows([]))
    assert none.value.begins is None


def test_with_nothing_to_learn_from_before_the_year_the_orders_foretell_nothing() -> None:
    rows = [(str(number), as_day(date(2011, 11, 1)) + number % 4, 10_000) for number in range(20)]
    rows += [(str(number), as_day(date(2012, 12, 20)) + number % 9, 10_000) for number in range(20)]
    year = replayed(orders_of_rows(rows), today=date(2013, 1, 1))
    assert year.learned_from is None
    assert len(year.weeks) == 52


def test_a_year_is_kept_as_json_and_read_back_the_same(year: LastYear) -> None:
    assert LastYear.from_record(json.loads(json.dumps(year.to_record()))) == year


def test_days_and_dates_agree() -> None:
    assert as_date(as_day(date(2012, 2, 29))) == date(2012, 2, 29)
