"""Who is at the admin's door: Shopify's session token first, and frames of that shop alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode, urlsplit

from flask import Response, g, render_template, request

from app.domain.shop_domain import SHOP_DOMAIN
from app.shopify.session_token import SessionToken, verify_session_token
from app.usecases.install_shop import install_shop, is_settled
from app.web.serving import refusal, services
from app.wiring import Services, admin_of, real_clock

PATCH_PAGE = "/admin/session"
SHOPIFY_ADMIN = "https://admin.shopify.com"
# What a browser says of itself when it loads a page rather than fetching one; older ones say nothing.
DOCUMENTS = (None, "document", "iframe", "frame")


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
        vouched = _vouched()
        shop_id = _known_shop(vouched) if vouched else None
        if vouched is None or shop_id is None:
            return _turned_away()
        return view(Merchant(shop_id, vouched.shop, vouched.user_id), *args, **kwargs)

    guarded.guarded_by = "merchant"  # type: ignore[attr-defined]  # the contract test reads it
    return guarded


def _vouched() -> SessionToken | None:
    """Who is asking, verified once a request: the answer's frame depends on it too, even where no page is."""
    if "vouched" not in g:
        g.vouched = verify_session_token(services().shopify, _token())
    vouched: SessionToken | None = g.vouched
    return vouched


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


def _known_shop(vouched: SessionToken) -> int | None:
    """A shop whose merchant opens a page is given what it lacks: its house, its tokens, its name."""
    parts = services()
    shop_id = parts.database.shop_id(vouched.shop)
    if not _is_document() or (shop_id is not None and _is_settled(parts, shop_id)):
        return shop_id
    return install_shop(
        parts.database,
        parts.token_office,
        parts.vault,
        parts.queue,
        lambda shop_id: admin_of(parts, shop_id, patient=False),
        vouched,
        now=parts.clock(),
        real_now=real_clock(),
    )


def _is_settled(parts: Services, shop_id: int) -> bool:
    with parts.database.shop(shop_id) as tx:
        return is_settled(tx, parts.vault, now=real_clock())


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
    return plain and is_admins(path)


def is_admins(path: str) -> bool:
    """This function will say whether an address is one of the admin's."""
    return path == "/admin" or path.startswith("/admin/")


def framed(response: Response) -> Response:
    """This function will say on every answer of the admin, errors included, who may frame it."""
    if is_admins(request.path):
        ancestors = " ".join(_ancestors())
        response.headers["Content-Security-Policy"] = f"frame-ancestors {ancestors};"
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("X-Frame-Options", None)
    return response


def _ancestors() -> list[str]:
    settings = services().settings
    vouched = _vouched()
    shop = vouched.shop if vouched else g.get("framed_by")
    ancestors = [f"https://{shop}", SHOPIFY_ADMIN] if shop else [SHOPIFY_ADMIN]
    if settings.sandbox_url and not settings.is_production:
        parts = urlsplit(settings.sandbox_url)
        ancestors.append(f"{parts.scheme}://{parts.netloc}")
    return ancestors
