"""Take a shop's history in: ask Shopify to gather it, see it gathered, read the file, relate what it says.

The row is the work (app/stores/backfills.py). Each step is written down before the next one begins, so that
whoever takes up a row that was left goes on from there; a file that was half read is read again, and ends the
same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from app.domain.backfill import Kind, foretold
from app.domain.progress import Progress
from app.queue import Queue
from app.shopify.documents import document
from app.shopify.errors import (
    UnableToAskShopify,
    UnableToBeUnderstood,
    UnableToFetchResult,
    UnableToFindResult,
    UnableToKeepUp,
)
from app.shopify.graphql import AdminClient
from app.shopify.history import UnableToReadHistory
from app.shopify.result_files import lines_of
from app.stores import backfills, shops
from app.stores.backfills import Held, UnableToHold
from app.stores.database import Database
from app.stores.live import Live
from app.usecases.ask_learning import AFTER_AN_IMPORT, ask_learning
from app.usecases.begin_backfill import ALL_ORDERS
from app.usecases.land_history import land_customers, land_orders_of
from app.usecases.update_every_relationship import update_every_relationship

log = structlog.get_logger(__name__)

# The webhook usually comes first; this is for when it was lost.
LOOK_AGAIN_SECONDS = 10
REST_SECONDS = 60
# Of one stage: what still fails after a day needs a person. Dated guess, 2026-11.
GIVE_UP_AFTER = timedelta(hours=24)
# Operations that one history may need: Shopify's own failures, and files that went out of date.
MOST_OPERATIONS = 5
# Result files live for seven days (facts/shopify.md); an hour less, so that one is read to its end.
FILE_LIVES = timedelta(days=7) - timedelta(hours=1)
# How often progress is written down, and the lease renewed with it.
TELL_EVERY_SECONDS = 1.0

QUERIES: Mapping[Kind, str] = {"customers": "EveryCustomer", "orders": "EveryOrder"}
COUNTS: Mapping[Kind, str] = {"customers": "customersCount", "orders": "ordersCount"}
BUSY = frozenset({"LIMIT_REACHED", "OPERATION_IN_PROGRESS"})

# Streams a result: its address, and its length where Shopify has told it.
Fetch = Callable[[str, int | None], Iterator[bytes]]


class UnableToGather(UnableToAskShopify):
    """Shopify could not gather it, and asking again would not change that; the message is its code."""


@dataclass(frozen=True)
class Work:
    """All that the steps of one run need."""

    database: Database
    live: Live
    queue: Queue
    client: AdminClient
    fetch: Fetch
    shop_id: int
    clock: Callable[[], datetime]
    lease_seconds: int

    def keep(self, held: Held, **values: Any) -> Held:
        """This method will write down how far it is, and renew the lease."""
        with self.database.shop(self.shop_id) as tx:
            return backfills.keep(tx, held, lease_seconds=self.lease_seconds, **values)

    def rest(self, held: Held, seconds: int, *, failure: str = "", **values: Any) -> None:
        """This method will let go of the work for a while."""
        with self.database.shop(self.shop_id) as tx:
            backfills.put_back(tx, held, rest_seconds=seconds, failure=failure, **values)


def take_backfill_in(work: Work, kind: Kind) -> None:
    """This function will take one kind of a shop's history as far as it goes now, if nobody else holds it.

    What may succeed later rests and is taken up again; what will not is marked as failed, with the name of
    the error and none of its words.
    """
    with work.database.shop(work.shop_id) as tx:
        held = backfills.take(tx, kind, lease_seconds=work.lease_seconds)
    while held is not None:
        held = _step(work, held)


def _step(work: Work, held: Held) -> Held | None:
    try:
        return STEPS[held.backfill.state](work, held)
    except UnableToHold:
        return None
    except (UnableToAskShopify, UnableToReadHistory) as error:
        _put_off(work, held, error)
        return None


def _put_off(work: Work, held: Held, error: Exception) -> None:
    again = getattr(error, "again", True)
    too_long = work.clock() - held.backfill.stage_at > GIVE_UP_AFTER
    failure = type(error).__name__
    log.warning("backfill.put_off", shop_id=work.shop_id, kind=held.backfill.kind, error=failure, again=again)
    with work.database.shop(work.shop_id) as tx:
        given_up = {} if again and not too_long else {"state": "failed", "url": "", "eta": None}
        backfills.put_back(tx, held, rest_seconds=REST_SECONDS, failure=failure, **given_up)


def _ask(work: Work, held: Held) -> Held | None:
    """Ask Shopify to gather it, having looked at what there is and what we may read."""
    kind = held.backfill.kind
    if held.operations >= MOST_OPERATIONS:
        raise UnableToGather("too many operations")
    there = work.client.ask(document("WhatIsThere")).data
    asked = work.client.ask(document("RunBulkQuery"), {"query": document(QUERIES[kind]).text}).data
    run = asked.get("bulkOperationRunQuery") or {}
    codes = {str(error.get("code") or "INVALID") for error in run.get("userErrors") or ()}
    if codes & BUSY:
        raise UnableToKeepUp("five operations are under way")
    operation = run.get("bulkOperation")
    if codes or not operation:
        raise UnableToBeUnderstood("RunBulkQuery", codes or {"no operation"})
    now = work.clock()
    return work.keep(
        held,
        state="gathering",
        operation_id=operation["id"],
        operations=held.operations + 1,
        asked_at=_instant(operation.get("createdAt")) or now,
        total=_count(there.get(COUNTS[kind])),
        all_orders=ALL_ORDERS in _scopes(there),
        gathered=0,
        stage_at=now,
        failure="",
    )


def _look(work: Work, held: Held) -> Held | None:
    """See how far Shopify is."""
    answer = work.client.ask(document("BulkOperation"), {"id": held.operation_id})
    operation = answer.data.get("bulkOperation")
    if operation is None:
        return _anew(work, held)
    match operation["status"]:
        case "CREATED" | "RUNNING" | "CANCELING":
            _look_again(work, held, operation)
            return None
        case "COMPLETED":
            return _gathered(work, held, operation)
        case "FAILED" if operation.get("errorCode") == "ACCESS_DENIED":
            raise UnableToGather("ACCESS_DENIED")
        case _:
            return _anew(work, held)


def _look_again(work: Work, held: Held, operation: Mapping[str, Any]) -> None:
    gathered, now = _whole(operation.get("rootObjectCount")), work.clock()
    total = held.backfill.total
    eta = foretold(held.backfill.stage_at, min(1.0, gathered / total) if total else None, now=now)
    work.rest(held, LOOK_AGAIN_SECONDS, gathered=gathered, eta=eta)


def _gathered(work: Work, held: Held, operation: Mapping[str, Any]) -> Held | None:
    gathered, url, now = _whole(operation.get("rootObjectCount")), operation.get("url"), work.clock()
    if not url:  # nothing was there
        return _landed(work, work.keep(held, gathered=0, landed=0))
    completed = _instant(operation.get("completedAt")) or now
    size = operation.get("fileSize")
    return work.keep(
        held,
        state="arriving",
        url=url,
        url_until=completed + FILE_LIVES,
        file_bytes=_whole(size) if size is not None else None,
        gathered=gathered,
        stage_at=now,
        eta=None,
        failure="",
    )


def _anew(work: Work, held: Held) -> Held:
    """Begin again with an operation of its own: the last one failed, or its file is gone."""
    return work.keep(held, state="waiting", operation_id="", url="", url_until=None, stage_at=work.clock())


def _read(work: Work, held: Held) -> Held | None:
    """Read the file, from its begin, and land it."""
    if held.url_until is not None and held.url_until <= work.clock():
        return _anew(work, held)
    size, pulse = held.backfill.file_bytes, _Pulse(work, held)
    batches = lines_of(pulse.listen(work.fetch(held.url, size)))
    said_at = held.backfill.asked_at or held.backfill.began_at
    house = (work.database, work.live, work.shop_id)
    try:
        if held.backfill.kind == "customers":
            land_customers(*house, batches, said_at=said_at, on_landed=pulse.landed)
        else:
            land_orders_of(*house, batches, size=size, said_at=said_at, on_landed=pulse.landed)
    except UnableToFindResult:
        return _anew(work, pulse.held)
    work.database.count_anew()
    return _landed(work, pulse.tell())


def _landed(work: Work, held: Held) -> Held | None:
    with work.database.shop(work.shop_id) as tx:
        return backfills.land(tx, held, lease_seconds=work.lease_seconds, now=work.clock())


def _relate(work: Work, held: Held) -> None:
    """Let the relationships hear of it, and say whether this is all there is."""
    with work.database.shop(work.shop_id) as tx:
        complete = backfills.read(tx)["orders"].all_orders
        shops.mark_history(tx, partial=not complete)
    pulse = _Pulse(work, held)
    now = work.clock()
    update_every_relationship(work.database, work.live, work.shop_id, now=now, on_progress=pulse.related)
    with work.database.shop(work.shop_id) as tx:
        backfills.finish(tx, pulse.held, now=work.clock())
        for one in AFTER_AN_IMPORT:
            ask_learning(tx, work.queue, one, now=work.clock())
    log.info("backfill.done", shop_id=work.shop_id, all_orders=complete)


STEPS: Mapping[str, Callable[[Work, Held], Held | None]] = {
    "waiting": _ask,
    "gathering": _look,
    "arriving": _read,
    "relating": _relate,
}


class _Pulse:
    """Writes progress down once a second and renews the lease with it; UnableToHold once it is lost."""

    def __init__(self, work: Work, held: Held) -> None:
        self.held = held
        self._work = work
        self._told_at = time.monotonic()  # leases are about machines, whatever the house's clock says
        self._read = self._landed = self._left_out = 0

    def listen(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """This method will count the bytes that pass."""
        for block in blocks:
            self._read += len(block)
            self._beat()
            yield block

    def landed(self, many: int, left_out: int) -> None:
        """This method will count what has landed."""
        self._landed += many
        self._left_out += left_out
        self._beat()

    def related(self, progress: Progress) -> None:
        """This method will keep the lease while relationships are put together."""
        if self._is_time():
            left = progress.seconds_left
            eta = self._work.clock() + timedelta(seconds=left) if left is not None else None
            self.held = self._work.keep(self.held, eta=eta)

    def _beat(self) -> None:
        if self._is_time():
            self.tell()

    def _is_time(self) -> bool:
        if time.monotonic() - self._told_at < TELL_EVERY_SECONDS:
            return False
        self._told_at = time.monotonic()
        return True

    def tell(self) -> Held:
        """This method will write down how far it is now."""
        counted = {"bytes_read": self._read, "landed": self._landed, "left_out": self._left_out}
        self.held = self._work.keep(self.held, **counted)
        row = self.held.backfill
        eta = foretold(row.stage_at, row.share, now=self._work.clock())
        if eta != row.eta:
            self.held = self._work.keep(self.held, eta=eta)
        return self.held


def _scopes(there: Mapping[str, Any]) -> set[str]:
    installation = there.get("currentAppInstallation") or {}
    return {str(scope.get("handle")) for scope in installation.get("accessScopes") or ()}


def _count(told: Any) -> int | None:
    return _whole(told["count"]) if isinstance(told, dict) and told.get("count") is not None else None


def _whole(number: Any) -> int:
    """Shopify writes its largest numbers as text."""
    try:
        return int(number or 0)
    except (TypeError, ValueError):
        raise UnableToFetchResult("a number that is none") from None


def _instant(said: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except (TypeError, ValueError):
        return None
