"""What Shopify says of customers."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import msgspec

from app.stores import aliases, customers, erasures, inbox
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.adopt_provisional import adopt_provisional
from app.usecases.erase_customer import erase_customer
from app.usecases.merge_customers import merge_customers
from app.usecases.reconcile import MAY_STILL_COME
from app.usecases.update_relationship import update_relationship
from app.usecases.whose import whose
from webhooks.payload import Id, TooEarly, UnableToReadWebhook, id_of, instant, read, said


class CustomerPayload(msgspec.Struct):
    """A customer, alone or inside an order; a field we may not see comes as null."""

    id: Id | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    updated_at: str | None = None


class MergePayload(msgspec.Struct):
    """Two customers made one, or an attempt at it that failed."""

    admin_graphql_api_customer_kept_id: str | None = None
    admin_graphql_api_customer_deleted_id: str | None = None
    status: str | None = None


def changed(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in customers/create and customers/update."""
    told = read(CustomerPayload, body)
    kept = whose(tx, required_id(told), triggered_at)
    if kept is None:
        return
    write(tx, live, told, kept)
    update_relationship(tx, live, kept, now=now)


def deleted(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in customers/delete: whom the shop no longer has, we forget.

    An id that went with a merge is nobody's any more, and forgets nobody. Raises TooEarly while the merge may
    still come: what this erases it would keep.
    """
    customer_id = required_id(read(CustomerPayload, body))
    erasures.wait_for_imports(tx)  # before any other lock, as a merge does
    if aliases.kept_id(tx, customer_id) != customer_id:
        return
    left = (triggered_at or now - MAY_STILL_COME) + MAY_STILL_COME - now
    if left > timedelta() or _merge_waits(tx, customer_id):
        raise TooEarly(math.ceil(max(left.total_seconds(), 0)))
    erase_customer(tx, live, customer_id, asked_at=triggered_at, now=now)


def _merge_waits(tx: Transaction, gone: str) -> bool:
    """Whether a merge that takes this id away has come, and nobody has worked on it yet."""
    merges = (row for row in inbox.undone_containing(tx, [gone]) if row.topic == "customers/merge")
    bodies = (read(MergePayload, row.body.encode()) for row in merges)
    return any(id_of(told.admin_graphql_api_customer_deleted_id) == gone for told in bodies)


def merged(tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime) -> None:
    """This function will take in customers/merge, once it has come about."""
    told = read(MergePayload, body)
    if (told.status or "").lower() != "completed":
        return
    kept = id_of(told.admin_graphql_api_customer_kept_id)
    gone = id_of(told.admin_graphql_api_customer_deleted_id)
    if not kept or not gone:
        raise UnableToReadWebhook("a merge without both ids")
    erasures.wait_for_imports(tx)  # before any other lock, or two merges could wait for each other
    forgotten_at = erasures.forgotten_at(tx, kept)
    if forgotten_at is None or not (
        erasures.is_late_word(tx, kept, triggered_at) or _neither_is_here(tx, kept, gone)
    ):
        merge_customers(tx, live, gone, kept=kept, now=now)
    else:  # she was forgotten, and this id was hers, too
        erase_customer(tx, live, gone, asked_at=forgotten_at, now=now)


def _neither_is_here(tx: Transaction, kept: str, gone: str) -> bool:
    return all(customers.one(tx, each) is None for each in (aliases.kept_id(tx, kept), gone))


def write(tx: Transaction, live: Live, told: CustomerPayload, kept: str) -> None:
    """This function will write down a customer, and give her the history imported under her address alone.

    `kept` is the id she is kept under; what is said of an id that went with a merge describes nobody.
    """
    if told.email:
        adopt_provisional(tx, live, kept, email=told.email)
    updated_at = instant(told.updated_at)
    if updated_at is None or kept != id_of(told.id):  # no word on when it was true, so it replaces nothing
        customers.mention(tx, [kept])
        return
    customers.put(
        tx,
        kept,
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
