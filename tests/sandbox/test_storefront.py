"""The shop shows its pages, and the extension's Liquid as Shopify would."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.sandbox.extension import Extension
from app.sandbox.parts import Parts
from app.sandbox.serve import create_app, make_parts
from app.sandbox.settings import Settings

PAGES = [
    "/",
    "/collections/eternity",
    "/collections/all",
    "/products/rose-eternity",
    "/search?q=ruby",
    "/cart",
    "/account",
    "/sandbox",
    "/admin",
    "/mailbox",
    "/mailbox.json",
    "/ready",
    "/clock",
    "/app-bridge.js",
    "/pictures/rose-eternity.svg",
    "/extensions/steward/assets/observe.js",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there(shop: FlaskClient, page: str) -> None:
    with shop.get(page) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("page", ["/collections/none", "/products/none", "/pictures/none.svg", "/mailbox/7"])
def test_what_is_not_there_is_not_found(shop: FlaskClient, page: str) -> None:
    assert shop.get(page).status_code == 404


def test_a_stranger_gets_nothing_of_the_extension(shop: FlaskClient) -> None:
    assert "data-steward" not in shop.get("/products/rose-eternity").text


def test_alma_gets_the_block_with_texts_settings_and_assets(as_alma: FlaskClient) -> None:
    page = as_alma.get("/products/rose-eternity").text
    assert 'data-first="Alma" data-page="product"' in page
    assert 'data-words="quiet"' in page
    assert "Welcome back, Alma." in page
    assert "/extensions/steward/assets/observe.js" in page
    assert "schema" not in page.lower()


def test_nil_has_nil_properties_as_in_shopify(as_alma: FlaskClient) -> None:
    assert 'data-product=""' in as_alma.get("/").text


@pytest.mark.parametrize(
    ("liquid", "complaint"),
    [
        ("{{ customer.id | sparkle }}", "unknown filter"),
        ("{% include 'x' %}", "unexpected tag 'include'"),
        ("{% layout 'x' %}", "unexpected tag 'layout'"),
        ("{{ visitor.name }}", "unknown object"),
        ("{{ customer.shoe_size }}", "customer.shoe_size"),
        ("{{ block.settings.nothing }}", "block.settings.nothing"),
        ("{{ 'no.such.text' | t }}", "translation missing"),
    ],
)
def test_unknown_liquid_fails_loudly(
    as_alma: FlaskClient, extension: Path, liquid: str, complaint: str
) -> None:
    block = extension / "blocks" / "advisor.liquid"
    block.write_text(liquid + block.read_text())
    answer = as_alma.get("/")
    assert answer.status_code == 500
    assert complaint in answer.text.replace("&#39;", "'")


@pytest.mark.parametrize(
    "page", ["/", "/products/rose-eternity", "/collections/eternity", "/search?q=ruby", "/cart"]
)
def test_the_real_extension_speaks_a_liquid_that_shopify_knows(tmp_path: Path, page: str) -> None:
    real = Path(__file__).parents[2] / "theme_extension"
    shop = create_app(make_parts(Settings(data=tmp_path, extension=real))).test_client()
    assert "shopify-block-sandbox-" in shop.get(page).text
    assert "data-steward" not in shop.get(page).text
    shop.post("/account/login", data={"customer": "7001"})
    assert "data-steward" in shop.get(page).text
    assert shop.get(page + ("&" if "?" in page else "?") + "design_mode=1").status_code == 200


def test_the_link_to_her_own_page_keeps_the_themes_margin_on_the_account_page(tmp_path: Path) -> None:
    real = Path(__file__).parents[2] / "theme_extension"
    shop = create_app(make_parts(Settings(data=tmp_path, extension=real))).test_client()
    shop.post("/account/login", data={"customer": "7001"})
    within = shop.get("/account").text.split("What we remember for you")[0].rpartition('<div class="wrap')[2]
    assert "</div>" not in within, "it stands within the page's width, not at the screen's edge"


def test_a_block_stays_off_the_pages_its_schema_excludes(extension: Path) -> None:
    schema = (
        '{% schema %}{"name": "B", "target": "body", "enabled_on": {"templates": ["product"]}}{% endschema %}'
    )
    (extension / "blocks" / "advisor.liquid").write_text("here" + schema)
    blocks = Extension(extension)
    assert "here" in blocks.render("body", "product", {}, {})
    assert blocks.render("body", "index", {}, {}) == ""
    assert blocks.render("section", "product", {}, {}) == ""


def test_the_theme_may_stay_silent_about_standard_events(shop: FlaskClient) -> None:
    assert '"events": true' in shop.get("/").text
    assert '"events": false' in shop.get("/?standard_events=off").text
    assert '"events": false' in shop.get("/cart").text  # remembered


def test_the_bag_fills_and_empties(shop: FlaskClient) -> None:
    shop.post("/cart/add", data={"id": "80181"})  # the variant
    shop.post("/cart/add", data={"id": "8018"})  # the product
    assert 'data-cart-count="2"' in shop.get("/cart").text
    shop.post("/cart/remove", data={"id": "8018"})
    assert 'data-cart-count="1"' in shop.get("/cart").text
    shop.set_cookie("sandbox_cart", "not json")
    assert 'data-cart-count="0"' in shop.get("/cart").text


def test_placing_an_order_writes_it_and_tells_the_app(as_alma: FlaskClient, parts: Parts) -> None:
    as_alma.post("/cart/add", data={"id": "8018"})
    assert "placed=900001" in as_alma.post("/cart/order").location
    order = parts.orders.placed[0]
    assert order["customer"]["id"] == 7001
    line = order["line_items"][0]
    assert (line["price"], line["product_id"], line["quantity"]) == ("2400.00", 8018, 1)
    assert not {"product_type", "tags"} & set(line)
    assert parts.sender.log[0].topic == "orders/create"
