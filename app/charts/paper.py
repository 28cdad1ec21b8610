"""What every picture is drawn on: one accent colour, ink for the rest, no frame, text that stays readable."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Shopify's own tokens, so that a picture belongs to the admin: text-emphasis, text, text-secondary, border.
ACCENT, INK, SOFT, LINE = "#005bd3", "#303030", "#616161", "#cccccc"
# Units of the viewBox. A phone of 360 px leaves 328 for a picture: text of 13.5 in 400 is then 11 px tall.
WIDTH, TEXT = 400.0, 13.5
_UNITS_AN_INCH = 72.0  # what matplotlib's SVG counts in
_TOP, _TITLE_LINE, _TITLE_TEXT = 14.0, 19.0, 15.0
_TITLE_LETTERS = 43  # of that size, in bold, on one line

# Text stays text and takes the page's font; the same data give the same file, to the byte.
matplotlib.rcParams.update(
    {"svg.fonttype": "none", "svg.hashsalt": "steward", "text.parse_math": False, "font.size": TEXT}
)


def sheet(
    height: float, *, title: str, left: float = 50.0, right: float = 22.0, bottom: float = 44.0
) -> tuple[Figure, Axes]:
    """This function will answer white paper with its title, and the axes to draw in.

    `height` is that of the axes, `left`, `right` and `bottom` the margins around them, all in units of a
    viewBox that is WIDTH wide; the title's lines come on top.
    """
    lines = textwrap.wrap(title, _TITLE_LETTERS)
    whole = height + bottom + _TOP + _TITLE_LINE * len(lines)
    figure = Figure(figsize=(WIDTH / _UNITS_AN_INCH, whole / _UNITS_AN_INCH), facecolor="white")
    for number, line in enumerate(lines):
        at = 1 - (17.0 + number * _TITLE_LINE) / whole
        figure.text(4 / WIDTH, at, line, fontsize=_TITLE_TEXT, fontweight="bold", color=INK)
    inner = (left / WIDTH, bottom / whole, (WIDTH - left - right) / WIDTH, height / whole)
    axes = figure.add_axes(inner, facecolor="none")
    _quiet(axes)
    return figure, axes


def _quiet(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.tick_params(length=0, labelsize=TEXT, labelcolor=SOFT, pad=5)


def mark(axes: Axes, *, x: Sequence[tuple[float, str]] = (), y: Sequence[tuple[float, str]] = ()) -> None:
    """This function will set the places along both axes that carry words; those of `y` get a faint line."""
    axes.set_xticks([place for place, _ in x], [words for _, words in x])
    axes.set_yticks([place for place, _ in y], [words for _, words in y])
    if y:
        axes.yaxis.grid(True, color=LINE, linewidth=0.5, alpha=0.6)


def nothing(axes: Axes, text: str) -> None:
    """This function will say on the paper that there is nothing to draw yet."""
    mark(axes)
    axes.spines["bottom"].set_visible(False)
    say(axes, (0.5, 0.5), text, ha="center", transform=axes.transAxes)


def say(axes: Axes, place: tuple[float, float], text: str, *, color: str = SOFT, **how: Any) -> None:
    """This function will write a label at a place of the data; `how` as matplotlib's text has it."""
    axes.text(*place, text, fontsize=TEXT, color=color, **how)


def per_cent(share: float) -> str:
    """This function will say a share 0..1 with as many digits as a reader needs: 0.3 %, 4.2 %, 18 %."""
    hundred = 100 * share
    digits = 0 if hundred >= 9.95 or hundred == int(hundred) else 1
    # Non-breaking: a figure and its sign stay on one line.
    return f"{hundred:.{digits}f}\u00a0%"
