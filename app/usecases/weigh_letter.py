"""Weigh a letter before it goes: may she be written to, this way, now, and in these words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.brief import in_force
from app.domain.consent import Consent
from app.domain.contact import Verdict, leaves_in_peace, may_contact
from app.domain.discretion import Record, said_too_much
from app.domain.quiet_hours import may_go_at
from app.stores import clients, consents, customers, order_history, outreach_rules, shops, worklist
from app.stores.clients import Client
from app.stores.database import Transaction
from app.stores.outreach import Letter


class UnableToSendOutreach(Exception):
    """A letter may not go, or not as it is; `errors` says why, by field ("" for the whole of it)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(sorted(errors)))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a client as it is now: her consent, what stands between, and when a letter may go."""

    consent: Consent | None
    verdict: Verdict
    goes_at: datetime
    zone: str
    email: str

    @property
    def number(self) -> str:
        """This property will give the number she allowed messages to; "" where none is known."""
        return self.consent.address if self.consent is not None else ""


def read_way(tx: Transaction, client: Client, channel: str, *, now: datetime) -> Way:
    """This function will read whether and when a client may be written to by a channel."""
    rules = outreach_rules.read(tx)
    stated = [kept.milestone for kept in clients.milestones_of(tx, client.customer_id)]
    known = worklist.contacts(tx, [client.customer_id], now=now)[client.customer_id]
    contact = replace(known, left_in_peace=leaves_in_peace(stated))
    zone = contact.zone or shops.read(tx).timezone
    return Way(
        consent=consents.in_force(tx, client.customer_id).get(channel),
        verdict=may_contact(contact, rules, now=now),
        goes_at=may_go_at(now, zone, rules),
        zone=zone,
        email=str(customers.one(tx, client.customer_id).email),
    )


def what_stops(client: Client, way: Way) -> dict[str, str]:
    """This function will say, by field, why nothing may go this way now; {} where it may."""
    if not way.verdict.may:
        return {"": way.verdict.words}
    if way.consent is None:
        return {
            "consent": "No consent is on record for this. Ask first, then write it down with how you know."
        }
    if not way.consent.allows:
        return {"consent": f"{client.first_name or 'The client'} does not want to be written to this way."}
    return {}


def weigh_letter(tx: Transaction, letter: Letter, *, now: datetime) -> tuple[Client, Way]:
    """This function will give the client and the way to her. Raises UnableToSendOutreach, by field."""
    client = clients.one(tx, letter.customer_id)
    assert client is not None, "a letter ends with its customer"
    way = read_way(tx, client, letter.channel, now=now)
    errors = {"": "It has been sent already."} if letter.state == "sent" else what_stops(client, way)
    errors |= _said_too_much(tx, client, letter)
    if errors:
        raise UnableToSendOutreach(errors)
    return client, way


def _said_too_much(tx: Transaction, client: Client, letter: Letter) -> dict[str, str]:
    record = record_of(tx, client)
    if not letter.body:
        return {"body": "Write at least a line."}
    found = {"body": said_too_much(letter.body, record)}
    if letter.channel == "email":
        found["subject"] = said_too_much(letter.subject, record)
        if not letter.subject:
            return {"subject": "Give it a subject, one that anyone may read."}
    end = "Others may see it: say it when you speak."
    return {field: f"{' '.join(words)} {end}" for field, words in found.items() if words}


def record_of(tx: Transaction, client: Client) -> Record:
    """This function will gather what of a client's record no letter may name."""
    stated = [kept.milestone for kept in clients.milestones_of(tx, client.customer_id)]
    orders = order_history.orders_of(tx, client.customer_id)
    return Record(
        own_names=(client.first_name, client.last_name),
        milestones=in_force(stated, client.relationship),
        # A cleaning or a repair is no surprise, and its name is an everyday word.
        titles=[line.title for order in orders for line in order.lines if line.kind != "service"],
    )
