"""How many invitations a week would there have been, and was there time for them?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from matplotlib.axes import Axes

from app.charts.paper import ACCENT, INK, SOFT, mark, nothing, say, sheet
from app.charts.svg import Drawing

Weeks = Sequence[tuple[date, int, int, int]]

_TITLE, _NOTHING = "Invitations a week, and their average", "There is no week to show yet."
_POLICIES = ("cue", "strong", "likelihood")
# One colour, so lines differ by stroke as well: what can be printed in grey can be told apart.
_STROKES: tuple[dict[str, Any], ...] = (
    {"color": SOFT, "linewidth": 1.8, "linestyle": (0, (5, 2))},
    {"color": INK, "linewidth": 1.8, "linestyle": "-"},
    {"color": ACCENT, "linewidth": 2.4, "linestyle": "-"},
)
_LEAST_APART = 0.075  # of the height: two labels nearer than this would touch
_WEEKS_A_NAME_TAKES = 3  # "Sep" and "Nov" stood in one word where a year began in the last days of a month
_MOST_MONTHS = 7  # names of months that fit side by side


def weekly(weeks: Weeks, *, open_hours: float | None, minutes: int) -> str:
    """This function will draw invitations a week as SVG: Monday, under cue, under strong, under probability.

    `open_hours` a week, where known, are drawn as the consultations of `minutes` that they hold.
    """
    return draw_weekly(weeks, open_hours=open_hours, minutes=minutes).svg()


def draw_weekly(weeks: Weeks, *, open_hours: float | None, minutes: int) -> Drawing:
    """This function will draw the same, to be had as SVG or PNG."""
    figure, axes = sheet(230.0, title=_TITLE, left=34.0, right=112.0, bottom=30.0)
    if not weeks:
        nothing(axes, _NOTHING)
        return Drawing(figure, _TITLE, _NOTHING)
    room = None if open_hours is None else open_hours * 60 / minutes
    most = 1.08 * max([1.0, room or 0.0, *(max(_under(weeks, number)) for number in range(len(_POLICIES)))])
    axes.set_ylim(0, most)
    mark(axes, x=_months([week[0] for week in weeks]), y=_counts(most))
    labels = [_line(axes, weeks, number) for number in range(len(_POLICIES))]
    if room is not None:
        axes.axhline(room, color=INK, linewidth=1.2, linestyle=(0, (1.2, 2.2)))
        labels.append((room, f"room for {int(room)}", INK))
    _write(axes, labels, most)
    return Drawing(figure, _TITLE, _finding(weeks, open_hours, room, minutes))


def _line(axes: Axes, weeks: Weeks, number: int) -> tuple[float, str, str]:
    counts = _under(weeks, number)
    stroke = _STROKES[number]
    axes.plot(range(len(weeks)), counts, **stroke)
    return float(counts[-1]), f"{_POLICIES[number]} {_number(_mean(counts))}", stroke["color"]


def _under(weeks: Weeks, number: int) -> list[int]:
    return [(cue, strong, probability)[number] for _, cue, strong, probability in weeks]


def _write(axes: Axes, labels: list[tuple[float, str, str]], most: float) -> None:
    """This function will write each label beside its line's end, moved up where two would touch."""
    place = -1.0
    for height, text, color in sorted(labels):
        place = max(height / most, place + _LEAST_APART)
        strong = "bold" if color == ACCENT else "normal"
        say(axes, (1.03, place), text, color=color, va="center", fontweight=strong, transform=axes.transAxes)


def _months(mondays: Sequence[date]) -> list[tuple[float, str]]:
    starts = [
        (float(place), f"{monday:%b}")
        for place, monday in enumerate(mondays)
        if place == 0 or monday.month != mondays[place - 1].month
    ]
    if len(starts) > 1 and starts[1][0] < _WEEKS_A_NAME_TAKES:
        starts = starts[1:]  # the end of a month in which the year began; its name would touch the next
    return starts[:: max(1, -(-len(starts) // _MOST_MONTHS))]


def _counts(most: float) -> list[tuple[float, str]]:
    step = next(
        step for size in range(9) for step in (10**size, 2 * 10**size, 5 * 10**size) if most / step <= 5
    )
    return [(float(count), f"{count:,}") for count in range(0, int(most) + 1, step)]


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)


def _number(value: float | None) -> str:
    return f"{value:.1f}".removesuffix(".0") if value is not None and value < 100 else f"{value:,.0f}"


def _finding(weeks: Weeks, open_hours: float | None, room: float | None, minutes: int) -> str:
    means = [
        f"{_number(_mean(counts))} under {name} (at most {max(counts):,})"
        for number, name in enumerate(_POLICIES)
        for counts in [_under(weeks, number)]
    ]
    held = (
        f" {_number(open_hours)} open hours hold {_number(room)} of {minutes} minutes."
        if room is not None
        else ""
    )
    return (
        f"On average over {len(weeks)} weeks from {_day(weeks[0][0])} to {_day(weeks[-1][0])}, invitations a "
        f"week: {', '.join(means)}.{held}"
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
