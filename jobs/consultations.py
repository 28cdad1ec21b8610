"""Look again for orders that followed a consultation and that no webhook told of."""

from __future__ import annotations

from app.usecases.attribute_orders import attribute_orders, customers_to_look_at
from jobs.worker import services


def sweep() -> None:
    """This function will attribute, shop by shop, what was imported or told late; nothing counts twice."""
    parts = services()
    for shop_id in parts.database.shop_ids():
        with parts.database.shop(shop_id) as tx:
            clients = customers_to_look_at(tx, now=parts.clock())
        for customer_id in clients:
            with parts.database.shop(shop_id) as tx:
                attribute_orders(tx, customer_id, now=parts.clock())
