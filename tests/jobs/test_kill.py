"""Nothing acknowledged is lost: every process may be killed at any moment (promise 1)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.stores import inbox
from app.usecases.open_shop import open_shop
from app.wiring import Services
from jobs import inbox as job
from tests.conftest import NOW
from tests.webhooks.told import CHIARA, as_body, order

HOOK = "a-webhook-in-the-middle"
PATIENCE_SECONDS = 30


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The real worker, forking and all, in a process of its own."""
    command = [sys.executable, "-c", "from jobs.worker import run; run()"]
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def eventually(is_so: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := is_so():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about in time")


def horse_of(process: subprocess.Popen[bytes]) -> int:
    """The process the worker forked for the job: its only child."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0]) if children else 0


def blocked(services: Services) -> bool:
    """Whether somebody waits for a lock: the horse, in the middle of its transaction."""
    with services.database.engine.connect() as connection:
        return bool(connection.scalar(text("select count(*) from pg_locks where not granted")))


def row(services: Services, shop_id: int) -> Any:
    with services.database.shop(shop_id) as tx:
        return tx.execute(text("select attempts, done_at, body, failure from inbox")).one()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the horse by /proc")
def test_a_worker_and_its_horse_killed_in_the_middle_leave_the_webhook_to_the_next(
    services: Services, worker_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "services", lambda: services)
    about = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
    shop_id = open_shop(services.database, "alder.myshopify.com", now=NOW, **about)
    with services.database.shop(shop_id) as tx:
        inbox.keep(tx, HOOK, topic="orders/create", body=as_body(order()).decode(), triggered_at=NOW)
        tx.after_commit(lambda: services.queue.ask_once("jobs.inbox.work_on", shop_id))

    with worker(worker_environment) as first:  # noqa: SIM117 - the lock must go before the worker does
        # Nobody can write an order while this lock is held: the horse stands in the middle of its work.
        with services.database.engine.begin() as locking:
            locking.execute(text("lock table order_lines in share row exclusive mode"))
            eventually(lambda: blocked(services))
            horse = eventually(lambda: horse_of(first))
            os.kill(first.pid, signal.SIGKILL)
            os.kill(horse, signal.SIGKILL)
            first.wait()
            assert row(services, shop_id).done_at is None

    with services.database.shop(shop_id) as tx:
        assert tx.execute(text("select count(*) from orders")).scalar_one() == 0, "half a job is no job"
    eventually(job.sweep)  # once the lease of two seconds has run out
    with worker(worker_environment):
        eventually(lambda: row(services, shop_id).done_at)

    done = row(services, shop_id)
    assert (done.attempts, done.body, done.failure) == (2, "", "")
    with services.database.shop(shop_id) as tx:
        (kept,) = tx.execute(text("select order_id, customer_id from orders")).all()
        lines = tx.execute(text("select title, price, quantity from order_lines")).all()
    assert kept.customer_id == str(CHIARA)
    assert lines == [("Diamond eternity band", 240_000, 1)]
