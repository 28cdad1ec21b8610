"""What a product is: orders and page views that name it by its id alone are placed by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.stores import placings, relationships
from app.stores.database import Transaction
from app.stores.orders import order_lines
from app.stores.placings import Placing
from app.usecases.houses import read_house
from app.usecases.open_shop import open_shop
from app.web.wire import Consent, SentBatch, SentEvent, to_batch
from app.wiring import Services
from scoring.kinds import pattern_of
from tests.conftest import NOW
from tests.webhooks.told import CHIARA, as_body, line, order
from webhooks.topics import HANDLERS

SHOP = "alder.myshopify.com"
UNNAMED = line(product_id=88, title="Lumière")


@pytest.fixture
def shop_id(services: Services) -> int:
    about = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, SHOP, now=NOW, **about)


@pytest.fixture
def tx(services: Services, shop_id: int) -> Iterator[Transaction]:
    with services.database.shop(shop_id) as tx:
        yield tx


def product(**changed: Any) -> dict[str, Any]:
    return {
        "id": 88,
        "title": "Lumière",
        "product_type": "Pendant",
        "tags": "gold, Christmas",
        "category": None,
        "updated_at": "2026-11-20T09:00:00Z",
        **changed,
    }


def tell(tx: Transaction, services: Services, topic: str, payload: object) -> None:
    HANDLERS[topic](tx, services.live, as_body(payload), triggered_at=NOW, now=NOW)


def sold(tx: Transaction) -> tuple[str | None, str, list[str]]:
    row = tx.execute(select(order_lines)).one()
    return row.kind, row.product_type, row.tags


FIRST = {"the order first": ("order", "product"), "the product first": ("product", "order")}


@pytest.mark.parametrize("first", FIRST)
def test_a_line_without_words_is_what_its_product_is(tx: Transaction, services: Services, first: str) -> None:
    for which in FIRST[first]:
        if which == "order":
            tell(tx, services, "orders/create", order(line_items=[UNNAMED]))
        else:
            tell(tx, services, "products/create", product())
    assert sold(tx) == ("pendant", "Pendant", ["gold", "Christmas"])
    snapshot = relationships.one(tx, str(CHIARA)).snapshot
    assert snapshot is not None
    assert set(snapshot.kinds) == {"pendant"}


def test_an_older_word_on_a_product_changes_nothing(tx: Transaction, services: Services) -> None:
    tell(tx, services, "orders/create", order(line_items=[UNNAMED]))
    tell(tx, services, "products/update", product())
    tell(tx, services, "products/update", product(product_type="Brooch", updated_at="2026-11-19T09:00:00Z"))
    assert sold(tx)[0] == "pendant"
    tell(tx, services, "products/update", product(product_type="Brooch", updated_at="2026-11-21T09:00:00Z"))
    assert sold(tx)[0] == "brooch"


def test_what_was_sold_of_a_product_that_is_gone_stays_what_it_was(
    tx: Transaction, services: Services
) -> None:
    tell(tx, services, "products/create", product())
    tell(tx, services, "products/delete", {"id": 88})
    tell(tx, services, "products/update", product(updated_at="2026-11-20T10:00:00Z"))
    tell(tx, services, "orders/create", order(line_items=[UNNAMED]))
    assert sold(tx)[0] == "pendant"


def test_what_the_merchant_placed_by_hand_wins(tx: Transaction, services: Services) -> None:
    placings.place(tx, [Placing(pattern_of("Lumière"), "Lumière", "brooch")], by="Margaret")
    tell(tx, services, "orders/create", order(line_items=[UNNAMED]))
    tell(tx, services, "products/create", product())
    assert sold(tx)[0] == "brooch"


def test_shopifys_taxonomy_places_it_too(tx: Transaction, services: Services) -> None:
    category = {"admin_graphql_api_id": "gid://shopify/TaxonomyCategory/aa-6-6", "name": "Earrings"}
    tell(tx, services, "products/create", product(product_type="", tags="", category=category))
    tell(tx, services, "orders/create", order(line_items=[UNNAMED]))
    assert sold(tx)[0] == "earrings"


def test_a_page_view_without_words_is_placed_by_the_products_id(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        tell(tx, services, "products/create", product())
        tell(tx, services, "products/create", product(id=89, product_type="Brooch"))
        tell(tx, services, "products/delete", {"id": 89})
    house = read_house(services.database, shop_id, now=NOW)
    assert house.pieces == {"88": "pendant"}
    view = SentEvent("product_view", ago_ms=0, dwell_ms=9000, product_id="88")
    named = SentEvent("product_view", ago_ms=0, dwell_ms=9000, product_id="88", product_type="Brooch")
    sent = SentBatch(1, final=False, consent=Consent(True, True), events=(view, named))
    batch = to_batch(sent, currency="GBP", placings={}, pieces=house.pieces)
    assert batch.kinds == {"pendant": 9000, "brooch": 9000}
