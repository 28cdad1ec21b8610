"""What Shopify would send: bodies in its shape, and the headers that sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

from app.config import SANDBOX_SECRET

SHOP = "maison-alder.myshopify.com"
CHIARA = 881000000007004
CHIARAS_ADDRESS = "chiara.rossi@clients.example"
ORDER = 551000000009001


def signed(body: bytes, topic: str, *, secret: str = SANDBOX_SECRET, **changed: str) -> dict[str, str]:
    """The headers of one delivery; `changed` replaces some, spelled with underscores."""
    digest = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Webhook-Id": str(uuid4()),
        "X-Shopify-Triggered-At": "2026-11-21T10:00:00.123456789Z",
        "X-Shopify-Hmac-Sha256": digest,
        "Content-Type": "application/json",
    }
    return headers | {f"X-Shopify-{name.replace('_', '-')}": value for name, value in changed.items()}


def as_body(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


def customer(**changed: Any) -> dict[str, Any]:
    return {
        "id": CHIARA,
        "email": CHIARAS_ADDRESS,
        "first_name": "Chiara",
        "last_name": "Rossi",
        "updated_at": "2026-11-20T09:00:00+00:00",
        **changed,
    }


def line(**changed: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "product_id": 77,
        "title": "Diamond eternity band",
        "price": "2400.00",
        "quantity": 1,
        "current_quantity": 1,
        "gift_card": False,
        "properties": [],
        **changed,
    }


def order(**changed: Any) -> dict[str, Any]:
    return {
        "id": ORDER,
        "created_at": "2026-11-20T09:00:00+00:00",
        "processed_at": "2026-11-20T09:00:00+00:00",
        "updated_at": "2026-11-20T09:00:00+00:00",
        "cancelled_at": None,
        "test": False,
        "currency": "GBP",
        "total_price": "2400.00",
        "financial_status": "paid",
        "source_name": "web",
        "note_attributes": [],
        "customer": customer(),
        "line_items": [line()],
        "refunds": [],
        "tags": "",
        **changed,
    }


def about_chiara(**more: Any) -> dict[str, Any]:
    """A privacy request on Chiara."""
    return {
        "shop_id": 1958,
        "shop_domain": SHOP,
        "customer": {"id": CHIARA, "email": CHIARAS_ADDRESS, "phone": ""},
        **more,
    }
