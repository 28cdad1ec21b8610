"""Who stands in the shop: the sandbox's own cookies, read and written in one place."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Request
from werkzeug.wrappers import Response

from app.sandbox.cast import BY_ID, Person
from app.sandbox.catalogue import Product, by_id

CUSTOMER, CART, CONSENT = "sandbox_customer", "sandbox_cart", "sandbox_consent"
MOST = 20  # of one piece in a cart


@dataclass(frozen=True)
class CartLine:
    """A piece in the cart."""

    product: Product
    quantity: int

    @property
    def total(self) -> int:
        """What the line costs, in pence."""
        return self.product.price * self.quantity


def customer(request: Request) -> Person | None:
    """The one who is logged in, or nobody."""
    value = request.cookies.get(CUSTOMER, "")
    return BY_ID.get(int(value)) if value.isascii() and value.isdigit() else None


def cart(request: Request) -> list[CartLine]:
    """What is in the cart; a cookie that cannot be read is an empty cart."""
    try:
        held = json.loads(request.cookies.get(CART, "") or "{}")
        pairs = [(by_id()[int(key)], int(quantity)) for key, quantity in held.items()]
    except (ValueError, KeyError, AttributeError, TypeError):
        return []
    return [CartLine(product, min(quantity, MOST)) for product, quantity in pairs if quantity > 0]


def keep_cart(response: Response, lines: list[CartLine]) -> None:
    """Write the cart's cookie."""
    held = {str(line.product.id): line.quantity for line in lines}
    response.set_cookie(CART, json.dumps(held, separators=(",", ":")), samesite="Lax")


def with_piece(lines: list[CartLine], product: Product, change: int) -> list[CartLine]:
    """The cart after adding (or, below nothing, removing) pieces."""
    quantities = {line.product.id: line.quantity for line in lines}
    quantities[product.id] = quantities.get(product.id, 0) + change
    return [CartLine(by_id()[key], min(many, MOST)) for key, many in quantities.items() if many > 0]
