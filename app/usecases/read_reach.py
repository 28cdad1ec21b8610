"""Read how a client may be reached: what she allowed, and what has been written to her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.consent import CHANNELS, SOURCES, STATES, Channel, Consent
from app.stores import advisors, consents, customers, outreach
from app.stores.advisors import Advisor
from app.stores.clients import Client
from app.stores.database import Transaction
from app.stores.outreach import Letter
from app.usecases.write_letter import may_write


@dataclass(frozen=True, slots=True)
class Channeled:
    """A channel with what stands for it; `said` and `source` are in words."""

    channel: Channel
    name: str
    consent: Consent | None
    said: str
    source: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How a client may be reached, and the letters, newest first. `writers` are first names by advisor.

    `is_hers` tells whether whoever reads it is the one who writes.
    """

    email: str
    channels: Sequence[Channeled]
    letters: Sequence[Letter]
    writers: Mapping[int, str]
    is_hers: bool


def read_reach(tx: Transaction, client: Client, *, reader: Advisor) -> Reach:
    """This function will read how a client may be reached."""
    standing = consents.in_force(tx, client.customer_id)
    writers = {advisor.advisor_id: advisor.first_name for advisor in advisors.every(tx)}
    return Reach(
        email=str(customers.one(tx, client.customer_id).email),
        channels=[
            _channeled(channel, name, standing.get(channel), writers, client.first_name or "the client")
            for channel, name in CHANNELS.items()
        ],
        letters=outreach.of(tx, client.customer_id),
        writers=writers,
        is_hers=may_write(tx, client, reader),
    )


def _channeled(
    channel: Channel, name: str, consent: Consent | None, writers: Mapping[int, str], client: str
) -> Channeled:
    if consent is None:
        return Channeled(channel, name, None, "Nothing is on record: ask first", "")
    who = writers.get(consent.advisor_id or 0, "an advisor")
    source = SOURCES[consent.source].format(who=who, name=client)
    return Channeled(channel, name, consent, STATES[consent.state], source)
