"""The numbers a decision is made with: policy, weights, adjacency. Versioned, plain, and never a pickle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scoring.kinds import KINDS
from scoring.records import Recorded


@dataclass(frozen=True, slots=True)
class Policy(Recorded):
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
    # Where the lead has no opening in that time: say nothing, or invite and let the client choose between
    # waiting, a colleague and a call back.
    without_opening: Literal["quiet", "choose"] = "quiet"
    # Consultations still free in that time: so many are never promised, and of the next so many only to a
    # strong cue. 0 is no pacing, as in every record from before it.
    openings_held_back: int = 0
    openings_for_strong: int = 0

    @property
    def is_paced(self) -> bool:
        """Answer whether invitations depend on how many openings are left."""
        return self.openings_held_back > 0 or self.openings_for_strong > 0


@dataclass(frozen=True, slots=True)
class Weights(Recorded):
    """A logistic table: log-odds per graded reading, and an intercept.

    `coefficients["history"]` weighs what the order history foretells (`Relationship.foretold`). `deviations`
    says how unsure each is (one standard deviation; "intercept" too): none where nothing was learned.
    `base_rate` is how often any client of the house orders within 60 days; None where that is not known.
    """

    version: int = 0
    intercept: float = -4.0
    coefficients: Mapping[str, float] = field(default_factory=dict)
    deviations: Mapping[str, float] = field(default_factory=dict)
    base_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Adjacency(Recorded):
    """Directed: bought kind → browsed kind → strength 0..1. What is not named is 0."""

    version: int = 0
    table: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


# "The prior is the rule" (facts/scoring.md: below ~30 positives only a prior-anchored model is no worse). The
# intercept is the measured base rate of an order in 30 days (1.8 %, log-odds −4.0). Two timely signals at
# full grade reach the default threshold of .15, as the rule would; none does so alone. Around the rule's
# equal 1.2 the measured weights pull, halved towards it: the window up (1.24 for buying, .57 for upgrading:
# the largest for buying), tenure down (0 for buying: alone it is worse than chance, AUC .472; within a
# recency decile 1.1–2.2×). Repeat visits and category have no long measured history: they keep the rule's.
# Dated guess, 2026-11.
DEFAULT_WEIGHTS = Weights(
    intercept=-4.0,
    coefficients={
        "tenure": 0.5,
        "category_continuity": 1.2,
        "anniversary_window": 1.6,
        "repeat_visits": 1.2,
        "price_tier": 1.2,
    },
)

# facts/jewellery.md, "Same kind again .9 (measured: 6.3× chance, the strongest of all)".
_SAME_KIND_AGAIN = 0.9
# What is neither a piece nor a placed one leads nowhere.
LEADS_NOWHERE = ("service", "other")
# facts/jewellery.md, "Categories and adjacency": directed and strict, all else 0. The bridal arrows are read
# as a chain; of its skips only engagement → eternity counts, on which both readings of the text agree.
_STEPS: Mapping[str, Mapping[str, float]] = {
    "engagement_ring": {"wedding_band": 1.0, "eternity_band": 0.9, "earrings": 0.5, "pendant": 0.5},
    "wedding_band": {"eternity_band": 0.9},
    "eternity_band": {"cocktail_ring": 0.7},
    "earrings": {"necklace": 0.8, "pendant": 0.8},
    "necklace": {"earrings": 0.8, "bracelet": 0.6},
    "pendant": {"earrings": 0.8},
    "bracelet": {"necklace": 0.6},
    "set": {"earrings": 0.8, "necklace": 0.8, "pendant": 0.8, "bracelet": 0.8, "brooch": 0.8},
    "watch": {"watch_accessory": 0.8, "cufflinks": 0.5},
    "cufflinks": {"watch": 0.5},
}

DEFAULT_ADJACENCY = Adjacency(
    table={
        kind: {kind: _SAME_KIND_AGAIN, **_STEPS.get(kind, {})} for kind in KINDS if kind not in LEADS_NOWHERE
    }
)
