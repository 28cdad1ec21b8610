"""What the shop writes down and tells the app, in the shape of Shopify's webhooks."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from app.sandbox.cast import Person
from app.sandbox.clock import Clock
from app.sandbox.visitor import CartLine
from app.sandbox.webhooks import Delivery, Sender

FIRST = 900_001  # order numbers of the sandbox; the demo house's history lies far below
SHOP_ID = 1958
Payload = dict[str, Any]


def pounds(pence: int) -> str:
    """Prices are strings in Shopify's payloads."""
    return f"{pence / 100:.2f}"


def stamp(moment: datetime) -> str:
    """Times carry an offset."""
    return moment.replace(microsecond=0).isoformat()


def customer_payload(person: Person, now: datetime) -> Payload:
    """A customer, as `customers/*` and orders carry it; tags and consent left these payloads in 2025."""
    return {
        "id": person.id,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "state": "enabled",
        "verified_email": True,
        "currency": "GBP",
        "created_at": "2016-01-01T10:00:00+00:00",
        "updated_at": stamp(now),
        "admin_graphql_api_id": f"gid://shopify/Customer/{person.id}",
    }


def line_payload(number: int, line: CartLine) -> Payload:
    """One line: in reality neither product type nor tags are in it."""
    return {
        "id": number,
        "product_id": line.product.id,
        "variant_id": line.product.variant_id,
        "title": line.product.title,
        "name": line.product.title,
        "vendor": "Maison Alder",
        "price": pounds(line.product.price),
        "quantity": line.quantity,
        "current_quantity": line.quantity,
        "total_discount": "0.00",
        "gift_card": False,
        "properties": [],
    }


class Orders:
    """The orders placed here, kept in a file, so that they can be cancelled or refunded tomorrow."""

    def __init__(self, folder: Path, clock: Clock, sender: Sender, shop: str) -> None:
        self._file, self._clock, self._sender, self._shop = folder / "orders.json", clock, sender, shop
        self._lock = threading.Lock()
        try:
            self.placed: list[Payload] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.placed = []

    def _keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(self.placed, ensure_ascii=False), encoding="utf-8")
        part.replace(self._file)

    def _tell(self, topic: str, payload: Payload) -> Delivery:
        return self._sender.send(topic, payload, triggered_at=self._clock.now())

    def find(self, number: int) -> Payload | None:
        """The order with that id."""
        return next((order for order in self.placed if order["id"] == number), None)

    def place(self, person: Person | None, lines: list[CartLine], *, test: bool = False) -> Payload:
        """Write an order and send orders/create."""
        with self._lock:
            number, now = FIRST + len(self.placed), self._clock.now()
            total = pounds(sum(line.total for line in lines))
            order: Payload = {
                "id": number,
                "admin_graphql_api_id": f"gid://shopify/Order/{number}",
                "name": f"#{number}",
                "order_number": number,
                "created_at": stamp(now),
                "processed_at": stamp(now),
                "updated_at": stamp(now),
                "cancelled_at": None,
                "cancel_reason": None,
                "test": test,
                "financial_status": "paid",
                "fulfillment_status": None,
                "currency": "GBP",
                "presentment_currency": "GBP",
                "total_price": total,
                "current_total_price": total,
                "source_name": "web",
                "note_attributes": [],
                "tags": "",
                "email": person.email if person else "",
                "customer": customer_payload(person, now) if person else None,
                "line_items": [line_payload(number * 10 + i, line) for i, line in enumerate(lines)],
                "refunds": [],
            }
            self.placed.append(order)
            self._keep()
        self._tell("orders/create", order)
        return order

    def cancel(self, number: int) -> Delivery | None:
        """Cancel an order and send orders/cancelled."""
        with self._lock:
            order = self.find(number)
            if order is None or order["cancelled_at"]:
                return None
            now = stamp(self._clock.now())
            order |= {
                "cancelled_at": now,
                "cancel_reason": "customer",
                "updated_at": now,
                "financial_status": "refunded",
            }
            self._keep()
        return self._tell("orders/cancelled", order)

    def refund(self, number: int) -> Delivery | None:
        """Take every line back and send refunds/create, then orders/updated."""
        with self._lock:
            order = self.find(number)
            if order is None or order["refunds"]:
                return None
            now = stamp(self._clock.now())
            refund = _refund(order, now)
            order["refunds"].append(refund)
            order |= {"updated_at": now, "financial_status": "refunded", "current_total_price": "0.00"}
            for line in order["line_items"]:
                line["current_quantity"] = 0
            self._keep()
        self._tell("refunds/create", refund)
        return self._tell("orders/updated", order)

    def update_customer(self, person: Person) -> Delivery:
        """Send customers/update."""
        return self._tell("customers/update", customer_payload(person, self._clock.now()))

    def privacy(self, topic: str, person: Person) -> Delivery:
        """Send customers/redact or customers/data_request for one of the cast."""
        own = [order["id"] for order in self.placed if (order["customer"] or {}).get("id") == person.id]
        payload: Payload = {
            "shop_id": SHOP_ID,
            "shop_domain": self._shop,
            "customer": {"id": person.id, "email": person.email, "phone": ""},
        }
        if topic == "customers/redact":
            payload["orders_to_redact"] = own
        else:
            payload |= {"orders_requested": own, "data_request": {"id": 9001}}
        return self._tell(topic, payload)

    def uninstall(self) -> Delivery:
        """Send app/uninstalled: its body is the shop."""
        return self._tell("app/uninstalled", self._shop_payload())

    def redact_shop(self) -> Delivery:
        """Send shop/redact, which Shopify does 48 hours after the app was removed."""
        return self._tell("shop/redact", {"shop_id": SHOP_ID, "shop_domain": self._shop})

    def _shop_payload(self) -> Payload:
        return {
            "id": SHOP_ID,
            "name": "Maison Alder",
            "email": "margaret@maison-alder.example",
            "domain": self._shop,
            "myshopify_domain": self._shop,
            "currency": "GBP",
            "iana_timezone": "Europe/London",
            "updated_at": stamp(self._clock.now()),
        }


def _refund(order: Payload, now: str) -> Payload:
    number = order["id"] * 100 + 1
    return {
        "id": number,
        "order_id": order["id"],
        "created_at": now,
        "processed_at": now,
        "note": "Returned to the counter",
        "restock": True,
        "refund_line_items": [
            {
                "id": number * 10 + i,
                "line_item_id": line["id"],
                "quantity": line["quantity"],
                "subtotal": float(line["price"]) * line["quantity"],
                "line_item": line,
            }
            for i, line in enumerate(order["line_items"])
        ],
        "transactions": [],
    }
