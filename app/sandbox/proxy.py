"""The app proxy: /apps/steward/… reaches the app signed, without cookies, and never takes long."""

from __future__ import annotations

import time
from collections.abc import Iterable
from urllib.parse import urlencode

import httpx
from flask import Blueprint, Response, request

from app.sandbox import storefront, visitor
from app.sandbox.parts import parts
from app.sandbox.signatures import proxy_signature

pages = Blueprint("proxy", __name__)

PREFIX = "/apps/steward"
PATIENCE = 5.0  # seconds; Shopify's own limit is not published
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Shopify's own parameters cannot be brought along by a visitor: what they send under these names is dropped.
OURS = frozenset({"shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature"})
FORWARDED = ("Content-Type", "Accept", "Accept-Language", "User-Agent", "X-Requested-With")
LIQUID = "application/liquid"
KEPT_BACK = frozenset(
    [
        "set-cookie",
        "connection",
        "keep-alive",
        "transfer-encoding",
        "content-encoding",
        "content-length",
        "server",
        "date",
    ]
)


def signed_query(
    asked: Iterable[tuple[str, str]], *, shop: str, customer_id: str, now: int, secret: str
) -> list[tuple[str, str]]:
    """Add what Shopify adds to a visitor's query, and sign all of it."""
    pairs = [(name, value) for name, value in asked if name not in OURS]
    pairs += [
        ("shop", shop),
        ("logged_in_customer_id", customer_id),
        ("path_prefix", PREFIX),
        ("timestamp", str(now)),
    ]
    return [*pairs, ("signature", proxy_signature(pairs, secret))]


def _headers() -> dict[str, str]:
    """What of the visitor's headers reaches the app: never a cookie."""
    passed = {name: request.headers[name] for name in FORWARDED if name in request.headers}
    return {**passed, "X-Forwarded-For": request.remote_addr or "", "X-Forwarded-Host": parts().settings.shop}


@pages.route(f"{PREFIX}/", defaults={"path": ""}, methods=METHODS)
@pages.route(f"{PREFIX}/<path:path>", methods=METHODS)
def forward(path: str) -> Response:
    """Pass one request on, and its answer back."""
    settings, person = parts().settings, visitor.customer(request)
    query = signed_query(
        request.args.items(multi=True),
        shop=settings.shop,
        customer_id=str(person.id) if person else "",
        now=int(time.time()),
        secret=settings.api_secret,
    )
    try:
        answer = httpx.request(
            request.method,
            f"{settings.app_url}/proxy/{path}?{urlencode(query)}",
            content=request.get_data(),
            headers=_headers(),
            timeout=PATIENCE,
            follow_redirects=False,
            trust_env=False,
        )
    except httpx.TimeoutException:
        return Response("The app did not answer in time.\n", 504, mimetype="text/plain")
    except httpx.HTTPError:
        return Response("The app cannot be reached.\n", 502, mimetype="text/plain")
    headers = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in KEPT_BACK]
    if answer.headers.get("Content-Type", "").startswith(LIQUID):
        page = storefront.in_theme(answer.text)
        page.headers.extend((name, value) for name, value in headers if name.lower() != "content-type")
        return page
    return Response(answer.content, answer.status_code, headers)
