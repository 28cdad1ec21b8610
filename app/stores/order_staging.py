"""Landing order files: rows are copied into tables of the session's own, and merged from there.

The tables are temporary, so that nothing of a file outlives its import and no other shop could look. Each
chunk is one transaction; all of it is an upsert, so that an import that was killed is simply run again.

An order whose lines do not stand together in the file comes in parts. Its later parts, and any order that
would lose lines it has, wait in `late_…` until the file's end, when all of it is known.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, text

from app.domain.order_files import FoundOrder, Piece
from app.stores import order_statements as sql
from app.stores.database import Database
from app.stores.erasures import LOCK


@dataclass
class Landed:
    """What a merge did to the record; `orders` and `lines` count added, changed and unchanged."""

    orders: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    customers: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    forgotten: int = 0  # lines of those who asked to be forgotten, left out

    def add(self, more: Landed) -> None:
        """This method will add what another merge did."""
        self.orders += more.orders
        self.lines += more.lines
        self.customers += more.customers
        self.statuses += more.statuses
        self.forgotten += more.forgotten


@dataclass(frozen=True, slots=True)
class Chunk:
    """Orders written down for COPY, with the customers who are named by an id that is not ours to make."""

    orders: str
    lines: str
    customers: tuple[str, ...]
    has_emails: bool


def written_down(orders: Sequence[FoundOrder]) -> Chunk:
    """This function will write orders down for `Landing.land`; each order may appear once."""
    heads: list[str] = []
    lines: list[str] = []
    for n, order in enumerate(orders):
        heads.append(_head(n, order))
        for line, (piece, price, quantity, engraving) in enumerate(order.lines, 1):
            engraved = _escaped(engraving) if engraving else ""
            lines.append(f"{n}\t{line}\t{_copied(piece)}\t{price}\t{quantity}\t{engraved}\n")
    named = {order.customer_id for order in orders if order.customer_id and not order.email}
    has_emails = any(order.email for order in orders)
    return Chunk("".join(heads), "".join(lines), tuple(sorted(named)), has_emails)


def _head(n: int, order: FoundOrder) -> str:
    texts = (order.order_id, order.customer_id, order.email)
    more = (order.currency, order.status, order.source, order.staff)
    flags = f"{'t' if order.sells else 'f'}\t{'t' if order.worth else 'f'}\t{len(order.lines)}"
    words = f"{order.updated_at.isoformat() if order.updated_at else NULL}\t{'t' if order.problem else 'f'}"
    named, said = "\t".join(map(_escaped, texts)), "\t".join(map(_escaped, more))
    return f"{n}\t{named}\t{order.ordered_at.isoformat()}\t{said}\t{flags}\t{words}\n"


@lru_cache(maxsize=32768)
def _copied(piece: Piece) -> str:
    tags = _escaped(json.dumps(piece.tags, ensure_ascii=False))
    texts = (_escaped(piece.product_id), _escaped(piece.title), _escaped(piece.product_type))
    return "\t".join((*texts, tags, piece.kind or NULL))


NULL = "\\N"  # as COPY writes it
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _escaped(value: str) -> str:
    return value if value.isalnum() else value.translate(_ESCAPES)


class Landing:
    """One import into one shop, on a connection of its own for as long as it lasts."""

    def __init__(self, connection: Connection, shop_id: int) -> None:
        self._connection = connection
        self._shop = {"shop": shop_id}
        self._part = 0

    def land(self, chunk: Chunk) -> Landed:
        """This method will merge a chunk, in one transaction."""
        met = self._meet(chunk.customers)
        with _transaction(self._connection, self._shop):
            self._copy("staged_orders", sql.ORDER_COLUMNS, chunk.orders)
            self._copy("staged_lines", sql.LINE_COLUMNS, chunk.lines)
            self._part += 1
            forgotten = self._leave_forgotten()
            left = [row.lines for row in self._run(sql.LEAVE_TO_SHOPIFY)]
            if chunk.has_emails:
                self._run(sql.KNOWN_BY_EMAIL)
            late = [row.n for row in self._run(sql.PUT_OFF, part=self._part)]
            if late:
                self._run(sql.PUT_OFF_LINES, part=self._part, late=late)
            self._run(sql.NOTE_LANDED, part=self._part)
            landed = self._merge()
            landed.statuses = self._statuses(late=False)
        landed.customers += met
        landed.forgotten += forgotten
        landed.orders["unchanged"] += len(left)
        landed.lines["unchanged"] += sum(left)
        return landed

    def _meet(self, customer_ids: Sequence[str]) -> int:
        """Give customers their rows at once, so that lanes that meet the same new one do not wait."""
        if not customer_ids:
            return 0
        with _transaction(self._connection, self._shop):
            self._run(sql.KEEP_ERASURES_OUT, lock=LOCK)
            return int(self._run(sql.MENTION_KNOWN, ids=list(customer_ids)).rowcount)

    def finish(self) -> Iterator[Landed]:
        """This method will merge what was put off, some thousand orders in each transaction."""
        after = ""
        while True:
            with _transaction(self._connection, self._shop):
                ids = [row.order_id for row in self._run(sql.NEXT_LATE, after=after)]
                if not ids:
                    return
                after = ids[-1]
                self._run(sql.GATHER, ids=ids)
                self._leave_forgotten()  # whoever was forgotten since their chunk was put off
                landed = self._merge()
                landed.lines["removed"] = self._run(sql.DROP_SURPLUS).rowcount
                landed.statuses = self._statuses(late=True)
                _forget_counted(landed.orders, len(ids) - landed.statuses.total())
            yield landed

    def _leave_forgotten(self) -> int:
        """Leave out the orders of those who asked to be forgotten, under whichever id; count their lines."""
        self._run(sql.KEEP_ERASURES_OUT, lock=LOCK)
        left: int = sum(row.lines for row in self._run(sql.LEAVE_FORGOTTEN))
        if self._run(sql.FOLLOW_MERGES).rowcount:
            left += sum(row.lines for row in self._run(sql.LEAVE_FORGOTTEN))
        return left

    def _merge(self) -> Landed:
        """Merge what is staged: customers, orders, and their lines."""
        landed = Landed(customers=self._run(sql.MENTION).rowcount)
        orders, lines = self._run(sql.STAGED).one()
        added, changed = self._run(sql.MERGE_ORDERS).one()
        landed.orders.update(added=added, changed=changed, unchanged=orders - added - changed)
        if added:
            landed.lines["added"] += self._run(sql.ADD_LINES).rowcount
        if added < orders:
            more, different = self._run(sql.MERGE_LINES).one()
            landed.lines.update(added=more, changed=different)
        landed.lines["unchanged"] = lines - landed.lines["added"] - landed.lines["changed"]
        return landed

    def _statuses(self, *, late: bool) -> Counter[str]:
        return Counter(dict(self._run(sql.BY_STATUS, late=late).all()))

    def _run(self, statement: str, **values: Any) -> Any:
        return self._connection.execute(text(statement), {**self._shop, **values})

    def _copy(self, table: str, columns: str, rows: str) -> None:
        connection: Any = self._connection.connection.driver_connection
        with connection.cursor().copy(f"copy {table} ({columns}) from stdin") as copy:
            copy.write(rows)


def _forget_counted(orders: Counter[str], seen_before: int) -> None:
    """Take orders that were counted with their first part out of the count of their last."""
    for outcome in ("unchanged", "changed"):
        less = min(seen_before, orders[outcome])
        orders[outcome] -= less
        seen_before -= less


@contextmanager
def landing(database: Database, shop_id: int) -> Iterator[Landing]:
    """This function will open a landing for one file, and clear its tables away afterwards."""
    with database.engine.connect() as connection:
        _make(connection, sql.TABLES)
        try:
            yield Landing(connection, shop_id)
        finally:
            # The connection goes back to others, who shall find nothing.
            connection.invalidate() if connection.in_transaction() else _drop(connection, sql.TABLES)


def _make(connection: Connection, tables: dict[str, str]) -> None:
    with connection.begin():
        for name, shape in tables.items():
            connection.execute(text(f"create temporary table {name} {shape}"))


def _drop(connection: Connection, tables: Iterable[str]) -> None:
    with connection.begin():
        for name in tables:
            connection.execute(text(f"drop table if exists pg_temp.{name}"))


@contextmanager
def _transaction(connection: Connection, shop: dict[str, int]) -> Iterator[None]:
    with connection.begin():
        connection.execute(
            text("select set_config('steward.shop_id', :shop, true)"), {"shop": str(shop["shop"])}
        )
        yield
