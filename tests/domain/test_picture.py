"""A client's years as one line."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.occasions import Occasion
from app.domain.picture import draw

TODAY = date(2026, 11, 21)
ANNIVERSARY = Occasion("", "", "if_raised", date(2026, 12, 13), True, "tenth anniversary")


def test_the_finding_is_said_in_words() -> None:
    orders = [date(2016, 10, 28), date(2017, 12, 14), date(2024, 12, 19), date(2026, 5, 22)]
    picture = draw(orders, [ANNIVERSARY], today=TODAY)
    assert picture is not None
    assert picture.finding == (
        "4 orders from October 2016 to May 2026, most often in December (2 of 4). "
        "Tenth anniversary likely around 13 December 2026; today is inside its window."
    )


def test_a_date_that_must_not_be_shown_is_not_drawn() -> None:
    never = Occasion("There is a date not to be used.", "", "never")
    picture = draw([date(2016, 10, 28)], [never], today=TODAY)
    assert picture is not None
    assert (picture.rings, picture.window) == ((), None)


def test_without_orders_there_is_no_picture() -> None:
    assert draw([], [ANNIVERSARY], today=TODAY) is None


def test_forty_orders_are_forty_dots_and_none_hides_another() -> None:
    orders = [date(2012, 12, 1) + timedelta(days=n) for n in range(40)]
    picture = draw(orders, [], today=TODAY)
    assert picture is not None
    assert len({(dot.x, dot.level) for dot in picture.dots}) == 40


def test_a_new_client_has_months_and_no_break() -> None:
    picture = draw([date(2026, 11, 2)], [], today=TODAY)
    assert picture is not None
    assert picture.gap is None
    assert picture.finding == "One order, in November."


@given(st.lists(st.dates(date(1990, 1, 1), TODAY), min_size=1, max_size=60), st.integers(-10, 800))
def test_everything_lies_on_the_line_in_the_order_of_time(days: list[date], ahead: int) -> None:
    occasion = Occasion("", "", "say", TODAY + timedelta(days=ahead), False, "birthday")
    picture = draw(days, [occasion], today=TODAY)
    assert picture is not None
    xs = [dot.x for dot in picture.dots]
    assert xs == sorted(xs)
    places = [*xs, picture.today, *(tick.x for tick in picture.ticks), *(ring.x for ring in picture.rings)]
    assert all(0 <= x <= 100 for x in places)
    assert xs[-1] <= picture.today
