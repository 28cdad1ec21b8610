"""Order import, beside PostgreSQL's own COPY of the same rows into a plain table, in the same run."""

from __future__ import annotations

import csv
import gzip
import io
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import psycopg
from sqlalchemy import make_url

from app.config import Settings, read_settings
from app.launcher.embedded import embedded
from app.usecases.import_orders import import_orders
from app.usecases.update_relationship import update_every_relationship
from app.wiring import Services, connect

DATA = Path(__file__).parents[2] / "shared" / "data"
LINES = DATA / "online-retail-2011.csv.gz"  # 541,909 order lines
CUSTOMERS = DATA / "orders-2005-2012.csv"  # 13,562 customers
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TIMES = 3


def measure() -> list[tuple[str, float, str]]:
    """This function will time them, the best of three runs in turn, and answer rows of the bench's table."""
    with tempfile.TemporaryDirectory(prefix="steward-bench-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # run as root, PostgreSQL works as another user and must get in
        environment = {"STEWARD_ENV": "test", "STEWARD_DATA": folder, "SECRET_KEY": "bench"}
        with embedded(read_settings(environment)) as settings:
            services = connect(settings)
            try:
                return _measure(settings, services, Path(folder))
            finally:
                services.close()


def _measure(settings: Settings, services: Services, folder: Path) -> list[tuple[str, float, str]]:
    raw, parsed, ours, again = [], [], [], []
    for number in range(TIMES):
        raw.append(_seconds(lambda: _copy(settings.database_url, _as_it_is)))
        parsed.append(_seconds(lambda: _copy(settings.database_url, _row_by_row)))
        shop = f"house-{number}.myshopify.com"
        rows = _import(services, LINES, shop, folder, ours)
        _import(services, LINES, shop, folder, again)
    landed = rows / min(ours)
    _import(services, CUSTOMERS, "years.myshopify.com", folder, [])
    relationships = _seconds(lambda: _relate(services, "years.myshopify.com"))
    return [
        ("COPY of the file into a plain table", rows / min(raw), "rows/s"),
        ("COPY of the rows as Python reads them", rows / min(parsed), "rows/s"),
        ("import of the file", landed, "rows/s"),
        ("ours / COPY of the file", landed * min(raw) / rows, ""),
        ("ours / COPY of the rows", landed * min(parsed) / rows, ""),
        ("the same file a second time", rows / min(again), "rows/s"),
        ("13,562 relationships", relationships, "s"),
        ("most memory of this process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB"),
    ]


def _copy(url: str, write: Callable[[BinaryIO, psycopg.Cursor], None]) -> None:
    """Let PostgreSQL read the file, as the owner of a table without key or check."""
    owner = make_url(url).set(drivername="postgresql", username="postgres")
    with psycopg.connect(owner.render_as_string(hide_password=False)) as connection, gzip.open(LINES) as file:
        connection.execute("drop table if exists plain")
        connection.execute(
            "create table plain (order_id text, customer_id text, ordered_at timestamptz, title text,"
            " price numeric, currency text, quantity integer, source text)"
        )
        write(cast(BinaryIO, file), connection.cursor())


def _as_it_is(file: BinaryIO, cursor: psycopg.Cursor) -> None:
    with cursor.copy("copy plain from stdin (format csv, header)") as copy:
        while block := file.read(1 << 18):
            copy.write(block)


def _row_by_row(file: BinaryIO, cursor: psycopg.Cursor) -> None:
    rows = csv.reader(io.TextIOWrapper(file, newline=""))
    next(rows)
    with cursor.copy("copy plain from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _import(services: Services, file: Path, shop: str, folder: Path, seconds: list[float]) -> int:
    shop_id = services.database.open_shop(shop, name="Bench", timezone="Europe/London", currency="GBP")
    began = time.perf_counter()
    report = import_orders(
        services.database,
        services.live,
        file,
        shop_id=shop_id,
        now=NOW,
        rejects=folder / "bench.rejects.csv",
        on_progress=lambda _: None,
    )
    seconds.append(time.perf_counter() - began)
    return report.rows


def _relate(services: Services, shop: str) -> None:
    shop_id = services.database.shop_id(shop)
    assert shop_id is not None
    update_every_relationship(services.database, services.live, shop_id, now=NOW, on_progress=lambda _: None)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
