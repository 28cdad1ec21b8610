"""No shop ever sees another's row, even where a WHERE was forgotten (promise 3)."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.stores import customers, shops
from app.stores.database import Database
from app.stores.tables import metadata
from tests.conftest import NOW


@pytest.fixture
def two_shops(database: Database) -> tuple[int, int]:
    ours = database.open_shop("alder.myshopify.com", name="Alder", timezone="Europe/London", currency="GBP")
    theirs = database.open_shop("birch.myshopify.com", name="Birch", timezone="Europe/London", currency="GBP")
    for shop_id in (ours, theirs):
        with database.shop(shop_id) as tx:
            customers.put(tx, "7001", first_name="Alma")
            shops.count(tx, "visits", NOW.date())
    return ours, theirs


def test_the_product_works_as_a_role_that_isolation_binds(database: Database) -> None:
    with database.engine.connect() as connection:
        who = connection.execute(
            text("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        ).one()
        owned = connection.scalar(text("select count(*) from pg_tables where tableowner = current_user"))
    assert tuple(who) == ("steward_app", False, False)
    assert owned == 0, "an owner is not bound by its tables' policies"


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_query_without_where_sees_one_shop(
    database: Database, two_shops: tuple[int, int], table: str
) -> None:
    ours, _ = two_shops
    with database.shop(ours) as tx:
        seen = set(tx.execute(text(f"select distinct shop_id from {table}")).scalars())
    assert seen <= {ours}


def test_without_a_shop_nothing_is_seen(database: Database, two_shops: tuple[int, int]) -> None:
    with database.engine.connect() as connection:
        assert connection.execute(text("select * from customers")).all() == []


def test_a_row_cannot_be_written_into_another_shop(database: Database, two_shops: tuple[int, int]) -> None:
    ours, theirs = two_shops
    with pytest.raises(ProgrammingError, match="row-level security"), database.shop(ours) as tx:
        tx.execute(text(f"insert into customers (shop_id, customer_id) values ({theirs}, '9')"))


def test_every_table_of_a_shop_has_its_policy_and_leads_with_the_shop(database: Database) -> None:
    with database.engine.connect() as connection:
        secured = set(
            connection.execute(
                text(
                    "select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid"
                    " where c.relrowsecurity and c.relkind = 'r'"
                )
            ).scalars()
        )
        there = set(
            connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars()
        )
    assert there - {"alembic_version"} == set(metadata.tables) == secured
    for table in metadata.tables.values():
        assert next(iter(table.primary_key.columns)).name == "shop_id", table.name
