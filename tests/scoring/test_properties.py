"""What holds for every history and every visit.

An order is *unrelated* where it is old (neither the first nor the last), paid in another currency (so that it
says nothing of her prices), of a kind and a material that nothing looked at follows from, and either on a day
with an order already, or six weeks and more of the year away from every other order: another day is evidence
against a rhythm of her own, so there the window may fall, and never rise.
"""

from __future__ import annotations

import copy
import math
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.milestones import SEASON_HALF_WIDTH_DAYS
from scoring.signals import SIGNALS
from scoring.weights import DEFAULT_ADJACENCY

from .cast import POLICY, TODAY, known, milestone, order, visit
from .test_signals import days, orders, relationships, sessions

PIECES = ("wedding_band", "eternity_band", "earrings", "pendant", "charm", "watch")


def orders_in(*months):
    """Two to eight orders of those months, in any year."""
    made = st.builds(
        lambda year, month, day, kind, price: order(f"{year}-{month:02}-{day:02}", kind, price),
        st.integers(2008, 2025),
        st.sampled_from(months),
        st.integers(1, 28),
        st.sampled_from(PIECES),
        st.integers(1, 10**6),
    )
    return st.lists(made, min_size=2, max_size=8, unique_by=lambda each: each.order_id)


occasions = st.lists(
    st.builds(
        lambda month, day, sensitive: milestone(month, day, sensitive=sensitive),
        st.integers(1, 12),
        st.none() | st.integers(1, 28),
        st.booleans(),
    ),
    max_size=2,
)


def readings(session, relationship, today=TODAY):
    return {
        name: signal(session, relationship, today=today, policy=POLICY, adjacency=DEFAULT_ADJACENCY)
        for name, signal in SIGNALS.items()
    }


def fired(read):
    return {name: reading.fired for name, reading in read.items()}


@settings(max_examples=120, deadline=None)
@given(session=sessions, relationship=relationships, today=days)
def test_every_value_is_between_nothing_and_one_and_has_its_reason(session, relationship, today):
    before = copy.deepcopy((session, relationship))
    read = readings(session, relationship, today)
    for reading in read.values():
        assert math.isfinite(reading.value)
        assert 0 <= reading.value <= 1
        assert reading.because.strip()
    assert (session, relationship) == before, "inputs stay as they were"
    assert readings(session, relationship, today) == read, "the same input gives the same output"


@settings(max_examples=60, deadline=None)
@given(history=st.lists(orders, max_size=8), said=occasions, turn=st.randoms())
def test_the_order_of_orders_is_irrelevant(history, said, turn):
    shuffled = list(history)
    turn.shuffle(shuffled)
    one, other = (known(each, stated=said, shop_median=90_000) for each in (history, shuffled))
    assert one == other
    assert readings(visit(), one) == readings(visit(), other)


@settings(max_examples=80, deadline=None)
@given(history=orders_in(*range(1, 13)), said=occasions, data=st.data())
def test_an_unrelated_old_order_on_a_day_with_an_order_flips_nothing(history, said, data):
    day = data.draw(st.sampled_from([each.ordered_at.date() for each in history]))
    odd = order(str(day), "brooch", data.draw(st.integers(0, 10**7)), currency="JPY")
    before, after = (known(each, stated=said, shop_median=90_000) for each in (history, [*history, odd]))
    session = visit(earlier_days=[TODAY - timedelta(days=ago) for ago in (20, 12, 5)])
    assert fired(readings(session, before)) == fired(readings(session, after))
    values = [{name: r.value for name, r in readings(session, each).items()} for each in (before, after)]
    assert values[0] == values[1]


@settings(max_examples=80, deadline=None)
@given(
    history=orders_in(1, 2, 3, 4, 5, 6, 12),
    said=occasions,
    day=st.dates(date(2009, 8, 15), date(2009, 9, 30)),
    year=st.integers(2008, 2025),
)
def test_an_unrelated_old_order_on_another_day_flips_no_other_signal_and_never_opens_the_window(
    history, said, day, year
):
    taken = [each.ordered_at.date() for each in history]
    day = day.replace(year=min(max(year, min(taken).year), max(taken).year))
    assume(min(taken) < day < max(taken))
    assert all(_apart(day, other) > 2 * SEASON_HALF_WIDTH_DAYS for other in (*taken, TODAY))
    odd = order(str(day), "brooch", 5_000, currency="JPY")
    before, after = (known(each, stated=said, shop_median=90_000) for each in (history, [*history, odd]))
    session = visit(earlier_days=[TODAY - timedelta(days=ago) for ago in (20, 12, 5)])
    was, now = readings(session, before), readings(session, after)
    for name in SIGNALS.keys() - {"anniversary_window"}:
        assert was[name].fired == now[name].fired, name
    assert now["anniversary_window"].fired <= was["anniversary_window"].fired
    if was["anniversary_window"].because.endswith("as the customer told us."):
        assert now["anniversary_window"] == was["anniversary_window"], "what was said stands"


def _apart(one: date, other: date) -> int:
    apart = abs(one.timetuple().tm_yday - other.timetuple().tm_yday)
    return min(apart, 365 - apart)
