"""Who is at the admin's door: Shopify's session token first, and frames of that shop alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, g, render_template, request

from app.domain.shop_domain import SHOP_DOMAIN
from app.stores import shops
from app.usecases.open_shop import open_shop
from app.web.serving import refusal, services

PATCH_PAGE = "/admin/session"
SHOPIFY_ADMIN = "https://admin.shopify.com"
# shopify_app lets tokens pass without these (facts/shopify.md, trap 7).
REQUIRED_CLAIMS = ("iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid")
# What a browser says of itself when it loads a page rather than fetching one; older ones say nothing.
DOCUMENTS = (None, "document", "iframe", "frame")
# Until the shop has told us more, a house is known by its domain and keeps the world's time.
UNTOLD = {"timezone": "UTC", "currency": "USD"}


@dataclass(frozen=True, slots=True)
class Merchant:
    """Somebody of a shop's staff, as Shopify vouches; `user_id` is Shopify's number of her."""

    shop_id: int
    shop_domain: str
    user_id: str


def merchant_signed_in(view: Callable[..., Response]) -> Callable[..., Response]:
    """This function will let a view be reached only with a valid session token, and hand it the merchant.

    A fetch without one is answered with 401 and the header that makes App Bridge try again with a fresh one,
    a document with a redirect to the page that fetches one.
    """

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Response:
        claims = verified_claims(_token())
        if claims is None:
            return _turned_away()
        domain = shop_of(claims)
        shop_id = _known_shop(domain)
        if shop_id is None:
            return _turned_away()
        g.framed_by = domain
        return view(Merchant(shop_id, domain, claims["sub"]), *args, **kwargs)

    guarded.guarded_by = "merchant"  # type: ignore[attr-defined]  # the contract test reads it
    return guarded


def verified_claims(token: str | None) -> dict[str, Any] | None:
    """This function will verify a session token and answer its claims, or None for any that is not good."""
    if not token:
        return None
    try:
        result = services().shopify.verify_app_home_req(
            # As a header, whichever way it came: the library then reads nothing else of the request.
            {
                "method": "GET",
                "headers": {"Authorization": f"Bearer {token}"},
                "url": "https://app/",
                "body": "",
            },
            PATCH_PAGE,
        )
    except (AttributeError, TypeError, ValueError):  # claims of another kind than the library expects
        return None
    if not result.ok or result.id_token is None:
        return None
    claims: dict[str, Any] = result.id_token.claims
    return claims if _is_complete(claims) else None


def shop_of(claims: dict[str, Any]) -> str:
    """This function will name the shop a token is for, by its `dest`; "" where that is no shop's."""
    domain = str(claims["dest"]).lower().removeprefix("https://").removesuffix("/")
    return domain if SHOP_DOMAIN.fullmatch(domain) else ""


def _is_complete(claims: dict[str, Any]) -> bool:
    if any(not claims.get(name) for name in REQUIRED_CLAIMS):
        return False
    domain = shop_of(claims)
    return bool(domain) and str(claims["iss"]).lower() == f"https://{domain}/admin"


def _token() -> str | None:
    """The token of a fetch stands in its header, that of a document in its address, exactly once."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return token if scheme == "Bearer" else None
    offered = request.args.getlist("id_token")
    # A form may be sent to any address, so an address vouches for reading alone.
    return offered[0] if len(offered) == 1 and request.method in ("GET", "HEAD") else None


def _is_document() -> bool:
    said = request.headers
    return (
        request.method in ("GET", "HEAD")
        and "Authorization" not in said
        and "HX-Request" not in said
        and said.get("Sec-Fetch-Dest") in DOCUMENTS
    )


def _known_shop(domain: str) -> int | None:
    """A shop whose merchant opens us for the first time, or again after leaving, is given its house."""
    parts = services()
    shop_id = parts.database.shop_id(domain)
    if not _is_document() or (shop_id is not None and not _has_left(shop_id)):
        return shop_id
    name = domain.removesuffix(".myshopify.com").replace("-", " ").capitalize()
    return open_shop(parts.database, domain, name=name, now=parts.clock(), **UNTOLD)


def _has_left(shop_id: int) -> bool:
    with services().database.shop(shop_id) as tx:
        return shops.has_left(tx)


def _turned_away() -> Response:
    if _is_document():
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "id_token"]
        back = f"{request.path}?{urlencode(kept)}" if kept else request.path
        return _to_session_page(kept, back)
    answer = refusal("session_token", "Shopify did not vouch for this request. Open the app again.", 401)
    answer.headers["X-Shopify-Retry-Invalid-Session-Request"] = "1"
    return answer


def _to_session_page(kept: list[tuple[str, str]], back: str) -> Response:
    query = urlencode([*kept, ("shopify-reload", back)])
    return Response(status=302, headers={"Location": f"{PATCH_PAGE}?{query}"})


def session_page() -> Response:
    """This function will serve the page that only loads App Bridge, which fetches a token and goes back."""
    shop = request.args.get("shop", "").lower()
    if SHOP_DOMAIN.fullmatch(shop):
        g.framed_by = shop  # only says who may frame a page that holds nothing
    if not _leads_home(request.args.get("shopify-reload", "/admin")):
        return _to_session_page([("shop", shop)], "/admin")
    return Response(render_template("admin/session.html"))


# It holds nothing; the contract test of all routes reads this.
session_page.guarded_by = "open"  # type: ignore[attr-defined]  # a function takes attributes


def _leads_home(address: str) -> bool:
    """Whether an address to go back to is one of the admin's own, however a browser may read it."""
    path = address.partition("?")[0]
    plain = path.isprintable() and not any(trick in path for trick in ("\\", "//", "/.", "#", "%"))
    return plain and (path == "/admin" or path.startswith("/admin/"))


def framed(response: Response) -> Response:
    """This function will say on every answer of the admin, errors included, who may frame it."""
    if request.path == "/admin" or request.path.startswith("/admin/"):
        ancestors = " ".join(_ancestors())
        response.headers["Content-Security-Policy"] = f"frame-ancestors {ancestors};"
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("X-Frame-Options", None)
    return response


def _ancestors() -> list[str]:
    settings = services().settings
    shop = g.get("framed_by")
    ancestors = [f"https://{shop}", SHOPIFY_ADMIN] if shop else [SHOPIFY_ADMIN]
    if settings.sandbox_url and not settings.is_production:
        parts = urlsplit(settings.sandbox_url)
        ancestors.append(f"{parts.scheme}://{parts.netloc}")
    return ancestors
