"""PostgreSQL: one engine, one transaction at a time, one shop at a time.

Every table of a shop carries row-level security; a transaction names its shop first, and sees nothing of any
other even where a WHERE was forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    any_,
    cast,
    column,
    create_engine,
    func,
    literal,
    literal_column,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, Insert, insert
from sqlalchemy.schema import SchemaItem

APP_ROLE = "steward_app"
# Below the five seconds that Shopify gives a webhook in all.
CONNECT_SECONDS = 3

_BEGIN = text("select set_config('steward.shop_id', :shop, true)")
# One trip for both: the receiver of webhooks answers some hundreds a second.
_BEGIN_WITHIN = text(
    "select set_config('steward.shop_id', :shop, true), set_config('statement_timeout', :ms, true)"
)

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def shop_table(name: str, *items: SchemaItem, key: tuple[str, ...]) -> Table:
    """This function will define a table that belongs to a shop: `shop_id` leads its primary key."""
    return Table(
        name,
        metadata,
        Column("shop_id", BigInteger, ForeignKey("shops.shop_id", ondelete="CASCADE"), nullable=False),
        *items,
        PrimaryKeyConstraint("shop_id", *key),
    )


class Transaction:
    """An open transaction of one shop. What must wait for the commit is registered with `after_commit`."""

    __slots__ = ("_after", "connection", "shop_id")

    def __init__(self, connection: Connection, shop_id: int) -> None:
        self.connection = connection
        self.shop_id = shop_id
        self._after: list[Callable[[], object]] = []

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        return self.connection.execute(statement, parameters)

    def after_commit(self, action: Callable[[], object]) -> None:
        """This method will run `action` once the transaction has committed, and never if it has not."""
        self._after.append(action)

    def _committed(self) -> None:
        for action in self._after:
            action()


class Database:
    """The way to PostgreSQL. Processes make one each and hand it down."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self._shop_ids: dict[str, int] = {}  # an id is never given twice
        self.engine: Engine = create_engine(
            psycopg_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            # A statement that fails must not carry a customer's row into a log or into RQ's memory.
            hide_parameters=True,
            connect_args={
                "options": f"-c role={APP_ROLE} -c timezone=UTC",
                "connect_timeout": CONNECT_SECONDS,
            },
        )

    @contextmanager
    def shop(self, shop_id: int, *, within_ms: int = 0) -> Iterator[Transaction]:
        """This method will open a transaction that sees the rows of one shop and of no other.

        With `within_ms` each of its statements is given up after so long.
        """
        with self.engine.connect() as connection, connection.begin():
            begin = _BEGIN_WITHIN if within_ms else _BEGIN
            connection.execute(begin, {"shop": str(shop_id), "ms": str(within_ms)})
            transaction = Transaction(connection, shop_id)
            yield transaction
        transaction._committed()  # outside of the `with`: reached only after the commit

    def shop_id(self, domain: str) -> int | None:
        """This method will find the shop of a verified domain; None where it is not with us."""
        with self.engine.connect() as connection:
            found: int | None = connection.scalar(text("select steward_shop_id(:domain)"), {"domain": domain})
            return found

    def remembered_shop_id(self, domain: str) -> int | None:
        """This method will find the shop of a domain as `shop_id` did, without asking again while it is here.

        A shop that has gone since is still named; whoever then cannot write calls `forget_shop_ids`.
        """
        if domain not in self._shop_ids and (found := self.shop_id(domain)) is not None:
            self._shop_ids[domain] = found
        return self._shop_ids.get(domain)

    def forget_shop_ids(self) -> None:
        """This method will let the next `remembered_shop_id` ask again."""
        self._shop_ids.clear()

    def shop_ids(self) -> list[int]:
        """This method will list the shops, for sweepers, which then go shop by shop."""
        with self.engine.connect() as connection:
            return list(connection.scalars(text("select steward_shop_ids()")))

    def seats(self, address: str) -> list[tuple[int, int]]:
        """This method will list (shop_id, advisor_id) of those who work anywhere under an address."""
        with self.engine.connect() as connection:
            found = connection.execute(text("select * from steward_seats(:address)"), {"address": address})
            return [(row.shop_id, row.advisor_id) for row in found]

    def open_shop(self, domain: str, *, name: str, timezone: str, currency: str) -> int:
        """This method will give a shop its row, or find the one it has."""
        with self.engine.begin() as connection:
            opened: int = connection.scalar(
                text("select steward_open_shop(:domain, :name, :timezone, :currency)"),
                {"domain": domain, "name": name, "timezone": timezone, "currency": currency},
            )
            return opened

    def count_anew(self) -> None:
        """This method will let the planner see what a bulk load has brought, before it is asked."""
        with self.engine.begin() as connection:
            connection.execute(text("select steward_count_anew()"))

    def close(self) -> None:
        self.engine.dispose()


def among(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """This function will ask whether a column holds one of some texts, however many, in one parameter.

    With a parameter each, PostgreSQL may look each of two thousand up in every row.
    """
    return column == any_(literal(sorted(values), ARRAY(Text)))


def in_part(column: str) -> str:
    """This function will give SQL that asks whether a text falls into hash part `:part` of `:of`."""
    return f"mod(hashtextextended({column}, 0) & {2**63 - 1}, :of) = :part"


def all_of(tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]]) -> Insert:
    """This function will add rows as one document, not a statement a row; all name the same columns.

    Of what they leave out the table's own defaults stand.
    """
    names = ["shop_id", *rows[0]]
    told = json.dumps([{"shop_id": tx.shop_id, **row} for row in rows], default=str)
    read = func.jsonb_populate_recordset(
        literal_column(f"null::{table.name}"), cast(literal(told, Text), JSONB)
    )
    columns = read.table_valued(*(column(name, table.c[name].type) for name in names), name="told")
    return insert(table).from_select(names, select(*columns.c), include_defaults=False)


def psycopg_url(url: str) -> Any:
    """This function will make any PostgreSQL URL one for psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg")
