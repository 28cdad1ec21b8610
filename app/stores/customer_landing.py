"""Landing customers by the thousand, as Shopify's own record names them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select, text

from app.domain.known_customer import KnownCustomer
from app.stores.customers import customers
from app.stores.database import Transaction, among

_LAND = """
insert into customers as c
  (shop_id, customer_id, first_name, last_name, email, updated_at, since, orders_ever, last_ordered_at)
select :shop, customer_id, first_name, last_name, email, updated_at, since, orders, last_ordered_at
from jsonb_to_recordset(cast(:rows as jsonb)) as told(
  place int, customer_id text, first_name text, last_name text, email text, updated_at timestamptz,
  since timestamptz, orders int, last_ordered_at timestamptz)
order by place
on conflict (shop_id, customer_id) do update set
  first_name = case when {newer} then excluded.first_name else c.first_name end,
  last_name = case when {newer} then excluded.last_name else c.last_name end,
  email = case when {newer} then excluded.email else c.email end,
  updated_at = case when {newer} then excluded.updated_at else c.updated_at end,
  since = excluded.since, orders_ever = excluded.orders_ever, last_ordered_at = excluded.last_ordered_at
""".replace("{newer}", "(c.updated_at is null or excluded.updated_at >= c.updated_at)")

_NAMES = (
    "customer_id", "first_name", "last_name", "email", "updated_at", "since", "orders", "last_ordered_at",
)  # fmt: skip


def land(tx: Transaction, told: Sequence[KnownCustomer]) -> None:
    """This function will write what Shopify says of customers; an older word never replaces a newer one.

    Each may appear once. The figures that reach behind their orders come from nowhere else, and always land.
    """
    # In one order for whoever lands them, or two that land the same would wait for each other.
    ordered = sorted(told, key=lambda one: one.customer_id)
    rows = [
        {"place": place, **{name: getattr(one, name) for name in _NAMES}} for place, one in enumerate(ordered)
    ]
    tx.execute(text(_LAND), {"shop": tx.shop_id, "rows": json.dumps(rows, default=str)})


def known_among(tx: Transaction, customer_ids: Sequence[str]) -> set[str]:
    """This function will say which of some ids have a row."""
    where = (customers.c.shop_id == tx.shop_id, among(customers.c.customer_id, customer_ids))
    return set(tx.execute(select(customers.c.customer_id).where(*where)).scalars())
