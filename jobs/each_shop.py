"""One sweep, shop by shop: what goes wrong in one house keeps nothing from the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVarTuple

import structlog
from rq.timeouts import BaseTimeoutException

from app.stores.database import Database

log = structlog.get_logger(__name__)

Of = TypeVarTuple("Of")


def each_shop(database: Database, work: Callable[[int], int | None]) -> int:
    """This function will do a sweep's work in every shop, and add up what it answered."""
    return sum(apart(work, shop_id) for shop_id in database.shop_ids())


def apart(work: Callable[[int, *Of], int | None], shop_id: int, *of: *Of) -> int:
    """This function will do one piece of a sweep's work; an error is logged by its kind, and counts as none.

    Its words stay unsaid, they may quote a customer. The next sweep tries again.
    """
    try:
        return work(shop_id, *of) or 0
    except BaseTimeoutException:  # RQ's limit on the whole job: whoever went on would have none
        raise
    except Exception as error:  # whatever it is, the houses after this one are still to be looked at
        log.error("sweep.shop_failed", work=work.__module__, shop_id=shop_id, error=type(error).__name__)
        return 0
