"""Which topic is whose business. A topic that is not here is acknowledged and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from app.stores.database import Transaction
from app.stores.live import Live
from webhooks import customers, orders, privacy, shop


class Handler(Protocol):
    """What works on one webhook, inside the transaction that also marks it done.

    `triggered_at` is Shopify's instant of the event, None where it did not say; `now` the business's.
    """

    def __call__(
        self, tx: Transaction, live: Live, body: bytes, /, *, triggered_at: datetime | None, now: datetime
    ) -> None: ...


HANDLERS: Mapping[str, Handler] = {
    "orders/create": orders.changed,
    "orders/updated": orders.changed,
    "orders/cancelled": orders.changed,
    "refunds/create": orders.refunded,
    "customers/create": customers.changed,
    "customers/update": customers.changed,
    "customers/delete": customers.deleted,
    "shop/update": shop.changed,
    "app/uninstalled": shop.uninstalled,
    "customers/data_request": privacy.data_requested,
    "customers/redact": privacy.customer_redacted,
    "shop/redact": privacy.shop_redacted,
}

# Their bodies always name the shop, and they must (webhooks/receiver.py says why).
NAMES_ITS_SHOP = frozenset(
    {"shop/update", "app/uninstalled", "customers/data_request", "customers/redact", "shop/redact"}
)
