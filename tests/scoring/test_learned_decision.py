"""The probability once a shop's orders have taught it: the history speaks, and says so."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from scoring.decision import NOTABLE, Standing, contributions_of, probability_of, reasons_of
from scoring.reading import Reading
from scoring.replay import DecisionRecord, record, replay
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Weights
from tests.scoring.cast import FREE, NOW, POLICY, TODAY, alma, decided, visit

LEARNED = replace(
    DEFAULT_WEIGHTS,
    version=2,
    intercept=-3.0,
    coefficients={**DEFAULT_WEIGHTS.coefficients, "history": 0.9},
    base_rate=1 / 22,
)
READ = {"tenure": Reading(0.5, True, "Client since 2016."), "price_tier": Reading(0.2, False, "Usual.")}


def test_the_history_counts_beside_the_readings() -> None:
    added = contributions_of(READ, LEARNED, 1.5)
    assert added == pytest.approx({"tenure": 0.25, "price_tier": 0.24, "history": 1.35})
    wanted = 1 / (1 + math.exp(-(-3.0 + 0.25 + 0.24 + 1.35)))
    assert probability_of(READ, LEARNED, 1.5) == pytest.approx(wanted)


def test_what_is_not_foretold_adds_nothing() -> None:
    assert contributions_of(READ, LEARNED) == contributions_of(READ, DEFAULT_WEIGHTS)
    assert probability_of(READ, LEARNED, None) == probability_of(READ, LEARNED, 0.0)


def test_an_unsure_weight_draws_the_chance_towards_even_odds() -> None:
    unsure = replace(LEARNED, deviations={"history": 0.5, "intercept": 0.3})
    for foretold in (-2.0, 3.9):
        sure, drawn = probability_of(READ, LEARNED, foretold), probability_of(READ, unsure, foretold)
        assert abs(drawn - 0.5) < abs(sure - 0.5)
    assert probability_of(READ, replace(LEARNED, deviations={"tenure": 0.0})) == probability_of(READ, LEARNED)


def test_the_history_is_a_reason_where_it_speaks_clearly_for_her() -> None:
    said = "By the orders alone, about 1 in 6 clients like this one orders within 60 days; 1 in 22 of all."
    assert reasons_of(READ, LEARNED, 1.5) == (said, "Client since 2016.")
    quiet = (NOTABLE - 0.01) / 0.9
    assert reasons_of(READ, LEARNED, quiet) == ("Client since 2016.",)
    assert reasons_of(READ, LEARNED, -3.0) == ("Client since 2016.",)
    # Without a base rate there is nothing to set it against.
    assert reasons_of(READ, replace(LEARNED, base_rate=None), 1.5) == ("Client since 2016.",)


def test_a_high_chance_is_said_in_tenths() -> None:
    assert "about 6 in 10 clients like this one order within" in reasons_of(READ, LEARNED, 3.5)[0]


@pytest.mark.parametrize("base_rate", [1e-12, 0.999999, 1.0, 5.0])
def test_any_base_rate_that_was_approved_leaves_the_decision_standing(base_rate: float) -> None:
    assert len(reasons_of(READ, replace(LEARNED, base_rate=base_rate), 50.0)) == 2


def test_a_decision_keeps_what_each_thing_added_and_replays() -> None:
    relationship = replace(alma(), foretold=1.5)
    made = decided(visit(), relationship, weights=LEARNED)
    assert set(made.contributions) == {*made.readings, "history"}
    assert made.contributions["history"] == pytest.approx(1.35)
    assert made.probability == probability_of(made.readings, LEARNED, 1.5)
    kept = record(
        visit(), relationship, FREE, POLICY, LEARNED, DEFAULT_ADJACENCY,
        now=NOW, today=TODAY, draw=0.5, decision=made,
    )  # fmt: skip
    assert replay(kept) == DecisionRecord.from_record(kept).decision == made


def test_a_record_from_before_contributions_were_kept_replays_as_the_same() -> None:
    made = decided(visit(), alma())
    kept = record(
        visit(), alma(), FREE, POLICY, DEFAULT_WEIGHTS, DEFAULT_ADJACENCY,
        now=NOW, today=TODAY, draw=0.5, decision=made,
    )  # fmt: skip
    del kept["decision"]["contributions"]
    del kept["weights"]["deviations"], kept["weights"]["base_rate"]
    assert replay(kept) == DecisionRecord.from_record(kept).decision


def test_who_objected_is_not_even_weighed() -> None:
    made = decided(visit(), replace(alma(), foretold=1.5), standing=Standing(opted_out=True))
    assert (made.contributions, made.reasons, made.probability) == ({}, (), 0.0)


def test_weights_that_name_no_history_leave_it_out_of_the_reasons() -> None:
    assert "history" not in Weights().coefficients
    assert contributions_of(READ, Weights(base_rate=0.05), 2.0)["history"] == 0.0
