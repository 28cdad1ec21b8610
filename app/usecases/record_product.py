"""Take in what the shop says of a product: the orders of it hear what it is."""

from __future__ import annotations

from datetime import datetime

from app.stores import placings, products
from app.stores.database import Transaction
from app.stores.live import Live
from app.stores.products import Product
from app.usecases.build_relationship import read_background
from app.usecases.update_relationship import update_relationship
from scoring.kinds import placed_by_hand


def record_product(
    tx: Transaction, live: Live, product: Product, *, updated_at: datetime, now: datetime
) -> None:
    """This function will keep a product as it stands, unless something later is known of it already.

    Lines of it that were placed otherwise are placed anew, and the relationships they belong to built on it.
    What the merchant placed by hand stays where he put it.
    """
    if not products.put(tx, product, updated_at=updated_at):
        return
    kind = kind_in_house(product, placings.read(tx))
    whose = products.spell_lines(tx, product, kind)
    if whose:
        against = read_background(tx, now=now)
        for customer_id in sorted(whose):
            update_relationship(tx, live, customer_id, now=now, against=against)


def kind_in_house(product: Product, by_hand: dict[str, str]) -> str | None:
    """This function will say what a product is here: by the merchant's own hand, or by its words."""
    said = placed_by_hand(by_hand, product_type=product.product_type, title=product.title)
    return said or product.kind
