"""The shop's record, as its Admin API tells it: the drawn house's years, and what was ordered here since."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.sandbox.catalogue import Product, by_id, products
from app.sandbox.custom_data import ADVISOR, BIRTH_DATE, CustomData
from app.sandbox.orders import Orders

Node = dict[str, Any]
# Older orders are not told unless the app may read them all.
UNASKED = timedelta(days=60)
FINANCIAL = {"paid": "PAID", "returned": "PAID", "cancelled": "REFUNDED", "test": "PAID"}


class Books:
    """Reads the drawn house from its folder (nothing where there is none), and the orders placed here."""

    def __init__(self, house: Path, orders: Orders, custom: CustomData) -> None:
        self._house, self._orders, self._custom = house, orders, custom

    def orders(self, *, since: datetime | None) -> list[Node]:
        """Every order with its lines under `lines`, oldest first; only those since then, where told."""
        told = [*_drawn_orders(self._rows()), *map(_placed, self._orders.placed)]
        if since is not None:
            told = [order for order in told if datetime.fromisoformat(order["processedAt"]) >= since]
        return sorted(told, key=lambda order: (order["processedAt"], order["id"]))

    def customers(self, *, since: datetime | None) -> list[Node]:
        """Every customer: the figures count all orders, `lastOrder` is told only where it may be read."""
        whole: dict[str, list[Node]] = defaultdict(list)
        for order in self.orders(since=None):
            if order["customer"]:
                whole[order["customer"]["id"]].append(order)
        return [self._customer(told, whole[_gid("Customer", told["id"])], since) for told in self._people()]

    def _customer(self, told: Mapping[str, Any], orders: list[Node], since: datetime | None) -> Node:
        node = _customer(told, orders, since)
        kept = {"birthDate": BIRTH_DATE, "advisor": ADVISOR}
        values = {name: self._custom.field(node["id"], *where) for name, where in kept.items()}
        return node | {
            name: {"id": _gid("Metafield", told["id"]), "value": value} if value else None
            for name, value in values.items()
        }

    def knows(self, customer_gid: str) -> bool:
        """Tell whether the shop has such a customer."""
        return any(_gid("Customer", told["id"]) == customer_gid for told in self._people())

    def _rows(self) -> list[dict[str, str]]:
        try:
            with (self._house / "orders.csv").open(newline="", encoding="utf-8") as file:
                return list(csv.DictReader(file))
        except FileNotFoundError:
            return []

    def _people(self) -> list[dict[str, Any]]:
        try:
            told: list[dict[str, Any]] = json.loads((self._house / "house.json").read_text())["customers"]
        except FileNotFoundError:
            return []
        return told


def lines_of(nodes: Iterable[Node]) -> Iterator[Node]:
    """Say nodes as a bulk operation does: a parent without its children, a child with `__parentId`."""
    for node in nodes:
        children = node.pop("lines", [])
        yield node
        yield from ({**child, "__parentId": node["id"]} for child in children)


def _gid(kind: str, number: object) -> str:
    return f"gid://shopify/{kind}/{number}"


def _utc(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _money(amount: object) -> Node:
    return {"shopMoney": {"amount": str(amount)}}


def _drawn_orders(rows: Iterable[Mapping[str, str]]) -> Iterator[Node]:
    by_order: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        by_order[row["order_id"]].append(row)
    for number, own in by_order.items():
        yield _drawn_order(number, [row for row in own if int(row["quantity"]) > 0], own)


def _drawn_order(number: str, sold: list[Mapping[str, str]], own: list[Mapping[str, str]]) -> Node:
    first, last = sold[0], max(_utc(row["ordered_at"]) for row in own)
    back = {row["title"] for row in own if int(row["quantity"]) < 0}
    lines = [_drawn_line(number, place, row, row["title"] in back) for place, row in enumerate(sold)]
    is_cancelled = first["status"] == "cancelled"
    total = sum(float(row["price"]) * int(row["quantity"]) for row in sold)
    return {
        "id": _gid("Order", number),
        "createdAt": _utc(first["ordered_at"]),
        "processedAt": _utc(first["ordered_at"]),
        "updatedAt": last,
        "cancelledAt": last if is_cancelled else None,
        "test": first["status"] == "test",
        "currencyCode": first["currency"],
        "sourceName": first["source"],
        "displayFinancialStatus": FINANCIAL.get(first["status"], "PAID"),
        "returnStatus": "RETURNED" if back else "NO_RETURN",
        "totalPriceSet": _money(f"{total:.2f}"),
        "transactions": [],
        "customAttributes": [{"key": "Served by", "value": first["staff"]}] if first["staff"] else [],
        "customer": {"id": _gid("Customer", first["customer_id"])},
        "lines": lines,
    }


def _drawn_line(number: str, place: int, row: Mapping[str, str], came_back: bool) -> Node:
    engraving = row["engraving"]
    product = next((each for each in products() if each.title == row["title"]), None)
    return {
        "id": _gid("LineItem", f"{number}{place:02d}"),
        "title": row["title"],
        "quantity": int(row["quantity"]),
        "currentQuantity": 0 if came_back else int(row["quantity"]),
        "isGiftCard": False,
        "originalUnitPriceSet": _money(row["price"]),
        "customAttributes": [{"key": "Engraving", "value": engraving}] if engraving else [],
        "product": _product(product) if product else None,
    }


def _product(product: Product) -> Node:
    category = {"id": _gid("TaxonomyCategory", product.category)} if product.category else None
    return {
        "id": _gid("Product", product.id),
        "productType": product.product_type,
        "tags": list(product.tags),
        "category": category,
    }


def _placed(payload: Mapping[str, Any]) -> Node:
    """An order placed here, which is kept in the shape of its webhook."""
    customer = payload["customer"]
    return {
        "id": _gid("Order", payload["id"]),
        "createdAt": _utc(payload["created_at"]),
        "processedAt": _utc(payload["processed_at"]),
        "updatedAt": _utc(payload["updated_at"]),
        "cancelledAt": _utc(payload["cancelled_at"]) if payload["cancelled_at"] else None,
        "test": payload["test"],
        "currencyCode": payload["currency"],
        "sourceName": payload["source_name"],
        "displayFinancialStatus": payload["financial_status"].upper(),
        "returnStatus": "NO_RETURN",
        "totalPriceSet": _money(payload["total_price"]),
        "transactions": [_refunded(moved) for back in payload["refunds"] for moved in back["transactions"]],
        "customAttributes": [],
        "customer": {"id": _gid("Customer", customer["id"])} if customer else None,
        "lines": [_placed_line(line) for line in payload["line_items"]],
    }


def _refunded(moved: Mapping[str, Any]) -> Node:
    return {
        "id": _gid("OrderTransaction", moved["id"]),
        "kind": "REFUND",
        "status": str(moved["status"]).upper(),
    }


def _placed_line(line: Mapping[str, Any]) -> Node:
    product = by_id().get(line["product_id"])
    return {
        "id": _gid("LineItem", line["id"]),
        "title": line["title"],
        "quantity": line["quantity"],
        "currentQuantity": line["current_quantity"],
        "isGiftCard": line["gift_card"],
        "originalUnitPriceSet": _money(line["price"]),
        "customAttributes": [],
        "product": _product(product) if product else None,
    }


def _customer(told: Mapping[str, Any], orders: list[Node], since: datetime | None) -> Node:
    last = orders[-1] if orders else None
    if last and since and datetime.fromisoformat(last["processedAt"]) < since:
        last = None
    return {
        "id": _gid("Customer", told["id"]),
        "firstName": told["first_name"],
        "lastName": told["last_name"],
        "createdAt": _utc(told["created_at"]),
        "updatedAt": _utc(told["created_at"]),
        "numberOfOrders": str(len(orders)),
        "tags": told.get("tags", []),
        "defaultEmailAddress": {
            "emailAddress": told["email"],
            "marketingState": "SUBSCRIBED" if told.get("accepts_marketing") else "NOT_SUBSCRIBED",
            "marketingUpdatedAt": _utc(told["created_at"]) if told.get("accepts_marketing") else None,
        },
        "defaultPhoneNumber": None,
        "lastOrder": {"id": last["id"], "processedAt": last["processedAt"]} if last else None,
    }
