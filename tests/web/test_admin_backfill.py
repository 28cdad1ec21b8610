"""The merchant sees how far the history is, and can begin it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.backfill import Backfill, tell
from app.factory import create_app
from app.stores import backfills
from app.usecases.open_shop import open_shop
from app.wiring import Services
from tests.conftest import NOW
from tests.web.merchant import SHOP, Merchant, good_token


def backfill(kind: str, **values: Any) -> Backfill:
    plain: dict[str, Any] = {
        "kind": kind,
        "state": "waiting",
        "total": None,
        "gathered": 0,
        "landed": 0,
        "left_out": 0,
        "file_bytes": None,
        "bytes_read": 0,
        "all_orders": True,
        "failure": "",
        "began_at": NOW,
        "stage_at": NOW,
        "asked_at": None,
        "eta": None,
        "done_at": None,
    }
    return Backfill(**plain | values)


def told(customers: dict[str, Any], orders: dict[str, Any]) -> Any:
    return tell(
        {"customers": backfill("customers", **customers), "orders": backfill("orders", **orders)}, now=NOW
    )


def test_while_shopify_gathers_it_says_how_much_and_how_long() -> None:
    gathering = {
        "state": "gathering",
        "gathered": 12_400,
        "total": 98_000,
        "eta": NOW + timedelta(minutes=12),
    }
    said = told({"state": "landed"}, gathering)
    assert said.sentence == (
        "Shopify is gathering your orders: 12,400 of about 98,000 so far. About 12 minutes are left."
        " You can leave this page; it goes on."
    )
    assert said.share == pytest.approx(0.1265, abs=0.001)
    assert said.moving


def test_the_slowest_part_is_what_is_told() -> None:
    said = told({"state": "gathering"}, {"state": "arriving", "landed": 9, "gathered": 10})
    assert said.sentence.startswith("Shopify is gathering your customers: 0 so far.")


def test_a_whole_history_says_what_came() -> None:
    said = told({"state": "done", "landed": 1}, {"state": "done", "landed": 98_000, "left_out": 2})
    assert (
        said.sentence
        == "98,000 orders and one customer came from Shopify. Left out, because they could not be read: 2."
    )
    assert (said.tone, said.moving) == ("good", False)


def test_a_partial_history_says_what_is_missing_and_what_it_changes() -> None:
    said = told({"state": "done", "landed": 600}, {"state": "done", "landed": 40, "all_orders": False})
    assert said.tone == "partial"
    assert "the last 60 days" in said.sentence
    assert "at least" in said.sentence


@pytest.fixture
def shop_id(services: Services) -> int:
    about = {"name": "Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, SHOP, now=NOW, **about)


@pytest.fixture
def merchant(services: Services, shop_id: int) -> Iterator[Merchant]:
    client = create_app(services=services).test_client()
    asking = Merchant(client, lambda: good_token(services.settings))
    asking.opens("/admin")  # the first opening installs, which begins a history: each story begins its own
    with services.database.shop(shop_id) as tx:
        tx.execute(text("delete from backfills"))
    return asking


def test_the_part_renews_itself_only_while_there_is_something_to_see(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    assert merchant.opens("/admin/backfill").text.strip() == ""
    with services.database.shop(shop_id) as tx:
        backfills.begin(tx, now=NOW)
    assert 'hx-trigger="every 5s"' in merchant.opens("/admin/backfill").text
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update backfills set state = 'done', all_orders = true, landed = 3"))
    page = merchant.opens("/admin/backfill").text
    assert "hx-trigger" not in page
    assert "3 orders and 3 customers came from Shopify." in page


def test_what_has_stopped_can_be_begun_again(merchant: Merchant, services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        backfills.begin(tx, now=NOW)
        tx.execute(text("update backfills set state = 'failed', failure = 'UnableToReachShopify'"))
    assert "Try again" in merchant.opens("/admin/backfill").text
    assert "Coming in" in merchant.sends("/admin/backfill", {}).text
    with services.database.shop(shop_id) as tx:
        assert backfills.waiting(tx) == ["customers", "orders"]


def test_the_first_page_shows_it(merchant: Merchant, services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        backfills.begin(tx, now=NOW)
    assert "Your history is coming in" in merchant.opens("/admin").text
