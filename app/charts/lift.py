"""How many of the orders come from those one would speak to first?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, degrees
from typing import Any

from matplotlib.axes import Axes

from app.charts.paper import ACCENT, INK, LINE, SOFT, TEXT, mark, nothing, per_cent, say, sheet
from app.charts.svg import Drawing

Curve = Sequence[tuple[float, float]]

_TICKS = tuple((share, per_cent(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
_NOTHING = "There is nothing to compare yet."
_READ_AT = (0.05, 0.2)  # shares at which the curve is read off in words
# Rivals differ by their dashes, not by a colour; their names stand where the dashes of one are plain to see.
_DASHES = ((0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))


def lift(curve: Curve, *, title: str, beside: Mapping[str, Curve] | None = None) -> str:
    """This function will draw as SVG which share of orders (0..1) a share of clients (0..1) brings, likeliest
    first; `beside` are others' curves by their names.
    """
    return draw_lift(curve, title=title, beside=beside).svg()


def draw_lift(curve: Curve, *, title: str, beside: Mapping[str, Curve] | None = None) -> Drawing:
    """This function will draw the same, to be had as SVG or PNG."""
    figure, axes = sheet(290.0, title=title)
    if not curve:
        nothing(axes, _NOTHING)
        return Drawing(figure, title, _NOTHING)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    mark(axes, x=_TICKS[1:], y=_TICKS)  # both begin at the same nothing: said once
    axes.plot([0, 1], [0, 1], color=LINE, linewidth=1.2)
    for number, (name, other) in enumerate((beside or {}).items()):
        axes.plot(
            *zip(*other, strict=True), color=SOFT, linewidth=1.5, linestyle=_DASHES[number % len(_DASHES)]
        )
        lowest = number == len(beside or {}) - 1
        (_name_below if lowest else _name_along)(axes, name, other)
    _ours(axes, curve)
    say(axes, (0.99, 0.02), "straight line: at random", ha="right", va="bottom")
    axes.set_xlabel("share of clients, likeliest first", fontsize=TEXT, color=SOFT, labelpad=4)
    return Drawing(figure, title, _finding(curve, beside or {}))


def _ours(axes: Axes, curve: Curve) -> None:
    axes.plot(*zip(*curve, strict=True), color=ACCENT, linewidth=2.4)
    for share in _READ_AT:
        reached = _at(curve, share)
        axes.plot([share], [reached], "o", color=ACCENT, markersize=6.5)
        words = f"{per_cent(share)} bring {per_cent(reached)}"
        say(axes, (share + 0.03, reached), words, color=INK, va="center", fontweight="bold", **_ON_PAPER)


# A label keeps its words clear of the lines that run beneath it.
_ON_PAPER: Mapping[str, Any] = {
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
}


def _name_along(axes: Axes, name: str, curve: Curve) -> None:
    """This function will write a name on its line, along it, between our own two readings."""
    share = _reaching(curve, 0.52)
    rise = _at(curve, share + 0.05) - _at(curve, share - 0.05)
    how: dict[str, Any] = {"rotation_mode": "anchor", "transform_rotates_text": True, **_ON_PAPER}
    say(axes, (share, 0.52), name, ha="center", va="center", rotation=degrees(atan2(rise, 0.1)), **how)


def _name_below(axes: Axes, name: str, curve: Curve) -> None:
    """This function will write the lowest line's name beside its beginning, where nothing else is."""
    say(axes, (_reaching(curve, 0.14) + 0.04, 0.14), name, va="center", **_ON_PAPER)


def _reaching(curve: Curve, height: float) -> float:
    before = (0.0, 0.0)
    for here in curve:
        if here[1] >= height:
            return before[0] + (here[0] - before[0]) * (height - before[1]) / max(here[1] - before[1], 1e-9)
        before = here
    return 1.0


def _at(curve: Curve, share: float) -> float:
    before = (0.0, 0.0)
    for here in curve:
        if here[0] >= share:
            across = here[0] - before[0]
            return before[1] + (here[1] - before[1]) * ((share - before[0]) / across if across else 1.0)
        before = here
    return before[1]


def _finding(curve: Curve, beside: Mapping[str, Curve]) -> str:
    read = [
        f"the likeliest {per_cent(share)} of clients bring {per_cent(_at(curve, share))} of the orders"
        for share in _READ_AT
    ]
    others = [f"by {name} {per_cent(_at(other, _READ_AT[0]))}" for name, other in beside.items()]
    compared = f" Of the likeliest {per_cent(_READ_AT[0])}, {', '.join(others)}." if others else ""
    return f"{', '.join(read).capitalize()}; at random they would bring as many as they are.{compared}"
