"""The recovered calendar of one customer: a row a year, a dot an order, her weeks shaded."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from datetime import date

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from app.charts.paper import ACCENT, INK, SOFT, mark, say, sheet
from app.charts.svg import Drawing

Around = tuple[int, int] | None

_YEAR = 366  # places in a year, 29 February among them, so that a day has one place in all years
_LEAP = 2024  # any leap year: gives a day its place
_ROW = 24.0
_LABEL_HALF = 118  # days of the axis that half of the longest label takes
_TODAY_HALF = 22  # days of the axis that half of the word "today" takes
_TITLE = "Orders, year by year"


def calendar(days: Sequence[date], *, around: Around, spread_days: int, today: date) -> str:
    """This function will draw one customer's order days as SVG; `around` is the month and day inferred from
    them, `spread_days` how far to either side they lie.
    """
    return draw_calendar(days, around=around, spread_days=spread_days, today=today).svg()


def draw_calendar(days: Sequence[date], *, around: Around, spread_days: int, today: date) -> Drawing:
    """This function will draw the same, to be had as SVG or PNG."""
    years = range(min([today, *days]).year, max([today, *days]).year + 1)
    figure, axes = sheet(_ROW * (len(years) + 1), title=_TITLE, left=46.0, bottom=26.0)
    axes.set_xlim(-3, _YEAR + 3)
    axes.set_ylim(years[-1] + 0.75, years[0] - 1.0)
    mark(axes, x=_month_names(), y=[(float(year), str(year)) for year in years])
    if around:
        _shade(axes, around, spread_days, years)
    for day in days:
        inside = around is not None and _apart(day, around) <= spread_days
        axes.plot([_place(day)], [day.year], "o", markersize=7.5, **(_INSIDE if inside else _OUTSIDE))
    _today(axes, today)
    return Drawing(figure, _TITLE, _finding(days, around, spread_days, today))


# Filled or hollow, not only blue or grey: a print in black tells them apart.
_INSIDE = {"markerfacecolor": ACCENT, "markeredgecolor": ACCENT}
_OUTSIDE = {"markerfacecolor": "white", "markeredgecolor": SOFT, "markeredgewidth": 1.4}


def _shade(axes: Axes, around: tuple[int, int], spread: int, years: range) -> None:
    """This function will shade the weeks over all years; around New Year they lie at both ends."""
    centre, top = _place(date(_LEAP, *around)), years[0] - 0.5
    for turn in (-_YEAR, 0, _YEAR):
        left, right = max(0, centre + turn - spread), min(_YEAR, centre + turn + spread)
        if left < right:
            height = years[-1] + 0.5 - top
            axes.add_patch(
                Rectangle((left, top), right - left, height, facecolor=ACCENT, alpha=0.13, linewidth=0)
            )
    words = f"around {_words(around)}, ± {spread} days"
    at, side = _beside(centre, spread)
    say(axes, (at, top - 0.1), words, color=ACCENT, fontweight="bold", va="bottom", ha=side)


def _beside(centre: int, spread: int) -> tuple[int, str]:
    """This function will answer where the label stands: over the weeks, or flush with them at an edge."""
    if centre < _LABEL_HALF:
        return max(0, centre - spread), "left"
    if centre > _YEAR - _LABEL_HALF:
        return min(_YEAR, centre + spread), "right"
    return centre, "center"


def _today(axes: Axes, today: date) -> None:
    place = _place(today)
    axes.plot([place] * 2, [today.year - 0.32, today.year + 0.42], color=INK, linewidth=1.6)
    # Between two rows, where no order lies.
    side = "left" if place < _TODAY_HALF else "right" if place > _YEAR - _TODAY_HALF else "center"
    say(axes, (place, today.year - 0.53), "today", color=INK, ha=side, va="center")


def _month_names() -> list[tuple[float, str]]:
    return [(_place(date(_LEAP, month, 15)), months.month_abbr[month][0]) for month in range(1, 13)]


def _place(day: date) -> int:
    return date(_LEAP, day.month, day.day).timetuple().tm_yday - 1


def _apart(day: date, around: tuple[int, int]) -> int:
    apart = abs(_place(day) - _place(date(_LEAP, *around)))
    return min(apart, _YEAR - apart)


def _words(around: tuple[int, int]) -> str:
    return f"{around[1]} {months.month_name[around[0]]}"


def _finding(days: Sequence[date], around: Around, spread: int, today: date) -> str:
    if not days:
        return "No order yet."
    orders = f"{_many(len(days), 'order')} in {_many(len({day.year for day in days}), 'year')}"
    if around is None:
        return f"{orders}; no weeks of the year stand out."
    inside = [day for day in days if _apart(day, around) <= spread]
    return (
        f"{orders}; {len(inside)} of them, in {_many(len({day.year for day in inside}), 'different year')}, "
        f"within {spread} days of {_words(around)}. Today is {today.day} {today:%B %Y}."
    )


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
