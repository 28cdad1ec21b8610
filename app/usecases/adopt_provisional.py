"""Give a customer the history that was imported under her address alone."""

from __future__ import annotations

from app.domain.order_values import provisional_customer_id
from app.stores import rekeying
from app.stores.database import Transaction
from app.stores.live import Live


def adopt_provisional(tx: Transaction, live: Live, customer_id: str, *, email: str) -> None:
    """This function will re-key what an import kept under the address to Shopify's id, if there is any."""
    provisional = provisional_customer_id(email)
    if rekeying.rekey(tx, provisional, customer_id):
        tx.after_commit(lambda: live.erase(tx.shop_id, provisional))
