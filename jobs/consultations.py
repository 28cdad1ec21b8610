"""Look again for orders that followed a consultation and that no webhook told of."""

from __future__ import annotations

from app.usecases.attribute_orders import attribute_orders, customers_to_look_at
from jobs.each_shop import apart, each_shop
from jobs.worker import services


def sweep() -> None:
    """This function will attribute, shop by shop, what was imported or told late; nothing counts twice."""
    each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> None:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        clients = customers_to_look_at(tx, now=parts.clock())
    for customer_id in clients:
        apart(_attribute, shop_id, customer_id)


def _attribute(shop_id: int, customer_id: str) -> None:
    parts = services()
    with parts.database.shop(shop_id) as tx:
        attribute_orders(tx, customer_id, now=parts.clock())
