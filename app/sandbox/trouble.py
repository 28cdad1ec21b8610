"""Trouble on demand: how the Admin API fails, so many times, so that an app can be seen to live with it."""

from __future__ import annotations

import threading
from collections import Counter

# What POST /sandbox/trouble takes as `kind`.
KINDS = (
    "throttled",  # HTTP 200, an error THROTTLED, an empty bucket
    "unavailable",  # HTTP 502
    "retry_after",  # HTTP 429 with Retry-After
    "partial",  # data with a field that is null, and an error that says so
    "refused",  # data with a userError: the shop has no room for the entry
    "expired",  # HTTP 401, though the token is good
    "bulk_failed",  # an operation that ends as FAILED
    "file_gone",  # a result file that is there no more
    "file_cut",  # a result file that breaks off in the middle
)


class Trouble:
    """How often each kind of trouble is still to be made."""

    def __init__(self) -> None:
        self._left: Counter[str] = Counter()
        self._lock = threading.Lock()

    def ask(self, kind: str, times: int) -> None:
        """Make a kind of trouble so many times from now on; ValueError where there is no such kind."""
        if kind not in KINDS:
            raise ValueError(f"one of {', '.join(KINDS)}")
        with self._lock:
            self._left[kind] = times

    def comes(self, kind: str) -> bool:
        """Tell whether it is to be made now, and count it."""
        with self._lock:
            due = self._left[kind] > 0
            self._left[kind] -= due
            return due
