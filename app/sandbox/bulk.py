"""Bulk operations: begun, running for a while, finished with a file of lines whose order means nothing."""

from __future__ import annotations

import json
import random
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.sandbox.books import Books, Node, lines_of
from app.sandbox.clock import Clock
from app.sandbox.trouble import Trouble
from app.sandbox.webhooks import Sender

MOST_AT_ONCE = 5
FILE_LIVES = timedelta(days=7)


@dataclass
class Operation:
    """One bulk operation; `file` is its result, "" where there was nothing."""

    number: int
    query: str
    created_at: datetime
    roots: int
    lines: list[bytes]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    completed_at: datetime | None = None
    failed: bool = False

    @property
    def gid(self) -> str:
        """Shopify's name for it."""
        return f"gid://shopify/BulkOperation/{self.number}"

    @property
    def file(self) -> bytes:
        """The result: a line for each object."""
        return b"".join(self.lines)


class Bulk:
    """The shop's bulk operations. `runs_for` is how long one takes, in seconds; 0 is at once."""

    def __init__(self, books: Books, clock: Clock, sender: Sender, trouble: Trouble, shop: str) -> None:
        self._books, self._clock, self._sender, self._trouble = books, clock, sender, trouble
        self._shop = shop
        self._lock = threading.Lock()
        self.operations: list[Operation] = []
        self.runs_for = 1.5

    def run(self, query: str, *, since: datetime | None) -> Operation | str:
        """Begin one; or the code of why not. `since` is how far back orders may be read, None for all."""
        collections: dict[str, Callable[..., list[Node]]] = {
            "orders": self._books.orders,
            "customers": self._books.customers,
        }
        found = [name for name in collections if f"{name} " in query.replace("{", " { ")[:200]]
        if len(found) != 1:
            return "INVALID"
        with self._lock:
            if sum(one.completed_at is None for one in self.operations) >= MOST_AT_ONCE:
                return "LIMIT_REACHED"
            nodes = collections[found[0]](since=since)
            roots = len(nodes)
            number = 7_000_001 + len(self.operations)
            operation = Operation(number, query, self._clock.now(), roots, _shuffled(nodes, number))
            self.operations.append(operation)
        if self.runs_for:
            later = threading.Timer(self.runs_for, self._finish, [operation])
            later.daemon = True  # a sandbox that stops does not wait for it
            later.start()
        else:
            self._finish(operation)
        return operation

    def find(self, gid: str) -> Operation | None:
        """The operation of that name."""
        return next((one for one in self.operations if one.gid == gid), None)

    def result(self, key: str) -> Operation | None:
        """The operation whose file lies under a key, while it still does."""
        found = next((one for one in self.operations if secrets.compare_digest(one.key, key)), None)
        if found is None or found.completed_at is None or self._trouble.comes("file_gone"):
            return None
        return found if self._clock.now() < found.completed_at + FILE_LIVES else None

    def told(self, operation: Operation) -> Node:
        """Say where an operation stands, as its GraphQL type does: numbers of 64 bits are text."""
        done = operation.completed_at is not None
        there = done and not operation.failed and bool(operation.lines)
        share = 1.0 if done else 0.5
        return {
            "id": operation.gid,
            "status": "FAILED" if operation.failed else "COMPLETED" if done else "RUNNING",
            "errorCode": "INTERNAL_SERVER_ERROR" if operation.failed else None,
            "createdAt": _stamp(operation.created_at),
            "completedAt": _stamp(operation.completed_at) if operation.completed_at else None,
            "objectCount": str(round(len(operation.lines) * share)),
            "rootObjectCount": str(round(operation.roots * share)),
            "fileSize": str(len(operation.file)) if there else None,
            "url": f"https://{self._shop}/sandbox/bulk/{operation.key}.jsonl" if there else None,
        }

    def _finish(self, operation: Operation) -> None:
        operation.failed = self._trouble.comes("bulk_failed")
        operation.completed_at = self._clock.now()
        self._sender.send(
            "bulk_operations/finish",
            {
                "admin_graphql_api_id": operation.gid,
                "completed_at": _stamp(operation.completed_at),
                "created_at": _stamp(operation.created_at),
                "error_code": "INTERNAL_SERVER_ERROR" if operation.failed else None,
                "status": "failed" if operation.failed else "completed",
                "type": "query",
            },
            triggered_at=operation.completed_at,
        )


def _shuffled(nodes: list[Node], number: int) -> list[bytes]:
    """A line may come before its parent; the same operation is shuffled the same way."""
    lines = [json.dumps(node, ensure_ascii=False).encode() + b"\n" for node in lines_of(nodes)]
    random.Random(number).shuffle(lines)  # noqa: S311  no secret depends on it
    return lines


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
