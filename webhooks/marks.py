"""What Shopify says of a customer's tags and of her consent to be written to."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.domain.consent import Channel
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.hear_consent import hear_consent
from app.usecases.mark_customer import tag_customer
from app.usecases.whose import whose
from webhooks.payload import Id, UnableToReadWebhook, id_of, instant, read, said


class TagsPayload(msgspec.Struct, rename="camel"):
    """Tags put on a customer, or taken off; this topic spells its fields its own way."""

    customer_id: Id | None = None
    tags: list[str] | None = None
    occurred_at: str | None = None


class Consent(msgspec.Struct):
    """Whether she may be written to: subscribed, not_subscribed, pending, unsubscribed, redacted, invalid."""

    state: str | None = None
    consent_updated_at: str | None = None


class EmailConsentPayload(msgspec.Struct):
    """Her consent to letters."""

    customer_id: Id | None = None
    email_marketing_consent: Consent | None = None


class SmsConsentPayload(msgspec.Struct):
    """Her consent to text messages; here her id is called otherwise."""

    id: Id | None = None
    sms_marketing_consent: Consent | None = None


def tagged(tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime) -> None:
    """This function will take in customer.tags_added."""
    _tags(tx, live, body, triggered_at, now, added=True)


def untagged(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in customer.tags_removed."""
    _tags(tx, live, body, triggered_at, now, added=False)


def email_consent(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in customers_email_marketing_consent/update."""
    told = read(EmailConsentPayload, body)
    _consent(tx, id_of(told.customer_id), "email", told.email_marketing_consent, triggered_at)


def sms_consent(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in customers_marketing_consent/update, which is about text messages."""
    told = read(SmsConsentPayload, body)
    _consent(tx, id_of(told.id), "sms", told.sms_marketing_consent, triggered_at)


def _tags(
    tx: Transaction, live: Live, body: bytes, triggered_at: datetime | None, now: datetime, *, added: bool
) -> None:
    told = read(TagsPayload, body)
    at = instant(told.occurred_at) or triggered_at
    kept = _kept(tx, id_of(told.customer_id), at, triggered_at)
    tags = {tag for each in told.tags or () if (tag := said(each))}
    if kept is not None and at is not None and tags:
        tag_customer(tx, live, kept, tags, added=added, at=at, now=now)


def _consent(
    tx: Transaction, customer_id: str, channel: Channel, told: Consent | None, triggered_at: datetime | None
) -> None:
    told = told or Consent()
    at = instant(told.consent_updated_at) or triggered_at
    kept = _kept(tx, customer_id, at, triggered_at)
    if kept is not None and at is not None and told.state:
        hear_consent(tx, kept, channel, said(told.state), said_at=at)


def _kept(
    tx: Transaction, customer_id: str, at: datetime | None, triggered_at: datetime | None
) -> str | None:
    """Whom it is about. Without an instant it replaces nothing, and cannot be told from a late word."""
    if not customer_id or at is None:
        raise UnableToReadWebhook("nobody is named, or no instant")
    return whose(tx, customer_id, triggered_at or at)
