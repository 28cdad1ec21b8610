"""Say openly, where an offer's advisor has no time soon, what a customer can choose instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.stores import advisors, relationships, rulebook, stand_ins
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.stores.decisions import Offer


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is instead of a time soon: to wait for `advisor` until `first`, to see `stand_in`, a call.

    `gone`: the advisor has left, and `stand_in` is who looks after her clients now. Without `stand_in` nobody
    has been briefed, or the colleague has no time soon either.
    """

    advisor: Advisor
    first: datetime | None
    stand_in: Advisor | None
    stand_in_first: datetime | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose time is booked, and in whose place; `stand_in_for` is None where it is the lead's own."""

    advisor_id: int
    stand_in_for: int | None = None


class UnableToStandIn(Exception):
    """Nobody stands in for this advisor any more. She can be waited for, or asked to call."""


def choices_of(
    tx: Transaction, offer: Offer, first_of: Mapping[int, datetime | None], *, now: datetime
) -> Choices | None:
    """This function will find what can be chosen on an offer; None where its advisor has time soon.

    `first_of` is each advisor's first opening, by number.
    """
    advisor = advisors.one(tx, offer.advisor_id)
    assert advisor is not None  # advisors are never removed, only made inactive
    within = timedelta(days=rulebook.read(tx).policy.opening_within_days)
    first = first_of.get(advisor.advisor_id)
    if first is not None and first <= now + within:
        return None
    instead = _instead(tx, offer, advisor)
    soonest = first_of.get(instead.advisor_id) if instead is not None else None
    # Who took over is the one to wait for; a stand-in with no time soon would be no help.
    if soonest is None or (advisor.active and soonest > now + within):
        instead, soonest = None, None
    return Choices(advisor, first, instead, soonest, gone=not advisor.active)


def _instead(tx: Transaction, offer: Offer, advisor: Advisor) -> Advisor | None:
    """Who stands in. Only the lead's own choice is asked for: a stand-in never delegates again."""
    return stand_ins.of(tx, advisor.advisor_id) if advisor.active else now_led_by(tx, offer.customer_id)


def now_led_by(tx: Transaction, customer_id: str) -> Advisor:
    """This function will find who leads a relationship today: its lead while at work here, else the owner."""
    lead_id = relationships.one(tx, customer_id).lead_advisor_id
    lead = advisors.one(tx, lead_id) if lead_id is not None else None
    return lead if lead is not None and lead.active else advisors.owner(tx)


def whose_time(tx: Transaction, offer: Offer, *, stand_in: bool) -> Whose:
    """This function will say whose time an offer books, with the stand-in where the customer chose her.

    Raises UnableToStandIn.
    """
    if not stand_in:
        return Whose(offer.advisor_id)
    advisor = advisors.one(tx, offer.advisor_id)
    assert advisor is not None  # as above
    instead = _instead(tx, offer, advisor)
    if instead is None:
        raise UnableToStandIn("nobody stands in for this advisor")
    return Whose(instead.advisor_id, advisor.advisor_id if advisor.active else None)
