"""Reading what Shopify says of customers beyond their orders on record."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.beyond import Beyond
from app.stores.customers import customers
from app.stores.database import Transaction, among


def beyond_of_each(tx: Transaction, customer_ids: Sequence[str], zone: ZoneInfo) -> dict[str, Beyond]:
    """This function will read it for some hundred customers, in the shop's days; the untold are left out."""
    columns = customers.c
    where = (
        columns.shop_id == tx.shop_id,
        among(columns.customer_id, customer_ids),
        columns.since.is_not(None),
        columns.orders_ever.is_not(None),
    )
    rows = tx.execute(
        select(columns.customer_id, columns.since, columns.orders_ever, columns.last_ordered_at).where(*where)
    )
    return {
        row.customer_id: Beyond(
            row.since.astimezone(zone).date(),
            row.orders_ever,
            row.last_ordered_at.astimezone(zone).date() if row.last_ordered_at else None,
        )
        for row in rows
    }
