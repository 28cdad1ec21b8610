"""A visit is what its events say, in whatever order they come."""

from __future__ import annotations

import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from scoring.events import Event
from scoring.session import LEAST_DWELL_MS, MOST_DWELL_MS, attention_ms, fold, split

from .cast import NOW, view, visit


def test_thirty_minutes_of_quiet_end_a_session():
    assert len(split([view(), view(minute=29)])) == 1
    assert len(split([view(), view(minute=30)])) == 2
    assert [len(part) for part in split([view(minute=90), view(), view(minute=20), view(minute=45)])] == [
        3,
        1,
    ]
    assert split([]) == []


def test_arrival_does_not_matter():
    events = [view("watch", 100 * n, minute=n // 2, dwell_ms=n) for n in range(20)]
    shuffled = random.Random(7).sample(events, len(events))
    assert visit(*shuffled) == visit(*events)
    assert split(shuffled) == split(events)


def test_dwell_is_counted_between_a_glance_and_a_tab_left_open():
    session = visit(view("watch", dwell_ms=0), view("charm", dwell_ms=10**8), view("set", dwell_ms=9_000))
    assert session.kinds == {"watch": LEAST_DWELL_MS, "charm": MOST_DWELL_MS, "set": 9_000}


def test_prices_in_another_currency_are_left_out():
    session = visit(view(price=100), view(price=300, currency="USD"), view(price=200, minute=1))
    assert session.prices == (100, 200)
    assert session.views == 3


def test_a_collection_counts_half_and_has_no_price_and_a_cart_counts_most():
    session = visit(
        Event("collection_view", NOW, kind="brooch", price=5, currency="GBP", dwell_ms=4_000),
        Event("cart_add", NOW, kind="watch", price=7, currency="GBP"),
        Event("search", NOW),
    )
    assert (session.kinds, session.prices) == ({"brooch": 2_000, "watch": 120_000}, ())
    assert (session.views, session.carts, session.events) == (0, 1, 3)


def test_the_visits_day_is_the_shops():
    late = view(minute=14 * 60)  # midnight UTC, the next afternoon in Auckland
    session = visit(
        late, zone=ZoneInfo("Pacific/Auckland"), earlier_days=[date(2026, 11, 22), date(2026, 11, 1)]
    )
    assert session.visit_days == (date(2026, 11, 1), date(2026, 11, 22))
    assert visit(late).visit_days == (date(2026, 11, 22),)
    assert visit(view(minute=14 * 60 - 1)).visit_days == (date(2026, 11, 21),)


def test_without_consent_nothing_looked_at_is_kept():
    session = visit(analytics_allowed=False, earlier_days=[date(2026, 11, 1)])
    assert (session.kinds, session.prices, session.visit_days) == ({}, (), ())
    assert (session.views, session.carts, session.events) == (0, 0, 3)
    assert session.last_at - session.started_at == timedelta(minutes=2)


def test_a_session_has_at_least_one_event():
    with pytest.raises(ValueError, match="at least one"):
        fold([], currency="GBP", zone=ZoneInfo("Europe/London"))


def test_the_deeper_the_look_the_more_it_counts():
    page, collection, piece, cart = (
        attention_ms(seen, 10_000) for seen in ("page_view", "collection_view", "product_view", "cart_add")
    )
    assert page == 0 < collection < piece < cart
    assert LEAST_DWELL_MS == attention_ms("product_view", 0) < piece
    assert attention_ms("product_view", 0, continued=True) == 0
