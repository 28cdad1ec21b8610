"""How fast Shopify may be asked: its leaky bucket, as each answer describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Bucket:
    """What is left of the bucket, as of the last answer; it fills by `restored` points a second."""

    left: float | None = None
    restored: float = 0.0
    most: float = 0.0
    at: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)

    def told(self, document: str, cost: Any, *, now: float) -> None:
        """This method will remember the cost of a document and what was left after it."""
        if not isinstance(cost, dict):
            return
        asked, status = cost.get("requestedQueryCost"), cost.get("throttleStatus")
        if isinstance(asked, (int, float)):
            self.costs[document] = float(asked)
        if isinstance(status, dict) and _numbers(status):
            self.left = float(status["currentlyAvailable"])
            self.restored = float(status["restoreRate"])
            self.most = float(status["maximumAvailable"])
            self.at = now

    def wait(self, document: str, *, now: float) -> float:
        """This method will say how many seconds to wait until a document can be afforded; 0 for a new one."""
        needed = min(self.costs.get(document, 0.0), self.most)
        if self.left is None or self.restored <= 0:
            return 0.0
        left = min(self.most, self.left + (now - self.at) * self.restored)
        return max(0.0, (needed - left) / self.restored)


def _numbers(status: dict[str, Any]) -> bool:
    names = ("currentlyAvailable", "restoreRate", "maximumAvailable")
    return all(isinstance(status.get(name), (int, float)) for name in names)
