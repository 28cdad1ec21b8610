"""Words on orders, wherever they come from: who served, what was engraved, what counts, and what is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

# "counted", or the reason why it does not count: scoring.relationship.Order
Status = Literal["counted", "cancelled", "test", "returned", "zero_value"]

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


def standing(
    *,
    test: bool,
    cancelled: bool,
    payment: str | None,
    returns: str | None,
    left: Sequence[int | None],
    is_free: bool,
    refund_under_way: bool,
) -> tuple[Status, bool]:
    """This function will say whether an order counts, or why not, and whether something about it is open.

    One rule for webhooks and for the Admin API, or one would undo what the other said. `payment` and
    `returns` are Shopify's own words in either case; `left` says of each line how many were kept, None where
    it is not said. Open is a return, money on its way back, or a payment that failed on an order that still
    stands.
    """
    status = _status(test, cancelled, _folded(payment), left, is_free)
    is_unpaid = status != "cancelled" and _folded(payment) in PAYMENT_FAILED
    return status, refund_under_way or _folded(returns) in RETURN_OPEN or is_unpaid


def _status(test: bool, cancelled: bool, payment: str, left: Sequence[int | None], is_free: bool) -> Status:
    if test:
        return "test"
    if cancelled:
        return "cancelled"
    if payment == "refunded" or (left and all(many == 0 for many in left)):
        return "returned"
    return "zero_value" if is_free else "counted"


def _folded(word: str | None) -> str:
    return (word or "").lower()


def _plain(name: str) -> str:
    """Names are written as they come: "Served by", "served_by", "_Engraving"."""
    return " ".join(name.replace("_", " ").casefold().split())
