"""Make the one offer (or hold-out) of a session: a row in PostgreSQL, unique per session."""

from __future__ import annotations

from app.stores import relationships
from app.stores.database import Database
from app.stores.live import Known, Live, Visit
from app.usecases.decide_visit import Decided, keep_decision
from app.usecases.update_relationship import publish


def claim_offer(
    database: Database, live: Live, customer_id: str, known: Known, visit: Visit, decided: Decided
) -> str | None:
    """This function will claim the session for an offer or a hold-out and answer the decision's id.

    None where the storefront's snapshot turned out older than the record: it is published afresh and the
    next batch decides again. None, too, where the session has its decision already and that is no offer: the
    sweeper may have recorded it as ended just before. A held-out customer rests from here exactly as if she
    had seen the offer.
    """
    shop_id = decided.house.shop.shop_id
    with database.shop(shop_id) as tx:
        if not relationships.is_at(tx, customer_id, known.version):
            publish(tx, live, customer_id, now=decided.now)
            return None
        claim = keep_decision(tx, customer_id, known, visit, decided, eligible=True)
        if claim.kind == "held_out":
            relationships.stand(tx, customer_id, offered_at=decided.now)
            publish(tx, live, customer_id, now=decided.now)
    live.claim(shop_id, customer_id, visit, str(claim.decision_id), claim.kind)
    return str(claim.decision_id) if claim.kind == "offer" else None
