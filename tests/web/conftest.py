"""Who comes to the doors: Ines at her desk, Alma at her own page, a merchant in the admin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.usecases.open_shop import open_shop
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, open_house
from tests.web.desk import seated
from tests.web.merchant import SHOP, Merchant, good_token
from tests.web.shopper import Shopper


@pytest.fixture
def house(services: Services) -> DeskHouse:
    return open_house(services.database)


@pytest.fixture
def app(services: Services, house: DeskHouse) -> Flask:
    built = create_app(services=services)
    built.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return built


@pytest.fixture
def ines(app: Flask, house: DeskHouse) -> FlaskClient:
    return seated(app, house, house.ines)


@pytest.fixture
def client(services: Services, house: DeskHouse) -> FlaskClient:
    """A shopper's browser: through Shopify's proxy no cookie comes back to us."""
    return create_app(services=services).test_client(use_cookies=False)


@pytest.fixture
def alma(client: FlaskClient) -> Shopper:
    return Shopper(client, ALMA, SHOP)


@pytest.fixture
def shop_id(services: Services) -> int:
    named = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, SHOP, now=NOW, owner_name="Margaret Alder", **named)


@pytest.fixture
def merchant(services: Services, shop_id: int) -> Iterator[Merchant]:
    with create_app(services=services).test_client(use_cookies=False) as client:
        yield Merchant(client, lambda: good_token(services.settings))
