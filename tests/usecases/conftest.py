"""The house most of these stories are told in."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from app.stores.database import Database
from app.wiring import Services
from tests.usecases.alder import Alder, offer_to, open_alder


@pytest.fixture
def alder(services: Services) -> Alder:
    return open_alder(services.database)


@pytest.fixture
def almas_offer(services: Services, alder: Alder) -> UUID:
    with services.database.shop(alder.shop_id) as tx:
        return offer_to(tx, "7001", alder.ines)


@pytest.fixture
def wide(database_url: str) -> Iterator[Database]:
    """The same database with room for twenty transactions at a time."""
    opened = Database(database_url, pool_size=20)
    yield opened
    opened.close()
