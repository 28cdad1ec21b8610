"""Keep what was decided about a session once it has ended."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.stores import relationships
from app.stores.database import Database, Transaction
from app.stores.live import Known, Live, Visit
from app.usecases.decide_visit import decide_visit, keep_decision
from app.usecases.houses import House
from app.usecases.update_relationship import load_cold, relationship_as_of
from scoring.session import QUIET_ENDS_SESSION


def record_session(database: Database, house: House, customer_id: str, known: Known, visit: Visit) -> None:
    """This function will write the decision of an ended session, unless it was claimed while it lasted.

    The rule is found again from the session's aggregate at the session's last instant; it is the same pure
    function that answered the storefront. Where she has ordered since the session began, what was known when
    it began is decided on: else the readings would know what the session led to. Writing twice changes
    nothing.
    """
    if visit.claim:
        return
    decided = decide_visit(house, customer_id, known, visit, now=visit.session.last_at)
    if decided.decision.rule == "opted_out":  # she objected meanwhile: nothing of the visit is kept
        return
    with database.shop(house.shop.shop_id) as tx:
        if known.version and not relationships.is_there(tx, customer_id):
            return  # she was erased meanwhile
        if _ordered_since(known, visit.session.started_at):
            known = _as_it_began(tx, customer_id, known, visit)
            decided = decide_visit(house, customer_id, known, visit, now=visit.session.last_at)
        # Nobody could be invited any more, in either arm, so it is no part of the comparison.
        keep_decision(tx, customer_id, known, visit, decided, eligible=False)


def _ordered_since(known: Known, began: datetime) -> bool:
    return known.standing.last_order_at is not None and known.standing.last_order_at >= began


def _as_it_began(tx: Transaction, customer_id: str, known: Known, visit: Visit) -> Known:
    relationship, standing, lead_id = relationship_as_of(tx, customer_id, at=visit.session.started_at)
    return msgspec.structs.replace(known, relationship=relationship, standing=standing, lead_id=lead_id)


def record_left_session(
    database: Database, live: Live, house: House, customer_id: str, known: Known, visit: Visit
) -> None:
    """This function will record a session that another followed; Redis keeps it until the row is there."""
    record_session(database, house, customer_id, known, visit)
    live.forget_ended(house.shop.shop_id, customer_id, visit.session_id)


def record_ended_session(
    database: Database, live: Live, house: House, customer_id: str, *, now: datetime
) -> bool:
    """This function will record a customer's session if it has ended; True where it is done with.

    Ended ones that a storefront process was about to record, and did not live to, are recorded first.
    """
    shop_id, until = house.shop.shop_id, now - QUIET_ENDS_SESSION
    for left in live.ended_sessions(shop_id, customer_id):
        known, opted_out = load_cold(database, live, shop_id, customer_id, now=now)
        if not opted_out:
            record_left_session(database, live, house, customer_id, known, left)
    visit = live.session_of(shop_id, customer_id)
    if visit is None:
        live.forget_session(shop_id, customer_id, "", until=until)
        return True
    if visit.session.last_at > until:
        live.opened(shop_id, customer_id, visit.session.last_at)
        return False
    known, opted_out = load_cold(database, live, shop_id, customer_id, now=now)
    if not opted_out:
        record_session(database, house, customer_id, known, visit)
    live.forget_session(shop_id, customer_id, visit.session_id, until=until)
    return True
