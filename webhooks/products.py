"""What Shopify says of products: their words, from which we know what kind of piece they are."""

from __future__ import annotations

from datetime import datetime

import msgspec

from app.stores import products
from app.stores.database import Transaction
from app.stores.live import Live
from app.stores.products import Product
from app.usecases.record_product import record_product
from scoring.kinds import kind_of
from webhooks.payload import Id, UnableToReadWebhook, id_of, instant, read, said

MOST_TAGS = 250  # Shopify's own limit on a product


class Category(msgspec.Struct):
    """A place in Shopify's taxonomy, by its id."""

    admin_graphql_api_id: str | None = None


class ProductPayload(msgspec.Struct):
    """A product, as far as we look: neither price nor stock."""

    id: Id | None = None
    title: str | None = None
    product_type: str | None = None
    tags: str | None = None
    category: Category | None = None
    updated_at: str | None = None


def changed(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in products/create and products/update."""
    told = read(ProductPayload, body)
    at = instant(told.updated_at) or triggered_at
    if not id_of(told.id) or at is None:
        raise UnableToReadWebhook("a product without id or instant")
    record_product(tx, live, product_of(told), updated_at=at, now=now)


def deleted(
    tx: Transaction, live: Live, body: bytes, *, triggered_at: datetime | None, now: datetime
) -> None:
    """This function will take in products/delete; what was sold of it stays what it was."""
    if not (product_id := id_of(read(ProductPayload, body).id)):
        raise UnableToReadWebhook("the product has no id")
    products.mark_gone(tx, product_id)


def product_of(told: ProductPayload) -> Product:
    """This function will translate a product, and read its words."""
    title, product_type = said(told.title), said(told.product_type)
    tags = tuple(tag for each in (told.tags or "").split(",")[:MOST_TAGS] if (tag := said(each)))
    category = id_of(told.category.admin_graphql_api_id) if told.category else ""
    kind = kind_of(category=category, product_type=product_type, tags=tags, title=title)
    return Product(id_of(told.id), title, product_type, tags, kind)
