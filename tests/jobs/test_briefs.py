"""The worker writes briefs once, and sweeps up what was missed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.stores import consultations
from app.wiring import Services
from jobs import briefs
from tests.usecases.desk_house import DeskHouse, open_house


@pytest.fixture
def house(services: Services, monkeypatch: pytest.MonkeyPatch) -> DeskHouse:
    monkeypatch.setattr(briefs, "services", lambda: services)
    return open_house(services.database)


def test_a_brief_is_written_once_however_often_it_is_asked_for(services: Services, house: DeskHouse) -> None:
    briefs.write(house.shop_id, str(house.booking))
    briefs.write(house.shop_id, str(house.booking))
    with services.database.shop(house.shop_id) as tx:
        assert consultations.brief(tx, house.booking) is not None


def test_a_booking_that_is_gone_needs_none(house: DeskHouse) -> None:
    briefs.write(house.shop_id, str(uuid4()))


def test_the_sweeper_asks_for_what_was_missed(
    services: Services, house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(services.queue, "ask", lambda *job: asked.append(job))
    briefs.sweep()
    assert asked == [("jobs.briefs.write", house.shop_id, str(house.booking))]
    briefs.write(house.shop_id, str(house.booking))
    briefs.sweep()
    assert len(asked) == 1
