"""Webhooks: signed like Shopify's, sent from a thread of their own, tried again, and kept in a log."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import httpx

from app.sandbox.settings import Settings
from app.sandbox.signatures import webhook_hmac

API_VERSION = "2026-10"
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # Shopify takes four hours over eight; a laptop has less time
CONNECT, WHOLE = 1.0, 5.0
REMEMBERED = 60


@dataclass
class Delivery:
    """One webhook on its way, and what became of it."""

    number: int
    topic: str
    body: bytes
    headers: dict[str, str]
    at: str
    tries: int = 0
    state: str = "waiting"
    answers: list[str] = field(default_factory=list)


@dataclass
class Sender:
    """Sends in the order asked; a delivery that fails waits its turn without holding up the next."""

    settings: Settings
    waits: tuple[float, ...] = WAITS
    log: deque[Delivery] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _waiting: queue.PriorityQueue[tuple[float, int, Delivery | None]] = field(
        default_factory=queue.PriorityQueue
    )
    _thread: threading.Thread | None = None

    def send(self, topic: str, payload: dict[str, object], *, triggered_at: datetime) -> Delivery:
        """Sign a payload and ask for its delivery."""
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        delivery = Delivery(
            next(self._numbers),
            topic,
            body,
            self._headers(topic, body, triggered_at),
            datetime.now(UTC).strftime("%H:%M:%S"),
        )
        self.log.appendleft(delivery)
        self._waiting.put((time.monotonic(), delivery.number, delivery))
        return delivery

    def send_again(self, number: int) -> bool:
        """Deliver one again, with the same Webhook-Id: duplicates happen, and the app must not mind."""
        delivery = next((one for one in self.log if one.number == number), None)
        if delivery is None:
            return False
        delivery.tries, delivery.state = 0, "waiting"
        self._waiting.put((time.monotonic(), delivery.number, delivery))
        return True

    def _headers(self, topic: str, body: bytes, triggered_at: datetime) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": self.settings.shop,
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": str(uuid4()),
            "X-Shopify-Event-Id": str(uuid4()),
            "X-Shopify-Triggered-At": triggered_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "X-Shopify-Hmac-Sha256": webhook_hmac(body, self.settings.api_secret),
        }

    def start(self) -> None:
        """Begin to deliver in the background."""
        self._thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the delivery under way and stop; what still waits is forgotten with the sandbox."""
        self._waiting.put((float("-inf"), 0, None))
        if self._thread:
            self._thread.join(timeout=WHOLE + 1)

    def _work(self) -> None:
        while True:
            due, number, delivery = self._waiting.get()
            if delivery is None:
                return
            early = due - time.monotonic()
            if early > 0:
                self._waiting.put((due, number, delivery))
                time.sleep(min(early, 0.05))
                continue
            self._try(delivery)

    def _try(self, delivery: Delivery) -> None:
        delivery.tries += 1
        patience = httpx.Timeout(WHOLE, connect=CONNECT)
        try:
            answer = httpx.post(
                f"{self.settings.app_url}/webhooks",
                content=delivery.body,
                headers=delivery.headers,
                timeout=patience,
                trust_env=False,
            )
            said, good = str(answer.status_code), answer.is_success
        except httpx.HTTPError as error:
            said, good = type(error).__name__, False
        delivery.answers.append(said)
        if good:
            delivery.state = "delivered"
        elif delivery.tries > len(self.waits):
            delivery.state = "given up"
        else:
            delivery.state = "trying again"
            due = time.monotonic() + self.waits[delivery.tries - 1]
            self._waiting.put((due, delivery.number, delivery))
