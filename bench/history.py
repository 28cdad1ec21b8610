"""A million orders, as a bulk operation writes them, beside PostgreSQL's own COPY of the same rows.

`python -m bench.history FILE [ORDERS]` writes the file alone. The import runs in a process of its own, so
that what it reports as its most memory is its own.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from sqlalchemy import make_url

from app.config import Settings, read_settings
from app.launcher.embedded import embedded
from app.shopify.result_files import BLOCK, lines_of
from app.stores.database import Database
from app.stores.live import Live
from app.usecases.land_history import land_orders_of
from app.wiring import connect

ORDERS = int(os.environ.get("BENCH_ORDERS", "1000000"))
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FIRST = datetime(2010, 1, 1, 9, 0, tzinfo=UTC)
# An order's lines come up to so many lines after or before it: far enough that no look ahead joins them.
SPREAD = 50_000
PIECES = [
    (f"{stone} {piece} no. {number}", kind, [stone.lower(), kind.lower(), "gold"], 8000 + number)
    for number, (stone, (piece, kind)) in enumerate(
        (stone, piece)
        for stone in ("Diamond", "Sapphire", "Emerald", "Pearl", "Ruby", "Opal", "Topaz", "Garnet")
        for piece in (
            ("eternity band", "Rings"),
            ("drop earrings", "Earrings"),
            ("pendant", "Necklaces"),
            ("tennis bracelet", "Bracelets"),
            ("solitaire ring", "Rings"),
        )
    )
]


def measure() -> list[tuple[str, float, str]]:
    """This function will time both, and answer rows of the bench's table."""
    with tempfile.TemporaryDirectory(prefix="steward-bench-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # run as root, PostgreSQL works as another user and must get in
        environment = {"STEWARD_ENV": "test", "STEWARD_DATA": folder, "SECRET_KEY": "bench"}
        with embedded(read_settings(environment)) as settings:
            return _measure(settings, Path(folder))


def _measure(settings: Settings, folder: Path) -> list[tuple[str, float, str]]:
    file = folder / "orders.jsonl"
    rows = write(file, ORDERS)
    raw = _seconds_of_copy(settings.database_url, file)
    told = _in_a_process_of_its_own(settings, file)
    ours = rows / told["seconds"]
    return [
        ("orders", ORDERS, ""),
        ("orders and lines", rows, "rows"),
        ("the file", file.stat().st_size / 1e6, "MB"),
        ("COPY of the rows into plain tables", rows / raw, "rows/s"),
        ("history from the file, joined and landed", ours, "rows/s"),
        ("ours / COPY", ours * raw / rows, ""),
        ("most memory after a tenth of the orders", told["memory_at_a_tenth"], "MB"),
        ("most memory at the end", told["memory"], "MB"),
    ]


def _in_a_process_of_its_own(settings: Settings, file: Path) -> dict[str, float]:
    environment = os.environ | {
        "STEWARD_ENV": "test",
        "STEWARD_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-m", "bench.history", "--land", str(file), str(ORDERS)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def land(file: Path, orders: int) -> dict[str, float]:
    """This function will land a file into a new shop: seconds, and the most memory this process needed."""
    parts = connect(read_settings())
    parts.database.open_shop("bench.myshopify.com", name="Bench", timezone="Europe/London", currency="GBP")
    shop_id = parts.database.shop_id("bench.myshopify.com")
    assert shop_id is not None
    memory: list[tuple[int, float]] = [(0, _megabytes())]

    def landed(many: int, left_out: int) -> None:
        assert left_out == 0
        memory.append((memory[-1][0] + many, _megabytes()))

    began = time.perf_counter()
    _land(parts.database, parts.live, shop_id, file, landed)
    seconds = time.perf_counter() - began
    parts.close()
    assert memory[-1][0] == orders
    tenth = next(most for count, most in memory if count >= orders / 10)
    return {"seconds": seconds, "memory": _megabytes(), "memory_at_a_tenth": tenth}


def _land(database: Database, live: Live, shop_id: int, file: Path, landed: Any) -> None:
    with file.open("rb") as stream:
        batches = lines_of(iter(lambda: stream.read(BLOCK), b""))
        size = file.stat().st_size
        land_orders_of(database, live, shop_id, batches, size=size, said_at=NOW, on_landed=landed)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(file: Path, orders: int, *, seed: int = 1958) -> int:
    """This function will write so many orders as a bulk operation does, and count orders and lines.

    Beside it stand the same rows as COPY reads them, in `.orders` and `.lines`. Memory stays flat.
    """
    dice = random.Random(seed)
    waiting: list[bytes] = []
    rows = 0
    with ExitStack() as stack:
        out, heads, lines = (
            stack.enter_context(path.open("wb", buffering=1 << 20))
            for path in (file, file.with_suffix(".orders"), file.with_suffix(".lines"))
        )
        for number in range(1, orders + 1):
            for node in _order(number, orders, dice, heads, lines):
                rows += 1
                _put(node, waiting, dice, out)
        dice.shuffle(waiting)
        out.writelines(waiting)
    return rows


def _put(node: dict[str, Any], waiting: list[bytes], dice: random.Random, out: BinaryIO) -> None:
    """Hold a line back for a while: which one is written instead is chance."""
    line = json.dumps(node).encode() + b"\n"
    if len(waiting) < SPREAD:
        waiting.append(line)
        return
    place = dice.randrange(SPREAD)
    out.write(waiting[place])
    waiting[place] = line


def _order(
    number: int, orders: int, dice: random.Random, heads: BinaryIO, lines: BinaryIO
) -> Iterator[dict[str, Any]]:
    at = FIRST + (NOW - FIRST) * (number / (orders + 1))
    stamp, updated = (
        at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        (at + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    gid, customer = f"gid://shopify/Order/{number}", dice.randrange(1, max(2, orders // 3))
    staff = dice.choice(("", "", "Ines Moreau", "Jonas Lind"))
    sold = [(dice.choice(PIECES), dice.randrange(90, 9000)) for _ in range(dice.choice((1, 1, 1, 2, 2, 4)))]
    total = sum(price for _, price in sold)
    heads.write(f"{number}\t{customer}\t{stamp}\tGBP\tcounted\tpos\t{staff}\t{updated}\n".encode())
    yield {
        "id": gid,
        "createdAt": stamp,
        "processedAt": stamp,
        "updatedAt": updated,
        "cancelledAt": None,
        "test": False,
        "currencyCode": "GBP",
        "sourceName": "pos",
        "displayFinancialStatus": "PAID",
        "returnStatus": "NO_RETURN",
        "totalPriceSet": {"shopMoney": {"amount": f"{total}.0"}},
        "transactions": [],
        "customAttributes": [{"key": "Served by", "value": staff}] if staff else [],
        "customer": {"id": f"gid://shopify/Customer/{customer}"},
    }
    for place, ((title, kind, tags, product), price) in enumerate(sold, 1):
        said = json.dumps(tags)
        lines.write(
            f"{number}\t{place}\t{product}\t{title}\t{kind}\t{said}\t{kind}\t{price * 100}\t1\t\n".encode()
        )
        yield {
            "id": f"gid://shopify/LineItem/{number * 10 + place}",
            "title": title,
            "quantity": 1,
            "currentQuantity": 1,
            "isGiftCard": False,
            "originalUnitPriceSet": {"shopMoney": {"amount": f"{price}.0"}},
            "customAttributes": [],
            "product": {
                "id": f"gid://shopify/Product/{product}",
                "productType": kind,
                "tags": tags,
                "category": {"id": "gid://shopify/TaxonomyCategory/aa-6"},
            },
            "__parentId": gid,
        }


def _seconds_of_copy(url: str, file: Path) -> float:
    """Let PostgreSQL read the same rows, as the owner of tables without key or check."""
    owner = make_url(url).set(drivername="postgresql", username="postgres")
    tables = {
        "orders": "order_id text, customer_id text, ordered_at timestamptz, currency text, status text,"
        " source text, staff text, updated_at timestamptz",
        "lines": "order_id text, line int, product_id text, title text, product_type text, tags jsonb,"
        " kind text, price bigint, quantity int, engraving text",
    }
    began = time.perf_counter()
    with psycopg.connect(owner.render_as_string(hide_password=False)) as connection:
        for name, shape in tables.items():
            connection.execute(f"create table plain_{name} ({shape})")
            with connection.cursor().copy(f"copy plain_{name} from stdin") as copy:
                for block in _blocks(file.with_suffix(f".{name}")):
                    copy.write(block)
    return time.perf_counter() - began


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        yield from iter(lambda: stream.read(BLOCK), b"")


if __name__ == "__main__":
    if sys.argv[1] == "--land":
        print(json.dumps(land(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        count = write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ORDERS)
        print(f"{count:,} lines")
