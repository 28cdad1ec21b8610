"""Which topic is whose business, and what each reads. A topic not named here is acknowledged and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from app.queue import Queue
from app.stores.database import Transaction
from app.stores.live import Live
from webhooks import customers, marks, orders, privacy, products, shop, work


class Handler(Protocol):
    """What works on one webhook, inside the transaction that also marks it done.

    `triggered_at` is Shopify's instant of the event, None where it did not say; `now` the business's.
    """

    def __call__(
        self, tx: Transaction, live: Live, body: bytes, /, *, triggered_at: datetime | None, now: datetime
    ) -> None: ...


class Caller(Protocol):
    """What works on one webhook by asking for a job, after the commit of the same transaction."""

    def __call__(
        self, tx: Transaction, queue: Queue, body: bytes, /, *, triggered_at: datetime | None, now: datetime
    ) -> None: ...


HANDLERS: Mapping[str, Handler] = {
    "orders/create": orders.changed,
    "orders/updated": orders.changed,
    "orders/cancelled": orders.changed,
    "orders/edited": orders.edited,
    "refunds/create": orders.refunded,
    "customers/create": customers.changed,
    "customers/update": customers.changed,
    "customers/delete": customers.deleted,
    "customers/merge": customers.merged,
    "customer.tags_added": marks.tagged,
    "customer.tags_removed": marks.untagged,
    "customers_email_marketing_consent/update": marks.email_consent,
    "customers_marketing_consent/update": marks.sms_consent,
    "products/create": products.changed,
    "products/update": products.changed,
    "products/delete": products.deleted,
    "shop/update": shop.changed,
    "app/uninstalled": shop.uninstalled,
    "customers/data_request": privacy.data_requested,
    "customers/redact": privacy.customer_redacted,
    "shop/redact": privacy.shop_redacted,
}

CALLERS: Mapping[str, Caller] = {
    "bulk_operations/finish": work.bulk_finished,
    "app/scopes_update": work.scopes_changed,
}
TOPICS = frozenset({*HANDLERS, *CALLERS})

# What a handler reads is what shopify.app.toml asks for, field for field. A topic that is not here is small,
# names its shop, or is a privacy request: it comes whole.
READS: Mapping[str, type[msgspec.Struct]] = {
    "orders/create": orders.OrderPayload,
    "orders/updated": orders.OrderPayload,
    "orders/cancelled": orders.OrderPayload,
    "refunds/create": orders.RefundPayload,
    "customers/create": customers.CustomerPayload,
    "customers/update": customers.CustomerPayload,
    "products/create": products.ProductPayload,
    "products/update": products.ProductPayload,
}

# Their bodies always name the shop, and they must (webhooks/receiver.py says why).
NAMES_ITS_SHOP = frozenset(
    {"shop/update", "app/uninstalled", "customers/data_request", "customers/redact", "shop/redact"}
)
