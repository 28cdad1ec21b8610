"""What Shopify says of customers."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.stores import customers, erasures
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.adopt_provisional import adopt_provisional
from app.usecases.erase_customer import erase_customer
from app.usecases.update_relationship import update_relationship
from webhooks.payload import Id, UnableToReadWebhook, id_of, instant, read, said


class CustomerPayload(msgspec.Struct):
    """A customer, alone or inside an order; a field we may not see comes as null."""

    id: Id | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    updated_at: str | None = None


def changed(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in customers/create and customers/update."""
    told = read(CustomerPayload, body)
    customer_id = required_id(told)
    if _stays_forgotten(tx, customer_id, triggered_at):
        return
    write(tx, live, told)
    update_relationship(tx, live, customer_id, now=now)


def _stays_forgotten(tx: Transaction, customer_id: str, triggered_at: datetime | None) -> bool:
    """Whom we have forgotten, Shopify's word on her record does not bring back; a new order of hers does."""
    is_here = customers.one(tx, customer_id) is not None
    return erasures.is_late_word(tx, customer_id, triggered_at) or (
        not is_here and erasures.forgotten_at(tx, customer_id) is not None
    )


def deleted(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in customers/delete: whom the shop no longer has, we forget."""
    customer_id = required_id(read(CustomerPayload, body))
    erase_customer(tx, live, customer_id, asked_at=triggered_at, now=now)


def write(tx: Transaction, live: Live, told: CustomerPayload) -> None:
    """This function will write down a customer, and give her the history imported under her address alone."""
    customer_id = required_id(told)
    if told.email:
        adopt_provisional(tx, live, customer_id, email=told.email)
    updated_at = instant(told.updated_at)
    if updated_at is None:  # no word on when it was true, so it replaces nothing
        customers.mention(tx, [customer_id])
        return
    customers.put(
        tx,
        customer_id,
        first_name=said(told.first_name),
        last_name=said(told.last_name),
        email=said(told.email),
        updated_at=updated_at,
    )


def required_id(told: CustomerPayload) -> str:
    """This function will give the customer's id, without which there is nobody to speak of."""
    if customer_id := id_of(told.id):
        return customer_id
    raise UnableToReadWebhook("the customer has no id")
