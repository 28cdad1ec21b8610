"""Boosted trees as plain numbers, walked without any library: what learning grew, scoring can read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.records import Recorded


@dataclass(frozen=True, slots=True)
class Tree(Recorded):
    """One tree, node by node, its root first.

    A node asks whether feature `feature[i]` is at most `bound[i]` and goes on at `left[i]`, else at
    `right[i]`; where the value is missing (not a number), at `missing[i]`. At a leaf `feature[i]` is -1 and
    `bound[i]` is what the leaf adds to the log-odds.
    """

    feature: tuple[int, ...]
    bound: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Boosted(Recorded):
    """Trees over named features, added up from `baseline`, then calibrated: slope × log-odds + shift."""

    names: tuple[str, ...]
    baseline: float
    trees: tuple[Tree, ...]
    slope: float = 1.0
    shift: float = 0.0
    version: int = 0

    def probability(self, known: Mapping[str, float]) -> float:
        """Answer the calibrated chance of one customer; a feature that is not known counts as missing."""
        return self.probability_of([known.get(name, math.nan) for name in self.names])

    def probability_of(self, values: Sequence[float]) -> float:
        """Answer the calibrated chance of values in the order of `names`."""
        log_odds = self.slope * self.log_odds(values) + self.shift
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds))))

    def log_odds(self, values: Sequence[float]) -> float:
        """Answer what the trees say of values in the order of `names`, not yet calibrated."""
        return self.baseline + math.fsum([_leaf(tree, values) for tree in self.trees])


def _leaf(tree: Tree, values: Sequence[float]) -> float:
    feature, bound, left, right = tree.feature, tree.bound, tree.left, tree.right
    node = 0
    while (asked := feature[node]) >= 0:
        value = values[asked]
        if value <= bound[node]:
            node = left[node]
        elif value == value:  # only what is not a number differs from itself
            node = right[node]
        else:
            node = tree.missing[node]
    return bound[node]
