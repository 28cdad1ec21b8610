"""A request of the storefront, as Shopify's app proxy signs and forwards it."""

from __future__ import annotations

from urllib.parse import parse_qsl

from shopify_app import ShopifyApp

from app.domain.shop_domain import SHOP_DOMAIN

# A visitor's own parameters are signed too; these are Shopify's, and each must stand there exactly once.
RESERVED = ("shop", "timestamp", "path_prefix", "logged_in_customer_id", "signature")


def verify_proxy_request(shopify: ShopifyApp, query: str) -> dict[str, str] | None:
    """This function will verify a raw query string and answer Shopify's own parameters, or None."""
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    if any(names.count(name) != 1 for name in RESERVED) or _could_be_cut_elsewhere(pairs):
        return None
    try:
        result = shopify.verify_app_proxy_req(
            {"method": "GET", "headers": {}, "url": f"https://proxy/?{query}", "body": ""}
        )
    except (TypeError, ValueError):  # a signature of other than ASCII letters
        return None
    reserved = {name: value for name, value in pairs if name in RESERVED}
    return reserved if result.ok and SHOP_DOMAIN.fullmatch(reserved["shop"]) else None


def _could_be_cut_elsewhere(pairs: list[tuple[str, str]]) -> bool:
    """Whether a parameter spells one of Shopify's within itself.

    What is signed has no separators: "a=1logged_in_customer_id=7" is also a=1 and a customer of one's own
    choice. Nothing our scripts send looks so.
    """
    return any(f"{name}=" in part for pair in pairs for part in pair for name in RESERVED)
