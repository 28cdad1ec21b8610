"""The receiver of webhooks, whole, beside a Flask route that checks the HMAC and inserts one row."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from uuid import uuid4

from flask import Flask, Response, abort, request
from sqlalchemy import text

from app.config import Settings, read_settings
from app.usecases.open_shop import open_shop
from app.wiring import connect
from bench.load import Figures, load
from bench.storefront import _environment, _rows, _serving

SHOP = "bench-webhooks.myshopify.com"
SECONDS = 6.0
# So many different deliveries that none comes twice in a run: a duplicate would be cheaper.
DELIVERIES = 40_000
LINE = {"product_id": 77, "title": "Diamond eternity band", "price": "2400.00", "quantity": 1}


def reference() -> Flask:
    """This function will build an application with one route: the HMAC, one insert, and nothing else."""
    services = connect(read_settings())
    shop_id = services.database.shop_id(SHOP)
    secret = services.settings.api_secret.encode()
    app = Flask("reference")
    insert = text(
        "insert into inbox (shop_id, webhook_id, topic, body) values (:shop, :id, 'orders/create', :body)"
    )

    @app.post("/reference")
    def keep() -> Response:
        raw = request.get_data()
        digest = base64.b64encode(hmac.new(secret, raw, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(digest, request.headers["X-Shopify-Hmac-Sha256"]):
            abort(401)
        assert shop_id is not None
        with services.database.shop(shop_id) as tx:
            tx.execute(insert, {"shop": shop_id, "id": str(uuid4()), "body": raw.decode()})
        return Response(status=200)

    return app


def measure(settings: Settings) -> list[tuple[str, float, str]]:
    """This function will load both, one after the other and again, and answer rows of the bench's table."""
    services = connect(settings)
    about = {"name": "Bench", "timezone": "Europe/London", "currency": "GBP"}
    shop_id = open_shop(services.database, SHOP, now=services.clock(), **about)
    environment = _environment(settings)
    reference_runs, whole_runs = [], []
    for _ in range(2):
        with _serving("bench.receiver:reference()", environment) as port:
            reference_runs.append(load(port, _deliveries(settings, "/reference"), seconds=SECONDS))
        with _serving("app.factory:create_app()", environment) as port:
            whole_runs.append(load(port, _deliveries(settings, "/webhooks"), seconds=SECONDS))
        with services.database.shop(shop_id) as tx:
            tx.execute(text("delete from inbox"))
    services.live.patient.flushdb()
    services.close()
    a, b = max(reference_runs, key=_rate), max(whole_runs, key=_rate)
    assert set(b.statuses) == {200}, b.statuses
    return [
        *_rows("(a) Flask + HMAC + one insert", a),
        *_rows("(b) receiver, whole: the shop's job asked for", b),
        ("b / a", b.rate / a.rate, ""),
    ]


def _rate(run: Figures) -> float:
    return run.rate


def _deliveries(settings: Settings, path: str) -> list[bytes]:
    body = json.dumps(
        {
            "id": 551000000009001,
            "created_at": "2026-11-20T09:00:00Z",
            "updated_at": "2026-11-20T09:00:00Z",
            "currency": "GBP",
            "total_price": "2400.00",
            "customer": {"id": 7001, "email": "client7001@clients.example", "first_name": "Alma"},
            "line_items": [LINE] * 3,
            "refunds": [],
        }
    ).encode()
    digest = base64.b64encode(hmac.new(settings.api_secret.encode(), body, hashlib.sha256).digest()).decode()
    run = f"{time.time_ns()}"
    return [_request(path, body, digest, f"{run}-{n}") for n in range(DELIVERIES)]


def _request(path: str, body: bytes, digest: str, webhook_id: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1",
        "Host: bench",
        "Content-Type: application/json",
        "X-Shopify-Topic: orders/create",
        f"X-Shopify-Shop-Domain: {SHOP}",
        f"X-Shopify-Webhook-Id: {webhook_id}",
        "X-Shopify-Triggered-At: 2026-11-20T09:00:00Z",
        f"X-Shopify-Hmac-Sha256: {digest}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body
