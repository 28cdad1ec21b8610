"""A no is remembered; a wish to be forgotten is carried out everywhere."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.journeys.conftest import OpenHouse
from tests.journeys.shopping import CHIARA, Shopper

FARID = "7006"


def test_declining_rests_for_ninety_days(open_house: OpenHouse, page: Page) -> None:
    shopper = Shopper(open_house, page)
    shopper.log_in(FARID)
    shopper.answer_consent()
    _browse_until_invited(open_house, shopper)
    with page.expect_response(re.compile("/answer")):
        page.get_by_role("button", name="Not now").click()
    expect(shopper.invitation).to_have_count(0)
    page.reload()
    shopper.told()
    expect(shopper.invitation).to_have_count(0)
    for days in (40, 45):
        open_house.advance(days=days)
        shopper.look_at("eternity")
        shopper.told()
        expect(shopper.invitation).to_have_count(0)


def _browse_until_invited(house: OpenHouse, shopper: Shopper) -> None:
    """Visits over some weeks, at pieces that follow on from his own, until the house is sure enough."""
    for collection in ("eternity", "earrings", "necklaces", "engagement", "watches", "bracelets"):
        shopper.look_at(collection)
        shopper.told()
        if shopper.invitation.count():
            return
        house.advance(days=5)
    raise AssertionError("he was never invited")


def test_an_erased_customer_is_searched_for_in_every_table_and_key_and_not_found(
    open_house: OpenHouse, page: Page, owner_engine: Any
) -> None:
    shopper = Shopper(open_house, page)
    shopper.log_in(CHIARA)
    shopper.answer_consent()
    shopper.look_at("eternity")
    shopper.told()
    assert _found(open_house, owner_engine), "she was known, in PostgreSQL and in Redis"
    page.goto(f"{open_house.sandbox}/sandbox")
    page.locator('[data-webhook="customers/redact"]').click()
    open_house.until(lambda: not _found(open_house, owner_engine))


def _found(house: OpenHouse, owner_engine: Any) -> list[str]:
    """Every column of every table, as its owner sees them, and every key of Redis with what it holds."""
    traces = ("Chiara", "Rossi", f"client{CHIARA}@", f":{CHIARA}}}", f'"{CHIARA}"')
    found = []
    with owner_engine.connect() as connection:
        tables = connection.execute(text("select tablename from pg_tables where schemaname = 'public'"))
        for (table,) in tables.all():
            for row in connection.execute(text(f"select t::text from {table} t")).scalars():
                fields = re.split(r"[,()]", row)
                if CHIARA in fields or any(trace in row for trace in traces):
                    found.append(f"{table}: {row[:120]}")
    redis = house.services.live.patient
    for key in redis.scan_iter():
        held = redis.dump(key) or b""
        if any(trace.encode() in key or trace.encode() in held for trace in traces):
            found.append(key.decode())
    return found
