"""Propose what leads to what by the shop's own orders. A person puts it in force, or does not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.stores import order_history, rulebook, shops
from app.stores.database import Transaction
from scoring.adjacency import Step, steps_of, table_of
from scoring.weights import DEFAULT_ADJACENCY, Adjacency


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the orders say: each step with its counts, the table they amount to, beside the one in force.

    `orders` is how many next orders it rests on.
    """

    steps: Sequence[Step]
    table: Adjacency
    in_force: Adjacency
    orders: int

    @property
    def changes(self) -> int:
        """This property will count the steps that would be another than they are in force."""
        return sum(near(self.table, *pair) != near(self.in_force, *pair) for pair in self._pairs)

    def across(self, bound: float) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """This function will list the steps that would begin to count as a signal at `bound`, and that would
        count no longer.
        """
        before, after = (
            {pair for pair in self._pairs if near(table, *pair) >= bound}
            for table in (self.in_force, self.table)
        )
        return sorted(after - before), sorted(before - after)

    @property
    def _pairs(self) -> set[tuple[str, str]]:
        pairs = {(step.bought, step.then) for step in self.steps}
        return pairs | {(bought, then) for bought, steps in self.in_force.table.items() for then in steps}

    @property
    def mark(self) -> str:
        """This property will give a mark of the table, so that what is approved is what was read."""
        return hashlib.sha256(json.dumps(self.table.to_record(), sort_keys=True).encode()).hexdigest()[:16]


def near(adjacency: Adjacency, bought: str, then: str) -> float:
    """This function will say how near a kind is to one bought: 0..1."""
    return adjacency.table.get(bought, {}).get(then, 0.0)


def learn_adjacency(tx: Transaction) -> Proposal:
    """This function will learn from the orders on record, starting from the table every house starts with.

    Not from the table in force: approved twice, the same orders would count twice.
    """
    transitions = order_history.transitions(tx, shops.read(tx).zone)
    steps = steps_of(transitions, prior=DEFAULT_ADJACENCY)
    orders = sum(each.times for each in transitions)
    return Proposal(steps, table_of(steps), rulebook.read(tx).adjacency, orders)
