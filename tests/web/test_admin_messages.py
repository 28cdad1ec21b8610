"""What Shopify told us and we could not take in: said on the first page, and tried again from there."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from app.factory import create_app
from app.stores import inbox
from app.wiring import Services
from jobs import inbox as job
from tests.usecases.alder import open_alder
from tests.web.merchant import OTHER_SHOP, Merchant, good_token
from tests.webhooks.told import CHIARA, customer, order


@pytest.fixture
def shop_id(services: Services, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(job, "services", lambda: services)
    return open_alder(services.database).shop_id


def give_up(services: Services, shop_id: int, *topics: str) -> None:
    with services.database.shop(shop_id) as tx:
        for number, topic in enumerate(topics):
            told = order() if topic.startswith("orders") else customer()
            inbox.keep(tx, str(number), topic=topic, body=json.dumps(told), triggered_at=None)
        tx.execute(
            text(
                "update inbox set attempts = 10, leased_until = now() - interval '1 second',"
                " received_at = '2026-11-20T09:00:00Z', failure = 'OperationalError'"
            )
        )


def test_the_first_page_says_what_could_not_be_taken_in_and_until_when_it_waits(
    services: Services, shop_id: int, merchant: Merchant
) -> None:
    assert "could not be taken in" not in merchant.opens("/admin").text
    give_up(services, shop_id, "customers/update")
    page = merchant.opens("/admin").text
    assert "One message from Shopify could not be taken in" in page
    assert "About clients. It was tried ten times" in page
    assert "tried again until Tuesday 19 January." in page
    give_up(services, shop_id, "customers/update", "orders/create", "customers/create")
    page = merchant.opens("/admin").text
    assert "3 messages from Shopify could not be taken in" in page
    assert "About clients (2 of 3), orders (1 of 3)." in page
    assert "OperationalError" not in page, "no word of ours that means nothing to her"


def test_tried_again_it_is_taken_in_once_what_was_wrong_is_right(
    services: Services, shop_id: int, merchant: Merchant
) -> None:
    give_up(services, shop_id, "customers/update", "orders/create")
    assert job.sweep() == 0
    page = merchant.sends("/admin/messages/again", {}).text
    assert "It is being tried again." in page
    assert "could not be taken in" not in page
    assert job.sweep() == 1
    job.work_on(shop_id)
    with services.database.shop(shop_id) as tx:
        known = tx.execute(text("select customer_id from orders")).scalars().all()
        assert inbox.waiting(tx, limit=1) == []
    assert known == [str(CHIARA)]
    assert "It is being tried again." not in merchant.sends("/admin/messages/again", {}).text


def test_another_houses_messages_are_nobodys_business(
    services: Services, shop_id: int, merchant: Merchant
) -> None:
    services.database.open_shop(OTHER_SHOP, name="Birch", timezone="UTC", currency="USD")
    give_up(services, shop_id, "customers/update")
    client = create_app(services=services).test_client(use_cookies=False)
    theirs = Merchant(client, lambda: good_token(services.settings, OTHER_SHOP))
    assert "could not be taken in" not in theirs.opens("/admin").text
    theirs.sends("/admin/messages/again", {})
    assert "could not be taken in" in merchant.opens("/admin").text
