"""The whole house, started as a stranger starts it, and a browser to walk through it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import create_engine

from app.config import read_settings
from app.launcher.embedded import DATABASE, EmbeddedPostgres, running_redis
from app.launcher.run import DEMO_SHOP
from app.stores.database import psycopg_url
from app.wiring import Services, connect
from tests.conftest import need_not_outlive_a_power_cut, passing_folder

ROOT = Path(__file__).parents[2]
# A disk that is busy for some seconds is no finding; how fast a page is, bench/ measures.
expect.set_options(timeout=20_000)
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tour of every page fills Alma's record, so it comes after the stories that are about her."""
    items.sort(key=lambda item: item.path.name == "test_every_page.py")


@dataclass(frozen=True)
class OpenHouse:
    """A running house: where its doors are, and the stores behind it."""

    app: str
    sandbox: str
    data: Path
    services: Services
    shop_id: int
    owner_url: str

    def advance(self, *, days: float = 0, hours: float = 0) -> None:
        """Move the house's clock, so that weeks of visits are lived in a minute."""
        httpx.post(f"{self.sandbox}/clock", json={"advance_hours": days * 24 + hours}).raise_for_status()
        time.sleep(0.4)  # each process asks for the time four times a second

    def until(self, found: Callable[[], Any], *, seconds: float = 60) -> Any:
        """Wait for what the worker does in its own time."""
        deadline = time.monotonic() + seconds
        while not (answer := found()):
            assert time.monotonic() < deadline, "it did not come about"
            time.sleep(0.3)
        return answer

    def now(self) -> datetime:
        return datetime.fromisoformat(httpx.get(f"{self.sandbox}/clock").json()["now"])


def command_environment(house: OpenHouse) -> dict[str, str]:
    """The environment of a command that joins the running house."""
    return os.environ | {"STEWARD_DATA": str(house.data), "STEWARD_ENV": "development"}


def free_ports(count: int) -> int:
    """Find a run of free ports, and answer the first."""
    for first in range(21_000 + os.getpid() % 5_000, 60_000, 7):
        try:
            sockets = []
            for port in range(first, first + count):
                probe = socket.socket()
                sockets.append(probe)
                probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        else:
            return first
        finally:
            for probe in sockets:
                probe.close()
    raise RuntimeError("no free ports")


@pytest.fixture(scope="session")
def open_house() -> Iterator[OpenHouse]:
    """Start `steward run` in a folder of its own and wait until it says where to look."""
    folder = passing_folder("house")
    port = free_ports(3)
    environment = os.environ | {
        "PORT": str(port),
        "STEWARD_DATA": str(folder),
        "STEWARD_ENV": "development",
        "LEASE_SECONDS": "5",
        "CALENDAR_LOOPBACK": "1",
    }
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "run"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        app, sandbox = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
        _wait(process, [f"{app}/health", f"{sandbox}/ready"], folder / "log")
        house = _opened(app, sandbox, folder)
        need_not_outlive_a_power_cut(house.owner_url)
        yield house
        house.services.close()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(40) == 0, (folder / "log").read_text()[-4000:]
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _opened(app: str, sandbox: str, folder: Path) -> OpenHouse:
    postgres = EmbeddedPostgres(folder / "postgres")  # joins the one that runs
    settings = read_settings(
        {
            "STEWARD_ENV": "test",
            "STEWARD_DATA": str(folder),
            "DATABASE_URL": postgres.app_url(DATABASE),
            "REDIS_URL": running_redis(folder / "redis") or "",
            "SANDBOX_URL": sandbox,
        }
    )
    services = connect(settings)
    shop_id = services.database.shop_id(DEMO_SHOP)
    assert shop_id is not None
    return OpenHouse(app, sandbox, folder, services, shop_id, postgres.url(DATABASE, user="postgres"))


def _wait(process: subprocess.Popen[bytes], pages: list[str], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            if all(httpx.get(page, timeout=2).status_code == 200 for page in pages):
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-4000:])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module; stopped with it, so that no other test finds its event loop running."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of its own for each story: its cookies begin and end with it."""
    opened = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Europe/London"
    )
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def owner_engine(open_house: OpenHouse) -> Iterator[object]:
    engine = create_engine(psycopg_url(open_house.owner_url))
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def today(open_house: OpenHouse) -> None:
    """Each story begins today, whatever the one before did to the clock."""
    httpx.post(f"{open_house.sandbox}/clock", json={"reset": True}).raise_for_status()
    time.sleep(0.4)


@pytest.fixture
def working_day(open_house: OpenHouse, today: None) -> None:
    """Move the clock to an hour at which letters go."""
    for _ in range(24):
        if 9 <= open_house.now().hour < 17:
            return
        open_house.advance(hours=1)
