"""How fast one shop may ask one process: a token bucket each, in the process, so that it costs no trip."""

from __future__ import annotations

from threading import Lock

# A second's worth twice over: a page that opens with several batches is no flood.
BURST_SECONDS = 2.0


class Pace:
    """A bucket per shop, refilled by the second."""

    def __init__(self, *, per_second: float) -> None:
        self._per_second = per_second
        self._burst = per_second * BURST_SECONDS
        self._buckets: dict[int, tuple[float, float]] = {}
        self._lock = Lock()

    def allows(self, shop_id: int, *, now: float) -> bool:
        """This method will take a token at `now` (seconds of a steady clock), or say that there is none."""
        with self._lock:
            tokens, since = self._buckets.get(shop_id, (self._burst, now))
            tokens = min(self._burst, tokens + (now - since) * self._per_second)
            allowed = tokens >= 1
            self._buckets[shop_id] = (tokens - 1 if allowed else tokens, now)
            return allowed
