"""What clients asked to see, what is kept how long, and what waits for the merchant."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.domain import keeping
from app.domain.keeping import WHILE_INSTALLED
from app.stores import customers, exports, live, personal, reconciliations
from app.usecases.erase_customer import erase_customer
from app.usecases.export_customer import export_customer
from app.web.admin_privacy_words import TITLES
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import open_alder
from tests.usecases.test_erase_customer import CHIARA, EMAIL, NAME, NOTE, fill, live_keys
from tests.web.merchant import OTHER_SHOP, Merchant, good_token


@pytest.fixture
def shop_id(services: Services) -> int:
    return open_alder(services.database).shop_id


def asked(services: Services, shop_id: int, customer_id: str = CHIARA, email: str = "") -> UUID:
    with services.database.shop(shop_id) as tx:
        return export_customer(
            tx, services.live, customer_id, email=email, request_id="1", asked_at=NOW, now=NOW
        )


def page(merchant: Merchant, path: str) -> str:
    answer = merchant.opens(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_an_export_holds_every_row_of_hers_and_reads_as_a_page_and_as_json(
    services: Services, shop_id: int, merchant: Merchant
) -> None:
    with services.database.shop(shop_id) as tx:
        fill(tx, CHIARA)
    live_keys(services, shop_id, CHIARA)
    export_id = asked(services, shop_id, email=EMAIL)
    said = page(merchant, f"/admin/privacy/exports/{export_id}")
    for words in (NAME, NOTE, "Your orders", "What your advisor wrote down", "£0.01"):
        assert words in said
    held = re.search(r'data:application/json;base64,([^"]*)"', said)
    assert held is not None
    content = json.loads(base64.b64decode(held[1]))
    assert set(content) == {table.name for table in personal.tables()} | {"live"}
    assert content["live"][0]["visit_days"] == ["2026-11-21"]


def test_every_part_of_a_record_has_a_name_a_person_would_use() -> None:
    assert {table.name for table in personal.tables()} | {"live"} == set(TITLES)


def test_whom_we_hold_nothing_of_is_told_so(services: Services, shop_id: int, merchant: Merchant) -> None:
    export_id = asked(services, shop_id, customer_id="", email="nobody@clients.example")
    assert "Nothing is held on this client" in page(merchant, f"/admin/privacy/exports/{export_id}")


def test_an_export_by_address_alone_finds_her(services: Services, shop_id: int, merchant: Merchant) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, first_name=NAME, email=EMAIL)
    export_id = asked(services, shop_id, customer_id="", email=EMAIL.upper())
    assert NAME in page(merchant, f"/admin/privacy/exports/{export_id}")
    with services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, CHIARA, now=NOW)
        assert exports.every(tx) == []


def test_the_first_page_says_that_somebody_asked_without_saying_who_until_it_is_handed_over(
    services: Services, shop_id: int, merchant: Merchant
) -> None:
    assert "has asked" not in page(merchant, "/admin")
    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, first_name=NAME)
    export_id = asked(services, shop_id)
    first = page(merchant, "/admin")
    assert "A client has asked what you hold on them" in first
    assert "Hand it over by Monday 21 December" in first
    assert NAME not in first
    answer = merchant.sends(f"/admin/privacy/exports/{export_id}", {})
    assert "Noted: you have handed it over" in answer.get_data(as_text=True)
    assert "has asked" not in page(merchant, "/admin")
    assert "Handed over" in page(merchant, "/admin/privacy")


def test_the_reading_of_an_export_is_noted(services: Services, shop_id: int, merchant: Merchant) -> None:
    export_id = asked(services, shop_id)
    page(merchant, f"/admin/privacy/exports/{export_id}")
    with services.database.shop(shop_id) as tx:
        (export,) = exports.every(tx)
    assert export.opened_at == NOW


def test_the_same_request_twice_is_one_export(services: Services, shop_id: int) -> None:
    assert asked(services, shop_id) == asked(services, shop_id)


def test_another_shops_export_is_not_there(services: Services, shop_id: int, merchant: Merchant) -> None:
    theirs = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    assert theirs.opens("/admin").status_code == 200
    for path in (asked(services, shop_id), uuid4()):
        assert theirs.opens(f"/admin/privacy/exports/{path}").status_code == 404
        assert theirs.sends(f"/admin/privacy/exports/{path}", {}).status_code == 404


def test_what_we_keep_is_listed_with_its_time_and_reason(services: Services, merchant: Merchant) -> None:
    said = page(merchant, "/admin/privacy")
    assert "Nobody has asked" in said
    for kept in keeping.EVERY:
        assert kept.how_long in said
        assert kept.days == WHILE_INSTALLED or kept.days > 0
    assert keeping.VISIT_DAYS.days == live.DAYS_KEPT


def test_what_last_night_brought_is_news_for_a_day(
    services: Services, shop_id: int, merchant: Merchant
) -> None:
    with services.database.shop(shop_id) as tx:
        reconciliations.begin(tx, since=NOW - timedelta(days=1), until=NOW)
        run = reconciliations.take(tx, lease_seconds=60)
        assert run is not None
        reconciliations.add(tx, run.run_id, lease_seconds=60, orders_added=3, customers_mended=1)
        reconciliations.finish(tx, run.run_id, now=NOW)
    first = page(merchant, "/admin")
    assert "3 orders had not reached us and were added" in first
    assert "; one client had changed unheard and was brought up to date." in first
    object.__setattr__(services, "clock", lambda: NOW + timedelta(days=2))
    assert "Compared with Shopify" not in page(merchant, "/admin")


def test_a_long_name_and_another_script_read_as_they_are(
    services: Services, shop_id: int, merchant: Merchant
) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, first_name="ليلى <b>" + "a" * 60)
        tx.execute(text("update customers set email = 'x@clients.example'"))
    said = page(merchant, f"/admin/privacy/exports/{asked(services, shop_id)}")
    assert "ليلى &lt;b&gt;" in said
