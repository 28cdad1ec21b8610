"""What a house's own orders teach: learned from any history, honest about its months, served as fitted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from scoring.decision import probability_of
from scoring.history import Order, OrderLine
from scoring.learning import history_model
from scoring.learning.as_of import Seen, asked_of, examples_of
from scoring.learning.bayesian import log_odds_of, logistic
from scoring.learning.boosting import grow
from scoring.learning.history_model import (
    TARGET,
    HistoryModel,
    LearnedHistory,
    UnableToLearn,
    learn_history,
    reliability,
    season_from,
)
from scoring.learning.live import Example, LearnedLive, learn_live
from scoring.learning.measures import calibration_error, stretch_of
from scoring.learning.orders import EPOCH, Orders, as_day, orders_of_columns
from scoring.learning.promotion import LEAST_POSITIVES, choose
from scoring.learning.snapshots import take_snapshots
from scoring.reading import Reading
from scoring.weights import Policy

from .histories import drawn

TODAY = date(2013, 1, 1)


def house(rows: list[tuple[int, int]]) -> Orders:
    """Lay (customer, day) out as orders of the same worth."""
    customer, day = np.array(rows, dtype=np.int64).T
    names = tuple(str(number) for number in range(int(customer.max()) + 1))
    return orders_of_columns(customer, day, np.full(len(customer), 50_000), names)


def bought_twice(clients: int = 800, *, seed: int = 3) -> Orders:
    """Draw a young brand: nobody has a third order, and most have no second."""
    draws = np.random.default_rng(seed)
    rows = []
    for client in range(clients):
        first = as_day(TODAY) - int(draws.integers(30, 1500))
        rows.append((client, first))
        again = first + int(draws.integers(20, 700))
        if draws.random() < 0.5 and again < as_day(TODAY):
            rows.append((client, again))
    return house(rows)


def lapsing(clients: int = 700, *, seed: int = 5) -> Orders:
    """Draw a house that lives off its first years: clients come often, lapse, and few follow them."""
    draws = np.random.default_rng(seed)
    rows = []
    for client in range(clients):
        day = float(as_day(date(2008, 1, 1)) + draws.exponential(500))
        while day < as_day(TODAY):
            rows.append((client, int(day)))
            if draws.random() < 0.3:
                break
            day += draws.exponential(170) + 5
    return house(rows)


# --- any house can learn


def test_a_house_where_nobody_has_a_third_order_learns() -> None:
    learned = learn_history(bought_twice(), today=TODAY)
    assert learned.chosen.proof.positives >= LEAST_POSITIVES
    assert learned.chosen.boosting is not None
    assert "third_last" not in learned.chosen.boosting.names
    assert learned.in_figures()["metrics"].keys() == {"logistic", "boosting"}


def test_trees_ask_of_nothing_that_too_few_rows_know_and_plain_python_reads_them_the_same() -> None:
    orders = bought_twice(400)
    third = house(
        [*zip(orders.customer.tolist(), orders.day.tolist(), strict=True), (0, as_day(TODAY) - 400)]
    )
    rows = take_snapshots(third, [date(2011, 6, 1), date(2012, 6, 1)], [TARGET])
    trees = grow(rows, rows.outcome[TARGET.name])
    assert {"third_last", "gap_spread"}.isdisjoint(trees.names)
    plain, wanted = trees.to_plain(), trees.chance(rows)
    for row in range(0, len(rows.customer), 50):
        known = {name: float(rows.column(name)[row]) for name in rows.names}
        assert plain.probability(known) == pytest.approx(wanted[row], abs=1e-12)


def test_too_few_outcomes_grow_no_trees_unless_they_are_asked_for() -> None:
    rows = take_snapshots(bought_twice(200), [date(2011, 6, 1), date(2012, 6, 1)], [TARGET])
    outcome = rows.outcome[TARGET.name]
    assert 2 <= outcome.sum() < LEAST_POSITIVES
    asked = {
        anyway: choose(rows, outcome, horizon=60, upgrade=False, everyone=rows, trees_anyway=anyway)
        for anyway in (True, False)
    }
    assert (asked[True].boosting is None, asked[False].boosting is None) == (False, True)
    assert {each.proof.chosen for each in asked.values()} == {"logistic"}


# --- one zero for what is fitted and what is served


def looked_back(learned: LearnedHistory, orders: Orders) -> list[Example]:
    """Read the signals as they were, as the product does from its database."""
    by_client: dict[str, list[Order]] = defaultdict(list)
    for number, (who, day) in enumerate(zip(orders.customer.tolist(), orders.day.tolist(), strict=True)):
        at = datetime.combine(EPOCH + timedelta(days=day), time(12), UTC)
        line = OrderLine("ring", 50_000, 1)
        by_client[orders.names[who]].append(Order(str(number), at, "GBP", (line,)))
    seen = Seen(ZoneInfo("Europe/London"), "GBP", (1 / 12,) * 12, Policy())
    asked = asked_of(learned)
    return [each for who in sorted(asked) for each in examples_of(by_client[who], asked[who], seen)]


@pytest.fixture(scope="module")
def lapsed() -> tuple[Orders, LearnedHistory]:
    orders = lapsing()
    return orders, learn_history(orders, today=TODAY)


def chances(
    learned: LearnedHistory, orders: Orders, examples: Sequence[Example], live: LearnedLive
) -> list[float]:
    """Decide on each example as the product would: by the table, and by what the kept model foretells."""
    table, model = live.to_weights(learned.base_rate), HistoryModel.from_record(learned.record)
    foretold = {}
    for day in {each.day for each in examples}:
        on = EPOCH + timedelta(days=day)
        foretold[day] = model.foretell(
            orders.before(day), on, season=season_from(orders.before(day).season_days(), on)
        )
    asked = asked_of(learned)
    whose = [who for who in sorted(asked) for _ in asked[who]]
    return [
        probability_of(
            {name: Reading(value, True, "") for name, value in each.readings.items()},
            table,
            foretold[each.day][who],
        )
        for who, each in zip(whose, examples, strict=True)
    ]


def test_in_a_house_that_sells_less_each_year_the_chance_served_is_what_came(
    lapsed: tuple[Orders, LearnedHistory],
) -> None:
    orders, learned = lapsed
    ever = float(learned.rows.outcome[TARGET.name].mean())
    assert log_odds_of(ever) - log_odds_of(learned.base_rate) > 0.4, "the house sells less each year"
    examples = looked_back(learned, orders)
    served = float(np.mean(chances(learned, orders, examples, learn_live(examples, []))))
    came = float(np.mean([each.ordered for each in examples]))
    assert log_odds_of(served) == pytest.approx(log_odds_of(came), abs=0.1)


def speaking(learned: LearnedHistory) -> LearnedHistory:
    """Let the trees speak, whichever won."""
    return replace(
        learned, chosen=replace(learned.chosen, proof=replace(learned.chosen.proof, chosen="boosting"))
    )


def test_trees_are_shown_against_nothing_that_they_were_scaled_by(
    lapsed: tuple[Orders, LearnedHistory],
) -> None:
    trees = speaking(lapsed[1])
    assert trees.trial is not None
    assert trees.chosen.boosting is not None
    assert trees.chosen.boosting.slope != 1.0
    figures = trees.in_figures()
    unscaled = logistic(trees.trial.boosting)
    assert figures["reliability"] == reliability(unscaled, trees.trial.outcome, trees.trial.rows.customer)
    assert figures["metrics"]["boosting"]["ece"] == calibration_error(unscaled, trees.trial.outcome)


def test_what_goes_with_the_trees_word_is_learned_on_the_scale_in_which_it_is_served(
    lapsed: tuple[Orders, LearnedHistory],
) -> None:
    trees = speaking(lapsed[1]).chosen
    assert trees.trial is not None
    assert trees.boosting is not None
    grown = replace(trees.boosting, slope=1.0, shift=0.0)
    some = trees.trial.rows.where(np.arange(0, len(trees.trial.rows.customer), 7))
    scale = np.polyfit(grown.log_odds(some), trees.boosting.log_odds(some), 1)
    assert trees.ahead == pytest.approx(np.polyval(scale, trees.trial.boosting))


# --- a young house


@pytest.fixture(scope="module")
def young() -> tuple[Orders, LearnedHistory]:
    orders = drawn(250, years=(2011, 2012))
    return orders, learn_history(orders, today=TODAY)


def test_where_no_model_could_be_tried_the_history_is_not_counted_beside_the_signals(
    young: tuple[Orders, LearnedHistory],
) -> None:
    orders, learned = young
    assert learned.trial is None
    examples = looked_back(learned, orders)
    live = learn_live(examples, [])
    table = live.to_weights(learned.base_rate)
    assert "history" not in table.coefficients.keys() | table.deviations.keys()
    served = float(np.mean(chances(learned, orders, examples, live)))
    assert served == pytest.approx(np.mean([each.ordered for each in examples]), rel=0.1)


# --- what is known, and of whom


def test_months_after_the_last_known_order_are_not_months_in_which_nobody_bought() -> None:
    orders = drawn(150).before(as_day(date(2012, 3, 10)))
    learned = learn_history(orders, today=TODAY)
    last = int(orders.day.max())
    assert learned.known_until == last + 1
    assert int(learned.rows.day.max()) + TARGET.horizon <= last + 1
    assert learned.in_figures()["last_known"] == str(EPOCH + timedelta(days=last))
    anew = learn_history(orders, today=EPOCH + timedelta(days=last + 1))
    assert learned.base_rate == pytest.approx(anew.base_rate)


def test_orders_of_today_and_later_are_not_known_yet() -> None:
    orders = drawn(150)
    learned = learn_history(orders, today=date(2012, 6, 1))
    assert learned.known_until <= as_day(date(2012, 6, 1))
    assert orders.known_until(date(2012, 6, 1)) == as_day(date(2012, 6, 1))


def test_no_orders_at_all_are_too_little() -> None:
    with pytest.raises(UnableToLearn):
        learn_history(drawn(20), today=date(2000, 1, 1))


def test_a_sample_of_a_large_house_says_of_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = drawn(250, years=(2011, 2012))
    whole = learn_history(orders, today=TODAY).in_figures()
    assert whole["customers"] == whole["clients"]
    monkeypatch.setattr(history_model, "MOST_ROWS", whole["rows"] // 2)
    some = learn_history(orders, today=TODAY).in_figures()
    assert some["clients"] == whole["clients"]
    assert 0.3 < some["customers"] / some["clients"] < 0.7


# --- ranges


def test_one_clients_many_months_count_as_few_cases() -> None:
    customer = np.repeat(np.arange(50), 12)
    happened = customer % 5 == 0  # all twelve months of a client alike
    (one,) = reliability(np.full(600, 0.15), happened, customer)
    assert one["stretch"] == pytest.approx(12.0)
    assert (one["rows"], one["seen"]) == (600, 120)
    (other,) = reliability(np.full(600, 0.15), happened, np.arange(600))
    assert other["stretch"] == 1.0


def test_where_all_or_none_came_true_each_client_counts_once() -> None:
    assert stretch_of(np.array([3.0, 1.0]), np.array([0.0, 0.0])) == 2.0
    assert stretch_of(np.array([3.0, 1.0]), np.array([3.0, 1.0])) == 2.0


def test_a_kept_model_foretells_as_the_learned_one(lapsed: tuple[Orders, LearnedHistory]) -> None:
    _, learned = lapsed
    again = HistoryModel.from_record(json.loads(json.dumps(learned.record)))
    some = learned.rows.where(np.arange(0, len(learned.rows.customer), 97))
    assert again.log_odds(some) == pytest.approx(learned.chosen.model.log_odds(some))
