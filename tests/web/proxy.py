"""Shopify's app proxy, as a test plays it: signs what the storefront sends."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import SANDBOX_SECRET

SHOP = "alder.myshopify.com"


def sign(parameters: dict[str, str], secret: str = SANDBOX_SECRET) -> str:
    """Sign as Shopify does: sorted, joined by nothing, hex HMAC-SHA256."""
    message = "".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def signed(customer: str, *, shop: str = SHOP, age: int = 0, **more: str) -> str:
    parameters = {
        "shop": shop,
        "logged_in_customer_id": customer,
        "path_prefix": "/apps/steward",
        "timestamp": str(int(time.time()) - age),
        **more,
    }
    return urlencode({**parameters, "signature": sign(parameters)})


def post(client: FlaskClient, path: str, customer: str, body: Any, *, shop: str = SHOP) -> TestResponse:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return client.post(f"{path}?{signed(customer, shop=shop)}", data=data, content_type="application/json")


def batch(*events: dict[str, Any], final: bool = False, **consent: bool) -> dict[str, Any]:
    allowed = {"analytics": True, "preferences": True, **consent}
    return {"v": 1, "final": final, "consent": allowed, "events": list(events) or [looking()]}


def looking(kind: str = "Eternity ring", price: int = 310_000, **more: Any) -> dict[str, Any]:
    """Looking at a piece for a while."""
    seen = {"product_id": "6001", "product_type": kind, "title": "Meadow", "price": price, "currency": "GBP"}
    return {"type": "product_view", "ago_ms": 500, "dwell_ms": 20_000, **seen, **more}
