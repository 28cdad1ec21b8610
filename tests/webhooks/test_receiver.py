"""Shopify's door: nothing false comes in, nothing acknowledged is lost."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from rq import Queue as RedisQueue
from rq.serializers import JSONSerializer
from sqlalchemy import select

from app.queue import QUEUE
from app.stores.database import Database
from app.stores.inbox import inbox
from app.usecases.erase_shop import erase_shop
from app.wiring import Services, connect
from tests.webhooks.told import SHOP, about_chiara, as_body, order, signed
from webhooks import receiver

BODY = as_body(order())


@pytest.fixture
def shop_id(services: Services) -> int:
    return services.database.open_shop(SHOP, name="Maison Alder", timezone="Europe/London", currency="GBP")


@pytest.fixture
def door(services: Services, shop_id: int) -> FlaskClient:
    return client_of(services)


def client_of(services: Services) -> FlaskClient:
    """The door alone, without the rest of the house."""
    app = Flask("door")
    app.extensions["steward"] = services
    app.register_blueprint(receiver.door)
    return app.test_client()


def kept(services: Services, shop_id: int) -> list[Any]:
    with services.database.shop(shop_id) as tx:
        return list(tx.execute(select(inbox)))


def asked(services: Services) -> list[Any]:
    queue = RedisQueue(QUEUE, connection=services.live.patient, serializer=JSONSerializer)
    return [(job.func_name, *job.args) for job in queue.jobs]


def test_a_good_webhook_is_kept_acknowledged_and_asked_for(
    door: FlaskClient, services: Services, shop_id: int
) -> None:
    headers = signed(BODY, "orders/create")
    assert door.post("/webhooks", data=BODY, headers=headers).status_code == 200
    (row,) = kept(services, shop_id)
    assert (row.topic, row.body.encode(), row.done_at) == ("orders/create", BODY, None)
    assert row.triggered_at.isoformat() == "2026-11-21T10:00:00.123456+00:00"
    assert asked(services) == [("jobs.inbox.work_on", shop_id)]


def test_a_duplicate_is_acknowledged_and_does_nothing(
    door: FlaskClient, services: Services, shop_id: int
) -> None:
    headers = signed(BODY, "orders/create")
    assert [door.post("/webhooks", data=BODY, headers=headers).status_code for _ in range(3)] == [200] * 3
    assert len(kept(services, shop_id)) == 1
    assert len(asked(services)) == 1


def test_a_storm_asks_for_its_shops_job_once_and_another_shop_for_its_own(
    door: FlaskClient, services: Services, shop_id: int
) -> None:
    about = {"name": "Birch", "timezone": "Europe/London", "currency": "GBP"}
    theirs = services.database.open_shop("birch.myshopify.com", **about)
    for shop in (SHOP, "birch.myshopify.com", SHOP, SHOP):
        headers = signed(BODY, "orders/create", Shop_Domain=shop)
        assert door.post("/webhooks", data=BODY, headers=headers).status_code == 200
    assert len(kept(services, shop_id)) == 3
    assert asked(services) == [("jobs.inbox.work_on", each) for each in (shop_id, theirs)]


def test_headers_of_the_newer_subscriptions_are_read_too(
    door: FlaskClient, services: Services, shop_id: int
) -> None:
    headers = {name.removeprefix("X-"): value for name, value in signed(BODY, "orders/create").items()}
    assert door.post("/webhooks", data=BODY, headers=headers).status_code == 200
    assert len(kept(services, shop_id)) == 1


def test_a_body_beyond_ascii_is_verified_as_it_came(
    door: FlaskClient, services: Services, shop_id: int
) -> None:
    body = as_body(order(note="für Zoë, с любовью 💍"))
    assert door.post("/webhooks", data=body, headers=signed(body, "orders/create")).status_code == 200
    assert kept(services, shop_id)[0].body.encode() == body


REDACT = as_body(about_chiara())
NAMELESS = as_body({"customer": {"id": 1}})
TAMPERED = {
    "the wrong secret": (BODY, signed(BODY, "orders/create", secret="not ours")),
    "no HMAC": (BODY, {k: v for k, v in signed(BODY, "orders/create").items() if "Hmac" not in k}),
    "an empty HMAC": (BODY, signed(BODY, "orders/create", Hmac_Sha256="")),
    "an HMAC beyond ASCII": (BODY, signed(BODY, "orders/create", Hmac_Sha256="é" * 44)),
    "a body changed by one byte": (BODY.replace(b"2400", b"2401"), signed(BODY, "orders/create")),
    "no headers at all": (BODY, {}),
    "a body that is not UTF-8": (b"\xff\xfe{}", signed(b"\xff\xfe{}", "orders/create")),
    "an empty body, signed for another": (b"", signed(BODY, "orders/create")),
    "another shop's domain": (REDACT, signed(REDACT, "customers/redact", Shop_Domain="birch.myshopify.com")),
    "a removal that names no shop": (NAMELESS, signed(NAMELESS, "customers/redact")),
    "a domain that only begins right": (
        BODY,
        signed(BODY, "orders/create", Shop_Domain=f"{SHOP}.evil.example"),
    ),
    "a domain that only ends right": (
        BODY,
        signed(BODY, "orders/create", Shop_Domain=f"evil.example/{SHOP}"),
    ),
    "a domain of another kind": (BODY, signed(BODY, "orders/create", Shop_Domain="maison-alder.example")),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_what_cannot_be_shopifys_is_401_and_not_kept(
    door: FlaskClient, services: Services, shop_id: int, case: str
) -> None:
    body, headers = TAMPERED[case]
    assert door.post("/webhooks", data=body, headers=headers).status_code == 401
    assert kept(services, shop_id) == []


SENSELESS = {
    "no id": {"Webhook_Id": ""},
    "no topic": {"Topic": ""},
    "no shop": {"Shop_Domain": ""},
    "an endless id": {"Webhook_Id": "a" * 300},
    "an endless topic": {"Topic": "orders/" + "a" * 300},
}


@pytest.mark.parametrize("case", SENSELESS)
def test_a_delivery_without_its_headers_is_400(
    door: FlaskClient, services: Services, shop_id: int, case: str
) -> None:
    headers = signed(BODY, "orders/create", **SENSELESS[case])
    assert door.post("/webhooks", data=BODY, headers=headers).status_code == 400
    assert kept(services, shop_id) == []


@pytest.mark.parametrize("body", [b"not json", b"", b"[1,2]", b'"text"'])
def test_a_signed_body_that_is_no_document_is_400(door: FlaskClient, body: bytes) -> None:
    assert door.post("/webhooks", data=body, headers=signed(body, "orders/create")).status_code == 400


def test_more_than_two_megabytes_are_refused(door: FlaskClient, services: Services, shop_id: int) -> None:
    body = as_body({"note": "a" * (2 * 1024 * 1024)})
    assert door.post("/webhooks", data=body, headers=signed(body, "orders/create")).status_code == 413
    assert kept(services, shop_id) == []


def test_a_topic_nobody_handles_is_acknowledged_and_not_kept(
    door: FlaskClient, services: Services, shop_id: int
) -> None:
    assert door.post("/webhooks", data=BODY, headers=signed(BODY, "carts/update")).status_code == 200
    assert kept(services, shop_id) == []


def test_a_shop_that_is_not_with_us_is_acknowledged_and_ignored(
    door: FlaskClient, services: Services
) -> None:
    headers = signed(BODY, "orders/create", Shop_Domain="birch.myshopify.com")
    assert door.post("/webhooks", data=BODY, headers=headers).status_code == 200
    assert asked(services) == []


def test_without_postgresql_it_is_503_and_never_200(services: Services) -> None:
    away = Database("postgresql:///nowhere?host=/nonexistent")
    object.__setattr__(services, "database", away)
    response = client_of(services).post("/webhooks", data=BODY, headers=signed(BODY, "orders/create"))
    assert response.status_code == 503


def test_without_redis_it_is_kept_all_the_same(
    door: FlaskClient, services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Redis.from_url("unix:///nonexistent/redis.sock")
    monkeypatch.setattr(services.queue._queue, "connection", away)
    assert door.post("/webhooks", data=BODY, headers=signed(BODY, "orders/create")).status_code == 200
    assert len(kept(services, shop_id)) == 1


def test_only_post_is_answered(door: FlaskClient) -> None:
    assert door.get("/webhooks").status_code == 405


def test_the_log_says_neither_name_nor_address_nor_signature(
    door: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    door.post("/webhooks", data=BODY, headers=signed(BODY, "orders/create", secret="not ours"))
    door.post("/webhooks", data=BODY, headers=signed(BODY, f"orders/{uuid4()}"))
    said = capsys.readouterr()
    for secret in ("Chiara", "clients.example", "2400", signed(BODY, "x")["X-Shopify-Hmac-Sha256"]):
        assert secret not in said.out + said.err


def test_a_redis_that_never_answers_does_not_hold_the_answer_up(services: Services, shop_id: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        hung = connect(replace(services.settings, redis_url=address))
        started = time.monotonic()
        response = client_of(hung).post("/webhooks", data=BODY, headers=signed(BODY, "orders/create"))
        took = time.monotonic() - started
        hung.close()
    assert response.status_code == 200
    assert took < 3, "Shopify waits five seconds"
    assert len(kept(services, shop_id)) == 1


def test_a_shop_that_was_forgotten_since_the_last_delivery_keeps_nothing(
    door: FlaskClient, services: Services, shop_id: int
) -> None:
    assert door.post("/webhooks", data=BODY, headers=signed(BODY, "orders/create")).status_code == 200
    with services.database.shop(shop_id) as tx:
        erase_shop(tx, services.live)
    assert door.post("/webhooks", data=BODY, headers=signed(BODY, "orders/create")).status_code == 200
    assert kept(services, shop_id) == []
