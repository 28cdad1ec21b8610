"""Where in a past year an inferred occasion was near: the live rule itself, asked for each customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scoring.history import Milestone, Order, OrderLine
from scoring.learning.orders import EPOCH, Orders, Whole
from scoring.milestones import infer, settle
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.signals.anniversary_window import anniversary_window
from scoring.weights import Adjacency, Policy

Flags = NDArray[np.bool_]

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
# No visit is known of a past year, so the session is an empty one; signals of the record do not look at it.
NO_SESSION = Session(_ANY_TIME, _ANY_TIME)
_BAND = (OrderLine("wedding_band", 0, 1),)
NO_ADJACENCY = Adjacency()


@dataclass(frozen=True, slots=True)
class PastOccasions:
    """What a customer's orders let one infer, as it was known on any day; `season` is the shop's own."""

    orders: Orders
    season: Sequence[float]
    bands: Mapping[str, frozenset[int]]  # customer → days of wedding-band orders, since 1970
    silent: Mapping[str, Sequence[Milestone]]  # customer → dates not to be used, or sensitive
    starts: Whole  # where a customer's orders begin; one more at the end

    @classmethod
    def of(
        cls,
        orders: Orders,
        season: Sequence[float],
        bands: Mapping[str, frozenset[int]],
        silent: Mapping[str, Sequence[Milestone]],
    ) -> PastOccasions:
        """Find where each customer's orders stand."""
        starts = np.searchsorted(orders.customer, np.arange(len(orders.names) + 1))
        return cls(orders, season, bands, silent, starts)

    def days(self, customer: int) -> list[int]:
        """Answer the days a customer ordered on, since 1970, oldest first."""
        found: list[int] = self.orders.day[self.starts[customer] : self.starts[customer + 1]].tolist()
        return found

    def known(self, customer: int, day: int) -> Relationship:
        """Answer the relationship as it was known on a day, as far as orders' days tell."""
        return self._relationship(customer, [one for one in self.days(customer) if one < day])

    def graded(self, mondays: Sequence[date], policy: Policy) -> NDArray[np.float32]:
        """Grade [weeks, all customers] how near an occasion that counts was; 0 where none was near."""
        found = np.zeros((len(mondays), len(self.orders.names)), dtype=np.float32)
        for customer in self._with_a_rhythm():
            for weeks, known in self._states(customer, mondays):
                for week in weeks:
                    found[week, customer] = near(known, mondays[week], policy)
        return found

    def _with_a_rhythm(self) -> Sequence[int]:
        """Answer who ordered in two different years, or a wedding band: nobody else has a date to infer."""
        years = self.orders.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
        same = self.orders.customer[1:] == self.orders.customer[:-1]
        later = self.orders.customer[1:][same & (years[1:] > years[:-1])]
        banded = [number for number, name in enumerate(self.orders.names) if name in self.bands]
        found: list[int] = np.union1d(later, np.array(banded, dtype=np.int64)).tolist()
        return found

    def _states(self, customer: int, mondays: Sequence[date]) -> Iterator[tuple[range, Relationship]]:
        """Go through what was known of a customer, with the weeks it was known in; only where it says some.

        Knowledge changes with an order alone, so an occasion is inferred once an order and not once a week.
        """
        days = self.days(customer)
        known = np.searchsorted(days, [(monday - EPOCH).days for monday in mondays])
        turns = [0, *(np.flatnonzero(np.diff(known)) + 1).tolist(), len(mondays)]
        for begins, ends in pairwise(turns):
            relationship = self._relationship(customer, days[: known[begins]])
            if relationship.milestones:
                yield range(begins, ends), relationship

    def _relationship(self, customer: int, days: Sequence[int]) -> Relationship:
        dated = self._dated(customer, days)
        return Relationship(
            version=0,
            first_order=dated[0][0] if dated else None,
            last_order=dated[-1][0] if dated else None,
            orders=len(dated),
            milestones=self._inferred(customer, dated),
        )

    def _inferred(self, customer: int, dated: Sequence[tuple[date, Order]]) -> tuple[Milestone, ...]:
        """Infer the occasions; what answers a date that is to be left alone is left alone, too."""
        if not dated:
            return ()
        silent = self.silent.get(self.orders.names[customer], ())
        return settle(silent, infer(dated, season=self.season))[len(silent) :]

    def _dated(self, customer: int, days: Sequence[int]) -> list[tuple[date, Order]]:
        """Answer the orders with their day, as inference wants them: of their pieces bands alone are told."""
        bands = self.bands.get(self.orders.names[customer], frozenset())
        return [
            (as_date(day), Order(str(number), _ANY_TIME, "", _BAND if day in bands else ()))
            for number, day in enumerate(days)
        ]


def near(known: Relationship, today: date, policy: Policy) -> float:
    """Answer what the live signal grades for what was known; it fires where that is anything."""
    return anniversary_window(NO_SESSION, known, today=today, policy=policy, adjacency=NO_ADJACENCY).value


def as_date(day: int) -> date:
    """Answer the date of a day since 1970-01-01."""
    return date.fromordinal(EPOCH.toordinal() + int(day))
