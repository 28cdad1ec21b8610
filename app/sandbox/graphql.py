"""The Admin API: answers the documents the app sends, by their name, and makes trouble when asked to."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from app.sandbox import custom_answers
from app.sandbox.books import UNASKED
from app.sandbox.parts import parts
from app.sandbox.webhooks import API_VERSION

pages = Blueprint("graphql", __name__)

Variables = Mapping[str, Any]
Content = dict[str, Any]

# A plan's bucket as Shopify documents it, and what a small question costs.
MOST, RESTORED, COST = 2000.0, 100.0, 10.0
_NAME = re.compile(r"\b(?:query|mutation)\s+(\w+)")


class Bucket:
    """What is left of the shop's bucket; it fills with time."""

    def __init__(self) -> None:
        self._left, self._at = MOST, time.monotonic()
        self._lock = threading.Lock()

    def spend(self, cost: float) -> dict[str, float]:
        """Take a cost out and say what is left."""
        with self._lock:
            now = time.monotonic()
            self._left = max(0.0, min(MOST, self._left + (now - self._at) * RESTORED) - cost)
            self._at = now
            return _status(self._left)


def _status(left: float) -> dict[str, float]:
    return {"maximumAvailable": MOST, "currentlyAvailable": round(left, 1), "restoreRate": RESTORED}


BUCKET = Bucket()


@pages.post(f"/admin/api/{API_VERSION}/graphql.json")
def answer() -> Response:
    """Answer one document, or fail as it was asked to."""
    trouble = parts().trouble
    state = parts().tokens.state_of(request.headers.get("X-Shopify-Access-Token", ""))
    if state != "good" or trouble.comes("expired"):
        return _said(
            {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}, 401
        )
    if trouble.comes("unavailable"):
        return Response("<html>Bad gateway</html>", 502)
    if trouble.comes("retry_after"):
        return Response("", 429, {"Retry-After": "1.0"})
    if trouble.comes("throttled"):
        return _throttled()
    return _answered(request.get_json())


def _answered(asked: Mapping[str, Any]) -> Response:
    text = str(asked.get("query") or "")
    name = _NAME.search(text)
    how = ANSWERS.get(name.group(1)) if name else None
    if how is None:
        return _said({"errors": [{"message": f"The sandbox knows no document {name and name.group(1)}."}]})
    if name and name.group(1) in custom_answers.ANSWERS and custom_answers.NEEDS not in _scopes():
        return _denied()
    content: Content = {"data": how(asked.get("variables") or {}), "extensions": _cost(BUCKET.spend(COST))}
    if parts().trouble.comes("partial"):
        _lose_one(content)
    return _said(content)


def _denied() -> Response:
    error = {"message": "Access denied.", "extensions": {"code": "ACCESS_DENIED"}}
    return _said({"data": None, "errors": [error], "extensions": _cost(BUCKET.spend(COST))})


def _throttled() -> Response:
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": "…"}}
    return _said({"errors": [error], "extensions": _cost(_status(0.0), actual=None)})


def _cost(status: dict[str, float], actual: float | None = COST) -> Content:
    return {"cost": {"requestedQueryCost": COST, "actualQueryCost": actual, "throttleStatus": status}}


def _lose_one(content: Content) -> None:
    """Let the last field of the answer be one that the app has not been approved for."""
    name = list(content["data"])[-1]
    content["data"][name] = None
    denied = {"message": "Access denied.", "path": [name], "extensions": {"code": "ACCESS_DENIED"}}
    content["errors"] = [denied]


def _said(content: Content, status: int = 200) -> Response:
    response = jsonify(content)
    response.status_code = status
    return response


def _scopes() -> set[str]:
    return set(parts().tokens.scopes.split(","))


def _since() -> Any:
    """How far back orders may be read; None for all of them."""
    return None if "read_all_orders" in _scopes() else parts().clock.now() - UNASKED


def _shop_details(_: Variables) -> Content:
    return {"shop": {"name": "Maison Alder", "currencyCode": "GBP", "ianaTimezone": "Europe/London"}}


def _what_is_there(_: Variables) -> Content:
    since = _since()
    return {
        "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in sorted(_scopes())]},
        "ordersCount": {"count": len(parts().books.orders(since=since))},
        "customersCount": {"count": len(parts().books.customers(since=since))},
    }


def _run_bulk_query(variables: Variables) -> Content:
    begun = parts().bulk.run(str(variables.get("query") or ""), since=_since())
    if isinstance(begun, str):
        error = {"code": begun, "field": ["query"]}
        return {"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [error]}}
    told = parts().bulk.told(begun)
    shown = {name: told[name] for name in ("id", "createdAt")} | {"status": "CREATED"}
    return {"bulkOperationRunQuery": {"bulkOperation": shown, "userErrors": []}}


def _bulk_operation(variables: Variables) -> Content:
    found = parts().bulk.find(str(variables.get("id") or ""))
    return {"bulkOperation": parts().bulk.told(found) if found else None}


def _changed_orders(variables: Variables) -> Content:
    page = _page(parts().books.orders(since=_since()), variables, many=10)
    for order in page["nodes"]:
        order["lineItems"] = {"nodes": order.pop("lines"), "pageInfo": {"hasNextPage": False}}
    return {"orders": page}


def _changed_customers(variables: Variables) -> Content:
    return {"customers": _page(parts().books.customers(since=_since()), variables, many=100)}


def _page(nodes: list[Content], variables: Variables, *, many: int) -> Content:
    """A page of what has changed since the instants that the search names; a cursor is a number here."""
    bounds = _BOUNDS.findall(str(variables.get("which") or ""))
    found = [node for node in nodes if all(_within(node["updatedAt"], *bound) for bound in bounds)]
    found.sort(key=lambda node: (node["updatedAt"], node["id"]))
    start = int(variables.get("after") or 0)
    info = {"hasNextPage": start + many < len(found), "endCursor": str(start + many)}
    return {"nodes": found[start : start + many], "pageInfo": info}


# Shopify's search: updated_at:>='2026-11-21T10:00:00Z'
_BOUNDS = re.compile(r"""updated_at:(>=|<=|>|<)['"]?([^\s'"]+)""")


def _within(at: str, sign: str, bound: str) -> bool:
    changed, limit = datetime.fromisoformat(at), datetime.fromisoformat(bound)
    if changed == limit:
        return "=" in sign
    return (changed > limit) == (">" in sign)


# A document's name → its answer. A new document of the app's needs a line here.
ANSWERS: dict[str, Callable[[Variables], Content]] = {
    "ShopDetails": _shop_details,
    "WhatIsThere": _what_is_there,
    "RunBulkQuery": _run_bulk_query,
    "BulkOperation": _bulk_operation,
    "ChangedOrders": _changed_orders,
    "ChangedCustomers": _changed_customers,
    **custom_answers.ANSWERS,
}


@pages.get("/sandbox/bulk/<key>.jsonl")
def result(key: str) -> Response:
    """The file of a bulk operation, for whoever has its address."""
    found = parts().bulk.result(key) or abort(404)
    whole = found.file
    sent = whole[: len(whole) // 2] if parts().trouble.comes("file_cut") else whole
    return Response(sent, mimetype="application/jsonl")


@pages.post("/sandbox/trouble")
def make_trouble() -> Response:
    """Make trouble: {"kind": …, "times": how often}."""
    asked = request.get_json(silent=True) or {}
    try:
        parts().trouble.ask(str(asked.get("kind")), int(asked.get("times", 1)))
    except (ValueError, TypeError) as error:
        return _said({"error": str(error)}, 400)
    return jsonify({"asked": True})
