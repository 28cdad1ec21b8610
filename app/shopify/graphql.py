"""Asking one shop's Admin API: patient where Shopify asks for it, and never in doubt whose token is used.

There is no session beside this object: it knows its shop, and gets its token when it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from app.domain.shop_domain import SHOP_DOMAIN
from app.shopify.documents import Document
from app.shopify.errors import (
    UnableToAuthenticate,
    UnableToBeUnderstood,
    UnableToKeepUp,
    UnableToReachShopify,
)
from app.shopify.pace import Bucket

log = structlog.get_logger(__name__)

# The newest stable version in November 2026 (facts/shopify.md), and shopify.app.toml's; a test compares.
API_VERSION = "2026-10"
# An answer of Shopify's takes well under a second; what takes longer is better asked again.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
MOST_TRIES = 6
# 0.5, 1, 2, 4, 8 seconds, each drawn between half and the whole. Dated guess, 2026-11.
FIRST_REST_SECONDS = 0.5
# A job holds a lease while it waits: what needs longer is put back, and asked again later.
LONGEST_WAIT_SECONDS = 30.0
ASK_LATER = frozenset({429, 430})
REFUSED_FOR_NOW = frozenset({"THROTTLED"})
BROKEN_FOR_NOW = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What Shopify said: `data` may be partial, and then `errors` say what of it is missing, by path.

    A field that we have not been approved for is null, and has an error of its own: that is an answer.
    """

    data: Mapping[str, Any]
    errors: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_partial(self) -> bool:
        return bool(self.errors)


class AdminClient:
    """The Admin API of one shop. `http` is shared by a process and keeps its connections."""

    def __init__(
        self,
        http: httpx.Client,
        shop: str,
        token_source: Callable[[], str],
        *,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        draw: Callable[[], float],
        renew: Callable[[str], str] | None = None,
    ) -> None:
        """This method will make a client of a verified shop domain.

        `token_source` gives the token to use now; `renew` is told which one was refused, and gives another.
        `sleep` and `clock` are in seconds, `draw` in 0..1.
        """
        if not SHOP_DOMAIN.fullmatch(shop):
            raise ValueError("not the domain of a shop")
        self._http = http
        self._url = f"https://{shop}/admin/api/{API_VERSION}/graphql.json"
        self._token = token_source
        self._renew = renew or (lambda _refused: token_source())
        self._sleep, self._clock, self._draw = sleep, clock, draw
        self._bucket = Bucket()

    def __repr__(self) -> str:
        return f"AdminClient({self._url})"

    def ask(self, document: Document, variables: Mapping[str, Any] | None = None) -> Answer:
        """This method will ask, wait where Shopify asks for it, and ask again where that may help.

        Raises UnableToReachShopify, UnableToKeepUp (both may be asked again later), UnableToAuthenticate,
        UnableToBeUnderstood. A mutation is repeated too: those we send may safely happen twice.
        """
        token, renewed = self._token(), False
        for attempt in range(MOST_TRIES):
            self._rest(self._bucket.wait(document.name, now=self._clock()))
            response = self._post(document, variables, token)
            if response is not None and response.status_code == 401:
                if renewed:
                    raise UnableToAuthenticate(document.name)
                token, renewed = self._other_than(token, document), True
                continue
            wait = self._wait_after(document, response, attempt)
            if wait is None:
                assert response is not None
                return self._read(document, response)
            log.info("shopify.asks_for_patience", document=document.name, seconds=round(wait, 1))
            self._rest(wait)
        raise UnableToReachShopify(document.name)

    def _other_than(self, refused: str, document: Document) -> str:
        token = self._renew(refused)
        if token == refused:
            raise UnableToAuthenticate(document.name)
        return token

    def _post(
        self, document: Document, variables: Mapping[str, Any] | None, token: str
    ) -> httpx.Response | None:
        """Send the question; None where no answer came."""
        try:
            return self._http.post(
                self._url,
                json={"query": document.text, "variables": dict(variables or {})},
                headers={"X-Shopify-Access-Token": token, "Accept": "application/json"},
                timeout=TIMEOUT,
                follow_redirects=False,
            )
        except httpx.TransportError:
            return None

    def _wait_after(self, document: Document, response: httpx.Response | None, attempt: int) -> float | None:
        """Say how long to wait before asking again; None where there is an answer to read."""
        if response is None or response.status_code >= 500:
            return self._jittered(attempt)
        if response.status_code in ASK_LATER:
            return _retry_after(response) or self._jittered(attempt)
        if response.status_code != 200:
            raise UnableToBeUnderstood(document.name, {f"HTTP {response.status_code}"})
        said = _content(document, response)
        extensions = said.get("extensions")
        cost = extensions.get("cost") if isinstance(extensions, dict) else None
        self._bucket.told(document.name, cost, now=self._clock())
        codes = _codes(said)
        if codes & REFUSED_FOR_NOW:
            return self._bucket.wait(document.name, now=self._clock()) or self._jittered(attempt)
        return self._jittered(attempt) if codes & BROKEN_FOR_NOW and not _says_anything(said) else None

    def _read(self, document: Document, response: httpx.Response) -> Answer:
        said = _content(document, response)
        data = said.get("data")
        if not isinstance(data, dict):
            raise UnableToBeUnderstood(document.name, _codes(said) or {"no data"})
        return Answer(data, tuple(_errors(said)))

    def _jittered(self, attempt: int) -> float:
        whole: float = FIRST_REST_SECONDS * 2**attempt
        return whole * (0.5 + self._draw() / 2)

    def _rest(self, seconds: float) -> None:
        if seconds > LONGEST_WAIT_SECONDS:
            raise UnableToKeepUp(f"{seconds:.0f} s")
        if seconds > 0:
            self._sleep(seconds)


def _retry_after(response: httpx.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return 0.0


def _content(document: Document, response: httpx.Response) -> dict[str, Any]:
    try:
        said = response.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise UnableToBeUnderstood(document.name, {"no JSON"})
    return said


def _says_anything(said: Mapping[str, Any]) -> bool:
    """Whether a field that was asked for is there; one that broke stands in `data` as null."""
    data = said.get("data")
    return isinstance(data, dict) and any(each is not None for each in data.values())


def _errors(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    errors = said.get("errors")
    return [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []


def _codes(said: Mapping[str, Any]) -> set[str]:
    """Shopify's own names for what went wrong."""
    found = (each.get("extensions") for each in _errors(said))
    codes = {str(more["code"]) for more in found if isinstance(more, dict) and "code" in more}
    return codes or ({"errors without a code"} if said.get("errors") else set())
