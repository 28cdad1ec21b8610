"""Put a new version of the house's policy in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.stores import rulebook
from app.stores.database import Transaction
from scoring.weights import Policy

# field → the least and the most a house may choose, in the policy's own units. Guesses of 2026-11: wide
# enough for any jeweller, narrow enough to catch a slipped key.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "probability_threshold": (0.01, 0.99),
    "tenure_years": (0.5, 50),
    "adjacency_at": (0.05, 1.0),
    "window_before_days": (0, 180),
    "window_after_days": (0, 60),
    "inferred_confidence_at": (0.05, 1.0),
    "visit_days_at": (2, 30),
    "visit_span_days": (1, 90),
    "price_ratio_at": (1.01, 10.0),
    "rest_days": (1, 730),
    "dismissals_stop": (1, 10),
    "offered_rest_days": (1, 365),
    "recent_purchase_days": (0, 365),
    "opening_within_days": (1, 90),
    "openings_held_back": (0, 50),
    "openings_for_strong": (0, 50),
    # Above half, the house would mostly measure and hardly invite.
    "holdout_share": (0.0, 0.5),
}


class UnableToChangePolicy(Exception):
    """Some values lie outside their bounds; `fields` names them. Other values will do."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"outside of their bounds: {', '.join(fields)}")
        self.fields = fields


class UnableToChangePolicySince(Exception):
    """Somebody put a newer version in force meanwhile. Look at it, then try again."""


def change_policy(tx: Transaction, policy: Policy, *, based_on: int, by: str, now: datetime) -> Policy:
    """This function will put a policy in force as a new version, and answer it with its number.

    `based_on` is the version that was on the screen; a policy that says the same as it makes no new version.
    """
    outside = tuple(name for name, bounds in BOUNDS.items() if not _within(getattr(policy, name), bounds))
    if outside:
        raise UnableToChangePolicy(outside)
    current = rulebook.read(tx).policy
    if current.version != based_on:
        raise UnableToChangePolicySince(f"version {current.version} is in force")
    if _says(policy) == _says(current):
        return current
    try:
        with tx.connection.begin_nested():
            return rulebook.change_policy(tx, policy, by=by, now=now)
    except IntegrityError:  # two at the same moment: the first has the number
        raise UnableToChangePolicySince("another version came first") from None


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]  # false for "not a number", too


def _says(policy: Policy) -> dict[str, Any]:
    return {**policy.to_record(), "version": 0}
