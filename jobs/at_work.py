"""A work that takes minutes or hours: a leased row, whose lease is renewed while somebody is at it.

So a killed worker's work is free within minutes, however long it takes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.stores import learnings
from app.stores.database import Database
from app.stores.learnings import Taken, Work

log = structlog.get_logger(__name__)

# A killed one's work is free after this; while it works its lease is renewed three times as often.
LEASE_SECONDS = 600
RENEW_SECONDS = 200
REST_SECONDS = 3600  # after an error that nobody has foreseen
# Who is killed over a work, by too little memory it may be, says nothing; after so many times somebody must.
MOST_TAKES = 3
UNABLE_TO_FINISH = "UnableToFinish"


@contextmanager
def at_work(database: Database, shop_id: int, work: Work, part: int = 0) -> Iterator[Taken | None]:
    """This function will take a work, hold it meanwhile, and put it back where something goes wrong.

    None where it is not wanted or somebody else is at it; whoever has done it says so with `finish`.
    """
    with database.shop(shop_id) as tx:
        taken = learnings.take(tx, work, part=part, lease_seconds=LEASE_SECONDS)
    if taken is not None and taken.takes > MOST_TAKES:
        _put_back(database, shop_id, taken, UNABLE_TO_FINISH)
        taken = None
    try:
        with _held(database, shop_id, taken):
            yield taken
    except Exception as unknown:  # whatever it is, it must not end the worker nor lose the work
        if taken is None:
            raise
        _put_back(database, shop_id, taken, type(unknown).__name__)


@contextmanager
def _held(database: Database, shop_id: int, taken: Taken | None) -> Iterator[None]:
    """Renew the lease beside the work, until that has come to its end."""
    over = threading.Event()
    beside = threading.Thread(target=_hold, args=(database, shop_id, taken, over), daemon=True)
    if taken is not None:
        beside.start()
    try:
        yield
    finally:
        over.set()
        if taken is not None:
            beside.join()


def _hold(database: Database, shop_id: int, taken: Taken, over: threading.Event) -> None:
    while not over.wait(RENEW_SECONDS):
        try:
            with database.shop(shop_id) as tx:
                learnings.hold(tx, taken, lease_seconds=LEASE_SECONDS)
        except SQLAlchemyError as away:  # the lease lasts for two more tries
            log.warning("work.not_held", shop_id=shop_id, work=taken.work, failure=type(away).__name__)


def _put_back(database: Database, shop_id: int, taken: Taken, failure: str) -> None:
    log.warning("work.failed", shop_id=shop_id, work=taken.work, takes=taken.takes, failure=failure)
    with database.shop(shop_id) as tx:
        learnings.put_back(tx, taken, failure, rest_seconds=REST_SECONDS)
