"""How a house's prices have moved, like for like: what brings an earlier year's price into today's money.

No drift upward was measured on eleven real years (facts/scoring.md), so none is taken for granted: a house's
own is read from what the same kinds of pieces cost from one year to the next, and held back while few were
sold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from scoring.weights import LEADS_NOWHERE

# How many lines without any drift each step is weighed against: with 200 sold in both years, half of what
# they say is believed. Dated guess, 2026-11.
STILL_COUNTS_AS = 200
# Gold rose by a third in its wildest years, and the piece around it by less; beyond that, other pieces are
# sold, not dearer ones. Dated guess, 2026-11.
MOST_A_YEAR = 0.25
# A kind sold less often in a year has no price to speak of. Dated guess, 2026-11.
LEAST_LINES = 10


@dataclass(frozen=True, slots=True)
class YearsPrice:
    """What a kind of piece cost in a year, in the middle, in minor units; and how many lines say so."""

    kind: str
    year: int
    median: int
    lines: int


def todays_money(prices: Iterable[YearsPrice]) -> dict[int, float]:
    """Answer what a year's prices are multiplied by to be the latest year's; a year not named, by 1."""
    by_year: dict[int, dict[str, YearsPrice]] = {}
    for each in prices:
        if each.median > 0 and each.lines >= LEAST_LINES and each.kind not in LEADS_NOWHERE:
            by_year.setdefault(each.year, {})[each.kind] = each
    years = sorted(by_year, reverse=True)
    money: dict[int, float] = {}
    since = 0.0
    for later, earlier in pairwise(years):
        since += _step(by_year[earlier], by_year[later]) * (later - earlier)
        money[earlier] = round(math.exp(since), 4)
    return {year: factor for year, factor in money.items() if factor != 1}


def _step(earlier: Mapping[str, YearsPrice], later: Mapping[str, YearsPrice]) -> float:
    """Answer the yearly step in log-price of the kinds sold in both years, drawn towards none."""
    both = sorted(earlier.keys() & later.keys())
    weights = [min(earlier[kind].lines, later[kind].lines) for kind in both]
    ratios = [math.log(later[kind].median / earlier[kind].median) for kind in both]
    apart = max((later[kind].year - earlier[kind].year for kind in both), default=1)
    moved = math.fsum(weight * ratio for weight, ratio in zip(weights, ratios, strict=True))
    step = moved / (sum(weights) + STILL_COUNTS_AS) / apart
    return max(-MOST_A_YEAR, min(MOST_A_YEAR, step))
