"""What the merchant reads about her record."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import update

from app.stores import customers, shops
from app.stores.database import Transaction
from app.stores.orders import ToldLine, ToldOrder, record_order
from app.usecases.open_shop import open_shop
from app.usecases.update_relationship import update_relationship
from app.wiring import Services
from tests.conftest import NOW
from tests.web.merchant import OTHER_SHOP, Merchant, good_token

PAGE = "/admin/readiness"
NAMED = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}


def buys(
    tx: Transaction, services: Services, customer_id: str, *times: datetime, price: int = 50_000
) -> None:
    """Write a client with an account, an order at each time, and what is known of her."""
    customers.put(tx, customer_id, email=f"{customer_id}@clients.example")
    for number, at in enumerate(times):
        line = ToldLine("", "A piece", "earrings", price, 1)
        told = (f"{customer_id}-{number}", customer_id, at, "GBP", "counted", "web", "", False, NOW, (line,))
        record_order(tx, ToldOrder(*told))  # type: ignore[arg-type]  # in the order of the fields
    update_relationship(tx, services.live, customer_id, now=NOW)


def read(merchant: Merchant) -> str:
    """Give the page's words, with single spaces."""
    answer = merchant.opens(PAGE)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\u00a0", " ").split())


def test_a_house_without_orders_reads_what_to_do_first(merchant: Merchant) -> None:
    text = read(merchant)
    assert "No orders yet" in text
    assert "have that file imported" in text
    assert "0 of 0" not in text


def test_orders_that_are_still_being_read_are_said_to_be(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        record_order(tx, ToldOrder("1", None, NOW, "GBP", "counted", "", "", False, NOW, ()))
    assert "Your orders are being read" in read(merchant)


def test_a_house_whose_clients_have_all_lapsed_is_told_so(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, services, "7001", NOW - timedelta(days=900))
    text = read(merchant)
    assert "Nobody has ordered in the last two years" in text
    assert "1 client has an order on record" in text


def test_every_figure_stands_beside_its_whole_and_every_gap_beside_what_to_do(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        for number in range(10):
            buys(tx, services, f"{number}", NOW - timedelta(days=9))
        buys(tx, services, "alma", NOW - timedelta(days=3_000), NOW - timedelta(days=9), price=700_000)
        customers.add_milestone(
            tx, "alma", occasion="anniversary", month=9, provenance="stated", confidence=1.0
        )
        update_relationship(tx, services.live, "alma", now=NOW)
    text = read(merchant)
    assert "If their visits may be read 11 of 11 (100 %)" in text
    assert "If not, by years and dates alone 1 of 11 (9 %)" in text
    assert "A date that may count 1 of 11 (9 %)" in text
    assert "Told by the client 1 of 11 (9 %)" in text
    assert "An address, and a yes to letters Not known yet" in text
    assert "Ask at the next conversation and note it at the desk." in text
    assert "11 of 11 orders in two years (100 %) came to £500 or more" in text  # one of Alma's is older
    assert "so no figure needs a range" in text


def test_each_picture_has_words_that_say_what_it_shows(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, services, "7001", NOW - timedelta(days=9))
    html = merchant.opens(PAGE).text
    figures = re.findall(r"<figure>.*?</figure>", html, re.S)
    assert len(figures) == 3
    assert all(re.search(r"<figcaption[^>]*>[^<]{20,}", figure) for figure in figures)
    bars = re.findall(r'<span class="share-bar[^>]*>', html)
    assert all('aria-hidden="true"' in bar for bar in bars)


def test_an_incomplete_history_is_said_to_be(merchant: Merchant, services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, services, "7001", NOW - timedelta(days=9))
        tx.execute(update(shops.shops).where(shops.shops.c.shop_id == shop_id).values(history_partial=True))
    assert "Your history is still incomplete" in read(merchant)


def test_another_shops_merchant_reads_her_own_record(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, services, "7001", NOW - timedelta(days=9))
    open_shop(services.database, OTHER_SHOP, now=NOW, **NAMED)
    other = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    assert "No orders yet" in read(other)


def test_the_page_is_in_the_apps_navigation(merchant: Merchant) -> None:
    assert '<s-link href="/admin/readiness">Readiness</s-link>' in merchant.opens("/admin").text
