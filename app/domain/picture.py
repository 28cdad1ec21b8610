"""A client's years as one line: orders as dots, occasions as rings, the window shaded.

Only geometry and words here; the template draws. Places along the line are percentages, so that the same
picture serves a sheet of paper and a phone. The line is broken once: the years up to half a year ago, then
the months around today at a larger scale, because that is where the window lies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.occasions import Occasion
from scoring.wording import day_and_month, many, month_name, month_seen_from

# Where the years end and the months begin, in percent; the gap between them is the break.
_YEARS_END, _MONTHS_BEGIN = 66.0, 69.0
# Room at either end, so that a dot on the first day is whole.
_FROM, _TO = 2.0, 98.0
# Dots nearer than this, in percent, are stacked.
_DOT_WIDTH = 1.5
# The months shown before today, and at least after it.
_MONTHS_BACK_DAYS, _AHEAD_DAYS = 183, 75
# An occasion further off than this says nothing about today's conversation; more than three say too much.
_SOON_DAYS, _MOST_RINGS = 366, 3
# So many names fit beside each other, on wide pictures and on narrow ones.
_YEARS_WIDE, _YEARS_NARROW = 12, 4
_MONTHS_WIDE, _MONTHS_NARROW = 6, 2


@dataclass(frozen=True, slots=True)
class Dot:
    """An order: `x` in percent, `level` counts up from the line where dots would touch."""

    x: float
    level: int


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a year or a month; its name is shown on all pictures, on wide ones, or on none."""

    x: float
    name: str
    shown: str  # always | wide | never


@dataclass(frozen=True, slots=True)
class Ring:
    """An occasion's next day; dashed where it is inferred."""

    x: float
    name: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing, and the sentence that says what it shows. `gap` is None where the line is not broken."""

    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    rings: tuple[Ring, ...]
    window: tuple[float, float] | None  # from, width
    gap: tuple[float, float] | None  # from, to
    today: float
    called: str
    levels: int
    finding: str


def draw(
    orders: Sequence[date],
    dates: Sequence[Occasion],
    *,
    today: date,
    window_days: tuple[int, int] = (45, 3),
    called: str = "today",
) -> Picture | None:
    """This function will draw a client's years; None where there is no order to draw.

    `today` is the day the picture is drawn for, `called` what it calls that day.
    """
    if not orders:
        return None
    near = _near(dates, today)
    scale = _scale(orders, near, today)
    dots = _stacked(scale, sorted(orders))
    return Picture(
        dots=dots,
        ticks=_years(scale) + _months(scale),
        rings=tuple(Ring(scale.at(on), each.short, each.inferred) for on, each in near),
        window=_window(scale, near, window_days),
        gap=(_YEARS_END, _MONTHS_BEGIN) if scale.first else None,
        today=scale.at(today),
        called=called,
        levels=max(dot.level for dot in dots) + 1,
        finding=_finding(orders, near, today, window_days, called),
    )


Near = Sequence[tuple[date, Occasion]]


def _near(dates: Sequence[Occasion], today: date) -> Near:
    dated = [(each.on, each) for each in dates if each.on and (each.on - today).days <= _SOON_DAYS]
    return sorted(dated, key=lambda pair: pair[0])[:_MOST_RINGS]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to percent: years from `first` (None where there are none) to `split`, months from there on."""

    first: date | None
    split: date
    last: date

    def at(self, day: date) -> float:
        if self.first and day < self.split:
            return _between(day, self.first, self.split, _FROM, _YEARS_END)
        return _between(day, self.split, self.last, _MONTHS_BEGIN if self.first else _FROM, _TO)


def _between(day: date, first: date, last: date, start: float, end: float) -> float:
    share = (day - first).days / max(1, (last - first).days)
    return round(start + (end - start) * min(1.0, max(0.0, share)), 2)


def _scale(orders: Sequence[date], near: Near, today: date) -> _Scale:
    split = (today - timedelta(days=_MONTHS_BACK_DAYS)).replace(day=1)
    last = max(today + timedelta(days=_AHEAD_DAYS), *(on + timedelta(days=10) for on, _ in near), max(orders))
    first = date(min(orders).year, 1, 1)
    return _Scale(first if min(orders) < split else None, split, last)


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


def _years(scale: _Scale) -> tuple[Tick, ...]:
    if scale.first is None:
        return ()
    starts = [date(year, 1, 1) for year in range(scale.first.year, scale.split.year + 1)]
    names = [(day, str(day.year)) for day in starts if day < scale.split]
    return _ticks(scale, names, _YEARS_WIDE, _YEARS_NARROW, until=_YEARS_END - 3)


def _months(scale: _Scale) -> tuple[Tick, ...]:
    count = (scale.last.year - scale.split.year) * 12 + scale.last.month - scale.split.month + 1
    places = [divmod(scale.split.month - 1 + n, 12) for n in range(count)]
    names = [
        (date(scale.split.year + year, month + 1, 1), month_name(month + 1)[:3]) for year, month in places
    ]
    return _ticks(scale, names, _MONTHS_WIDE, _MONTHS_NARROW, until=_TO - 2)


def _ticks(
    scale: _Scale, names: Sequence[tuple[date, str]], wide: int, narrow: int, *, until: float
) -> tuple[Tick, ...]:
    """Name every so many ticks, and none whose name would run over the end of its part."""
    each_wide = -(-len(names) // wide)
    each_narrow = each_wide * -(-len(names) // (each_wide * narrow))
    ticks = []
    for n, (day, name) in enumerate(names):
        x = scale.at(day)
        hidden = n % each_wide or x > until
        ticks.append(Tick(x, name, "never" if hidden else "wide" if n % each_narrow else "always"))
    return tuple(ticks)


def _window(scale: _Scale, near: Near, window_days: tuple[int, int]) -> tuple[float, float] | None:
    if not near:
        return None
    nearest = near[0][0]
    start = scale.at(nearest - timedelta(days=window_days[0]))
    return start, round(scale.at(nearest + timedelta(days=window_days[1])) - start, 2)


def _finding(
    orders: Sequence[date], near: Near, today: date, window_days: tuple[int, int], called: str
) -> str:
    first, last = min(orders), max(orders)
    if len(orders) == 1:
        said = f"One order, in {month_seen_from(first, today)}."
    else:
        since, until = (f"{month_name(day.month)} {day.year}" for day in (first, last))
        said = f"{many(len(orders), 'order', 'orders')} from {since} to {until}{_favourite(orders)}."
    return f"{said}{_next(near, today, window_days, called)}"


def _favourite(orders: Sequence[date]) -> str:
    """Name the month that saw at least a third of the orders, and two of them at least."""
    (month, most), *_ = Counter(day.month for day in orders).most_common()
    if most < 2 or most * 3 < len(orders):
        return ""
    return f", most often in {month_name(month)} ({most} of {len(orders)})"


def _next(near: Near, today: date, window_days: tuple[int, int], called: str) -> str:
    if not near:
        return ""
    on, occasion = near[0]
    inside = on - timedelta(days=window_days[0]) <= today <= on + timedelta(days=window_days[1])
    around = "likely around" if occasion.inferred else "on"
    name = occasion.short[0].upper() + occasion.short[1:]
    place = "inside" if inside else "outside"
    return f" {name} {around} {day_and_month(on)} {on.year}; {called} is {place} its window."
