"""The sandbox's movable clock: business dates follow it, signatures and tokens never do."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Far enough for any anniversary, near enough that a date never leaves the calendar.
FURTHEST = timedelta(days=366 * 30)


class UnableToMoveClock(Exception):
    """The asked time cannot be reached; the message says what would be accepted."""


class Clock:
    """Real time plus an offset that survives a restart."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock.json"
        self._lock = threading.Lock()
        self._offset = self._saved()

    def _saved(self) -> timedelta:
        try:
            return timedelta(milliseconds=int(json.loads(self._file.read_text())["offset_ms"]))
        except (OSError, ValueError, KeyError, TypeError):
            return timedelta()

    @property
    def offset_ms(self) -> int:
        """How far ahead of real time the sandbox lives, in milliseconds."""
        return self._offset // timedelta(milliseconds=1)

    def now(self) -> datetime:
        """Tell the sandbox's time, in UTC."""
        return datetime.now(UTC) + self._offset

    def advance(self, hours: float) -> None:
        """Move the clock by so many hours; a negative number moves it back."""
        with self._lock:
            self._keep(self._offset + timedelta(hours=hours))

    def move_to(self, moment: datetime) -> None:
        """Set the clock to a moment; one without an offset is read as UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        with self._lock:
            self._keep(aware - datetime.now(UTC))

    def reset(self) -> None:
        """Return to real time."""
        with self._lock:
            self._keep(timedelta())

    def _keep(self, offset: timedelta) -> None:
        if abs(offset) > FURTHEST:
            raise UnableToMoveClock("The clock moves at most thirty years from today.")
        self._offset = offset
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps({"offset_ms": self.offset_ms}))
        part.replace(self._file)
