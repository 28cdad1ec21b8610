"""Once a month the level of learned weights follows what visits led to; the rest waits for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.stores import customers, learnings, rulebook
from app.stores.decisions import decisions
from app.usecases.learn_weights import UnableToLearn, learn_weights
from app.usecases.open_shop import open_shop
from app.wiring import Services
from scoring.weights import DEFAULT_WEIGHTS, Weights

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
# A house whose every visit is given an even chance, and where none leads to an order.
TOO_HIGH = replace(DEFAULT_WEIGHTS, intercept=0.0, base_rate=0.05)


@pytest.fixture
def shop_id(services: Services) -> int:
    named = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, "alder.myshopify.com", now=NOW - timedelta(days=400), **named)


def approve(services: Services, shop_id: int, *, days_ago: int) -> None:
    with services.database.shop(shop_id) as tx:
        since = NOW - timedelta(days=days_ago)
        rulebook.change_weights(
            tx, TOO_HIGH, history=None, learned={"rows": 1, "offered": 0.2}, by="Margaret", now=since
        )


def visits(services: Services, shop_id: int, number: int) -> None:
    at = NOW - timedelta(days=90)
    record = {
        "decision": {"readings": {"tenure": {"value": 0.5, "fired": True, "because": "Since 2016."}}},
        "relationship": {"foretold": None},
        "weights": {"version": 1},
        "session": {"started_at": (at - timedelta(minutes=15)).isoformat()},
        "standing": {"last_order_at": None},
    }
    row = {"at": at, "day": at.date(), "verdict": "quiet", "rule": "cue_not_reached", "strength": "none"}
    with services.database.shop(shop_id) as tx:
        for customer in map(str, range(number)):
            customers.mention(tx, [customer])
            ids = {"customer_id": customer, "decision_id": uuid4(), "session_id": customer}
            named = {"shop_id": shop_id, "eligible": False, "held_out": False, "record": record}
            tx.execute(insert(decisions).values(**row, **ids, **named))


def learn(services: Services, shop_id: int, *, now: datetime = NOW) -> Weights:
    """There are too few orders to learn weights from; the level needs none."""
    with pytest.raises(UnableToLearn):
        learn_weights(services.database, shop_id, now=now)
    with services.database.shop(shop_id) as tx:
        assert learnings.waiting(tx) is None
        return rulebook.read(tx).weights


def test_the_level_follows_once_a_month_and_what_was_approved_stays(services: Services, shop_id: int) -> None:
    visits(services, shop_id, 200)
    approve(services, shop_id, days_ago=30)
    moved = learn(services, shop_id)
    assert moved.intercept < TOO_HIGH.intercept
    assert moved == replace(TOO_HIGH, version=3, intercept=moved.intercept)
    with services.database.shop(shop_id) as tx:
        in_force = rulebook.weights_in_force(tx)
    assert in_force.created_by == "Margaret", "who approved the weights still has"
    assert in_force.learned is not None
    assert in_force.learned["level"] == {"shift": moved.intercept, "sessions": 200, "ordered": 0}
    assert learn(services, shop_id, now=NOW + timedelta(days=1)) == moved, "once a month"


def test_young_weights_and_the_rules_own_stay(services: Services, shop_id: int) -> None:
    visits(services, shop_id, 200)
    assert learn(services, shop_id).version == 1
    approve(services, shop_id, days_ago=3)
    assert learn(services, shop_id) == replace(TOO_HIGH, version=2)
