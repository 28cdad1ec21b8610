"""The three topics every app must answer: what is held on a customer, forgetting her, forgetting a shop."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from app.domain.order_values import provisional_customer_id
from app.stores import inbox, shops
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.erase_customer import erase_customer
from app.usecases.erase_shop import erase_shop
from app.usecases.export_customer import export_customer, whom
from webhooks.payload import Id, UnableToReadWebhook, id_of, read, said

AFTER_REMOVAL = timedelta(hours=48)
# What Shopify goes on saying of a shop that has removed us.
SAID_OF_THE_GONE = ("app/uninstalled", "customers/data_request", "customers/redact", "shop/redact")


class Subject(msgspec.Struct):
    """Whom a request is about; of id and address either may be missing."""

    id: Id | None = None
    email: str | None = None


class DataRequest(msgspec.Struct):
    """Shopify's own number of a request."""

    id: Id | None = None


class PrivacyPayload(msgspec.Struct):
    """A privacy request on one customer."""

    customer: Subject | None = None
    orders_to_redact: list[Id] | None = None
    data_request: DataRequest | None = None


def data_requested(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will gather what is held on a customer; the merchant finds it in the admin."""
    told = read(PrivacyPayload, body)
    subject = told.customer or Subject()
    request = told.data_request or DataRequest()
    export_customer(
        tx,
        live,
        id_of(subject.id),
        email=said(subject.email),
        request_id=id_of(request.id),
        asked_at=triggered_at or now,
        now=now,
    )


def customer_redacted(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will forget a customer, known by her id, or by her address alone."""
    told = read(PrivacyPayload, body)
    subject = told.customer or Subject()
    email = said(subject.email)
    for customer_id in _whom(tx, id_of(subject.id), email):
        erase_customer(
            tx,
            live,
            customer_id,
            email=email,
            order_ids=[id_of(order) for order in told.orders_to_redact or ()],
            asked_at=triggered_at,
            now=now,
        )


def _whom(tx: Transaction, customer_id: str, email: str) -> list[str]:
    if not customer_id and not email:
        raise UnableToReadWebhook("neither id nor address")
    # Under her address alone she may still stand in a history that was imported, or in the inbox.
    return whom(tx, customer_id, "" if customer_id else email) or [provisional_customer_id(email)]


def shop_redacted(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will forget a shop that has gone, unless it has come back since.

    It comes 48 hours after the app was removed (facts/shopify.md). Where we never heard of that, a shop of
    which nothing was heard since then is gone all the same.
    """
    asked_at = triggered_at or now
    if shops.has_left(tx) or not _lives(tx, since=asked_at - AFTER_REMOVAL):
        erase_shop(tx, live)


def _lives(tx: Transaction, *, since: datetime) -> bool:
    came = shops.came_at(tx)
    return (came is not None and came > since) or inbox.heard_since(tx, since, but_not=SAID_OF_THE_GONE)
