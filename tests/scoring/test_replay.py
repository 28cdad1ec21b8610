"""A decision can be made again from its record alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from scoring.decision import RULES, Standing
from scoring.records import UnableToReadRecord
from scoring.replay import ENGINE, DecisionRecord, record, replay
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS

from .cast import FREE, NOW, POLICY, TODAY, alma, decided, visit

STANDINGS = [
    FREE,
    Standing(),
    replace(FREE, opted_out=True),
    replace(FREE, rest_until=NOW + timedelta(days=1)),
]


def recorded(standing=FREE, relationship=None, draw=0.5):
    her = relationship or alma()
    made = decided(relationship=her, standing=standing, draw=draw)
    kept = record(
        visit(),
        her,
        standing,
        POLICY,
        DEFAULT_WEIGHTS,
        DEFAULT_ADJACENCY,
        now=NOW,
        today=TODAY,
        draw=draw,
        decision=made,
    )
    return made, kept


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("draw", [0.05, 0.5])
def test_a_record_replays_to_the_same_answer(standing, draw):
    made, kept = recorded(standing, draw=draw)
    back = json.loads(json.dumps(kept))
    assert replay(back) == made
    assert DecisionRecord.from_record(back).decision == made
    assert kept["engine"] == ENGINE


def test_a_record_whose_keys_were_sorted_replays_the_same():
    """PostgreSQL's jsonb keeps no order of keys."""
    made, kept = recorded()
    assert replay(json.loads(json.dumps(kept, sort_keys=True))) == made


def test_a_replay_looks_at_the_record_and_at_nothing_else():
    _, kept = recorded()
    kept = json.loads(json.dumps(kept))
    kept["policy"]["holdout_share"] = 1.0
    assert replay(kept).rule == "held_out"
    kept["relationship"] = None
    assert replay(kept).rule == "no_relationship"


def test_a_damaged_record_says_where():
    _, kept = recorded()
    kept["session"]["started_at"] = "yesterday"
    with pytest.raises(UnableToReadRecord, match=r"DecisionRecord\.session\.started_at"):
        replay(kept)


def test_every_rule_that_decided_is_a_rule_of_the_list():
    assert DecisionRecord.from_record(recorded()[1]).decision.rule in {rule.name for rule in RULES}


def test_a_record_from_before_metal_and_stone_were_read_replays_the_same():
    made, kept = recorded()
    back = json.loads(json.dumps(kept))
    del back["session"]["materials"], back["relationship"]["materials"]
    assert replay(back) == made
