"""Find the offer that a customer answers to."""

from __future__ import annotations

from uuid import UUID

from app.stores import decisions
from app.stores.database import Transaction


class UnableToFindOffer(Exception):
    """There is no such offer, or it was made to somebody else. Trying again will not help."""


def find_offer(tx: Transaction, offer_id: UUID, customer_id: str) -> decisions.Offer:
    """This function will read an offer that was made to this customer. Raises UnableToFindOffer."""
    offer = decisions.offer(tx, offer_id)
    if offer is None or offer.customer_id != customer_id:
        raise UnableToFindOffer("there is no such offer")
    return offer
