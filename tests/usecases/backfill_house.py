"""A shop whose history comes in from the sandbox Shopify, without a port and without waiting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from app.domain.backfill import Kind
from app.sandbox import house as drawn
from app.sandbox.parts import Parts
from app.sandbox.serve import create_app, make_parts
from app.sandbox.settings import Settings as SandboxSettings
from app.shopify.graphql import AdminClient
from app.shopify.result_files import blocks_of
from app.stores import backfills
from app.usecases.begin_backfill import begin_backfill
from app.usecases.open_shop import open_shop
from app.usecases.take_backfill_in import Work, take_backfill_in
from app.wiring import Services
from tests.conftest import NOW

SHOP = "maison-alder.myshopify.com"

# What the merchant noted long before Steward came.
TAGS = {"7005": ["VIP", "Advisor:Margaret Alder"], "7008": ["trade", "No-Advisor-Invitations"]}

# All that a backfill writes, and what follows from it.
WRITTEN = (
    "select customer_id, first_name, last_name, email, updated_at, since, orders_ever, last_ordered_at"
    " from customers order by 1",
    "select order_id, customer_id, ordered_at, currency, status, source, staff, problem, updated_at"
    " from orders order by 1",
    "select order_id, line, product_id, title, product_type, tags, kind, price, quantity, engraving"
    " from order_lines order by 1, 2",
    "select customer_id, snapshot - 'version', lead_reason from relationships"
    " where snapshot is not null order by 1",
    "select history_partial from shops",
    "select customer_id, name, value, said_at from marks order by 1, 2",
    "select customer_id, channel, state, source, said_at, address from consents order by 1, 2, 5",
)


@dataclass
class House:
    """The app's side and Shopify's."""

    services: Services
    shopify: Parts
    http: httpx.Client
    shop_id: int
    slept: list[float]
    clock: Callable[[], datetime] = lambda: NOW
    lease_seconds: int = 60
    fetch: Callable[[str, int | None], Iterator[bytes]] | None = None

    def begin(self) -> bool:
        with self.services.database.shop(self.shop_id) as tx:
            return begin_backfill(tx, self.services.queue, now=self.clock())

    def work(self) -> Work:
        parts = self.services
        token = lambda: self.shopify.tokens.give()["access_token"]  # noqa: E731 - a source of tokens
        client = AdminClient(
            self.http,
            SHOP,
            token,  # type: ignore[arg-type]
            sleep=self.slept.append,
            clock=lambda: 0.0,
            draw=lambda: 0.5,
        )
        fetch = self.fetch or (lambda url, size: blocks_of(self.http, url, size=size))
        return Work(
            parts.database,
            parts.live,
            parts.queue,
            client,
            fetch,
            self.shop_id,
            self.clock,
            self.lease_seconds,
        )

    def go(self, *kinds: Kind) -> None:
        for kind in kinds or ("customers", "orders"):
            take_backfill_in(self.work(), kind)

    def wake(self) -> None:
        """Let what rests be taken up again, as time does."""
        with self.services.database.shop(self.shop_id) as tx:
            tx.execute(text("update backfills set leased_until = null"))

    def go_on(self, most: int = 20) -> None:
        """Take it up until there is nothing more to do, as the sweep does."""
        for _ in range(most):
            self.wake()
            with self.services.database.shop(self.shop_id) as tx:
                waiting = backfills.waiting(tx)
            if not waiting:
                return
            self.go(*waiting)
        raise AssertionError(f"still {self.states()}")

    def states(self) -> dict[Kind, tuple[str, str]]:
        with self.services.database.shop(self.shop_id) as tx:
            return {kind: (row.state, row.failure) for kind, row in backfills.read(tx).items()}

    def written(self) -> list[Any]:
        with self.services.database.shop(self.shop_id) as tx:
            return [[tuple(row) for row in tx.execute(text(query))] for query in WRITTEN]


def open_house(services: Services, folder: Path, *, years: Path | None) -> House:
    """This function will open a shop and its Shopify; `years` holds the drawn house, None where it is new."""
    told = SandboxSettings(data=folder / "sandbox", house=years or folder / "nothing", shop=SHOP)
    shopify = make_parts(told)
    shopify.bulk.runs_for = 0
    shopify.clock.now = lambda: NOW  # type: ignore[method-assign]  # business time stands still here
    http = httpx.Client(transport=httpx.WSGITransport(create_app(shopify)))
    about = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    shop_id = open_shop(services.database, SHOP, now=NOW, **about)
    return House(services, shopify, http, shop_id, [])


def draw_years(folder: Path) -> Path:
    """This function will draw the demo house, once for a whole module; some clients have tags there."""
    drawn.write(drawn.generate(today=NOW.date(), shop=SHOP), folder)
    told = json.loads((folder / "house.json").read_text())
    for person in told["customers"]:
        person["tags"] = TAGS.get(person["id"], [])
    (folder / "house.json").write_text(json.dumps(told))
    return folder
