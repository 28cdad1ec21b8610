"""Letting go, shop by shop, of what has been kept long enough (app/domain/keeping.py)."""

from __future__ import annotations

import structlog

from app.usecases.forget_old import forget_old
from jobs.each_shop import each_shop
from jobs.worker import services

log = structlog.get_logger(__name__)


def sweep() -> None:
    """This function will let go of what is older than its time; a second time finds nothing."""
    each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> None:
    parts = services()
    went = {name: n for name, n in forget_old(parts.database, shop_id, now=parts.clock()).items() if n}
    if went:
        log.info("retention.let_go", shop_id=shop_id, **went)
