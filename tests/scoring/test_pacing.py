"""Where openings are few, the strongest fill them; where there is none, the merchant says what happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scoring.decision import Decision, Standing
from scoring.replay import record, replay
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy

from .cast import FREE, NOW, POLICY, TODAY, alma, decided, visit

PACED = replace(POLICY, openings_held_back=1, openings_for_strong=3)
NOTHING_TIMELY = {"inferred_confidence_at": 1.0, "visit_days_at": 30, "price_ratio_at": 10.0}
FAR = replace(FREE, next_opening=NOW + timedelta(days=20))
NEVER = replace(FREE, next_opening=None)


def strong(standing: Standing, policy: Policy) -> Decision:
    found = decided(standing=standing, policy=policy)
    assert found.strength == "strong"
    return found


def weak(standing: Standing, policy: Policy) -> Decision:
    """Tenure and category alone: a cue and no more."""
    found = decided(standing=standing, policy=replace(policy, **NOTHING_TIMELY))
    assert found.strength == "cue"
    return found


@pytest.mark.parametrize(
    ("left", "strong_rule", "cue_rule"),
    [
        (0, "no_opening", "no_opening"),
        (1, "no_opening", "no_opening"),
        (2, "cue_reached", "no_opening"),
        (4, "cue_reached", "no_opening"),
        (5, "cue_reached", "cue_reached"),
    ],
)
def test_as_openings_fall_a_cue_waits_and_then_everybody(left: int, strong_rule: str, cue_rule: str) -> None:
    standing = replace(FREE, openings_left=left)
    assert strong(standing, PACED).rule == strong_rule
    assert weak(standing, PACED).rule == cue_rule


def test_nothing_is_paced_where_nobody_counted_or_nobody_asked_for_it() -> None:
    assert weak(FREE, PACED).rule == "cue_reached"
    assert weak(replace(FREE, openings_left=0), POLICY).rule == "cue_reached"


def test_who_falls_short_hears_that_and_not_that_time_is_short() -> None:
    assert weak(replace(FREE, openings_left=2), replace(PACED, offer_at="strong")).rule == "cue_not_reached"


@pytest.mark.parametrize("standing", [FAR, NEVER])
def test_without_an_opening_the_merchant_chooses_silence_or_a_choice(standing: Standing) -> None:
    assert strong(standing, POLICY).rule == "no_opening"
    choose = replace(POLICY, without_opening="choose")
    assert strong(standing, choose).rule == weak(standing, choose).rule == "cue_reached"


def test_a_paced_house_asks_only_the_strongest_to_choose() -> None:
    choose = replace(PACED, without_opening="choose")
    assert strong(replace(NEVER, openings_left=0), choose).rule == "cue_reached"
    assert weak(replace(NEVER, openings_left=0), choose).rule == "no_opening"


def test_a_paced_decision_is_replayed_from_its_record_alone() -> None:
    standing = replace(FREE, openings_left=1)
    found = decided(standing=standing, policy=PACED)
    kept = record(
        visit(), alma(), standing, PACED, DEFAULT_WEIGHTS, DEFAULT_ADJACENCY,
        now=NOW, today=TODAY, draw=0.5, decision=found,
    )  # fmt: skip
    assert kept["standing"]["openings_left"] == 1
    assert replay(kept).rule == "no_opening"


def test_a_record_from_before_pacing_is_decided_as_it_was() -> None:
    policy, standing = POLICY.to_record(), FREE.to_record()
    for name in ("without_opening", "openings_held_back", "openings_for_strong"):
        del policy[name]
    del standing["openings_left"]
    old = Policy.from_record(policy), Standing.from_record(standing)
    assert old == (POLICY, FREE)
