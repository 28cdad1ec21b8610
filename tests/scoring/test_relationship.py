"""What the house knows is built from counted orders, in whatever order they come."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from scoring.relationship import Order, OrderLine, lead_from_staff

from .cast import ALMAS_ORDERS, TODAY, alma, known, milestone, order

ADVISORS = {"ines": "Ines", "jonas": "Jonas"}


def test_alma_is_known_by_her_seven_orders():
    her = alma()
    assert (her.first_order, her.last_order, her.orders) == (date(2016, 7, 28), date(2026, 5, 18), 7)
    assert her.kinds["wedding_band"] == (2016, "Ines")
    assert her.kinds["earrings"] == (2024, "Ines")  # the last time, not the first
    assert (her.baseline, her.lines_priced) == (110_000, 6)
    assert her.lead == "Ines"


def test_the_order_of_orders_does_not_matter():
    assert known(ALMAS_ORDERS[::-1]) == known(ALMAS_ORDERS)


def test_only_counted_orders_count():
    others = [
        order("2010-01-01", "watch", 9_900_000, status=why) for why in ("cancelled", "test", "returned")
    ]
    assert known([*ALMAS_ORDERS, *others]) == known(ALMAS_ORDERS)
    nothing = known(others)
    assert (nothing.orders, nothing.first_order, nothing.kinds, nothing.baseline) == (0, None, {}, None)


def test_the_day_is_the_shops():
    at = datetime(2020, 12, 31, 23, 30, tzinfo=UTC)
    late = [Order("1", at, "GBP", (OrderLine("set", 100, 1),))]
    assert known(late).first_order == date(2020, 12, 31)
    assert known(late, zone=ZoneInfo("Europe/Paris")).first_order == date(2021, 1, 1)


def test_bridal_services_returns_gifts_and_other_money_stay_out_of_the_baseline():
    odd = [
        order("2020-01-01", "engagement_ring", 900_000),
        order("2020-01-02", "wedding_band", 800_000),
        order("2020-01-03", "service", 700_000),
        order("2020-01-04", "set", 0),
        order("2020-01-05", "set", 600_000, quantity=-1),
        order("2020-01-06", "set", 500_000, currency="USD"),
        order("2020-01-07", "set", 1_000),
    ]
    assert (known(odd).baseline, known(odd).lines_priced) == (1_000, 1)
    assert "service" not in known(odd).kinds


def test_a_baseline_is_drawn_to_the_shops_median_the_less_is_known():
    one = known([order("2020-01-01", price=400_000)], shop_median=100_000).baseline
    many = known(
        [order(f"2020-01-{n:02}", price=400_000) for n in range(1, 28)], shop_median=100_000
    ).baseline
    assert 100_000 < one < 200_000 < 340_000 < many < 400_000
    assert known([], shop_median=100_000).baseline == 100_000
    # Three of her own and the shop count alike: the mean by ratio of 400 and 100 is 200.
    three = [order(f"2020-01-{n:02}", price=400_000) for n in (1, 2, 3)]
    assert known(three, shop_median=100_000).baseline == 200_000


@pytest.mark.parametrize("median", [None, 0, -5])
def test_a_shop_without_a_median_leaves_the_customers_own(median):
    assert known([order("2020-01-01", price=400)], shop_median=median).baseline == 400
    assert known([], shop_median=median).baseline is None


def test_a_reseller_is_read_in_no_time():
    lines = tuple(OrderLine("watch", 1_000 + n, 1) for n in range(10))
    days = [datetime(2000 + n % 20, n % 12 + 1, n % 28 + 1, tzinfo=UTC) for n in range(3_000)]
    orders = [Order(str(n), day, "GBP", lines) for n, day in enumerate(days)]
    begun = time.perf_counter()
    hugo = known(orders)
    assert time.perf_counter() - begun < 1
    assert hugo.lines_priced == 400
    assert not hugo.milestones


def test_what_was_stated_comes_first_and_silences_guesses_at_it():
    said = milestone(9, 1, year=2016)
    assert alma(stated=[said]).milestones[0] == said
    assert [m.provenance for m in alma(stated=[said]).milestones].count("wedding_band") == 0
    assert "wedding_band" in [m.provenance for m in alma().milestones]


def test_ines_leads_whom_she_served_most():
    name, why = lead_from_staff(ALMAS_ORDERS, ADVISORS, today=TODAY)
    assert name == "Ines"
    assert why == "Ines advised on 6 of 7 orders, the last in May 2026."


def test_what_is_long_ago_weighs_less():
    orders = [
        order("2012-03-01", staff="Ines"),
        order("2012-04-01", staff="Ines"),
        order("2026-03-01", staff=" JONAS "),
    ]
    assert lead_from_staff(orders, ADVISORS, today=TODAY)[0] == "Jonas"
    assert lead_from_staff(orders[::-1], ADVISORS, today=TODAY)[0] == "Jonas"


def test_nobody_leads_where_nobody_known_served():
    orders = [order("2020-01-01", staff="Somebody"), order("2020-01-02", staff="Ines", status="cancelled")]
    name, why = lead_from_staff(orders, ADVISORS, today=TODAY)
    assert name == ""
    assert why.endswith(".")
