"""Whether to invite: named rules in order, first match wins, and the rule's name is the answer to "why?"."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from scoring.reading import Reading
from scoring.records import Recorded
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.signals import SIGNALS, TIMELY
from scoring.weights import Adjacency, Policy, Weights

__all__ = [
    "NOTABLE",
    "RULES",
    "Decision",
    "Reading",
    "Rule",
    "Situation",
    "Standing",
    "Strength",
    "Verdict",
    "contributions_of",
    "decide",
    "holdout_draw",
    "probability_of",
    "readings_of",
    "reasons_of",
    "strength_of",
]

# The history is a reason of its own where it makes an order half again as likely. Dated guess, 2026-11.
NOTABLE = math.log(1.5)
# From here on "1 in 2" is too coarse, and tenths are said.
_MANY = 0.4
# MacKay's pi/8: how much of a variance draws a logistic towards even odds.
_DRAWN = math.pi / 8

Strength = Literal["none", "cue", "strong"]
Verdict = Literal["offer", "quiet"]


@dataclass(frozen=True, slots=True)
class Standing(Recorded):
    """How things stand between the house and this customer just now, apart from what she is looking at."""

    opted_out: bool = False
    stopped: bool = False  # "don't ask again", or dismissed twice
    rest_until: datetime | None = None
    offered_at: datetime | None = None  # the last offer that was *seen* (held out: would have been)
    booked_until: datetime | None = None
    last_order_at: datetime | None = None
    order_problem: bool = False
    next_opening: datetime | None = None  # the lead's
    # How many consultations the lead has room for until `opening_within_days`, less those on offer to others
    # just now. None where nobody counted: then nothing is paced.
    openings_left: int | None = None


@dataclass(slots=True)  # not frozen, as Reading is not
class Decision(Recorded):
    """The answer, with everything that led to it."""

    verdict: Verdict
    rule: str
    strength: Strength
    probability: float
    readings: Mapping[str, Reading]
    reasons: tuple[str, ...]  # sentences of the largest contributions, strongest first
    held_out: bool
    propensity: float  # the chance this customer had of being in the arm she is in
    # What each reading, and "history", added to the log-odds. Not compared: it follows from what is, and a
    # record from before it was kept must still replay as the same.
    contributions: Mapping[str, float] = field(default_factory=dict, compare=False)


@dataclass(slots=True)
class Situation:
    """All that a rule may look at. Readings are taken when first asked for: a rule can come before them."""

    session: Session
    relationship: Relationship | None
    standing: Standing
    policy: Policy
    weights: Weights
    adjacency: Adjacency
    now: datetime  # aware
    today: date  # the shop's
    draw: float  # 0..1, fixed for a customer and an experiment
    # Kept by hand: in Python 3.11 cached_property takes a lock, at 1 µs each.
    _readings: Mapping[str, Reading] | None = None
    _strength: Strength | None = None
    _contributions: Mapping[str, float] | None = None
    _probability: float | None = None

    @property
    def readings(self) -> Mapping[str, Reading]:
        """Answer every signal's reading; none for a stranger."""
        if self._readings is None:
            self._readings = self._read()
        return self._readings

    def _read(self) -> Mapping[str, Reading]:
        if self.relationship is None:
            return {}
        return readings_of(self.session, self.relationship, self.policy, self.adjacency, today=self.today)

    @property
    def strength(self) -> Strength:
        """Answer how many signals speak, and how timely."""
        if self._strength is None:
            self._strength = strength_of(self.readings)
        return self._strength

    @property
    def contributions(self) -> Mapping[str, float]:
        """Answer what each reading, and the history, adds to the log-odds."""
        if self._contributions is None:
            self._contributions = contributions_of(self.readings, self.weights, self.foretold)
        return self._contributions

    @property
    def foretold(self) -> float | None:
        """Answer what the order history foretells; None where it does not."""
        return self.relationship.foretold if self.relationship is not None else None

    @property
    def probability(self) -> float:
        """Answer the calibrated chance."""
        if self._probability is None:
            self._probability = _chance(self.contributions, self.readings, self.weights, self.foretold)
        return self._probability

    @property
    def in_holdout(self) -> bool:
        """Answer whether this customer is in the arm that is not invited."""
        return self.draw < self.policy.holdout_share


@dataclass(frozen=True, slots=True)
class Rule:
    """A name, what it asks, what it answers; `reads` is False where nothing shall be read."""

    name: str
    matches: Callable[[Situation], bool]
    verdict: Verdict = "quiet"
    reads: bool = True


def _is_stranger(at: Situation) -> bool:
    return at.relationship is None or at.relationship.orders < 1


def _bought_recently(at: Situation) -> bool:
    """Tell by the instant, or by the day where only that is known."""
    rest = at.policy.recent_purchase_days
    last_at = at.standing.last_order_at
    if last_at is not None and (at.now - last_at).days < rest:
        return True
    last = at.relationship.last_order if at.relationship else None
    return last is not None and (at.today - last).days < rest


def _offered_recently(at: Situation) -> bool:
    offered = at.standing.offered_at
    return offered is not None and (at.now - offered).days < at.policy.offered_rest_days


def _has_no_opening(at: Situation) -> bool:
    """Tell by the lead's first opening, and where few are left by who they are kept for."""
    if _opens_in_time(at):
        return _is_kept_for_others(at)
    if at.policy.without_opening == "quiet":
        return True
    # She will be asked to choose: where invitations are paced, only who would be given the last opening.
    return at.policy.is_paced and _is_weaker(at)


def _opens_in_time(at: Situation) -> bool:
    opening = at.standing.next_opening
    if opening is None:
        return False
    return at.now <= opening <= at.now + timedelta(days=at.policy.opening_within_days)


def _is_kept_for_others(at: Situation) -> bool:
    left, policy = at.standing.openings_left, at.policy
    if left is None or not policy.is_paced:
        return False
    free = left - policy.openings_held_back
    return free <= 0 or (free <= policy.openings_for_strong and _is_weaker(at))


def _is_weaker(at: Situation) -> bool:
    """Tell a cue that would be invited, and is not strong: who falls short is told so by a later rule."""
    return at.strength != "strong" and not _falls_short(at)


def _falls_short(at: Situation) -> bool:
    """Ask for what the merchant asked for: a cue, a strong one, or a probability."""
    asked = at.policy.offer_at
    if asked == "probability":
        return at.probability < at.policy.probability_threshold
    return at.strength == "none" if asked == "cue" else at.strength != "strong"


def _still(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


RULES: tuple[Rule, ...] = (
    # Before anything is read: who objected is not scored, not even to stay quiet (GDPR 21(2)).
    Rule("opted_out", lambda at: at.standing.opted_out, reads=False),
    Rule("no_relationship", _is_stranger, reads=False),
    # Without it nothing could be shown or remembered, so there is no reason to read.
    Rule("preferences_not_allowed", lambda at: not at.session.preferences_allowed, reads=False),
    Rule("asked_not_again", lambda at: at.standing.stopped),
    Rule("resting_after_dismissal", lambda at: _still(at.standing.rest_until, at.now)),
    Rule("already_booked", lambda at: _still(at.standing.booked_until, at.now)),
    Rule("order_problem", lambda at: at.standing.order_problem),
    Rule("recent_purchase", _bought_recently),
    Rule("offered_recently", _offered_recently),
    Rule("no_opening", _has_no_opening),
    Rule("cue_not_reached", _falls_short),
    # Held out after everything else, so that both arms hold exactly those who would be invited.
    Rule("held_out", lambda at: at.in_holdout),
    Rule("cue_reached", lambda _: True, "offer"),
)


def decide(
    session: Session,
    relationship: Relationship | None,
    standing: Standing,
    policy: Policy,
    weights: Weights,
    adjacency: Adjacency,
    *,
    now: datetime,
    today: date,
    draw: float,
) -> Decision:
    """Decide whether to invite, and say by which rule. `today` is the shop's day of `now`, `draw` 0..1."""
    at = Situation(session, relationship, standing, policy, weights, adjacency, now, today, draw)
    rule = _first_match(at)
    readings = at.readings if rule.reads else {}
    return Decision(
        verdict=rule.verdict,
        rule=rule.name,
        strength=at.strength if rule.reads else "none",
        probability=at.probability if rule.reads else 0.0,
        readings=readings,
        reasons=_reasons(at) if rule.reads else (),
        held_out=rule.name == "held_out",
        propensity=policy.holdout_share if at.in_holdout else 1 - policy.holdout_share,
        contributions=at.contributions if rule.reads else {},
    )


def _first_match(at: Situation) -> Rule:
    for rule in RULES:
        if rule.matches(at):
            return rule
    raise AssertionError("the last rule matches everything")


def readings_of(
    session: Session, known: Relationship, policy: Policy, adjacency: Adjacency, *, today: date
) -> dict[str, Reading]:
    """Answer every signal's reading, in the catalogue's order."""
    return {
        name: signal(session, known, today=today, policy=policy, adjacency=adjacency)
        for name, signal in SIGNALS.items()
    }


def strength_of(readings: Mapping[str, Reading]) -> Strength:
    """Answer the tier: two fired make a cue; three, or two timely ones, a strong one."""
    fired = [name for name, reading in readings.items() if reading.fired]
    if len(fired) < 2:
        return "none"
    return "strong" if len(fired) >= 3 or TIMELY.issuperset(fired) else "cue"


def probability_of(readings: Mapping[str, Reading], weights: Weights, foretold: float | None = None) -> float:
    """Answer the logistic of weights on graded readings and on what the history foretells."""
    return _chance(contributions_of(readings, weights, foretold), readings, weights, foretold)


def contributions_of(
    readings: Mapping[str, Reading], weights: Weights, foretold: float | None = None
) -> dict[str, float]:
    """Answer what each reading adds to the log-odds, and "history" where it foretells anything."""
    weight = weights.coefficients.get
    added = {name: weight(name, 0.0) * reading.value for name, reading in readings.items()}
    if foretold is not None:
        added["history"] = weight("history", 0.0) * foretold
    return added


def _chance(
    contributions: Mapping[str, float],
    readings: Mapping[str, Reading],
    weights: Weights,
    foretold: float | None,
) -> float:
    # fsum, so that the order of a stored record's keys cannot change the last bit.
    log_odds = weights.intercept + math.fsum(contributions.values())
    if weights.deviations:
        log_odds /= math.sqrt(1 + _DRAWN * _variance(readings, weights.deviations, foretold))
    return _logistic(log_odds)


def _variance(
    readings: Mapping[str, Reading], deviations: Mapping[str, float], foretold: float | None
) -> float:
    """Answer how unsure the log-odds are: a logistic averaged over a Gaussian is drawn towards even odds
    by it (D. MacKay, 1992).

    The deviations alone, not how they hang together: seven numbers in every record instead of a matrix.
    """
    deviation = deviations.get
    # In the catalogue's order, whatever a stored record's: the same last bit.
    unsure = [deviation(name, 0.0) * readings[name].value for name in SIGNALS if name in readings]
    history = deviation("history", 0.0) * (foretold or 0.0)
    return math.hypot(deviation("intercept", 0.0), history, *unsure) ** 2


def _logistic(log_odds: float) -> float:
    # exp overflows beyond 709; a table of weights may be anything a person approved.
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))


def reasons_of(
    readings: Mapping[str, Reading], weights: Weights, foretold: float | None = None
) -> tuple[str, ...]:
    """Answer the sentences of what fired, by contribution; equal ones in the catalogue's order.

    The history is among them where it is given and speaks clearly for her. What speaks against her is no
    reason; where nothing that fired speaks for her, whatever does is.
    """
    return _sentences(readings, contributions_of(readings, weights, foretold), weights, foretold)


def _reasons(at: Situation) -> tuple[str, ...]:
    return _sentences(at.readings, at.contributions, at.weights, at.foretold)


def _sentences(
    readings: Mapping[str, Reading],
    contributions: Mapping[str, float],
    weights: Weights,
    foretold: float | None,
) -> tuple[str, ...]:
    speaking = [
        name for name in SIGNALS if name in readings and readings[name].fired and contributions[name] >= 0
    ]
    by_history = ""
    if foretold is not None and weights.base_rate and contributions["history"] >= NOTABLE:
        by_history = _by_orders_alone(weights.base_rate, foretold)
        speaking.append("history")
    if not speaking:
        speaking = [name for name in SIGNALS if name in readings and contributions[name] > 0]
    speaking.sort(key=contributions.__getitem__, reverse=True)
    return tuple([readings[name].because if name in readings else by_history for name in speaking])


@lru_cache(maxsize=1024)  # foretold is kept to two decimals: a shop has a few hundred different sentences
def _by_orders_alone(base_rate: float, foretold: float) -> str:
    usual = min(0.99, max(1e-6, base_rate))
    chance = _logistic(math.log(usual / (1 - usual)) + foretold)
    verb = "orders" if chance < _MANY else "order"
    return (
        f"By the orders alone, about {_whole(chance)} clients like this one {verb} within 60 days; "
        f"{_whole(usual)} of all."
    )


def _whole(chance: float) -> str:
    """Say a chance in whole people: "1 in 9", "6 in 10"."""
    return f"1 in {round(1 / chance):,}" if chance < _MANY else f"{min(9, round(10 * chance))} in 10"


def holdout_draw(salt: str, experiment: str, shop: str, customer: str) -> float:
    """Draw 0..1 for a customer, the same for as long as the experiment lives, and unknown without its salt.

    The first 53 bits (all a float holds) of SHA-256 over the four, each preceded by its length so that no two
    different customers of different shops spell the same text.
    """
    spelled = "".join(f"{len(part)}:{part}" for part in (salt, experiment, shop, customer))
    return (int.from_bytes(hashlib.sha256(spelled.encode()).digest()[:8]) >> 11) / 2**53
