"""The three topics every app must answer: what is held on a customer, forgetting her, forgetting a shop."""

from __future__ import annotations

from datetime import datetime

import msgspec
import structlog

from app.domain.order_values import provisional_customer_id
from app.stores import erasures, shops
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.erase_customer import erase_customer
from app.usecases.erase_shop import erase_shop
from webhooks.payload import Id, UnableToReadWebhook, id_of, read, said

log = structlog.get_logger(__name__)


class Subject(msgspec.Struct):
    """Whom a request is about; of id and address either may be missing."""

    id: Id | None = None
    email: str | None = None


class PrivacyPayload(msgspec.Struct):
    """A privacy request on one customer."""

    customer: Subject | None = None
    orders_to_redact: list[Id] | None = None


def data_requested(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will count a request for a customer's data.

    Composing the export is an issue to come; within Shopify's thirty days a person reads it off the admin.
    """
    shops.count(tx, "data_requests", shops.read(tx).day(now))
    log.info("privacy.data_requested", shop_id=tx.shop_id)


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
    if customer_id:
        return [customer_id]
    if not email:
        raise UnableToReadWebhook("neither id nor address")
    # Under her address alone she may still stand in a history that was imported, or in the inbox.
    return erasures.customers_with(tx, email) or [provisional_customer_id(email)]


def shop_redacted(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will forget a shop that has gone, unless it has come back since."""
    if shops.has_left(tx):
        erase_shop(tx, live)
