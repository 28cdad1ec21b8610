"""PostgreSQL away: the storefront is silent, and who is waiting for an answer gets one in words."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import OperationalError

from app.stores.database import Database
from app.wiring import Services
from tests.usecases.alder import DOMAIN
from tests.web import proxy
from tests.web.proxy import batch, looking
from tests.web.test_storefront import ALMA, Shop

SECRET = "a row that nobody should read"


@pytest.fixture
def shop(services: Services, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Alma's house, whose database has just gone."""
    opened = Shop(services)
    opened.knows(ALMA)

    def away(*_: Any) -> Any:
        raise OperationalError(SECRET, None, Exception(SECRET))

    monkeypatch.setattr(Database, "shop", away)
    monkeypatch.setattr(Database, "shop_id", away)
    return opened


def test_a_batch_is_met_with_silence_and_a_line_in_the_log_by_name(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop.sends(ALMA, batch(looking())).status_code == 204
    logged = capsys.readouterr().out
    assert "storefront.broken" in logged
    assert "OperationalError" in logged
    assert SECRET not in logged


def test_an_answer_that_was_not_kept_is_not_passed_over(shop: Shop) -> None:
    path = f"/proxy/offers/{uuid4()}/answer"
    answer = proxy.post(shop.client, path, ALMA, {"answer": "never"}, shop=DOMAIN)
    assert answer.status_code == 503
    assert answer.json == {
        "code": "away",
        "message": "We couldn’t keep that just now. Please try again in a moment.",
    }


def test_the_picker_says_what_happened_and_what_to_do(shop: Shop) -> None:
    path = f"/proxy/offers/{uuid4()}/slots"
    answer = shop.client.get(f"{path}?{proxy.signed(ALMA, shop=DOMAIN)}")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["message"].startswith("We can’t reach our diary just now. No time was taken")


def test_a_link_to_an_appointment_leads_to_a_page_in_words(shop: Shop) -> None:
    with shop.client.application.test_request_context():
        from app.web.appointment import link

        address = link(shop.shop_id, uuid4()).removeprefix(shop.services.settings.url)
    answer = shop.client.get(address)
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
