"""What became of an offer: seen, accepted, declined for now, declined for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.stores import decisions, relationships, rulebook
from app.stores.database import Database, Transaction
from app.stores.decisions import Offer
from app.stores.live import Live
from app.usecases.find_offer import find_offer
from app.usecases.settle_offer import settle_offer, show_offer
from app.usecases.update_relationship import publish

Answer = Literal["accepted", "not_now", "never"]


def see_offer(
    database: Database, live: Live, *, shop_id: int, customer_id: str, offer_id: UUID, now: datetime
) -> None:
    """This function will record that an offer was on the screen; from here the caps count."""
    with database.shop(shop_id) as tx:
        offer = find_offer(tx, offer_id, customer_id)
        if _see(tx, offer, now):
            publish(tx, live, customer_id, now=now)
        show_offer(tx, live, offer)


def answer_offer(
    database: Database,
    live: Live,
    *,
    shop_id: int,
    customer_id: str,
    offer_id: UUID,
    answer: Answer,
    now: datetime,
) -> None:
    """This function will record the shopper's answer.

    A first "not now" rests, a second one stops, as "never" does. Who looks at the times ("accepted") has not
    chosen one yet: the offer stays in reach, and a "not now" after it counts. A repeated answer changes
    nothing; only "never" always counts. Who answers has seen the offer, also where that word was lost on its
    way.
    """
    with database.shop(shop_id) as tx:
        offer = find_offer(tx, offer_id, customer_id)
        _see(tx, offer, now)
        first = decisions.mark_answered(tx, offer_id, answer, now)
        if answer == "never":
            relationships.stand(tx, customer_id, stopped=True)
        elif answer == "not_now" and first:
            _rest(tx, customer_id, now)
        publish(tx, live, customer_id, now=now)
        if answer == "accepted":
            show_offer(tx, live, offer)
        else:
            settle_offer(tx, live, offer)


def _see(tx: Transaction, offer: Offer, now: datetime) -> bool:
    """Let the caps count from the first time an offer was on the screen; False where that is known."""
    first = decisions.mark_seen(tx, offer.decision_id, now)
    if first:
        relationships.stand(tx, offer.customer_id, offered_at=now)
    return first


def _rest(tx: Transaction, customer_id: str, now: datetime) -> None:
    policy = rulebook.read(tx).policy
    dismissals = relationships.dismissals(tx, customer_id) + 1
    relationships.stand(
        tx,
        customer_id,
        dismissals=dismissals,
        rest_until=now + timedelta(days=policy.rest_days),
        stopped=dismissals >= policy.dismissals_stop,
    )
