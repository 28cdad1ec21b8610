"""The numbers a decision is made with: policy, weights, adjacency. Versioned, plain, and never a pickle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Policy:
    """What the merchant decided. Defaults are DESIGN.md's; every one of them can be moved."""

    version: int = 0
    offer_at: Literal["cue", "strong", "probability"] = "cue"
    probability_threshold: float = 0.15  # dated guess, 2026-11: the rule's own rate on the demo house
    tenure_years: float = 5.0
    adjacency_at: float = 0.5
    window_before_days: int = 45
    window_after_days: int = 3
    inferred_confidence_at: float = 0.5
    visit_days_at: int = 3
    visit_span_days: int = 14
    price_ratio_at: float = 1.25
    rest_days: int = 90  # after one "not now"
    dismissals_stop: int = 2
    offered_rest_days: int = 30
    recent_purchase_days: int = 14  # "within days of a purchase" (facts/jewellery.md); dated guess, 2026-11
    opening_within_days: int = 14  # Cal.com's bound for a lead who is too far away
    holdout_share: float = 0.10  # 10–20 % (facts/jewellery.md)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic table: log-odds per graded reading, and an intercept."""

    version: int = 0
    intercept: float = -4.0
    coefficients: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Directed: bought kind → browsed kind → strength 0..1. What is not named is 0."""

    version: int = 0
    table: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
