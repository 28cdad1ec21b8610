"""Exported trees walked for many customers at once: the same numbers that `scoring.boosted` walks for one."""

from __future__ import annotations

import numpy as np

from scoring.boosted import Boosted, Tree
from scoring.learning.book import Real
from scoring.learning.snapshots import Rows


def log_odds_of_trees(boosted: Boosted, rows: Rows) -> Real:
    """Answer the calibrated log-odds of rows."""
    values = np.column_stack([rows.column(name) for name in boosted.names]).astype(np.float64)
    raw = np.full(len(values), boosted.baseline)
    for tree in boosted.trees:
        raw += _leaves(tree, values)
    return boosted.slope * raw + boosted.shift


def _leaves(tree: Tree, values: Real) -> Real:
    """Answer where each row ends; those at a leaf wait until the last has come to one."""
    feature, bound = np.array(tree.feature), np.array(tree.bound)
    left, right, missing = np.array(tree.left), np.array(tree.right), np.array(tree.missing)
    node = np.zeros(len(values), dtype=np.int64)
    going = np.arange(len(values))
    while len(going := going[feature[node[going]] >= 0]):
        at = node[going]
        value = values[going, feature[at]]
        onward = np.where(value <= bound[at], left[at], right[at])
        node[going] = np.where(np.isnan(value), missing[at], onward)
    return bound[node]
