"""Real parts for every test: an embedded PostgreSQL and Redis per worker, a database cloned per test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, text

from app.config import Settings, read_settings
from app.launcher.embedded import EmbeddedPostgres, EmbeddedRedis
from app.migrations import migrate
from app.stores.database import Database, psycopg_url
from app.wiring import Services, connect, use_packaged_zones
from tests.sharing_out import SharingOut
from tests.shopify_twin import ShopifyTwin

use_packaged_zones()
# The same examples in each run; `--hypothesis-profile=default` looks for others (CONTRIBUTING.md).
hypothesis_settings.register_profile("steady", derandomize=True)
hypothesis_settings.load_profile("steady")

# The day the stories are told on: a Saturday in November, 10 o'clock in Bath.
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingOut:
    return SharingOut(config, log)


# What both workers' databases and the journeys' house grow to at most, and as much again.
ROOM_IN_MEMORY = 4 << 30


def _memory() -> Path | None:
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free >= ROOM_IN_MEMORY else None


# Where the machine has room in memory, nobody waits for its disk: that was most of the suite's time.
MEMORY = _memory()


def passing_folder(name: str) -> Path:
    """A new folder, in memory where there is room."""
    folder = Path(tempfile.mkdtemp(prefix=f"steward-{name}-", dir=MEMORY))
    folder.chmod(0o755)  # run as root, PostgreSQL works as another user and must get in
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """An embedded PostgreSQL of this worker's own, with a migrated template to clone."""
    folder = passing_folder("tests")
    server = EmbeddedPostgres(folder / "postgres")
    migrate(server.ensure("template_steward"))
    need_not_outlive_a_power_cut(server.url("postgres", user="postgres"))
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def need_not_outlive_a_power_cut(owner_url: str) -> None:
    """Waiting for the disk would double what cloning a database for each test takes."""
    engine = create_engine(psycopg_url(owner_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"alter system set {setting} = off"))
        connection.execute(text("select pg_reload_conf()"))
    engine.dispose()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[EmbeddedRedis]:
    with tempfile.TemporaryDirectory(prefix="steward-tests-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedRedis(Path(folder))
        yield server
        server.stop()


_numbers = itertools.count()


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The product's URL of a fresh database, cloned from the migrated template."""
    name = f"test_{next(_numbers)}"
    postgres.ensure(name, template="template_steward")
    yield postgres.app_url(name)
    if MEMORY:  # a disk has room for all of them, and dropping one takes as long there as making one
        postgres.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, pool_size=2)
    yield opened
    opened.close()


@pytest.fixture
def settings(database_url: str, redis_server: EmbeddedRedis, tmp_path: Path) -> Settings:
    return read_settings(
        {
            "STEWARD_ENV": "test",
            "STEWARD_DATA": str(tmp_path),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_server.url,
            "SECRET_KEY": "a secret for tests alone",
            "SMTP_URL": "smtp://127.0.0.1:1",  # nobody listens: a test that sends gives its own
        }
    )


@pytest.fixture
def shopify_twin(tmp_path: Path) -> ShopifyTwin:
    """The Shopify that every test's process talks to."""
    return ShopifyTwin(tmp_path / "shopify")


@pytest.fixture
def services(settings: Settings, shopify_twin: ShopifyTwin) -> Iterator[Services]:
    """All the parts of one process, with a clock that stands at NOW; Redis is emptied."""
    connected = connect(settings)
    connected.live.patient.flushdb()
    # On a busy machine 25 ms go by: a test of what is said must not fall silent for that.
    patience = {"socket_timeout": 10.0, "socket_connect_timeout": 10.0}
    connected.live.hot.connection_pool.connection_kwargs.update(patience)
    object.__setattr__(connected, "clock", lambda: NOW)
    object.__setattr__(connected, "http", shopify_twin.client())
    yield connected
    connected.close()
