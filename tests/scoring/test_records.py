"""Records survive JSON and give equal objects; what does not fit says where."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.decision import Decision, Reading, Standing
from scoring.records import UnableToReadRecord
from scoring.relationship import Milestone, Relationship
from scoring.session import Session
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Adjacency, Policy, Weights

from .cast import FREE, NOW, alma, decided, milestone, visit


@pytest.mark.parametrize(
    "kept",
    [
        Policy(),
        DEFAULT_WEIGHTS,
        DEFAULT_ADJACENCY,
        alma(),
        visit(),
        FREE,
        Standing(),
        decided(),
        milestone(2, None),
        Reading(0.5, True, "Told."),
        Session(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5.5))), NOW),
    ],
    ids=lambda kept: type(kept).__name__,
)
def test_a_record_survives_json(kept):
    assert type(kept).from_record(json.loads(json.dumps(kept.to_record()))) == kept


@pytest.mark.parametrize(
    "kind", [Policy, Weights, Adjacency, Relationship, Milestone, Session, Standing, Reading, Decision]
)
@given(data=st.data())
def test_whatever_a_class_may_hold_survives_json(kind, data):
    finite = {float: st.floats(allow_nan=False, allow_infinity=False)}
    for of, strategy in finite.items():
        st.register_type_strategy(of, strategy)
    kept = data.draw(st.builds(kind))
    assert kind.from_record(json.loads(json.dumps(kept.to_record()))) == kept


def test_a_field_the_record_lacks_takes_its_default():
    assert Policy.from_record({"version": 3}) == Policy(version=3)


@pytest.mark.parametrize(
    ("kind", "record", "says"),
    [
        (Policy, {"offer_at": "always"}, "Policy.offer_at: expected one of 'cue', 'strong', 'probability'"),
        (Policy, {"version": "1"}, "Policy.version: expected int, found '1'"),
        (Policy, {"version": True}, "Policy.version: expected int, found True"),
        (Policy, {"tenure": 3}, "Policy.tenure: expected no such field of Policy"),
        (Policy, [], "Policy: expected an object"),
        (Reading, {"value": 1.0, "fired": True}, "Reading.because: expected a value, found None"),
        (
            Standing,
            {"rest_until": "soon"},
            "Standing.rest_until: expected an ISO 8601 datetime, found 'soon'",
        ),
        (
            Relationship,
            {"version": 1, "first_order": None, "last_order": None, "orders": 0, "kinds": {"set": [1]}},
            "Relationship.kinds['set']: expected a list of 2",
        ),
        (Adjacency, {"table": {"set": {"watch": "near"}}}, "Adjacency.table['set']['watch']: expected float"),
    ],
)
def test_what_does_not_fit_says_where_and_what(kind, record, says):
    with pytest.raises(UnableToReadRecord) as told:
        kind.from_record(record)
    assert str(told.value).startswith(says)


def test_dates_are_written_as_iso():
    assert alma().to_record()["first_order"] == date(2016, 7, 28).isoformat()
