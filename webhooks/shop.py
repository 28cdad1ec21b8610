"""What Shopify says of the shop itself."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

import msgspec

from app.stores import inbox, shop_tokens, shops
from app.stores.database import Transaction
from app.stores.live import Live
from webhooks.payload import read, said


class ShopPayload(msgspec.Struct):
    """A shop's record, as far as we follow it."""

    name: str | None = None
    iana_timezone: str | None = None
    currency: str | None = None


def changed(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in shop/update: the name, the zone and the currency of the house."""
    if inbox.is_outdated(tx, "shop/update", triggered_at):
        return
    told, known = read(ShopPayload, body), shops.read(tx)
    zone = said(told.iana_timezone)
    shops.describe(
        tx,
        name=said(told.name) or known.name,
        timezone=zone if zone in available_timezones() else known.timezone,
        currency=said(told.currency, 3).upper() or known.currency,
    )


def uninstalled(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in app/uninstalled; everything stays until shop/redact, 48 hours later.

    All but the tokens, which Shopify has made void. One from before the shop came back says nothing any more.
    """
    if shops.leave(tx, triggered_at or now):
        shop_tokens.forget(tx)
