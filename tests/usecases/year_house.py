"""Maison Alder with some years of orders on record, for what is learned from them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import insert

from app.stores.customers import customers
from app.stores.database import Transaction
from app.stores.orders import order_lines, orders
from scoring.learning.orders import Orders, as_day
from scoring.learning.past_windows import as_date
from tests.conftest import NOW
from tests.scoring.learning.histories import drawn


def some_years(clients: int = 60) -> Orders:
    """Draw a history that ends today."""
    return drawn(clients, years=(2018, 2026)).before(as_day(NOW.date()))


def keep(tx: Transaction, history: Orders) -> None:
    """Write a history down: client 0 … of number 0 …, each order one pair of earrings."""
    named = [
        {"customer_id": name, "first_name": "Client", "last_name": f"No {name}"} for name in history.names
    ]
    _write(tx, customers, named)
    heads, lines = [], []
    rows = zip(history.customer.tolist(), history.day.tolist(), history.amount.tolist(), strict=True)
    for number, (customer, day, amount) in enumerate(rows):
        at = datetime.combine(as_date(day), time(12), UTC)
        heads.append(
            {"order_id": f"o{number}", "customer_id": history.names[customer], "ordered_at": at,
             "currency": "GBP", "status": "counted"}
        )  # fmt: skip
        lines.append(
            {"order_id": f"o{number}", "line": 1, "title": "A pair", "kind": "earrings", "price": amount,
             "quantity": 1}
        )  # fmt: skip
    _write(tx, orders, heads)
    _write(tx, order_lines, lines)


def _write(tx: Transaction, table: Any, rows: list[dict[str, Any]]) -> None:
    tx.execute(insert(table), [{"shop_id": tx.shop_id, **row} for row in rows])
