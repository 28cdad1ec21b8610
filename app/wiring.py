"""The one place that chooses the real thing or its twin."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import reset_tzpath

import httpx
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from shopify_app import ShopifyApp

from app.calendars.feeds import Reach
from app.config import Settings
from app.domain.pacing import Pace
from app.queue import Queue
from app.shopify.errors import UnableToKeepUp
from app.shopify.exchange import TokenOffice
from app.shopify.graphql import AdminClient
from app.shopify.http import open_client
from app.shopify.tokens import Vault
from app.stores import shops
from app.stores.database import Database
from app.stores.live import Live
from app.usecases.houses import Houses
from app.usecases.token_of import token_of

Clock = Callable[[], datetime]

# The storefront never waits: with Redis away its answer must come within 50 ms (DESIGN.md).
HOT_TIMEOUT_SECONDS = 0.025
PATIENT_TIMEOUT_SECONDS = 5.0
# Asking comes after the commit and before the answer, and Shopify gives a webhook five seconds in all.
ASKING_TIMEOUT_SECONDS = 1.0


def use_packaged_zones() -> None:
    """This function will make zoneinfo read the `tzdata` package and not the machine's own, older database.

    Debian 12's is an hour wrong for Vancouver from 2027 on (facts/jewellery.md). Every process calls it.
    """
    reset_tzpath(to=())


@dataclass(frozen=True)
class Services:
    """What the doors and the jobs of one process work with."""

    settings: Settings
    database: Database
    live: Live
    houses: Houses
    pace: Pace
    queue: Queue
    clock: Clock
    shopify: ShopifyApp
    http: httpx.Client
    vault: Vault
    reach: Reach

    def close(self) -> None:
        self.database.close()
        self.live.close()
        self.queue.close()
        self.http.close()

    @property
    def token_office(self) -> TokenOffice:
        """This property will give Shopify's token endpoint, as this app may ask it."""
        return TokenOffice(self.shopify, self.http)


def connect(settings: Settings) -> Services:
    """This function will connect one process to its stores. Call it after any fork."""
    use_packaged_zones()
    hot = Redis.from_url(
        settings.redis_url,
        socket_timeout=HOT_TIMEOUT_SECONDS,
        socket_connect_timeout=HOT_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    patient = Redis.from_url(settings.redis_url, socket_timeout=PATIENT_TIMEOUT_SECONDS)
    database = Database(settings.database_url)
    return Services(
        settings=settings,
        database=database,
        houses=Houses(database),
        live=Live(hot=hot, patient=patient),
        pace=Pace(per_second=settings.batches_per_second),
        queue=Queue(Redis.from_url(settings.redis_url, socket_timeout=ASKING_TIMEOUT_SECONDS)),
        clock=SandboxClock(settings.sandbox_url) if settings.sandbox_url else real_clock,
        shopify=ShopifyApp(
            client_id=settings.api_key,
            client_secret=settings.api_secret,
            old_client_secret=settings.old_api_secret or None,
        ),
        http=open_client("" if settings.is_production else settings.sandbox_url),
        vault=Vault(settings.encryption_keys),
        reach=Reach(loopback=settings.calendar_loopback),
    )


def admin_of(parts: Services, shop_id: int, *, patient: bool = True) -> AdminClient:
    """This function will give the Admin API of one shop, with its own token and no other.

    An impatient one never waits: where Shopify asks for it, it raises UnableToKeepUp.
    """
    with parts.database.shop(shop_id) as tx:
        domain = shops.read(tx).domain

    def token(refused: str = "") -> str:
        now = real_clock()  # tokens know no other, whatever the house's clock says
        return token_of(parts.database, parts.token_office, parts.vault, shop_id, now=now, refused=refused)

    return AdminClient(
        parts.http,
        domain,
        token,
        renew=token,
        sleep=time.sleep if patient else _do_not_wait,
        clock=time.monotonic,
        draw=random.random,
    )


def _do_not_wait(_seconds: float) -> None:
    raise UnableToKeepUp("a person waits")


def real_clock() -> datetime:
    """This function will say what time it is."""
    return datetime.now(UTC)


class SandboxClock:
    """The time in the sandbox Shopify, which can be moved so that weeks of visits are lived in a minute."""

    # Short enough that a moved clock is noticed at once, long enough not to ask on each request.
    _REMEMBER_SECONDS = 0.25

    def __init__(self, sandbox_url: str) -> None:
        self._client = httpx.Client(base_url=sandbox_url, timeout=1.0)
        self._offset = timedelta()
        self._asked_at = float("-inf")

    def __call__(self) -> datetime:
        if time.monotonic() - self._asked_at > self._REMEMBER_SECONDS:
            self._asked_at = time.monotonic()
            self._offset = self._ask()
        return real_clock() + self._offset

    def _ask(self) -> timedelta:
        try:
            return timedelta(milliseconds=self._client.get("/clock").json()["offset_ms"])
        except (httpx.HTTPError, ValueError, KeyError):
            return self._offset  # the sandbox is starting or stopping: the last word stands
