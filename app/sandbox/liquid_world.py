"""Shopify's Liquid objects on a page of the sandbox: exactly the properties that an app block may read."""

from __future__ import annotations

from flask import request

from app.sandbox import visitor
from app.sandbox.cast import Person
from app.sandbox.catalogue import COLLECTIONS, Product
from app.sandbox.dialect import Drop
from app.sandbox.parts import parts


def liquid_world(template: str, product: Product | None, collection: str) -> dict[str, object]:
    """Gather the objects of this request; what a page does not have is nil."""
    person = visitor.customer(request)
    return {
        "customer": _customer(person) if person else None,
        "product": _product(product) if product else None,
        "collection": _collection(collection) if collection in COLLECTIONS else None,
        "section": Drop("section", id="sandbox"),
        "template": Drop("template", name=template, suffix=None, directory=None),
        "search": Drop("search", performed=bool(request.args.get("q")), terms=request.args.get("q", "")),
        "request": _request(template),
        "shop": _shop(),
        "cart": _cart(),
        "localization": _localization(),
        "routes": _routes(),
    }


def _customer(person: Person) -> Drop:
    return Drop(
        "customer",
        id=person.id,
        first_name=person.first_name,
        last_name=person.last_name,
        name=person.name,
        email=person.email,
        tags=[],
        accepts_marketing=False,
    )


def _product(product: Product) -> Drop:
    variant = Drop(
        "variant", id=product.variant_id, title="Default Title", price=product.price, available=True
    )
    category = Drop(
        "taxonomy_category",
        id=product.category,
        gid=f"gid://shopify/TaxonomyCategory/{product.category}",
        name=product.product_type,
    )
    return Drop(
        "product",
        id=product.id,
        title=product.title,
        handle=product.handle,
        type=product.product_type,
        tags=list(product.tags),
        category=category,
        price=product.price,
        price_min=product.price,
        price_max=product.price,
        vendor="Maison Alder",
        available=True,
        selected_variant=None,
        selected_or_first_available_variant=variant,
        url=f"/products/{product.handle}",
    )


def _collection(handle: str) -> Drop:
    number = 5000 + list(COLLECTIONS).index(handle)
    title, _ = COLLECTIONS[handle]
    return Drop("collection", id=number, handle=handle, title=title, url=f"/collections/{handle}")


def _language() -> Drop:
    language = request.args.get("locale", "en")
    return Drop(
        "shop_locale",
        iso_code=language,
        primary=language == "en",
        root_url="/",
        name=language,
        endonym_name=language,
    )


def _pounds() -> Drop:
    return Drop("currency", iso_code="GBP", name="British Pound", symbol="£")


def _request(template: str) -> Drop:
    return Drop(
        "request",
        page_type=template,
        path=request.path,
        origin=request.host_url[:-1],
        host=request.host,
        locale=_language(),
        design_mode=request.args.get("design_mode") == "1",
        visual_preview_mode=False,
    )


def _shop() -> Drop:
    domain = parts().settings.shop
    return Drop(
        "shop",
        name="Maison Alder",
        currency="GBP",
        domain=domain,
        permanent_domain=domain,
        url=request.host_url[:-1],
        locale="en",
        money_format="£{{amount}}",
    )


def _cart() -> Drop:
    lines = visitor.cart(request)
    many, total = sum(line.quantity for line in lines), sum(line.total for line in lines)
    return Drop("cart", currency=_pounds(), item_count=many, total_price=total)


def _localization() -> Drop:
    country = Drop("country", iso_code="GB", name="United Kingdom", currency=_pounds())
    language, market = _language(), Drop("market", id=1, handle="gb")
    return Drop(
        "localization", language=language, available_languages=[language], country=country, market=market
    )


def _routes() -> Drop:
    return Drop(
        "routes",
        root_url="/",
        account_url="/account",
        account_login_url="/account",
        cart_url="/cart",
        cart_add_url="/cart/add",
        search_url="/search",
    )
