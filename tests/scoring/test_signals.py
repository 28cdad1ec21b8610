"""What every signal promises, whatever a record holds."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.kinds import KINDS
from scoring.relationship import Milestone, Order, OrderLine, build
from scoring.session import Session
from scoring.signals import SIGNALS, TIMELY
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy

from .cast import ALMAS_ORDERS, POLICY, TODAY, alma, known, visit

BROWSING = ("category_continuity", "repeat_visits", "price_tier")
every_signal = pytest.mark.parametrize("signal", SIGNALS.values(), ids=SIGNALS)

kinds = st.sampled_from((*KINDS, "", "a kind nobody knows"))
currencies = st.sampled_from(("GBP", "JPY", "KWD", ""))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
days = st.dates(date(1990, 1, 1), date(2040, 1, 1))
lines = st.builds(OrderLine, kinds, st.integers(-100, 10**9), st.integers(-3, 50))
statuses = st.sampled_from(("counted", "counted", "cancelled", "test", "returned", "zero_value"))
orders = st.builds(
    Order,
    st.text("ab1", max_size=3),
    moments,
    currencies,
    st.lists(lines, max_size=4).map(tuple),
    statuses,
    st.text(max_size=5),
)
milestones = st.builds(
    Milestone,
    st.sampled_from(("anniversary", "birthday", "recurring", "")),
    st.integers(1, 12),
    st.none() | st.integers(1, 28),
    st.none() | st.integers(1950, 2035),
    st.sampled_from(
        ("stated", "recorded", "engraved", "wedding_band", "recurrence", "engagement_ring", "gift")
    ),
    st.floats(0, 1),
    person=st.text(max_size=5),
    sensitive=st.booleans(),
    do_not_use=st.booleans(),
)
relationships = st.builds(
    lambda orders, stated, median, currency, partial: build(
        orders,
        version=1,
        zone=ZoneInfo("Europe/London"),
        shop_median=median,
        currency=currency,
        stated=stated,
        partial_history=partial,
    ),
    st.lists(orders, max_size=6),
    st.lists(milestones, max_size=3),
    st.none() | st.integers(-1, 10**7),
    currencies,
    st.booleans(),
)
sessions = st.builds(
    Session,
    started_at=moments,
    last_at=moments,
    kinds=st.dictionaries(kinds, st.integers(0, 10**6), max_size=4),
    prices=st.lists(st.integers(-5, 10**8), max_size=5).map(tuple),
    visit_days=st.lists(days, max_size=6).map(tuple),
    analytics_allowed=st.booleans(),
    currency=currencies,
)
policies = st.builds(
    Policy,
    tenure_years=st.floats(0, 20),
    window_before_days=st.integers(0, 90),
    window_after_days=st.integers(0, 30),
    visit_days_at=st.integers(0, 9),
    visit_span_days=st.integers(0, 60),
    price_ratio_at=st.floats(0.1, 9),
)


def read(signal, session, relationship, today=TODAY, policy=POLICY):
    return signal(session, relationship, today=today, policy=policy, adjacency=DEFAULT_ADJACENCY)


@every_signal
@settings(max_examples=120, deadline=None)
@given(session=sessions, relationship=relationships, today=days, policy=policies)
def test_every_reading_is_graded_and_says_why_and_changes_nothing(
    signal, session, relationship, today, policy
):
    before = copy.deepcopy((session, relationship))
    reading = read(signal, session, relationship, today, policy)
    assert 0 <= reading.value <= 1
    assert isinstance(reading.fired, bool)
    assert len(reading.because) > 5
    assert reading.because.endswith(".")
    assert reading.because[0] == reading.because[0].upper()
    assert (session, relationship) == before
    assert read(signal, session, relationship, today, policy) == reading


@every_signal
@settings(max_examples=40, deadline=None)
@given(history=st.lists(orders, max_size=8, unique_by=lambda order: order.order_id), turn=st.randoms())
def test_the_order_of_orders_does_not_matter(signal, history, turn):
    shuffled = list(history)
    turn.shuffle(shuffled)
    assert read(signal, visit(), known(shuffled)) == read(signal, visit(), known(history))


@every_signal
def test_a_record_without_anything_fires_nothing_and_says_so(signal):
    reading = read(signal, visit(), known())
    assert (reading.value, reading.fired) == (0, False)


@pytest.mark.parametrize("name", BROWSING)
def test_without_consent_the_visit_and_browsing_signals_are_unread(name):
    allowed = visit()
    full = Session(
        allowed.started_at,
        allowed.last_at,
        allowed.kinds,
        allowed.prices,
        visit_days=allowed.visit_days,
        analytics_allowed=False,
    )
    reading = read(SIGNALS[name], full, alma())
    assert (reading.value, reading.fired, reading.because) == (0, False, "Not read: no consent.")


@pytest.mark.parametrize("name", sorted(SIGNALS.keys() - set(BROWSING)))
def test_without_consent_the_record_still_speaks(name):
    allowed, refused = visit(), visit(analytics_allowed=False)
    assert read(SIGNALS[name], refused, alma()) == read(SIGNALS[name], allowed, alma())


def test_the_catalogue_is_in_the_designs_order_and_weighs_every_signal():
    assert list(SIGNALS) == [
        "tenure",
        "category_continuity",
        "anniversary_window",
        "repeat_visits",
        "price_tier",
    ]
    assert set(DEFAULT_WEIGHTS.coefficients) == set(SIGNALS)
    assert set(SIGNALS) > TIMELY
    assert all(signal.__name__ == name for name, signal in SIGNALS.items())


def test_cancelled_orders_move_no_signal():
    from .cast import order

    noise = [order("2000-01-01", "eternity_band", 10, status="cancelled")]
    for signal in SIGNALS.values():
        assert read(signal, visit(), known([*ALMAS_ORDERS, *noise])) == read(signal, visit(), alma())
