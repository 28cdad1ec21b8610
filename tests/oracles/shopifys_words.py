"""What Shopify sends, to be signed by its library: a webhook, a proxied request, a session token."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

from app.config import SANDBOX_KEY, SANDBOX_SECRET

HANDLE = "maison-alder"
SHOP = f"{HANDLE}.myshopify.com"
OTHER_SECRET = "another secret, as long as the right one"
ALMA = "7001"
BODY = json.dumps({"id": 1, "note": "für Zoë 💍", "updated_at": "2026-11-20T09:00:00Z"}, ensure_ascii=False)


def webhook(*, secret: str = SANDBOX_SECRET, body: str = BODY) -> dict[str, Any]:
    headers = {
        "X-Shopify-Topic": "orders/updated",
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": str(uuid4()),
        "X-Shopify-Triggered-At": "2026-11-20T09:00:00.000000000Z",
        "Content-Type": "application/json",
    }
    return {"kind": "webhook", "key": SANDBOX_KEY, "secret": secret, "body": body, "headers": headers}


def proxied(*, secret: str = SANDBOX_SECRET, age: int = 0, **more: Any) -> dict[str, Any]:
    query = {
        "shop": SHOP,
        "logged_in_customer_id": ALMA,
        "path_prefix": "/apps/steward",
        "timestamp": str(int(time.time()) - age),
        **more,
    }
    return {"kind": "proxy", "key": SANDBOX_KEY, "secret": secret, "query": query}


def session(*, secret: str = SANDBOX_SECRET, store: str = HANDLE, **claims: Any) -> dict[str, Any]:
    return {"kind": "session", "key": SANDBOX_KEY, "secret": secret, "store": store, "claims": claims}
