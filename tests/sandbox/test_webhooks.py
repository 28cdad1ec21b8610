"""Webhooks arrive signed, are tried again, and carry what Shopify's carry."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.sandbox.parts import Parts
from app.sandbox.signatures import webhook_hmac
from tests.sandbox.conftest import Echo


@pytest.fixture
def sending(parts: Parts) -> Iterator[Parts]:
    parts.sender.waits = (0.02, 0.02)
    parts.sender.start()
    yield parts
    parts.sender.stop()


def until(parts: Parts, state: str) -> None:
    deadline = time.monotonic() + 5
    while parts.sender.log[0].state != state and time.monotonic() < deadline:
        time.sleep(0.01)
    assert parts.sender.log[0].state == state


def payload(parts: Parts) -> dict[str, Any]:
    return dict(json.loads(parts.sender.log[0].body))


def test_an_order_arrives_signed_with_every_header(shop: FlaskClient, sending: Parts, echo: Echo) -> None:
    shop.post("/clock", json={"to": "2027-03-01T12:00:00+00:00"})
    shop.post("/sandbox/webhooks/orders/create", data={"customer": "7001"})
    until(sending, "delivered")
    heard = echo.heard[0]
    headers: dict[str, str] = {k.lower(): v for k, v in heard["headers"].items()}
    body: bytes = heard["body"]
    assert heard["path"] == "/webhooks"
    assert headers["x-shopify-topic"] == "orders/create"
    assert headers["x-shopify-hmac-sha256"] == webhook_hmac(body, "hush")
    assert headers["x-shopify-api-version"] == "2026-10"
    assert headers["x-shopify-webhook-id"] != headers["x-shopify-event-id"]
    assert headers["x-shopify-triggered-at"].startswith("2027-03-01")
    order = json.loads(body)
    assert order["created_at"].startswith("2027-03-01T12:00")
    assert (order["source_name"], order["financial_status"], order["test"]) == ("web", "paid", False)
    assert order["cancelled_at"] is None


def test_a_refusal_is_tried_again_with_the_same_id(shop: FlaskClient, sending: Parts, echo: Echo) -> None:
    echo.statuses = [503, 200]
    shop.post("/sandbox/webhooks/customers/update", data={"customer": "7001"})
    until(sending, "delivered")
    ids = [{k.lower(): v for k, v in one["headers"].items()}["x-shopify-webhook-id"] for one in echo.heard]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    shop.post(f"/sandbox/deliveries/{sending.sender.log[0].number}/again")
    until(sending, "delivered")


def test_it_gives_up_in_the_end_and_says_so(shop: FlaskClient, sending: Parts, echo: Echo) -> None:
    echo.statuses = [500, 500, 500]
    shop.post("/sandbox/webhooks/app/uninstalled")
    until(sending, "given up")
    assert "given up" in shop.get("/sandbox").text
    assert shop.get("/sandbox/webhooks.json").get_json()[0]["answers"] == ["500", "500", "500"]


def test_cancelling_and_refunding(shop: FlaskClient, parts: Parts) -> None:
    shop.post("/sandbox/webhooks/orders/create", data={"customer": "7001"})
    shop.post("/sandbox/webhooks/orders/create", data={"customer": "7005", "test": "1"})
    shop.post("/sandbox/webhooks/orders/cancelled", data={"order": "900001"})
    assert parts.sender.log[0].topic == "orders/cancelled"
    assert payload(parts)["cancelled_at"]
    shop.post("/sandbox/webhooks/refunds/create")  # the latest
    assert [one.topic for one in list(parts.sender.log)[:2]] == ["orders/updated", "refunds/create"]
    assert payload(parts)["refunds"][0]["refund_line_items"][0]["quantity"] == 1
    assert payload(parts)["test"] is True


def test_the_privacy_topics_name_the_customer_and_the_shop(shop: FlaskClient, parts: Parts) -> None:
    shop.post("/sandbox/webhooks/customers/redact", data={"customer": "7004"})
    said = payload(parts)
    assert said["customer"]["id"] == 7004
    assert said["shop_domain"] == "maison-alder.myshopify.com"
    assert said["orders_to_redact"] == []
    shop.post("/sandbox/webhooks/customers/data_request", data={"customer": "7003"})
    assert payload(parts)["data_request"] == {"id": 9001}
    assert shop.post("/sandbox/webhooks/nothing/known").status_code == 404
    assert shop.post("/sandbox/webhooks/customers/redact", data={"customer": "1"}).status_code == 400
