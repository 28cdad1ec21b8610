"""The shops, the rulebook each has, and the days' counters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Integer,
    Table,
    Text,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.stores.database import Transaction, metadata, shop_table

shops = Table(
    "shops",
    metadata,
    Column("shop_id", BigInteger, Identity(always=True), primary_key=True),
    Column("domain", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("history_partial", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("uninstalled_at", DateTime(timezone=True)),
    # When the app was last known to come (again): a word that it left before then is late.
    Column("installed_at", DateTime(timezone=True)),
    # Where clients find the house, as they read it; whether it writes to one who did not come.
    Column("address", Text, nullable=False, server_default=""),
    Column("writes_if_missed", Boolean, nullable=False, server_default=text("false")),
)

counters = shop_table(
    "counters",
    Column("day", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("n", Integer, nullable=False),
    key=("day", "name"),
)


@dataclass(frozen=True, slots=True)
class Shop:
    """A house: its name, its zone, its currency."""

    shop_id: int
    domain: str
    name: str
    timezone: str
    currency: str
    history_partial: bool
    address: str = ""
    writes_if_missed: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def day(self, at: datetime) -> date:
        """This method will give the day it is in the house at an instant."""
        return at.astimezone(self.zone).date()


def read(tx: Transaction) -> Shop:
    """This function will read the shop of the transaction."""
    columns = [shops.c[name] for name in Shop.__dataclass_fields__]
    return Shop(*tx.execute(select(*columns).where(shops.c.shop_id == tx.shop_id)).one())


def describe(tx: Transaction, *, name: str, timezone: str, currency: str) -> None:
    """This function will record what the house is called, where its clock stands and what it sells in."""
    tx.execute(
        update(shops)
        .where(shops.c.shop_id == tx.shop_id)
        .values(name=name, timezone=timezone, currency=currency)
    )


def say_where(tx: Transaction, *, address: str, writes_if_missed: bool) -> None:
    """This function will record the house's address, and whether it writes to who did not come."""
    values = {"address": address, "writes_if_missed": writes_if_missed}
    tx.execute(update(shops).where(shops.c.shop_id == tx.shop_id).values(**values))


def mark_history(tx: Transaction, *, partial: bool) -> None:
    """This function will record whether orders older than the ones we may read are still missing."""
    tx.execute(update(shops).where(shops.c.shop_id == tx.shop_id).values(history_partial=partial))


def leave(tx: Transaction, at: datetime) -> bool:
    """This function will record that the shop has removed the app; False where it has come back since."""
    stays = (shops.c.shop_id == tx.shop_id, func.coalesce(shops.c.installed_at <= at, True))
    return bool(tx.execute(update(shops).where(*stays).values(uninstalled_at=at)).rowcount)


def come_back(tx: Transaction, at: datetime) -> None:
    """This function will record that the app was installed by `at`."""
    came = {"uninstalled_at": None, "installed_at": at}
    tx.execute(update(shops).where(shops.c.shop_id == tx.shop_id).values(**came))


def hold(tx: Transaction) -> None:
    """This function will lock the shop's row until the commit."""
    tx.execute(select(shops.c.shop_id).where(shops.c.shop_id == tx.shop_id).with_for_update())


def has_left(tx: Transaction) -> bool:
    """This function will say whether the app is removed now."""
    left = select(shops.c.uninstalled_at).where(shops.c.shop_id == tx.shop_id)
    return tx.execute(left).scalar_one() is not None


def came_at(tx: Transaction) -> datetime | None:
    """This function will say when the app was last known to be installed anew."""
    came: datetime | None = tx.execute(
        select(shops.c.installed_at).where(shops.c.shop_id == tx.shop_id)
    ).scalar_one()
    return came


def count(tx: Transaction, name: str, day: date, n: int = 1) -> None:
    """This function will move a counter: a number, a day, a name, and nobody's identity."""
    row = insert(counters).values(shop_id=tx.shop_id, day=day, name=name, n=n)
    tx.execute(
        row.on_conflict_do_update(
            index_elements=["shop_id", "day", "name"], set_={"n": counters.c.n + row.excluded.n}
        )
    )


def counted(tx: Transaction, name: str) -> int:
    """This function will sum a counter over its days."""
    total: int = tx.execute(
        select(func.coalesce(func.sum(counters.c.n), 0)).where(
            counters.c.shop_id == tx.shop_id, counters.c.name == name
        )
    ).scalar_one()
    return total
