"""Note that an offer has its answer, so that it is no longer kept in reach."""

from __future__ import annotations

from functools import partial

import structlog
from redis.exceptions import RedisError

from app.stores.database import Transaction
from app.stores.decisions import Offer
from app.stores.live import Live

log = structlog.get_logger(__name__)


def settle_offer(tx: Transaction, live: Live, offer: Offer) -> None:
    """This function will tell the visit, once the answer is committed, that its offer comes no more."""
    tx.after_commit(partial(_say_settled, live, offer, tx.shop_id))


def _say_settled(live: Live, offer: Offer, shop_id: int) -> None:
    try:
        live.settled(shop_id, offer.customer_id, offer.session_id)
    except RedisError as error:
        # The record has it; at worst one quiet line stays for the rest of this visit.
        log.warning("offer.settled_not_said", error=type(error).__name__)
