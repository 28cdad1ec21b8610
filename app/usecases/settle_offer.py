"""Tell the visit what came of its offer: that it was seen, and that it has its answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog
from redis.exceptions import RedisError

from app.stores.database import Transaction
from app.stores.decisions import Offer
from app.stores.live import Live

log = structlog.get_logger(__name__)


def show_offer(tx: Transaction, live: Live, offer: Offer) -> None:
    """This function will tell the visit, once that is committed, that its offer was seen."""
    # Where it is not heard, at worst the invitation is shown once more in this visit.
    tx.after_commit(partial(_say, live.seen, "offer.seen_not_said", offer, tx.shop_id))


def settle_offer(tx: Transaction, live: Live, offer: Offer) -> None:
    """This function will tell the visit, once the answer is committed, that its offer comes no more."""
    # Where it is not heard, at worst one quiet line stays for the rest of this visit.
    tx.after_commit(partial(_say, live.settled, "offer.settled_not_said", offer, tx.shop_id))


def _say(say: Callable[[int, str, str], None], unsaid: str, offer: Offer, shop_id: int) -> None:
    try:
        say(shop_id, offer.customer_id, offer.session_id)
    except RedisError as error:  # the record has it
        log.warning(unsaid, error=type(error).__name__)
