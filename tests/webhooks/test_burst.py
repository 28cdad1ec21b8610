"""A storm of deliveries, shuffled, some twice, worker and horse killed at random: it ends as a calm day does.

`STEWARD_BURST=10000 pytest tests/webhooks/test_burst.py` runs it in full.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from subprocess import Popen
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.factory import create_app
from app.stores import inbox
from app.usecases.open_shop import open_shop
from app.wiring import Services
from jobs import inbox as job
from tests.conftest import NOW
from tests.jobs.conftest import worker_environment  # noqa: F401 - a fixture, used by its name
from tests.jobs.test_kill import horse_of, worker
from tests.webhooks.told import as_body, customer, line, order, signed

DELIVERIES = int(os.environ.get("STEWARD_BURST", "72"))
CALM, STORM = "calm.myshopify.com", "storm.myshopify.com"
ABOUT = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
BEGAN = datetime(2026, 11, 1, 9, tzinfo=UTC)
# Small beside what a worker does between two kills, so that they fall all through the storm.
AT_ONCE = max(12, DELIVERIES // 100)
KILLS = 6 + DELIVERIES // 200
PATIENCE_SECONDS = 120 + DELIVERIES
STATE = {
    "customers": "select to_jsonb(t) - 'shop_id' - 'created_at' from customers t",
    "orders": "select to_jsonb(t) - 'shop_id' from orders t",
    "lines": "select to_jsonb(t) - 'shop_id' from order_lines t",
    "marks": "select to_jsonb(t) - 'shop_id' from marks t",
    "aliases": "select to_jsonb(t) - 'shop_id' from aliases t",
    "products": "select to_jsonb(t) - 'shop_id' from products t",
    "who there is a relationship with": "select to_jsonb(customer_id) from relationships",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery; a duplicate has the same id."""

    webhook_id: str
    topic: str
    hours: int
    body: bytes


def a_life(n: int) -> list[tuple[str, int, dict[str, Any]]]:
    """Nine words on one customer, who bought under two ids and gave one piece back."""
    her, other = 7_000_000 + n, 8_000_000 + n
    person = customer(id=her, email=f"client{n}@clients.example", first_name=f"Client {n}", updated_at=at(1))
    second = customer(id=other, email=f"other{n}@clients.example", first_name="C.", updated_at=at(2))
    first = {"id": 10 * n + 1, "customer": person}
    later = {"id": 10 * n + 2, "customer": second}
    piece = line(product_id=900_000 + n, title="Lumière")
    merge = {
        "admin_graphql_api_customer_kept_id": f"gid://shopify/Customer/{her}",
        "admin_graphql_api_customer_deleted_id": f"gid://shopify/Customer/{other}",
        "status": "completed",
    }
    tag = {"customerId": f"gid://shopify/Customer/{other}", "tags": ["VIP"], "occurredAt": at(5)}
    product = {"id": 900_000 + n, "title": "Lumière", "product_type": "Pendant", "updated_at": at(4)}
    return [
        ("customers/create", 1, person),
        ("orders/create", 1, order(**first, updated_at=at(1), line_items=[piece])),
        ("orders/create", 2, order(**later, updated_at=at(2))),
        ("orders/updated", 3, order(**first, updated_at=at(3), line_items=[piece, line(id=2)])),
        ("products/create", 4, product),
        ("customer.tags_added", 5, tag),
        ("orders/cancelled", 6, order(**later, updated_at=at(6), cancelled_at=at(6))),
        ("customers/merge", 7, merge),
        ("customers/update", 8, {**person, "last_name": "Alder", "updated_at": at(8)}),
    ]


def at(hours: int) -> str:
    return (BEGAN + timedelta(hours=hours)).isoformat()


def told_in_order() -> list[Delivery]:
    words = [word for n in range(1, DELIVERIES // 9 + 2) for word in a_life(n)][:DELIVERIES]
    return [
        Delivery(f"delivery-{n}", topic, hours, as_body(payload))
        for n, (topic, hours, payload) in enumerate(words)
    ]


def deliver(door: FlaskClient, shop: str, each: Delivery) -> None:
    when = (BEGAN + timedelta(hours=each.hours)).isoformat()
    headers = signed(each.body, each.topic, Shop_Domain=shop, Webhook_Id=each.webhook_id, Triggered_At=when)
    assert door.post("/webhooks", data=each.body, headers=headers).status_code == 200


def state(services: Services, shop_id: int) -> dict[str, list[str]]:
    with services.database.shop(shop_id) as tx:
        return {
            name: sorted(map(str, tx.execute(text(statement)).scalars())) for name, statement in STATE.items()
        }


def undone(services: Services, shop_id: int) -> int:
    with services.database.shop(shop_id) as tx:
        assert inbox.given_up(tx) == []
        return int(tx.execute(text("select count(*) from inbox where done_at is null")).scalar_one())


def calm_day(services: Services, door: FlaskClient, shop_id: int) -> dict[str, list[str]]:
    for each in told_in_order():
        deliver(door, CALM, each)
        job.work_on(shop_id)
    assert undone(services, shop_id) == 0
    return state(services, shop_id)


def kill(process: Popen[bytes], chance: Random) -> None:
    """Kill the worker's horse, the worker, or both, wherever they are in their work."""
    horse = horse_of(process) if process.poll() is None else 0
    both = chance.random()
    if horse and both < 0.7:
        with suppress(ProcessLookupError):  # it has just finished
            os.kill(horse, signal.SIGKILL)
    if both > 0.4:
        process.kill()
        process.wait()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the horse by /proc")
def test_a_storm_ends_as_a_calm_day(
    services: Services,
    worker_environment: dict[str, str],  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "services", lambda: services)
    calm_id = open_shop(services.database, CALM, now=NOW, **ABOUT)
    storm_id = open_shop(services.database, STORM, now=NOW, **ABOUT)
    door = create_app(services=services).test_client()
    calm = calm_day(services, door, calm_id)
    services.live.patient.flushdb()

    chance = Random(20261121)
    told = told_in_order()
    told += chance.sample(told, len(told) // 10)
    chance.shuffle(told)
    deadline, kills = time.monotonic() + PATIENCE_SECONDS, 0
    with ExitStack() as running:
        process = running.enter_context(worker(worker_environment))
        while told or undone(services, storm_id):
            assert time.monotonic() < deadline, f"{undone(services, storm_id)} left"
            for each in told[:AT_ONCE]:
                deliver(door, STORM, each)
            del told[:AT_ONCE]
            if services.queue._queue.is_empty():
                job.sweep()  # as its fifteen seconds would
            time.sleep(chance.uniform(0.05, 0.4))
            # Only where there is a horse: a worker that is still starting is in the middle of nothing.
            if process.poll() is None and horse_of(process) and kills < KILLS:
                kill(process, chance)
                kills += 1
            if process.poll() is not None:
                process = running.enter_context(worker(worker_environment))
    assert kills >= 2, "it was no storm"
    assert state(services, storm_id) == calm
