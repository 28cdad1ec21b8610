"""The events endpoint, whole, beside a Flask route that runs the same Redis script and does nothing else."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import httpx
from flask import Flask, Response

from app.config import Settings, read_settings
from app.stores.live import Batch, Known
from app.usecases.open_shop import open_shop
from app.wiring import Services, connect
from bench.load import Figures, load
from scoring.decision import Standing
from scoring.relationship import Relationship

SHOP = "bench.myshopify.com"
# Sixty batches a customer and minute are allowed: this many customers are never stopped in a short run.
CUSTOMERS = 4_000
SECONDS = 6.0
BATCH = Batch(
    events=2, views=1, carts=0, started_ago_ms=1200, kinds={"eternity_band": 18_000}, prices=(240_000,)
)
GUNICORN = ("--workers", "2", "--worker-class", "gthread", "--threads", "8", "--reuse-port")


def reference() -> Flask:
    """This function will build an application with one route: the same script, and nothing else."""
    services = connect(read_settings())
    shop_id = services.database.shop_id(SHOP)
    assert shop_id is not None
    numbers = itertools.count()  # one step of it is atomic, which a generator's is not
    app = Flask("reference")

    @app.post("/reference")
    def observe() -> Response:
        now = datetime.now(UTC)
        services.live.observe(
            shop_id, _customer(next(numbers)), BATCH, now=now, day=now.date(), new_session_id="bench"
        )
        return Response(status=204)

    return app


def _customer(number: int) -> str:
    return str(1_000_000 + number % CUSTOMERS)


def measure(settings: Settings) -> list[tuple[str, float, str]]:
    """This function will load both, one after the other and again, and answer rows of the bench's table."""
    services = connect(settings)
    _furnish(services)
    environment = _environment(settings)
    reference_runs, whole_runs = [], []
    for _ in range(2):
        with _serving("bench.storefront:reference()", environment) as port:
            reference_runs.append(load(port, [_request("/reference", b"{}")] * 8, seconds=SECONDS))
        with _serving("app.factory:create_app()", environment) as port:
            whole_runs.append(load(port, _batches(settings), seconds=SECONDS))
    services.close()
    a, b = max(reference_runs, key=lambda run: run.rate), max(whole_runs, key=lambda run: run.rate)
    assert set(b.statuses) == {204}, b.statuses
    return [
        *_rows("(a) Flask + the same script", a),
        *_rows("(b) events endpoint, whole", b),
        ("b / a", b.rate / a.rate, "aim ≥ 0.7"),
    ]


def _rows(name: str, figures: Figures) -> list[tuple[str, float, str]]:
    return [
        (name, figures.rate, "requests/s"),
        ("    p50", figures.p50, "ms"),
        ("    p99", figures.p99, "ms"),
    ]


def _furnish(services: Services) -> None:
    now = datetime.now(UTC)
    shop_id = open_shop(
        services.database, SHOP, name="Bench", timezone="Europe/London", currency="GBP", now=now
    )
    relationship = Relationship(
        1,
        date(2016, 6, 4),
        date(2025, 12, 4),
        7,
        kinds={"earrings": (2019, "Ines"), "pendant": (2021, "Ines"), "bracelet": (2024, "")},
        baseline=300_000,
        lines_priced=7,
        currency="GBP",
        lead="Ines Moreau",
    )
    for customer in map(_customer, range(CUSTOMERS)):
        known = Known(1, "Alma", None, Standing(), relationship)
        ticket = services.live.ticket(shop_id, customer)
        services.live.remember(shop_id, customer, known, opted_out=False, ticket=ticket)


def _batches(settings: Settings) -> list[bytes]:
    body = json.dumps(
        {
            "v": 1,
            "final": False,
            "consent": {"analytics": True, "preferences": True},
            "events": [
                {"type": "page_view", "ago_ms": 1200},
                {
                    "type": "product_view",
                    "ago_ms": 1100,
                    "dwell_ms": 18_000,
                    "product_id": "6001",
                    "product_type": "Eternity ring",
                    "title": "Meadow full eternity band",
                    "tags": ["diamond", "platinum"],
                    "price": 240_000,
                    "currency": "GBP",
                },
            ],
        }
    ).encode()
    return [_request(f"/proxy/events?{_signed(settings, _customer(n))}", body) for n in range(CUSTOMERS)]


def _signed(settings: Settings, customer: str) -> str:
    parameters = {
        "logged_in_customer_id": customer,
        "path_prefix": "/apps/steward",
        "shop": SHOP,
        "timestamp": str(int(time.time())),
    }
    message = "".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    signature = hmac.new(settings.api_secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode({**parameters, "signature": signature})


def _request(path: str, body: bytes) -> bytes:
    head = ("POST {} HTTP/1.1", "Host: bench", "Content-Type: application/json", "Content-Length: {}")
    return "\r\n".join((*head, "", "")).format(path, len(body)).encode() + body


def _environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "STEWARD_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "BATCHES_PER_SECOND": "1000000",
    }


@contextmanager
def _serving(application: str, environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            *GUNICORN,
            "--log-level",
            "error",
            application,
        ],
        env=environment,
    )
    try:
        _wait(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            time.sleep(0.5)  # the second worker
            return
    raise RuntimeError("the server did not start")
