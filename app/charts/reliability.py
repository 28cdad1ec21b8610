"""Were the chances right? Foretold against seen, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.charts.paper import ACCENT, LINE, SOFT, TEXT, mark, nothing, per_cent, say, sheet
from app.charts.svg import Drawing
from app.domain.intervals import wilson

Bins = Sequence[tuple[float, float, int]]

# Both axes are square roots: chances of an order soon crowd near zero. Of these ticks those in sight stay.
_TICKS = (0.0, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
_NOTHING = "There is nothing to compare yet."


def reliability(bins: Bins, *, title: str) -> str:
    """This function will draw groups of rows as SVG: mean chance (0..1), rate seen (0..1), rows in it."""
    return draw_reliability(bins, title=title).svg()


def draw_reliability(bins: Bins, *, title: str) -> Drawing:
    """This function will draw the same, to be had as SVG or PNG."""
    filled = [one for one in bins if one[2] > 0]
    figure, axes = sheet(290.0, title=title)
    if not filled:
        nothing(axes, _NOTHING)
        return Drawing(figure, title, _NOTHING)
    most = min(1.0, 1.1 * max(max(one[0], *_interval(one)) for one in filled))
    _scale(axes, most)
    axes.plot([0, most], [0, most], color=LINE, linewidth=1.2, linestyle=(0, (4, 3)))
    say(axes, (0.002 * most, 0.97 * most), "↑ came more often than foretold", va="top")
    say(axes, (most, 0.0015 * most), "came less often ↓", ha="right", va="bottom")
    for one in filled:
        axes.plot([one[0]] * 2, _interval(one), color=ACCENT, linewidth=1.6, solid_capstyle="butt")
        axes.plot([one[0]], [one[1]], "o", color=ACCENT, markersize=6.5, clip_on=False)
    axes.set_xlabel("foretold (up: what came)", fontsize=TEXT, color=SOFT, labelpad=4)
    return Drawing(figure, title, _finding(filled))


def _interval(one: tuple[float, float, int]) -> tuple[float, float]:
    _, seen, rows = one
    return wilson(min(rows, max(0, round(seen * rows))), rows)


def _scale(axes: Any, most: float) -> None:
    # Any: matplotlib's stubs know no functions for a scale.
    for scale, limit in ((axes.set_xscale, axes.set_xlim), (axes.set_yscale, axes.set_ylim)):
        scale("function", functions=(lambda share: abs(share) ** 0.5, lambda root: root**2))
        limit(0, most)
    ticks = [(tick, per_cent(tick)) for tick in _TICKS if tick <= most]
    mark(axes, x=ticks[1:], y=ticks)  # both begin at the same nothing: said once


def _finding(bins: Bins) -> str:
    held = sum(low <= one[0] <= high for one in bins for low, high in [_interval(one)])
    (least, seen_least, _), (most, seen_most, _) = min(bins), max(bins)
    return (
        f"{len(bins)} groups, {sum(rows for _, _, rows in bins):,} rows. The least likely group was foretold "
        f"{per_cent(least)} and came to {per_cent(seen_least)}; the likeliest was foretold {per_cent(most)} "
        f"and came to {per_cent(seen_most)}. In {held} of {len(bins)} the chance foretold lies within the "
        "interval (95 %) of what was seen."
    )
