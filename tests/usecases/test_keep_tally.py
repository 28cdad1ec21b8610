"""What a flood counts costs PostgreSQL nothing until the sweep comes by, and is counted once."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from app.stores import shops, tally
from app.usecases.erase_shop import erase_shop
from app.usecases.keep_tally import keep_tally
from app.wiring import Services
from jobs import tally as job
from tests.conftest import NOW
from tests.usecases.alder import Alder, open_alder

TODAY = NOW.date()


@pytest.fixture
def alder(services: Services, monkeypatch: pytest.MonkeyPatch) -> Alder:
    monkeypatch.setattr(job, "services", lambda: services)
    return open_alder(services.database)


def counted(services: Services, alder: Alder) -> int:
    with services.database.shop(alder.shop_id) as tx:
        return shops.counted(tx, "too_many")


def test_counts_reach_postgresql_with_the_sweep_and_only_once(services: Services, alder: Alder) -> None:
    for _ in range(50):
        tally.count(services.live, alder.shop_id, "too_many", TODAY)
    assert counted(services, alder) == 0
    assert [job.sweep(), job.sweep()] == [1, 0]
    assert counted(services, alder) == 50


def test_with_postgresql_away_they_wait(
    services: Services, alder: Alder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally.count(services.live, alder.shop_id, "too_many", TODAY)

    def away(*_: object) -> None:
        raise OperationalError("", None, Exception())

    with monkeypatch.context() as patched:
        patched.setattr(shops, "count", away)
        with pytest.raises(OperationalError):
            keep_tally(services.database, services.live, shop_id=alder.shop_id)
    keep_tally(services.database, services.live, shop_id=alder.shop_id)
    assert counted(services, alder) == 1


def test_a_forgotten_shop_leaves_no_counts(services: Services, alder: Alder) -> None:
    tally.count(services.live, alder.shop_id, "too_many", TODAY)
    with services.database.shop(alder.shop_id) as tx:
        erase_shop(tx, services.live)
    assert tally.take(services.live, alder.shop_id) == {}
