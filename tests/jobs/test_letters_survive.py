"""Whatever is killed between the commit and the mail: no booking is lost, no letter goes twice unseen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.factory import create_app
from app.stores.bookings import bookings
from app.stores.outbox import outbox
from app.wiring import Services, connect
from jobs import post
from tests.conftest import NOW
from tests.jobs.test_kill import eventually, horse_of, worker
from tests.mail.post_office import PostOffice, open_post_office
from tests.usecases.alder import DOMAIN, MONDAY_AT_TEN, offer_to
from tests.usecases.moving import Moving
from tests.web import proxy

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes by /proc")

# A web process that is killed at the first word after the commit, before anybody was asked to send anything.
WEB_THAT_DIES = """
import os, signal, sys
from datetime import datetime
from app.factory import create_app
app = create_app()
parts = app.extensions["steward"]
object.__setattr__(parts, "clock", lambda: datetime.fromisoformat(sys.argv[1]))
parts.queue.ask = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
app.test_client(use_cookies=False).post(sys.argv[2], data=sys.argv[3], content_type="application/json")
"""
POSTGRES = """
import sys
from pathlib import Path
from app.launcher.embedded import EmbeddedPostgres
from app.migrations import migrate
server = EmbeddedPostgres(Path(sys.argv[1]))
migrate(server.ensure("steward"))
print("url", server.app_url("steward"))
"""


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


def send_what_is_owed(services: Services, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweep until nothing is due, as the scheduler and the worker do."""
    settings = replace(services.settings, smtp_url=office.url)
    parts = replace(services, settings=settings, clock=lambda: NOW)
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(post, "services", lambda: parts)
    monkeypatch.setattr(parts.queue, "ask", lambda *words, **_: asked.append(words))
    post.sweep()
    for name, shop_id, message_id in asked:
        assert name == "jobs.post.send"
        post.send(shop_id, message_id)


def states(services: Services, shop_id: int) -> dict[str, str]:
    with services.database.shop(shop_id) as tx:
        return {row.kind: row.state for row in tx.execute(select(outbox))}


def booked(services: Services, shop_id: int) -> list[str]:
    with services.database.shop(shop_id) as tx:
        return list(tx.execute(select(bookings.c.state)).scalars())


def test_a_web_process_killed_after_the_commit_loses_neither_booking_nor_letters(
    services: Services,
    worker_environment: dict[str, str],
    office: PostOffice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = Moving(services)
    with services.database.shop(house.shop_id) as tx:
        offer = offer_to(tx, "7001", house.alder.ines)
    key = "3d6c3a0e-8a5b-4b63-9f3e-0c1d2e3f4a5b"
    body = {"offer": str(offer), "starts": MONDAY_AT_TEN.isoformat(), "place": "shop", "key": key}
    path = f"/proxy/bookings?{proxy.signed('7001', shop=DOMAIN)}"
    command = [sys.executable, "-c", WEB_THAT_DIES, NOW.isoformat(), path, json.dumps(body)]
    done = subprocess.run(command, env=os.environ | worker_environment, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert booked(services, house.shop_id) == ["booked"]

    client = create_app(services=services).test_client(use_cookies=False)
    again = client.post(path, data=json.dumps(body), content_type="application/json")
    assert again.status_code == 201, "the shopper tries again under her key"
    assert booked(services, house.shop_id) == ["booked"]
    for _ in range(2):
        send_what_is_owed(services, office, monkeypatch)
    assert sorted(str(letter["To"]) for letter in office.letters) == [
        "alma@clients.example",
        "ines@alder.example",
    ]


def test_a_worker_and_its_horse_killed_over_a_letter_leave_it_to_a_person_and_send_the_other(
    services: Services,
    worker_environment: dict[str, str],
    office: PostOffice,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = Moving(services)
    office.stalls = 60.0
    house.book()
    environment = {**worker_environment, "SMTP_URL": office.url}
    # The worker's own clock is past NOW, so what is due at NOW is due to it.
    with worker(environment) as first:
        eventually(lambda: office.taken)
        horse = eventually(lambda: horse_of(first))
        os.kill(first.pid, signal.SIGKILL)
        os.kill(horse, signal.SIGKILL)
        first.wait()
    assert "sending" in states(services, house.shop_id).values()
    office.stalls = 0.0

    def settled() -> bool:
        send_what_is_owed(services, office, monkeypatch)
        return set(states(services, house.shop_id).values()) == {"sent", "uncertain"}

    eventually(settled)  # once the lease of two seconds has run out
    assert len(office.taken) == 2, "one each, and none a second time"
    assert booked(services, house.shop_id) == ["booked"]


@contextmanager
def postgres_in(folder: Path) -> Iterator[str]:
    """A PostgreSQL in a process of its own, begun as the launcher begins it; its URL."""
    started = subprocess.run(
        [sys.executable, "-c", POSTGRES, str(folder)], capture_output=True, text=True, timeout=90, check=False
    )
    assert started.returncode == 0, started.stderr
    try:
        yield next(line[4:] for line in started.stdout.splitlines() if line.startswith("url "))
    finally:
        kill_postgres(folder)


def kill_postgres(folder: Path) -> None:
    """Kill the server and all its children, as a machine does that runs out of memory."""
    file = folder / "postmaster.pid"
    if not file.exists():
        return
    first = int(file.read_text().split("\n", 1)[0])
    children = Path(f"/proc/{first}/task/{first}/children")
    every = [first, *map(int, children.read_text().split())] if children.exists() else []
    for process in every:
        os.kill(process, signal.SIGKILL)
    # Until it is reaped, too: a number that still stands in the table counts as a server at work.
    eventually(lambda: not any(Path(f"/proc/{process}").exists() for process in every))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user may enter: run as root, the server works as one."""
    with tempfile.TemporaryDirectory(prefix="steward-killed-", ignore_cleanup_errors=True) as made:
        os.chmod(made, 0o755)
        yield Path(made) / "postgres"


def test_a_postgresql_killed_after_the_commit_comes_back_with_booking_and_letters(
    services: Services, office: PostOffice, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    with postgres_in(folder) as url:
        parts = connect(replace(services.settings, database_url=url))
        object.__setattr__(parts, "clock", lambda: NOW)
        house = Moving(parts)
        booking = house.book()
        kill_postgres(folder)
        with postgres_in(folder) as again:
            assert again == url
            assert house.kept(booking) == booking, "the pool finds its way back, and nothing is lost"
            for _ in range(2):
                send_what_is_owed(parts, office, monkeypatch)
            assert set(states(parts, house.shop_id).values()) == {"sent"}
            assert len(office.taken) == 2
        parts.close()
