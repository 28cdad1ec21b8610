"""A shopper does something on the storefront: take it in, and say whether to invite her."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import structlog
from msgspec import structs
from redis.exceptions import RedisError

from app.stores import tally
from app.stores.advisors import Advisor
from app.stores.database import Database
from app.stores.live import Batch, Known, Live, Observed, Visit
from app.usecases.claim_offer import claim_offer
from app.usecases.decide_visit import decide_visit
from app.usecases.houses import House
from app.usecases.record_session import record_left_session
from app.usecases.update_relationship import load_cold

log = structlog.get_logger(__name__)

# An offer nobody saw is repeated, and one she saw and has not answered stays in reach for the visit, unless
# something has come up since: a booking, an order, a consent taken back. That she has looked at other things
# meanwhile takes nothing back.
STILL_INVITED = ("cue_reached", "cue_not_reached")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An offer as the shopper is to read it: about the relationship, never about what was inferred.

    `seen`: she has met it in this visit, so it is kept in reach without asking for her attention again.
    """

    offer_id: str
    first_name: str
    advisor: Advisor
    seen: bool = False


def observe_session(
    database: Database,
    live: Live,
    house: House,
    customer_id: str,
    batch: Batch,
    *,
    final: bool,
    now: datetime,
) -> Invitation | None:
    """This function will fold a batch into the session and answer an invitation, or None to stay quiet.

    A quiet answer costs one Redis trip. `final` batches (the page is closing) are never answered with an
    offer. Redis away means None.
    """
    try:
        observed = _observe(database, live, house, customer_id, batch, now=now)
        if observed.state != "ok" or observed.visit is None or observed.known is None:
            _only_count(live, house, observed.state, now=now)
            return None
        if observed.is_new:
            _begin(database, live, house, customer_id, observed, now=now)
        return None if final else _answer(database, live, house, customer_id, observed, now=now)
    except RedisError as error:
        log.warning("storefront.redis_away", error=type(error).__name__)
        return None


def _observe(
    database: Database, live: Live, house: House, customer_id: str, batch: Batch, *, now: datetime
) -> Observed:
    shop = house.shop
    session_id = uuid4().hex
    day = shop.day(now)
    observed = live.observe(shop.shop_id, customer_id, batch, now=now, day=day, new_session_id=session_id)
    if observed.state != "cold":
        return observed
    load_cold(database, live, shop.shop_id, customer_id, now=now)
    return live.observe(shop.shop_id, customer_id, batch, now=now, day=day, new_session_id=session_id)


def _answer(
    database: Database, live: Live, house: House, customer_id: str, observed: Observed, *, now: datetime
) -> Invitation | None:
    known, visit = observed.known, observed.visit
    assert known is not None
    assert visit is not None
    if visit.claim and (visit.claimed_as != "offer" or visit.settled):
        return None
    if visit.claim:
        stands = _stands(house, customer_id, known, visit, now=now)
        return _invitation(house, visit.claim, known, visit) if stands else None
    decided = decide_visit(house, customer_id, known, visit, now=now)
    if decided.decision.verdict != "offer" and not decided.decision.held_out:
        return None
    claim = claim_offer(database, live, customer_id, known, visit, decided)
    return _invitation(house, claim, known, visit) if claim else None


def _stands(house: House, customer_id: str, known: Known, visit: Visit, *, now: datetime) -> bool:
    """Ask the rules once more. That she saw this very offer starts the cap, and says nothing against it."""
    if visit.seen:
        known = structs.replace(known, standing=replace(known.standing, offered_at=None))
    return decide_visit(house, customer_id, known, visit, now=now).decision.rule in STILL_INVITED


def _invitation(house: House, offer_id: str, known: Known, visit: Visit) -> Invitation:
    return Invitation(offer_id, known.first_name, house.lead(known.lead_id), visit.seen)


def _begin(
    database: Database, live: Live, house: House, customer_id: str, observed: Observed, *, now: datetime
) -> None:
    """Put a new session on the sweeper's list, and keep the one before it if nobody has yet."""
    shop_id, ended = house.shop.shop_id, observed.ended
    if ended is not None and observed.known is not None:
        # Should we not live to record it: the sweeper looks at once, and Redis still has it.
        live.opened(shop_id, customer_id, ended.session.last_at)
        record_left_session(database, live, house, customer_id, observed.known, ended)
    live.opened(shop_id, customer_id, now)


def _only_count(live: Live, house: House, state: str, *, now: datetime) -> None:
    """Opted out means that nothing but a counter moves, and a flood must not reach PostgreSQL."""
    if state in ("opted_out", "too_many"):
        tally.count(live, house.shop.shop_id, state, house.shop.day(now))
