"""How sure a share is: every share a person reads carries its denominator and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

# The normal quantile that leaves 2.5 % on either side.
Z_95 = 1.959963984540054


def wilson(part: int, whole: int, *, z: float = Z_95) -> tuple[float, float]:
    """This function will give Wilson's interval of a share, 0..1; everything is possible where whole is 0.

    Unlike the plain one it holds for few cases and never leaves 0..1. Raises ValueError unless
    0 <= part <= whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return 0.0, 1.0
    share, weight = part / whole, z * z / whole
    middle = share + weight / 2
    spread = z * sqrt((share * (1 - share) + weight / 4) / whole)
    # Exact at the ends, where the last bit of a float would say otherwise.
    low = 0.0 if part == 0 else (middle - spread) / (1 + weight)
    high = 1.0 if part == whole else (middle + spread) / (1 + weight)
    return low, high


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, both counted."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """This property will give the share, 0..1; 0 of nothing is 0."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> str:
        """This property will say the share and its 95 % interval: "38 %, between 21 and 57 %"."""
        if not self.whole:
            return ""
        low, high = (round(100 * end) for end in wilson(self.part, self.whole))
        # Non-breaking: a figure and its sign stay on one line.
        return f"{round(100 * self.value)}\u00a0%, between {low} and {high}\u00a0%"

    def words(self, verb: str = "") -> str:
        """This method will say it in full: "9 of 24 answered (38 %, between 21 and 57 %)"."""
        counted = f"{self.part:,} of {self.whole:,}{f' {verb}' if verb else ''}"
        return f"{counted} ({self.interval})" if self.whole else counted
