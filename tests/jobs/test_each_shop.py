"""What goes wrong in one house keeps nothing from the others."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from typing import Any

import pytest
from rq.timeouts import JobTimeoutException
from structlog.testing import capture_logs

from app.stores.database import Transaction
from app.usecases.keep_tally import keep_tally
from app.usecases.open_shop import open_shop
from app.wiring import Services
from jobs import sessions, tally
from jobs.each_shop import each_shop
from jobs.schedule import INTERVALS
from tests.conftest import NOW
from tests.web.proxy import batch, looking
from tests.web.test_storefront import ALMA, BRUNO, Shop, sessions_recorded


def open_two(services: Services) -> tuple[int, int]:
    """Two houses; the sweeps come to the first one first."""
    of = {"timezone": "Europe/London", "currency": "GBP", "now": NOW}
    broken = open_shop(services.database, "broken.example", name="Broken", **of)
    return broken, open_shop(services.database, "sound.example", name="Sound", **of)


# Sessions come from Redis, and the tally opens the database only where something was counted: each is below.
SHOP_BY_SHOP = sorted(set(INTERVALS) - {"jobs.sessions.sweep", "jobs.tally.sweep"})


@pytest.mark.parametrize("name", SHOP_BY_SHOP)
def test_a_house_whose_sweep_fails_keeps_nothing_from_the_next(
    name: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = open_two(services)
    enter, reached = services.database.shop, []

    def shop(shop_id: int) -> AbstractContextManager[Transaction]:
        reached.append(shop_id)
        if shop_id == broken:
            raise ValueError("Alma Reyes, alma@clients.example")
        return enter(shop_id)

    monkeypatch.setattr(services.database, "shop", shop)
    job = importlib.import_module(name.rpartition(".")[0])
    monkeypatch.setattr(job, "services", lambda: services)
    with capture_logs() as logs:
        job.sweep()
    assert broken in reached
    assert reached[-1] == sound
    failed = [entry for entry in logs if entry["event"] == "sweep.shop_failed"]
    assert {(entry["shop_id"], entry["error"], entry["work"]) for entry in failed} == {
        (broken, "ValueError", job.__name__)
    }
    assert "Alma" not in str(logs), "what an error says may name a client"


def test_a_count_that_cannot_be_kept_keeps_no_other_houses_from_being_kept(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = open_two(services)
    kept = []

    def keep(*parts: Any, shop_id: int) -> int:
        if shop_id == broken:
            raise ValueError
        kept.append(shop_id)
        return keep_tally(*parts, shop_id=shop_id)

    monkeypatch.setattr(tally, "services", lambda: services)
    monkeypatch.setattr(tally, "keep_tally", keep)
    tally.sweep()
    assert kept == [sound]


def test_a_session_that_cannot_be_recorded_keeps_no_later_one_from_being_recorded(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(services)
    shop.knows(ALMA)
    shop.sends(ALMA, batch(looking()))
    shop.sends(BRUNO, batch(looking()))
    shop.session_ends()
    record = sessions.record_ended_session

    def breaks_over_alma(database: Any, live: Any, house: Any, customer_id: str, **more: Any) -> int:
        if customer_id == ALMA:
            raise ValueError
        return record(database, live, house, customer_id, **more)

    with monkeypatch.context() as patched:
        patched.setattr(sessions, "record_ended_session", breaks_over_alma)
        assert sessions_recorded(shop) == 1
    assert len(shop.decided(BRUNO)) == 1
    assert sessions_recorded(shop) == 1, "hers is tried again by the next sweep"


def test_the_limit_on_the_whole_job_ends_it(services: Services) -> None:
    open_two(services)

    def is_too_slow(_: int) -> int:
        raise JobTimeoutException

    with pytest.raises(JobTimeoutException):
        each_shop(services.database, is_too_slow)
