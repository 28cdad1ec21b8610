"""A shop with three customers and its Shopify, where dates go both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.domain.learned import LearnedDate
from app.shopify.graphql import AdminClient
from app.stores import customers, kept_dates
from app.stores.kept_dates import KeptDate
from app.usecases.erase_shop import erase_shop
from app.usecases.keep_dates_in_shopify import keep_dates_in_shopify
from app.usecases.learn_date import learn_date
from app.usecases.open_shop import open_shop
from app.usecases.read_dates_from_shopify import read_dates_from_shopify
from app.usecases.remove_dates_from_shopify import remove_dates_from_shopify
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.backfill_house import SHOP, House, open_house

ALMA, BRUNO, CHIARA = "7001", "7002", "7004"


@dataclass
class DatesHouse:
    """The app's side and Shopify's, as tests/usecases/backfill_house.py opens them."""

    house: House

    @property
    def services(self) -> Services:
        return self.house.services

    @property
    def shop_id(self) -> int:
        return self.house.shop_id

    @property
    def client(self) -> AdminClient:
        return self.house.work().client

    def learn(self, customer_id: str = ALMA, occasion: str = "anniversary", **typed: str) -> None:
        said = {"occasion": occasion, "month": "9", "day": "12", "year": "2016", "told": "1", **typed}
        named = {f"learned_{name}": value for name, value in said.items()}
        with self.services.database.shop(self.shop_id) as tx:
            learn_date(tx, self.services.live, customer_id, named, today=NOW.date(), now=NOW)

    def keep(self, customer_id: str = ALMA) -> None:
        keep_dates_in_shopify(self.services.database, self.client, self.shop_id, customer_id)

    def remove(self) -> int:
        self.wait("date_removals")
        return remove_dates_from_shopify(self.services.database, self.client, self.shop_id)

    def read(self) -> None:
        self.run("update date_readings set read_at = null, leased_until = null")
        read_dates_from_shopify(
            self.services.database, self.services.live, self.client, self.shop_id, now=NOW
        )

    def wait(self, table: str = "date_keepings") -> None:
        """Let rests and leases be over, as time does."""
        also = ", rests_until = null" if table == "date_keepings" else ""
        self.run(f"update {table} set leased_until = null{also}")

    def run(self, statement: str) -> None:
        with self.services.database.shop(self.shop_id) as tx:
            tx.execute(text(statement))

    def rows(self, query: str) -> list[Any]:
        with self.services.database.shop(self.shop_id) as tx:
            return [tuple(row) for row in tx.execute(text(query))]

    def waiting(self) -> list[str]:
        with self.services.database.shop(self.shop_id) as tx:
            return kept_dates.waiting(tx, limit=10)

    def dates(self, customer_id: str = ALMA) -> list[KeptDate]:
        with self.services.database.shop(self.shop_id) as tx:
            return kept_dates.dates_of(tx, customer_id)

    def refused(self, customer_id: str = ALMA) -> tuple[int, str]:
        with self.services.database.shop(self.shop_id) as tx:
            return kept_dates.refused(tx, customer_id)

    def shopifys(self, customer_id: str = ALMA) -> list[Mapping[str, str]]:
        """What stands in a customer's list at Shopify, field by field."""
        listed = self.house.shopify.custom.listed(f"gid://shopify/Customer/{customer_id}")
        return [entry["fields"] for entry in listed]

    @property
    def entries(self) -> dict[str, Any]:
        return self.house.shopify.custom.entries

    def lose_everything(self) -> None:
        """Shopify forgets nothing; we forget the shop, and it installs us again."""
        with self.services.database.shop(self.shop_id) as tx:
            erase_shop(tx, self.services.live)
        about = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
        self.house.shop_id = open_shop(self.services.database, SHOP, now=NOW, **about)
        self.house.begin()
        self.house.go_on()


def open_dates(services: Services, folder: Path) -> DatesHouse:
    """This function will open the shop; all three are on record on both sides."""
    people = [(ALMA, "Alma", "Reyes"), (BRUNO, "Bruno", "Costa"), (CHIARA, "Chiara", "Rossi")]
    told = [
        {
            "id": number,
            "first_name": first,
            "last_name": last,
            "email": f"{first.lower()}@clients.example",
            "created_at": "2016-05-01T10:00:00+00:00",
        }
        for number, first, last in people
    ]
    (folder / "house.json").write_text(json.dumps({"customers": told}))
    house = open_house(services, folder, years=folder)
    with services.database.shop(house.shop_id) as tx:
        for number, first, last in people:
            customers.put(tx, number, first_name=first, last_name=last)
    return DatesHouse(house)


def told_date(**more: Any) -> LearnedDate:
    return LearnedDate(
        **{"occasion": "anniversary", "person": "", "month": 9, "day": 12, "year": 2016, "told": True, **more}
    )
