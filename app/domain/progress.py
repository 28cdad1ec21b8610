"""How far long work is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `done` of `total` in bytes or in customers (total 0 where nobody can tell).

    `rows` is what has been worked through, `rate` how many of them a second, `seconds_left` an estimate where
    there is one.
    """

    done: int
    total: int
    rows: int
    rate: float
    seconds_left: float | None
