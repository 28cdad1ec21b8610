"""The calendar that is shown is one that later orders confirmed, inferred from the earlier ones alone."""

from __future__ import annotations

from datetime import date

import numpy as np

from scoring.learning.orders import Orders, as_day, orders_of_columns
from scoring.learning.recovered import recover

BEFORE, UNTIL = date(2011, 1, 1), date(2012, 1, 1)
MAY = [date(year, 5, 10 + year % 5) for year in range(2004, 2011)]  # seven years, within days
# Others, who buy in every month: without them May would be the house's own season, and nobody's.
OTHERS = [[date(2005 + number % 5, 1 + number % 12, 3)] for number in range(240)]
FEW = [date(2007, 2, 1), date(2008, 8, 3), date(2009, 8, 3), date(2010, 11, 20)]


def house(*customers: list[date]) -> Orders:
    rows = [(number, as_day(day), 10_000) for number, days in enumerate(customers) for day in days]
    customer, day, amount = np.array(rows, dtype=np.int64).T
    return orders_of_columns(customer, day, amount, tuple(str(number) for number in range(len(customers))))


def recovered(*customers: list[date]):
    return recover(house(*customers, *OTHERS), before=BEFORE, until=UNTIL)


def test_a_season_that_was_kept_is_found_with_its_days() -> None:
    found = recovered([*MAY, date(2011, 5, 12)])
    assert found is not None
    assert found.around[0] == 5
    assert found.days[-1] == date(2011, 5, 12)
    assert found.inferred_on == BEFORE


def test_a_season_that_was_not_kept_is_not_shown() -> None:
    assert recovered([*MAY, date(2011, 9, 1)]) is None
    assert recovered(MAY) is None


def test_what_is_inferred_rests_on_earlier_orders_alone() -> None:
    moved = recovered([*MAY, date(2011, 5, 12), date(2011, 9, 1), date(2011, 9, 2)])
    kept = recovered([*MAY, date(2011, 5, 12)])
    assert moved is not None
    assert kept is not None
    assert (moved.around, moved.spread_days, moved.confidence) == (
        kept.around,
        kept.spread_days,
        kept.confidence,
    )
    assert recovered([*MAY, date(2011, 5, 12), date(2012, 3, 1)]) == kept, "what came after is not read"


def test_the_surest_is_shown() -> None:
    found = recovered([*FEW, date(2011, 8, 3)], [*MAY, date(2011, 5, 12)])
    assert found is not None
    assert found.around[0] == 5


def test_a_house_without_a_season_has_no_calendar() -> None:
    assert recovered([date(2009, 3, 1), date(2010, 9, 1), date(2011, 6, 1)]) is None
