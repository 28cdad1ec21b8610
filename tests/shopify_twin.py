"""Shopify, as far as a test of ours talks to it: tokens, and a shop that tells its name.

Its tokens are the sandbox's, so that a test and a laptop meet the same rules.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from app.sandbox.tokens import Tokens

Trouble = Callable[[httpx.Request], httpx.Response]


class ShopifyTwin:
    """Answers every shop: `asked` counts what came, `bodies` keeps it, `trouble` answers in its place."""

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.time) -> None:
        self._folder, self._now = folder, now
        self._lock = threading.Lock()
        self._tokens: dict[str, Tokens] = {}
        self.asked: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.trouble: dict[str, Trouble] = {}
        self.extra: dict[str, object] = {}
        self.details = {"currencyCode": "GBP", "ianaTimezone": "Europe/London"}

    def tokens(self, shop: str) -> Tokens:
        with self._lock:
            return self._tokens.setdefault(shop, Tokens(self._folder / shop, now=self._now))

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        what = "tokens" if request.url.path.endswith("/access_token") else "graphql"
        self.asked[what] += 1
        said = json.loads(request.content)
        self.bodies.append(said)
        if what in self.trouble:
            return self.trouble[what](request)
        return self._give(request.url.host, said) if what == "tokens" else self._tell(request)

    def _give(self, shop: str, asked: dict[str, Any]) -> httpx.Response:
        tokens = self.tokens(shop)
        if asked["grant_type"] != "refresh_token":
            given: dict[str, object] | None = tokens.give()
        else:
            given = tokens.renew(asked["refresh_token"])
        if given is None:
            return httpx.Response(400, json={"error": "invalid_grant"})
        told = {name: value for name, value in {**given, **self.extra}.items() if value is not None}
        return httpx.Response(200, json=told)

    def _tell(self, request: httpx.Request) -> httpx.Response:
        token = request.headers["X-Shopify-Access-Token"]
        if self.tokens(request.url.host).state_of(token) != "good":
            return httpx.Response(401, json={"errors": "[API] Invalid API key or access token"})
        name = request.url.host.partition(".")[0].replace("-", " ").title()
        return httpx.Response(200, json={"data": {"shop": {"name": name, **self.details}}})
