"""Access tokens as Shopify gives them: short-lived, renewed in pairs, the old pair dead once it was used."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 90 * 86_400
SCOPES = (
    "read_all_orders,read_customer_merge,read_orders,read_products,write_app_proxy,write_customers,"
    "write_metaobject_definitions,write_metaobjects"
)

State = Literal["good", "expired", "unknown"]


@dataclass
class Pair:
    """An access token with the token that renews it; instants in seconds of real time."""

    access_token: str
    refresh_token: str
    access_until: float
    refresh_until: float


class Tokens:
    """The one pair this shop's app has now; kept over a restart, as the app keeps its own."""

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.time) -> None:
        self._file = folder / "tokens.json"
        self._now = now
        self._lock = threading.Lock()
        self._pair = self._kept()
        self.scopes = SCOPES
        # How many renewals are still to be refused, on demand.
        self.refusals = 0

    def give(self) -> dict[str, object]:
        """Answer a token exchange: a new pair, and the one before counts no more."""
        with self._lock:
            return self._new()

    def renew(self, refresh_token: str) -> dict[str, object] | None:
        """Answer a renewal; None is `invalid_grant`, for a token that is old, used, or refused on demand."""
        with self._lock:
            if self.refusals:
                self.refusals -= 1
                return None
            pair = self._pair
            if pair is None or pair.refresh_token != refresh_token or pair.refresh_until <= self._now():
                return None
            return self._new()

    def state_of(self, access_token: str) -> State:
        """Tell whether a request with this token may be answered."""
        pair = self._pair
        if pair is None or pair.access_token != access_token:
            return "unknown"
        return "good" if pair.access_until > self._now() else "expired"

    def expire(self) -> None:
        """Let the access token's hour be over."""
        with self._lock:
            if self._pair:
                self._pair.access_until = 0.0
                self._keep()

    def revoke(self) -> None:
        """Forget the pair, as when the shop removes the app."""
        with self._lock:
            self._pair = None
            self._keep()

    def _new(self) -> dict[str, object]:
        now = self._now()
        access, refresh = f"shpat_{secrets.token_hex(16)}", f"shprt_{secrets.token_hex(16)}"
        self._pair = Pair(access, refresh, now + ACCESS_SECONDS, now + REFRESH_SECONDS)
        self._keep()
        return {
            "access_token": access,
            "scope": self.scopes,
            "expires_in": ACCESS_SECONDS,
            "refresh_token": refresh,
            "refresh_token_expires_in": REFRESH_SECONDS,
        }

    def _kept(self) -> Pair | None:
        try:
            return Pair(**json.loads(self._file.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(asdict(self._pair) if self._pair else None))
