"""Keep what a client allowed or refused as an advisor wrote it down, with its date and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from app.domain.consent import CHANNELS, Channel, Consent, UnableToRecordConsent, read_by_hand
from app.stores import clients, consents
from app.stores.database import Transaction
from app.usecases.hear_consent import keep_consent
from app.usecases.read_client import UnableToFindClient


def record_consent(
    tx: Transaction, customer_id: str, typed: Mapping[str, str], *, advisor_id: int, now: datetime
) -> None:
    """This function will keep a consent written down by an advisor. A no cannot be turned into a yes here.

    Raises UnableToFindClient; UnableToRecordConsent with a sentence by field.
    """
    client = clients.one(tx, customer_id)
    if client is None:
        raise UnableToFindClient("the house has no such client")
    channel = typed.get("channel", "")
    if channel not in CHANNELS:
        raise UnableToRecordConsent({"channel": "Choose how."})
    earlier = consents.in_force(tx, customer_id).get(channel)
    state, address, proof = read_by_hand(typed, earlier, client.first_name or "the client")
    said = Consent(cast(Channel, channel), state, "by_hand", now, proof, address, advisor_id)
    keep_consent(tx, customer_id, said)
