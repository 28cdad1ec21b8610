"""Hear from the client herself, or from Shopify for her, whether she may be written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.domain.consent import Channel, Consent, State
from app.stores import consents, customers, outreach
from app.stores.database import Transaction

# Shopify's word → ours. What is not here says nothing (pending, not_subscribed, invalid).
_SHOPIFYS: Mapping[str, State] = {
    "subscribed": "marketing",
    "unsubscribed": "unsubscribed",
    "redacted": "unsubscribed",
}

WITHDRAWN = "withdrawn: the client does not want letters"


def hear_consent(
    tx: Transaction, customer_id: str, channel: Channel, state: str, *, address: str = "", said_at: datetime
) -> None:
    """This function will keep what Shopify's consent topics say of a channel, as of when it was said."""
    customers.mention(tx, [customer_id])
    if ours := _SHOPIFYS.get(state.casefold()):
        said = Consent(channel, ours, "shopify", said_at, address=address)
        keep_consent(tx, customer_id, said)


def hear_consents(tx: Transaction, told: Sequence[tuple[str, Channel, str, datetime]]) -> set[str]:
    """This function will keep consents (customer, channel, Shopify's word, when) and name whose are new.

    All must have a row. After a no that is new and stands, letters on their way are stopped.
    """
    words = [
        (who, Consent(channel, ours, "shopify", at))
        for who, channel, state, at in told
        if (ours := _SHOPIFYS.get(state.casefold()))
    ]
    new = consents.keep_each(tx, words)
    refused = {who for who, one in new if one.channel == "email" and not one.allows}
    for who in outreach.on_their_way(tx, sorted(refused)):
        if not consents.in_force(tx, who)["email"].allows:
            outreach.withdraw(tx, who, WITHDRAWN)
    return {who for who, _ in new}


def answer_link(tx: Transaction, customer_id: str, *, allow: bool, now: datetime) -> None:
    """This function will keep what the client said by the link in a letter: no more, or again after all."""
    state: State = "one_to_one" if allow else "unsubscribed"
    keep_consent(tx, customer_id, Consent("email", state, "customer", now))


def keep_consent(tx: Transaction, customer_id: str, consent: Consent) -> None:
    """This function will keep a word on a channel; after a no, letters on their way are stopped."""
    consents.keep(tx, customer_id, consent)
    if not consent.allows and consent.channel == "email":
        outreach.withdraw(tx, customer_id, WITHDRAWN)
