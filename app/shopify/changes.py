"""What has changed at Shopify between two instants: orders with their lines, and customers, page by page.

A page with a part missing is none: the comparison would go on, and never ask for that part again. Only where
it has been asked for long enough (`leave_out`) does it go on without the records whose parts Shopify cannot
say. What we have not been approved for is missing from every page, and is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from app.domain.known_customer import KnownCustomer
from app.domain.order_files import FoundOrder
from app.domain.order_values import UnableToReadRow
from app.shopify.documents import Document, document
from app.shopify.errors import UnableToBeUnderstood, UnableToReachShopify
from app.shopify.graphql import AdminClient, Answer
from app.shopify.history import LineNode, OrderNode, UnableToReadHistory, customer_of, order_of

log = structlog.get_logger(__name__)

NOT_APPROVED = "ACCESS_DENIED"


def changed_orders(
    client: AdminClient,
    since: datetime,
    until: datetime,
    placings: Mapping[str, str],
    *,
    leave_out: bool = False,
) -> Iterator[list[FoundOrder]]:
    """This function will read the orders that changed, a page at a time, those that changed first first.

    One that cannot be read whole is left out, and its id is in the log. Raises UnableToAskShopify.
    """
    for nodes in _pages(client, document("ChangedOrders"), "orders", since, until, leave_out):
        yield [order for node in nodes if (order := _order(node, placings)) is not None]


def changed_customers(
    client: AdminClient, since: datetime, until: datetime, *, leave_out: bool = False
) -> Iterator[list[KnownCustomer]]:
    """This function will read the customers that changed, a page at a time.

    One that cannot be read is left out, and the id is in the log. Raises UnableToAskShopify.
    """
    for nodes in _pages(client, document("ChangedCustomers"), "customers", since, until, leave_out):
        yield [person for node in nodes if (person := _customer(node)) is not None]


def _pages(
    client: AdminClient, asked: Document, name: str, since: datetime, until: datetime, leave_out: bool
) -> Iterator[list[dict[str, Any]]]:
    which = f"updated_at:>='{_spelled(since)}' AND updated_at:<'{_spelled(until)}'"
    after = None
    while True:
        answer = client.ask(asked, {"which": which, "after": after})
        broken = _broken(answer, name) if leave_out else frozenset()
        page = _whole(answer, asked, name, but=broken)
        nodes = enumerate(page.get("nodes") or ())
        told = {at: node for at, node in nodes if node is not None}
        for at in broken:
            log.warning("reconcile.left_out", record_id=str(told.pop(at, {}).get("id")), error="unanswered")
        yield list(told.values())
        further = page.get("pageInfo") or {}
        if not further.get("hasNextPage"):
            return
        after = further["endCursor"]


def _whole(answer: Answer, asked: Document, name: str, *, but: Set[int]) -> Mapping[str, Any]:
    codes = {_code(error) for error in answer.errors if _record(error, name) not in but}
    page: Mapping[str, Any] | None = answer.data.get(name)
    if codes - {NOT_APPROVED}:
        raise UnableToReachShopify(f"{asked.name}: only a part")
    if page is None:
        raise UnableToBeUnderstood(asked.name, codes or {"no page"})
    return page


def _broken(answer: Answer, name: str) -> frozenset[int]:
    """Find the records of a page that Shopify cannot say whole, by their place in it."""
    found = {_record(error, name) for error in answer.errors if _code(error) != NOT_APPROVED}
    return frozenset(at for at in found if at is not None)


def _record(error: Mapping[str, Any], name: str) -> int | None:
    match error.get("path"):
        case [first, "nodes", int(at), *_] if first == name:
            return at
    return None


def _code(error: Mapping[str, Any]) -> str:
    return str((error.get("extensions") or {}).get("code"))


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _customer(node: dict[str, Any]) -> KnownCustomer | None:
    try:
        return customer_of(msgspec.json.encode(node))
    except (UnableToReadHistory, UnableToReadRow) as error:
        log.warning("reconcile.left_out", customer_id=str(node.get("id")), error=type(error).__name__)
        return None


def _order(node: dict[str, Any], placings: Mapping[str, str]) -> FoundOrder | None:
    lines = node.get("lineItems") or {}
    try:
        if (lines.get("pageInfo") or {}).get("hasNextPage"):
            raise UnableToReadRow("more lines than we ask for")
        return order_of(
            msgspec.convert(node, OrderNode),
            [msgspec.convert(each, LineNode) for each in lines.get("nodes") or ()],
            placings,
        )
    except (UnableToReadRow, msgspec.ValidationError) as error:
        log.warning("reconcile.left_out", order_id=str(node.get("id")), error=type(error).__name__)
        return None
