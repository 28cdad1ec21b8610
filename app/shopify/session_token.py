"""A session token: the proof that somebody of a shop's staff has the app open in the Shopify admin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shopify_app import ShopifyApp

from app.domain.shop_domain import SHOP_DOMAIN

# shopify_app lets tokens pass without these (facts/shopify.md, trap 7).
REQUIRED_CLAIMS = ("iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid")
# The library wants to know where it would send a document; what it answers for that is not used.
_NOWHERE = "/"


@dataclass(frozen=True, slots=True)
class SessionToken:
    """A verified token: `shop` is a myshopify.com domain, `user_id` Shopify's number of the person."""

    shop: str
    user_id: str
    token: str = field(repr=False)


def verify_session_token(shopify: ShopifyApp, token: str | None) -> SessionToken | None:
    """This function will verify a session token; None for any that is not good, whatever is wrong with it.

    The signature may be by the client secret or, during a rotation, by the one before.
    """
    claims = _signed_claims(shopify, token) if token else None
    if not token or claims is None or not _is_complete(claims):
        return None
    return SessionToken(shop_of(claims), str(claims["sub"]), token)


def shop_of(claims: Mapping[str, Any]) -> str:
    """This function will name the shop a token is for, by its `dest`; "" where that is no shop's."""
    domain = str(claims.get("dest")).lower().removeprefix("https://").removesuffix("/")
    return domain if SHOP_DOMAIN.fullmatch(domain) else ""


def _signed_claims(shopify: ShopifyApp, token: str) -> dict[str, Any] | None:
    # As a header, whichever way it came: the library then reads nothing else of the request.
    headers = {"Authorization": f"Bearer {token}"}
    try:
        result = shopify.verify_app_home_req(
            {"method": "GET", "headers": headers, "url": "https://app/", "body": ""}, _NOWHERE
        )
    except (AttributeError, TypeError, ValueError):  # claims of another kind than the library expects
        return None
    return result.id_token.claims if result.ok and result.id_token else None


def _is_complete(claims: Mapping[str, Any]) -> bool:
    if any(not claims.get(name) for name in REQUIRED_CLAIMS):
        return False
    domain = shop_of(claims)
    return bool(domain) and str(claims["iss"]).lower() == f"https://{domain}/admin"
