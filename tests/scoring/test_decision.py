"""Each rule by its name, in the design's order, and the arm a customer is in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.decision import RULES, Reading, holdout_draw, probability_of, reasons_of, strength_of
from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_WEIGHTS, Policy, Weights

from .cast import (
    DEFAULT_ADJACENCY,
    FREE,
    NOW,
    POLICY,
    TODAY,
    alma,
    decide,
    decided,
    known,
    order,
    view,
    visit,
)

LATER = NOW + timedelta(days=1)
DAY = timedelta(days=1)
DESIGN = [
    "opted_out",
    "no_relationship",
    "preferences_not_allowed",
    "asked_not_again",
    "resting_after_dismissal",
    "already_booked",
    "order_problem",
    "recent_purchase",
    "offered_recently",
    "no_opening",
    "cue_not_reached",
    "held_out",
    "cue_reached",
]


def rule_of(**changes):
    return decided(standing=replace(FREE, **changes)).rule


def fired(*names):
    return {name: Reading(1.0, name in names, "Because.") for name in SIGNALS}


def test_the_rules_stand_in_the_designs_order():
    assert [rule.name for rule in RULES] == DESIGN
    assert [rule.name for rule in RULES if rule.verdict == "offer"] == ["cue_reached"]


def test_opted_out_dario_is_not_read_at_all(monkeypatch):
    def never(*_, **__):
        raise AssertionError("Dario was read")

    for name in SIGNALS:
        monkeypatch.setitem(SIGNALS, name, never)
    dario = decided(standing=replace(FREE, opted_out=True))
    assert (dario.verdict, dario.rule, dario.readings, dario.reasons) == ("quiet", "opted_out", {}, ())
    assert (dario.strength, dario.probability, dario.held_out) == ("none", 0.0, False)


def test_no_relationship_with_bruno_the_stranger():
    bruno = decide(
        visit(), None, FREE, POLICY, DEFAULT_WEIGHTS, DEFAULT_ADJACENCY, now=NOW, today=TODAY, draw=0.5
    )
    assert (bruno.verdict, bruno.rule, bruno.readings) == ("quiet", "no_relationship", {})
    assert decided(relationship=known([order("2015-01-01", status="cancelled")])).rule == "no_relationship"


def test_preferences_not_allowed_stays_quiet():
    assert decided(visit(preferences_allowed=False)).rule == "preferences_not_allowed"


def test_asked_not_again_is_for_good():
    assert rule_of(stopped=True) == "asked_not_again"


def test_resting_after_dismissal_ends_with_the_rest():
    assert rule_of(rest_until=NOW + timedelta(microseconds=1)) == "resting_after_dismissal"
    assert rule_of(rest_until=NOW) == "cue_reached"


def test_already_booked_until_the_booking_is_over():
    assert rule_of(booked_until=LATER) == "already_booked"
    assert rule_of(booked_until=NOW - DAY) == "cue_reached"


def test_order_problem_stays_quiet():
    assert rule_of(order_problem=True) == "order_problem"


def test_recent_purchase_by_the_instant_or_by_the_day():
    assert rule_of(last_order_at=NOW - 14 * DAY + timedelta(seconds=1)) == "recent_purchase"
    assert rule_of(last_order_at=NOW - 14 * DAY) == "cue_reached"
    assert decided(relationship=replace(alma(), last_order=TODAY - 13 * DAY)).rule == "recent_purchase"
    assert decided(relationship=replace(alma(), last_order=TODAY - 14 * DAY)).rule == "cue_reached"


def test_offered_recently_rests_thirty_days():
    assert rule_of(offered_at=NOW - 30 * DAY + timedelta(seconds=1)) == "offered_recently"
    assert rule_of(offered_at=NOW - 30 * DAY) == "cue_reached"


@pytest.mark.parametrize(
    ("opening", "rule"),
    [
        (None, "no_opening"),
        (NOW + 14 * DAY, "cue_reached"),
        (NOW + 14 * DAY + timedelta(seconds=1), "no_opening"),
        (NOW - DAY, "no_opening"),
    ],
)
def test_no_opening_within_two_weeks(opening, rule):
    assert rule_of(next_opening=opening) == rule


def test_cue_not_reached_with_one_signal():
    one = decided(visit(view("watch", 50_000)))
    assert (one.verdict, one.rule, one.strength) == ("quiet", "cue_not_reached", "none")
    assert one.reasons == ("Client since 2016: 7 orders, the last in May.",)


def test_held_out_would_have_been_invited():
    esther = decided(draw=0.09)
    assert (esther.verdict, esther.rule, esther.held_out) == ("quiet", "held_out", True)
    assert esther.propensity == pytest.approx(0.1)
    assert esther.readings == decided().readings
    # Only who would be invited is held out.
    assert decided(visit(view("watch", 50_000)), draw=0.09).rule == "cue_not_reached"


def test_the_draw_at_the_share_itself_is_invited():
    assert decided(draw=0.1).rule == "cue_reached"
    assert decided(draw=0.0, policy=Policy(holdout_share=0.0)).rule == "cue_reached"


def test_cue_reached_invites_alma_and_says_why():
    her = decided()
    assert (her.verdict, her.rule, her.strength, her.held_out) == ("offer", "cue_reached", "strong", False)
    assert her.propensity == pytest.approx(0.9)
    assert her.reasons[:2] == (
        "Looking at eternity bands; bought a wedding band in 2016 (Ines advised).",
        "Looking at £2,400 to £3,900; usually about £1,100.",
    )
    assert her.reasons[-1] == "Client since 2016: 7 orders, the last in May."
    assert 0 < her.probability < 1


@pytest.mark.parametrize("earlier", range(len(DESIGN) - 1))
def test_the_first_match_wins(earlier):
    """Everything is wrong at once; put right from the front, each rule answers in its turn."""
    wrong = {
        "opted_out": {"opted_out": True},
        "asked_not_again": {"stopped": True},
        "resting_after_dismissal": {"rest_until": LATER},
        "already_booked": {"booked_until": LATER},
        "order_problem": {"order_problem": True},
        "recent_purchase": {"last_order_at": NOW},
        "offered_recently": {"offered_at": NOW},
        "no_opening": {"next_opening": None},
    }
    still = DESIGN[earlier:]
    changes = {key: value for name, how in wrong.items() if name in still for key, value in how.items()}
    session = visit(
        view(*(("watch", 50_000) if "cue_not_reached" in still else ("eternity_band", 240_000))),
        preferences_allowed="preferences_not_allowed" not in still,
    )
    relationship = known() if "no_relationship" in still else alma()
    assert decided(session, relationship, replace(FREE, **changes), draw=0.0).rule == DESIGN[earlier]


@pytest.mark.parametrize(
    ("names", "strength"),
    [
        ((), "none"),
        (("tenure",), "none"),
        (("price_tier",), "none"),
        (("tenure", "category_continuity"), "cue"),
        (("tenure", "price_tier"), "cue"),
        (("repeat_visits", "price_tier"), "strong"),
        (("anniversary_window", "repeat_visits"), "strong"),
        (("tenure", "category_continuity", "price_tier"), "strong"),
        (tuple(SIGNALS), "strong"),
    ],
)
def test_strength_counts_what_fired_and_how_timely_it_is(names, strength):
    assert strength_of(fired(*names)) == strength


def test_the_merchant_chooses_what_invites():
    cue_only = visit(view("earrings", 100_000))
    assert decided(cue_only).strength == "cue"
    assert decided(cue_only).rule == "cue_reached"
    assert decided(cue_only, policy=Policy(offer_at="strong")).rule == "cue_not_reached"
    assert decided(policy=Policy(offer_at="strong")).rule == "cue_reached"
    chance = decided().probability
    at = Policy(offer_at="probability", probability_threshold=chance)
    assert decided(policy=at).rule == "cue_reached"
    assert decided(policy=replace(at, probability_threshold=chance + 1e-9)).rule == "cue_not_reached"


def test_the_prior_is_the_rule():
    threshold = POLICY.probability_threshold
    for one in SIGNALS:
        alone = {one: Reading(1.0, True, "Because.")}
        assert probability_of(alone, DEFAULT_WEIGHTS) < threshold
    for two in (
        ("anniversary_window", "repeat_visits"),
        ("repeat_visits", "price_tier"),
        ("anniversary_window", "price_tier"),
    ):
        assert (
            probability_of({name: Reading(1.0, True, "Because.") for name in two}, DEFAULT_WEIGHTS)
            >= threshold
        )
    assert probability_of({}, DEFAULT_WEIGHTS) == pytest.approx(0.018, abs=0.001)


def test_weights_nobody_gave_count_for_nothing_and_huge_ones_do_not_break():
    assert probability_of(fired(*SIGNALS), Weights()) == pytest.approx(0.018, abs=0.001)
    assert probability_of(fired(*SIGNALS), Weights(intercept=1e9)) == 1
    assert 0 <= probability_of(fired(*SIGNALS), Weights(intercept=-1e9)) < 1e-300


def test_reasons_are_what_fired_strongest_first():
    readings = {
        "tenure": Reading(1.0, True, "T."),
        "category_continuity": Reading(0.5, True, "C."),
        "anniversary_window": Reading(1.0, False, "A."),
        "repeat_visits": Reading(0.5, True, "R."),
    }
    assert reasons_of(readings, DEFAULT_WEIGHTS) == ("C.", "R.", "T.")


def test_what_speaks_against_her_is_no_reason():
    learned = Weights(coefficients={"tenure": -0.8, "repeat_visits": 1.0})
    readings = {"tenure": Reading(1.0, True, "T."), "repeat_visits": Reading(0.5, True, "R.")}
    assert reasons_of(readings, learned) == ("R.",)


def test_an_offer_by_likelihood_alone_has_its_reasons():
    few = Policy(offer_at="probability", probability_threshold=0.01)
    her = decided(
        visit(view("cufflinks", 120_000)), known([order("2024-01-01", "pendant", 110_000)]), policy=few
    )
    assert (her.verdict, her.strength) == ("offer", "none")
    assert her.reasons
    spoke = {reading.because for name, reading in her.readings.items() if her.contributions[name] > 0}
    assert {*her.reasons} <= spoke


@given(st.tuples(*[st.text(max_size=8)] * 4))
def test_a_draw_is_between_nought_and_one_and_stays(parts):
    assert 0 <= holdout_draw(*parts) < 1
    assert holdout_draw(*parts) == holdout_draw(*parts)


def test_draws_are_even_and_belong_to_one_customer_of_one_shop():
    draws = [holdout_draw("salt", "autumn", "alder.example", str(n)) for n in range(4_000)]
    assert 0.08 < sum(draw < 0.1 for draw in draws) / len(draws) < 0.12
    assert len({*draws}) == len(draws)
    assert holdout_draw("salt", "autumn", "ab", "c") != holdout_draw("salt", "autumn", "a", "bc")
    assert holdout_draw("pepper", "autumn", "ab", "c") != holdout_draw("salt", "autumn", "ab", "c")
    # Assigned once for the experiment's life: this value must never change.
    assert holdout_draw("salt", "autumn", "alder.example", "1") == 0.5620342864608271
