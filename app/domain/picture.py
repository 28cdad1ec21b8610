"""A client's years as one line: orders as dots, occasions as rings, the window shaded.

Only geometry and words here; the template draws. Places along the line are percentages, so that the same
picture serves a sheet of paper and a phone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.occasions import Occasion
from scoring.wording import day_and_month, many, month_name, month_seen_from

# Room at either end, in percent, so that a dot on the first day is whole.
_MARGIN = 2.0
# Dots nearer than this, in percent, are stacked.
_DOT_WIDTH = 1.4
# An occasion further off than this says nothing about today's conversation.
_SOON_DAYS = 366
# So many years can be named along a line, wide or narrow, before their names touch.
_NAMES_WIDE, _NAMES_NARROW = 14, 5


@dataclass(frozen=True, slots=True)
class Dot:
    """An order: `x` in percent, `level` counts up from the line where dots would touch."""

    x: float
    level: int


@dataclass(frozen=True, slots=True)
class Year:
    """The beginning of a year; its name is shown on wide, or on narrow pictures too, or on none."""

    x: float
    name: str
    shown: str  # always | wide | never


@dataclass(frozen=True, slots=True)
class Ring:
    """An occasion's next day; dashed where it is inferred, its name left of it where room ends."""

    x: float
    name: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing and the sentence that says what it shows."""

    dots: tuple[Dot, ...]
    years: tuple[Year, ...]
    rings: tuple[Ring, ...]
    window: tuple[float, float] | None  # from, width
    today: float
    levels: int
    finding: str


def draw(
    orders: Sequence[date], dates: Sequence[Occasion], *, today: date, window_days: tuple[int, int] = (45, 3)
) -> Picture | None:
    """This function will draw a client's years; None where there is no order to draw."""
    if not orders:
        return None
    near = [each for each in dates if each.on and (each.on - today).days <= _SOON_DAYS]
    last = max([today + timedelta(days=30), *(each.on for each in near if each.on)])
    scale = _Scale(date(min(orders).year, 1, 1), last)
    dots = _stacked(scale, sorted(orders))
    window = _window(scale, near, window_days)
    return Picture(
        dots=dots,
        years=_years(scale),
        rings=tuple(Ring(scale.at(each.on), each.short, each.inferred) for each in near if each.on),
        window=window,
        today=scale.at(today),
        levels=max(dot.level for dot in dots) + 1,
        finding=_finding(orders, near, today, window_days),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def at(self, day: date) -> float:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(_MARGIN + (100 - 2 * _MARGIN) * min(1.0, max(0.0, share)), 2)


def _stacked(scale: _Scale, days: Sequence[date]) -> tuple[Dot, ...]:
    """Place dots from left to right, each on the lowest level where it touches no other."""
    ends: list[float] = []
    dots = []
    for day in days:
        x = scale.at(day)
        level = next((n for n, end in enumerate(ends) if x - end >= _DOT_WIDTH), len(ends))
        ends[level : level + 1] = [x]
        dots.append(Dot(x, level))
    return tuple(dots)


def _years(scale: _Scale) -> tuple[Year, ...]:
    names = range(scale.first.year, scale.last.year + 1)
    wide = -(-len(names) // _NAMES_WIDE)
    narrow = -(-len(names) // _NAMES_NARROW)
    # The last year's name would run over the edge where the year has hardly begun.
    return tuple(
        Year(x, str(year), "never" if n % wide or x > 96 else "wide" if n % narrow else "always")
        for n, year in enumerate(names)
        for x in [scale.at(date(year, 1, 1))]
    )


def _window(
    scale: _Scale, near: Sequence[Occasion], window_days: tuple[int, int]
) -> tuple[float, float] | None:
    nearest = min((each.on for each in near if each.on), default=None)
    if nearest is None:
        return None
    start = scale.at(nearest - timedelta(days=window_days[0]))
    return start, round(max(0.4, scale.at(nearest + timedelta(days=window_days[1])) - start), 2)


def _finding(
    orders: Sequence[date], near: Sequence[Occasion], today: date, window_days: tuple[int, int]
) -> str:
    first, last = min(orders), max(orders)
    if len(orders) == 1:
        said = f"One order, in {month_seen_from(first, today)}."
    else:
        since, until = month_seen_from(first, today), month_seen_from(last, today)
        said = f"{many(len(orders), 'order', 'orders')} from {since} to {until}{_favourite(orders)}."
    return f"{said}{_next(near, today, window_days)}"


def _favourite(orders: Sequence[date]) -> str:
    """Name the month that saw at least a third of the orders, and two of them at least."""
    (month, most), *_ = Counter(day.month for day in orders).most_common()
    if most < 2 or most * 3 < len(orders):
        return ""
    return f", most often in {month_name(month)} ({most} of {len(orders)})"


def _next(near: Sequence[Occasion], today: date, window_days: tuple[int, int]) -> str:
    dated = [(each.on, each) for each in near if each.on]
    if not dated:
        return ""
    on, occasion = min(dated, key=lambda pair: pair[0])
    inside = on - timedelta(days=window_days[0]) <= today <= on + timedelta(days=window_days[1])
    around = "likely around" if occasion.inferred else "on"
    place = "today is inside its window" if inside else "today is outside its window"
    name = occasion.short[0].upper() + occasion.short[1:]
    return f" {name} {around} {day_and_month(on)} {on.year}; {place}."
