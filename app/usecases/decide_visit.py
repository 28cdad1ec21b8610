"""Decide about a visit, with the house's rules as they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from app.stores import decisions
from app.stores.database import Transaction
from app.stores.decisions import Claim
from app.stores.live import Known, Visit
from app.usecases.houses import House
from scoring.decision import Decision, Standing, decide, holdout_draw
from scoring.relationship import Relationship
from scoring.replay import record
from scoring.session import Session


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with everything it rested on, ready to be kept."""

    session: Session
    relationship: Relationship | None
    standing: Standing
    house: House
    now: datetime
    today: date
    draw: float
    decision: Decision

    def record(self) -> dict[str, object]:
        """This method will give the record from which alone the decision can be replayed."""
        rules = self.house.rulebook
        return record(
            self.session,
            self.relationship,
            self.standing,
            rules.policy,
            rules.weights,
            rules.adjacency,
            now=self.now,
            today=self.today,
            draw=self.draw,
            decision=self.decision,
        )


def decide_visit(house: House, customer_id: str, known: Known, visit: Visit, *, now: datetime) -> Decided:
    """This function will decide about a visit as it stands at `now`."""
    standing = house.standing(known.standing, customer_id, known.lead_id)
    session = replace(visit.session, currency=house.shop.currency)
    return decide_on(house, customer_id, session, known.relationship, standing, now=now)


def decide_on(
    house: House,
    customer_id: str,
    session: Session,
    relationship: Relationship | None,
    standing: Standing,
    *,
    now: datetime,
) -> Decided:
    """This function will decide on a session, a relationship and a standing, by the house's rulebook."""
    rules, today = house.rulebook, house.shop.day(now)
    draw = holdout_draw(rules.salt, rules.experiment, house.shop.domain, customer_id)
    decision = decide(
        session,
        relationship,
        standing,
        rules.policy,
        rules.weights,
        rules.adjacency,
        now=now,
        today=today,
        draw=draw,
    )
    return Decided(session, relationship, standing, house, now, today, draw, decision)


def keep_decision(
    tx: Transaction, customer_id: str, known: Known, visit: Visit, decided: Decided, *, eligible: bool
) -> Claim:
    """This function will write what was decided about a visit, once per session, or find what was."""
    return decisions.claim(
        tx,
        customer_id,
        visit.session_id,
        decided.decision,
        decided.record(),
        at=decided.now,
        day=decided.today,
        advisor_id=decided.house.lead(known.lead_id).advisor_id,
        eligible=eligible,
    )
