"""A stranger, somebody who opted out, somebody who said no to cookies, somebody held out."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.stores import decisions, relationships, shops
from app.usecases.keep_tally import keep_tally
from tests.journeys.conftest import OpenHouse
from tests.journeys.shopping import ALMA, BRUNO, DARIO, ESTHER, Shopper

A_WHILE_MS = 3_000  # longer than the script waits before its first batch


def test_a_visitor_who_is_not_logged_in_gets_no_script_at_all(open_house: OpenHouse, page: Page) -> None:
    shopper = Shopper(open_house, page)
    page.goto(f"{open_house.sandbox}/")
    shopper.answer_consent()
    shopper.look_at("eternity")
    assert "steward" not in page.locator("[data-app-embeds]").inner_html()
    assert page.locator('script[src*="/extensions/"]').count() == 0
    page.wait_for_timeout(A_WHILE_MS)
    assert shopper.sent == []


def test_a_customer_without_orders_is_never_invited(open_house: OpenHouse, page: Page) -> None:
    shopper = Shopper(open_house, page)
    shopper.log_in(BRUNO)
    shopper.answer_consent()
    shopper.look_at("eternity")
    shopper.told()
    expect(shopper.invitation).to_have_count(0)


def test_without_consent_no_request_leaves_the_page(open_house: OpenHouse, page: Page) -> None:
    shopper = Shopper(open_house, page)
    shopper.log_in(ALMA)
    page.wait_for_timeout(A_WHILE_MS)
    assert shopper.sent == [], "before she answered"
    shopper.answer_consent("decline")
    shopper.look_at("eternity")
    page.wait_for_timeout(A_WHILE_MS)
    page.goto(f"{open_house.sandbox}/")
    assert shopper.sent == []
    expect(shopper.invitation).to_have_count(0)


def test_who_opted_out_of_scoring_sees_nothing_and_only_a_counter_moves(
    open_house: OpenHouse, page: Page
) -> None:
    before = _counter(open_house)
    shopper = Shopper(open_house, page)
    shopper.log_in(DARIO)
    shopper.answer_consent()
    shopper.look_at("eternity")
    shopper.told()
    expect(shopper.invitation).to_have_count(0)
    assert _counter(open_house) > before
    with open_house.services.database.shop(open_house.shop_id) as tx:
        kept = tx.execute(select(decisions.decisions).where(decisions.decisions.c.customer_id == DARIO)).all()
    assert kept == []
    live = open_house.services.live
    assert live.session_of(open_house.shop_id, DARIO) is None
    assert not live.patient.exists(f"{{{open_house.shop_id}:{DARIO}}}:days")


def test_a_held_out_customer_sees_nothing_is_recorded_and_rests_as_if_offered(
    open_house: OpenHouse, page: Page
) -> None:
    shopper = Shopper(open_house, page)
    shopper.log_in(ESTHER)
    shopper.answer_consent()
    shopper.look_at("eternity")
    shopper.told()
    page.wait_for_timeout(A_WHILE_MS)
    expect(shopper.invitation).to_have_count(0)
    table, standing = decisions.decisions, relationships.relationships
    with open_house.services.database.shop(open_house.shop_id) as tx:
        row = tx.execute(select(table).where(table.c.customer_id == ESTHER)).one()
        rests = tx.execute(select(standing).where(standing.c.customer_id == ESTHER)).one()
    assert (row.rule, row.held_out, row.eligible, row.verdict) == ("held_out", True, True, "quiet")
    assert rests.offered_at is not None
    assert re.match(r"[0-9a-f-]{36}", str(row.decision_id))


def _counter(house: OpenHouse) -> int:
    keep_tally(house.services.database, house.services.live, shop_id=house.shop_id)
    with house.services.database.shop(house.shop_id) as tx:
        return shops.counted(tx, "opted_out")
