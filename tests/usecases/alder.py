"""Maison Alder for the tests of bookings: Ines in Bath on weekdays, Alma and others with an offer each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from app.stores import advisors, customers
from app.stores.advisors import Hours
from app.stores.database import Database, Transaction
from app.stores.decisions import decisions
from app.usecases.book_consultation import Wish
from app.usecases.open_shop import open_shop
from tests.conftest import NOW

DOMAIN = "maison-alder.myshopify.com"
MONDAY_AT_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WEEKDAYS = tuple(Hours(weekday, time(10), time(17)) for weekday in range(5))


class Asked(list[tuple[Any, ...]]):
    """A queue that remembers what it was asked for."""

    def ask(self, name: str, *ids: int | str) -> None:
        self.append((name, *ids))


@dataclass(frozen=True, slots=True)
class Alder:
    """The house and its people."""

    shop_id: int
    margaret: int
    ines: int


def open_alder(database: Database) -> Alder:
    """This function will open the house with Margaret, who owns it and keeps no hours, Ines, and Alma."""
    shop_id = open_shop(
        database, DOMAIN, name="Maison Alder", timezone="Europe/London", currency="GBP", now=NOW
    )
    with database.shop(shop_id) as tx:
        margaret = advisors.owner(tx).advisor_id
        advisors.set_hours(tx, margaret, [])
        ines = advisors.add(
            tx,
            name="Ines Moreau",
            first_name="Ines",
            email="ines@alder.example",
            role="advisor",
            timezone="Europe/London",
        )
        advisors.set_hours(tx, ines, WEEKDAYS)
        customers.put(tx, "7001", first_name="Alma", last_name="Reyes", email="alma@clients.example")
    return Alder(shop_id, margaret, ines)


def offer_to(tx: Transaction, customer_id: str, advisor_id: int, *, verdict: str = "offer") -> UUID:
    """This function will write the decision to invite a customer, or another verdict."""
    customers.mention(tx, [customer_id])
    decision_id = uuid4()
    row = {
        "decision_id": decision_id,
        "customer_id": customer_id,
        "session_id": str(decision_id),
        "at": NOW,
        "day": NOW.date(),
        "verdict": verdict,
        "rule": "cue_reached",
        "strength": "strong",
        "eligible": True,
        "held_out": verdict != "offer",
        "advisor_id": advisor_id,
    }
    tx.execute(insert(decisions).values(shop_id=tx.shop_id, **row))
    return decision_id


def wish(offer: UUID, starts_at: datetime = MONDAY_AT_TEN, *, key: str = "", note: str = "") -> Wish:
    """This function will make a shopper's wish; each has its own key unless one is given."""
    return Wish(offer, starts_at, "Europe/London", "shop", note, key or str(uuid4()))
