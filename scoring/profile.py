"""A customer's history as an aggregate that takes one order at a time, in whatever order they come.

What a relationship is built from: building over a whole history is adding its orders one by one, at a few
microseconds each (bench/profile.py). Nothing keeps a profile: a webhook's order may be cancelled or edited
later, so a relationship is built anew from its orders, which the record has in any case.
"""

from __future__ import annotations

import math
import re
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from statistics import median

from scoring.engravings import Engraved, dates_in
from scoring.history import Order, OrderLine
from scoring.kinds import BRIDAL, PRICED
from scoring.materials import materials_of

# How many lines at the shop's median a customer's own lines are weighed against: with three of her own she
# and the shop count alike. Dated guess, 2026-11; learning replaces it.
SHOP_COUNTS_AS = 3
# A baseline rests on the latest lines alone: a reseller's thousands say no more, and recent prices are nearer
# to today's money.
LINES_READ = 400
# facts/scoring.md: a step above 1.25 times the own baseline makes the next one 1.8–5.6 times likelier.
STEP_UP = 1.25
# A baseline to step up from has more than one piece. Dated guess, 2026-11.
LINES_BEFORE_A_STEP = 2
# 06.14.2015: of the currencies we meet, only the dollar's own country writes the month first throughout.
MONTH_FIRST_IN = "USD"

# "Gift" as a tag is merchandise ("gifts for her"); what is paid for beside the piece says that this one is.
_GIFT = re.compile(r"\bgift[ -]?(?:wrap\w*|message|note|bag|box|packag\w*)\b", re.IGNORECASE)

Placed = tuple[date, str]  # an order's day in the shop's zone, and its id
Money = Mapping[int, float]  # year → what its prices are multiplied by to be in today's money; others by 1


@dataclass(slots=True)
class Profile:
    """The counted orders of one customer, folded. Parts are sorted, so that arrival does not matter.

    `days` are the order days with the ids of their orders; `kinds` say by which order each kind was last
    bought, and by whose hand. `prices` are the latest LINES_READ lines a baseline may rest on, in minor units
    of `currency`: neither bridal nor a service, each as (day, order id, −place in the order, price).
    """

    currency: str
    orders: int = 0
    days: dict[date, list[str]] = field(default_factory=dict)
    kinds: dict[str, tuple[date, str, str]] = field(default_factory=dict)
    materials: set[str] = field(default_factory=set)
    prices: list[tuple[date, str, int, int]] = field(default_factory=list)
    bands: list[Placed] = field(default_factory=list)
    rings: list[Placed] = field(default_factory=list)
    gifts: list[Placed] = field(default_factory=list)
    engraved: list[tuple[date, str, str, Engraved]] = field(default_factory=list)  # with the piece's kind

    def add(self, day: date, order: Order) -> None:
        """Add an order on its day in the shop's zone; one that does not count changes nothing."""
        if order.status != "counted":
            return
        order_id = order.order_id
        self.orders += 1
        insort(self.days.setdefault(day, []), order_id)
        priced = order.currency == self.currency
        for place, line in enumerate(order.lines):
            if line.quantity <= 0:
                continue
            if priced and line.price > 0 and line.kind in PRICED:
                insort(self.prices, (day, order_id, -place, line.price))
            self._add_piece(day, order, line)
        if len(self.prices) > 2 * LINES_READ:
            del self.prices[:-LINES_READ]

    def _add_piece(self, day: date, order: Order, line: OrderLine) -> None:
        if _is_gift(line.title):
            insort(self.gifts, (day, order.order_id))
        if line.kind == "service":
            return
        bought = (day, order.order_id, order.staff)
        self.kinds[line.kind] = max(self.kinds.get(line.kind, bought), bought)
        self.materials.update(materials_of(tags=line.tags, title=line.title))
        if line.kind == "wedding_band":
            insort(self.bands, (day, order.order_id))
        elif line.kind == "engagement_ring":
            insort(self.rings, (day, order.order_id))
        if line.engraving:
            self._add_engraving(day, order.order_id, line)

    def _add_engraving(self, day: date, order_id: str, line: OrderLine) -> None:
        read = dates_in(
            line.engraving,
            ordered=day,
            month_first=self.currency == MONTH_FIRST_IN,
            bridal=line.kind in BRIDAL,
        )
        self.engraved += [(day, order_id, line.kind, each) for each in read]

    def first_and_last(self) -> tuple[date | None, date | None]:
        """Answer the first and the last order's day."""
        return (min(self.days), max(self.days)) if self.days else (None, None)

    def busiest_day(self) -> int:
        """Answer the most orders of one day."""
        return max(map(len, self.days.values()), default=0)

    def last_bought(self) -> dict[str, tuple[int, str]]:
        """Answer each kind bought, with the last such order's year and who advised on it."""
        return {kind: (day.year, staff) for kind, (day, _, staff) in sorted(self.kinds.items())}

    def lines(self) -> Sequence[tuple[date, str, int, int]]:
        """Answer the lines the baseline rests on, oldest first."""
        return self.prices[-LINES_READ:]

    def baseline(self, shop_median: int | None, money: Money) -> int | None:
        """Answer what she usually pays for a piece, in today's money; None where nobody can tell.

        Her median is drawn towards the shop's by ratio: tails are heavy, and tiers are ratios.
        """
        own = [round(price * money.get(day.year, 1.0)) for day, _, _, price in self.lines()]
        house = shop_median if shop_median and shop_median > 0 else None
        if not own:
            return house
        mine = max(1, median(own))
        if house is None:
            return round(mine)
        weight = len(own) / (len(own) + SHOP_COUNTS_AS)
        return round(math.exp(weight * math.log(mine) + (1 - weight) * math.log(house)))

    def stepped_up(self, money: Money) -> tuple[int, ...]:
        """Answer the years in which a piece cost STEP_UP times what she had usually paid until then."""
        years: set[int] = set()
        until_then: list[float] = []
        for (day, _), prices in self._paid(money):
            if len(until_then) >= LINES_BEFORE_A_STEP and max(prices) >= STEP_UP * _middle(until_then):
                years.add(day.year)
            for price in prices:
                insort(until_then, price)
        return tuple(sorted(years))

    def _paid(self, money: Money) -> Iterator[tuple[Placed, list[float]]]:
        """Go through the orders with priced lines, oldest first, with each price in today's money."""
        for placed, lines in groupby(self.lines(), key=lambda line: line[:2]):
            factor = money.get(placed[0].year, 1.0)
            yield placed, [price * factor for _, _, _, price in lines]


@lru_cache(maxsize=8192)  # a house's titles come again and again
def _is_gift(title: str) -> bool:
    return _GIFT.search(title) is not None


def _middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
