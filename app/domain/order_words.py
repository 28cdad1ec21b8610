"""Words on orders, wherever they come from: who served, what was engraved, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable

# What tills and order forms call the person who served, and what they call an inscription.
STAFF_NAMES = frozenset(
    {"staff", "advisor", "adviser", "served by", "sales associate", "sales person", "salesperson"}
)
ENGRAVING_WORDS = ("engrav", "inscription")
# Payment that will not come (facts/shopify.md names the field; these two are its ends).
PAYMENT_FAILED = frozenset({"voided", "expired"})
# Shopify's ReturnStatus, while somebody still has something to do.
RETURN_OPEN = frozenset({"return_requested", "in_progress", "inspection_complete", "return_failed"})


def staff_among(attributes: Iterable[tuple[str, str]]) -> str:
    """This function will find who served among an order's added attributes; "" where nobody is named."""
    named = {_plain(name): value for name, value in attributes}
    return next((value for name, value in named.items() if name in STAFF_NAMES and value), "")


def engraving_among(attributes: Iterable[tuple[str, str]]) -> str:
    """This function will find the inscription among a line's added attributes; "" where there is none."""
    for name, value in attributes:
        if value and any(word in _plain(name) for word in ENGRAVING_WORDS):
            return value
    return ""


def _plain(name: str) -> str:
    """Names are written as they come: "Served by", "served_by", "_Engraving"."""
    return " ".join(name.replace("_", " ").casefold().split())
