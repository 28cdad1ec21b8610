"""Whether this customer is looking above what she usually spends."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from scoring.money import about, money
from scoring.profile import LINES_READ, SHOP_COUNTS_AS
from scoring.reading import NO_CONSENT, Reading, unread
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import Adjacency, Policy
from scoring.wording import count, listed

# "The tier rises by bands, not by 1 %" (facts/jewellery.md). Each band is a multiple of the merchant's bound:
# at the default 1.25 they stand at 1.25, 1.5, 2 and 3 times the baseline. Dated guess, 2026-11.
_BANDS = ((2.4, 1.0), (1.6, 0.85), (1.2, 0.7), (1.0, 0.5))
_ABOVE_USUAL = 0.25  # above the baseline, below the bound
# facts/scoring.md: who has stepped up makes the next step 1.8–5.6 times likelier. Each year with a step up to
# the second raises the grade so far; by how much is a dated guess, 2026-11.
_STEPPED_RAISES_BY = 0.15
_STEPS_COUNTED = 2
# From so many pieces of her own on, the house's median weighs a third or less of the baseline: it is hers.
_SPEAK_ALONE = 2 * SHOP_COUNTS_AS


def price_tier(
    session: Session,
    relationship: Relationship,
    /,
    *,
    today: date,
    policy: Policy,
    adjacency: Adjacency,
) -> Reading:
    """Read the median price looked at against the customer's own baseline."""
    if not session.analytics_allowed:
        return NO_CONSENT
    prices = sorted([price for price in session.prices if price > 0])
    if not prices:
        return unread("No priced pieces looked at in this visit.")
    baseline = relationship.baseline
    if baseline is None or baseline <= 0:
        return unread("No usual price on record to compare with.")
    if session.currency and relationship.currency and session.currency != relationship.currency:
        return unread("Prices looked at and prices paid are in different currencies.")
    # Rounded: 1.1 × 100 is 110 to everyone but a computer.
    ratio = round(_middle(prices) / baseline, 9)
    fired = ratio >= policy.price_ratio_at
    grade = grade_of(ratio, policy.price_ratio_at)
    if fired and relationship.stepped_up:
        steps = min(_STEPS_COUNTED, len(relationship.stepped_up))
        grade = min(1.0, grade * (1 + _STEPPED_RAISES_BY * steps))
    return Reading(grade, fired, _because(prices, relationship, ratio, fired))


def _middle(ordered: list[int]) -> float:
    # By hand: statistics.median costs as much as all the rest of this signal.
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def grade_of(ratio: float, bound: float) -> float:
    """Grade 0..1 by bands how far above the usual price one is; the merchant's bound is where it fires."""
    for least, grade in _bands(bound):
        if ratio >= least:
            return grade
    return _ABOVE_USUAL if ratio > 1 else 0.0


@lru_cache(maxsize=64)  # a bound is a policy's: a process meets few
def _bands(bound: float) -> tuple[tuple[float, float], ...]:
    return tuple((round(bound * times, 9), grade) for times, grade in _BANDS)


def _because(prices: list[int], relationship: Relationship, ratio: float, fired: bool) -> str:
    currency, low, high = relationship.currency, prices[0], prices[-1]
    looking = money(low, currency) if low == high else f"{money(low, currency)} to {money(high, currency)}"
    usual, own = about(relationship.baseline or 0, currency), relationship.lines_priced
    if own >= LINES_READ:
        usual += f" (of the latest {LINES_READ} pieces)"
    if fired:
        before = listed([str(year) for year in relationship.stepped_up])
        stepped = f"; has stepped up before, in {before}" if before else ""
        return f"Looking at {looking}; {_usually(usual, own)}{stepped}."
    against = "below" if ratio < 1 else "near"
    whose, by = ("the usual", f" ({_rests_on(own)})") if own else ("the house's usual", "")
    return f"Looking at {looking}, {against} {whose} {usual}{'' if own >= _SPEAK_ALONE else by}."


def _usually(usual: str, own: int) -> str:
    """Say whose usual price it is: few pieces of one's own are weighed together with the house's prices."""
    if own >= _SPEAK_ALONE:
        return f"usually about {usual}"
    if own:
        return f"about {usual} is usual, {_rests_on(own)}"
    return f"the house's usual is about {usual}"


def _rests_on(own: int) -> str:
    pieces = "one earlier piece" if own == 1 else f"{count(own)} earlier pieces"
    return f"by {pieces} and the house's prices"
