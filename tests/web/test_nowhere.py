"""An address that leads nowhere is answered with a page of the house, and says nothing of what is there."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.factory import create_app
from app.wiring import Services
from tests.usecases.alder import DOMAIN, open_alder
from tests.web import proxy

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services=services).test_client()


def looks(client: FlaskClient, path: str) -> TestResponse:
    return client.get(path, headers=BROWSER)


@pytest.mark.parametrize(
    ("path", "status", "way_on"),
    [
        ("/", 404, "/desk"),
        ("/nowhere", 404, "/desk"),
        ("/desk/nowhere", 404, "/desk"),
        ("/desk/items/7f0c7a4e-9c55-4c5e-8a43-111111111111", 405, "/desk"),
    ],
)
def test_a_person_finds_a_page_with_a_way_on(
    client: FlaskClient, path: str, status: int, way_on: str
) -> None:
    answer = looks(client, path)
    assert answer.status_code == status
    assert "desk.css" in answer.text
    assert f'href="{way_on}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_in_the_shop_it_is_a_page_of_the_theme_for_whom_shopify_vouches_alone(
    client: FlaskClient, services: Services
) -> None:
    open_alder(services.database)
    answer = looks(client, f"/proxy/nowhere?{proxy.signed('', shop=DOMAIN)}")
    assert answer.mimetype == "application/liquid"
    assert 'href="/apps/steward/remembered"' in answer.text
    unsigned = looks(client, "/proxy/nowhere?path_prefix=//elsewhere.example")
    assert unsigned.status_code == 404
    assert "elsewhere" not in unsigned.text


def test_what_is_no_browser_is_answered_shortly(client: FlaskClient) -> None:
    for answer in (client.get("/nowhere"), client.post("/nowhere", headers=BROWSER)):
        assert answer.status_code in (400, 404)
        assert "desk.css" not in answer.text
