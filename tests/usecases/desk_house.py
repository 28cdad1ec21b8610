"""Maison Alder as the desk sees it: Margaret owns it, Ines leads Alma, Jonas leads nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import Range

from app.stores import advisors, customers, rulebook
from app.stores.bookings import bookings
from app.stores.database import Database, Transaction
from app.stores.decisions import decisions
from app.stores.orders import order_lines, orders
from app.stores.relationships import relationships
from scoring.relationship import build
from tests.conftest import NOW
from tests.domain.test_brief import ALMAS, BATH, decided

AFTERNOON = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
ALMA = "7001"


@dataclass(frozen=True, slots=True)
class DeskHouse:
    """The house, its people, and Alma's booking with Ines this afternoon."""

    shop_id: int
    margaret: int
    ines: int
    jonas: int
    booking: UUID


def open_house(database: Database) -> DeskHouse:
    """This function will open the house, with Alma invited and booked."""
    shop_id = database.open_shop(
        "maison-alder.myshopify.com", name="Maison Alder", timezone="Europe/London", currency="GBP"
    )
    with database.shop(shop_id) as tx:
        rulebook.write_first(tx, now=NOW)
        people = [_advisor(tx, name) for name in ("Margaret Alder", "Ines Moreau", "Jonas Lind")]
        customers.put(tx, ALMA, first_name="Alma", last_name="Reyes", email="alma@clients.example")
        _orders(tx)
        _relationship(tx, people[1])
        booking = book(tx, ALMA, people[1], AFTERNOON, decision_id=_decision(tx, people[1]))
    return DeskHouse(shop_id, *people, booking)


def _advisor(tx: Transaction, name: str) -> int:
    first = name.split()[0]
    role = "owner" if first == "Margaret" else "advisor"
    email = f"{first.lower()}@alder.example"
    return advisors.add(
        tx, name=name, first_name=first, email=email, role=role, timezone="Europe/London", pronoun="she"
    )


def _orders(tx: Transaction) -> None:
    for order in ALMAS:
        head = {"order_id": order.order_id, "customer_id": ALMA, "ordered_at": order.ordered_at}
        head |= {"currency": "GBP", "status": "counted", "staff": order.staff}
        tx.execute(insert(orders).values(shop_id=tx.shop_id, **head))
        for n, line in enumerate(order.lines):
            row = {"kind": line.kind, "price": line.price, "quantity": 1, "title": line.title}
            row |= {"order_id": order.order_id, "line": n, "engraving": line.engraving}
            tx.execute(insert(order_lines).values(shop_id=tx.shop_id, **row))


def _relationship(tx: Transaction, lead: int) -> None:
    known = build(ALMAS, version=1, zone=BATH, shop_median=90_000, currency="GBP")
    row = {"customer_id": ALMA, "version": 1, "snapshot": known.to_record(), "lead_advisor_id": lead}
    row |= {"lead_reason": "Ines advised on 3 of 3 orders."}
    tx.execute(insert(relationships).values(shop_id=tx.shop_id, **row))


def _decision(tx: Transaction, advisor_id: int) -> UUID:
    decision_id = uuid4()
    row = {"decision_id": decision_id, "customer_id": ALMA, "session_id": "s", "at": NOW, "day": NOW.date()}
    row |= {"verdict": "offer", "rule": "cue_reached", "strength": "strong", "eligible": True}
    row |= {"held_out": False, "advisor_id": advisor_id, "record": decided().to_record()}
    tx.execute(insert(decisions).values(shop_id=tx.shop_id, **row))
    return decision_id


def book(
    tx: Transaction,
    customer_id: str,
    advisor_id: int,
    starts_at: datetime,
    *,
    decision_id: UUID | None = None,
    state: str = "booked",
) -> UUID:
    """This function will write a booking of 45 minutes as it stands in the table."""
    booking_id, ends_at = uuid4(), starts_at + timedelta(minutes=45)
    row = {"booking_id": booking_id, "advisor_id": advisor_id, "customer_id": customer_id, "state": state}
    row |= {"starts_at": starts_at, "ends_at": ends_at, "busy": Range(starts_at, ends_at), "place": "shop"}
    row |= {"zone": "Europe/London", "note": "Ten years!", "key": str(booking_id), "fingerprint": ""}
    row |= {"uid": str(booking_id), "decision_id": decision_id}
    tx.execute(insert(bookings).values(shop_id=tx.shop_id, **row))
    return booking_id
