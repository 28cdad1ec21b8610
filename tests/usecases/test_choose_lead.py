"""Who leads: by hand, by the shop's tag, by who looked after her most, else the owner: with the reason."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.stores import advisors, clients, marks
from app.stores.bookings import bookings, consultations
from app.stores.database import Transaction
from app.usecases.mark_customer import tag_customer
from app.usecases.update_relationship import (
    relationship_as_of,
    update_every_relationship,
    update_relationship,
)
from app.wiring import Services
from scoring.history import Order, OrderLine
from scoring.relationship import lead_from_staff
from tests.conftest import NOW
from tests.usecases.alder import Alder

ALMA = "7001"
TODAY = date(2026, 11, 21)
KNOWN = {"ines moreau": "Ines Moreau", "jonas lind": "Jonas Lind"}


@pytest.fixture
def jonas(services: Services, alder: Alder) -> int:
    with services.database.shop(alder.shop_id) as tx:
        return advisors.add(
            tx, name="Jonas Lind", first_name="Jonas", email="", role="advisor", timezone="Europe/London"
        )


def bought(day: str, staff: str, price: int) -> Order:
    lines = (OrderLine("pendant", price, 1),)
    at = NOW.replace(year=int(day[:4]), month=int(day[5:7]), day=int(day[8:]))
    return Order(day, at, "GBP", lines, staff=staff)


def meets(tx: Transaction, advisor: int, *, days_ago: int, outcome: str = "bought", **more: object) -> None:
    booking_id, at = uuid4(), NOW - timedelta(days=days_ago)
    row = {
        "booking_id": booking_id,
        "advisor_id": advisor,
        "customer_id": ALMA,
        "starts_at": at,
        "ends_at": at,
    }
    row |= {
        "busy": f"[{at},{at}]",
        "state": "completed",
        "place": "shop",
        "zone": "UTC",
        "key": str(booking_id),
    }
    row |= {"fingerprint": "", "uid": "", **more}
    tx.execute(insert(bookings).values(shop_id=tx.shop_id, **row))
    held = {
        "booking_id": booking_id,
        "started_at": at,
        "stage": "decision",
        "outcome": outcome,
        "closed_at": at,
    }
    tx.execute(insert(consultations).values(shop_id=tx.shop_id, **held))


def lead_of(services: Services, alder: Alder) -> tuple[int | None, str]:
    with services.database.shop(alder.shop_id) as tx:
        update_relationship(tx, services.live, ALMA, now=NOW)
        alma = clients.one(tx, ALMA)
    assert alma is not None
    return alma.lead_advisor_id, alma.lead_reason


def test_a_dear_order_weighs_more_than_a_clasp_of_the_same_month() -> None:
    orders = [bought("2024-05-01", "Ines Moreau", 900_000), bought("2024-05-02", "Jonas Lind", 9_000)]
    assert lead_from_staff(orders, KNOWN, today=TODAY)[0] == "Ines Moreau"
    assert lead_from_staff(orders[::-1], KNOWN, today=TODAY)[0] == "Ines Moreau"


def test_a_consultation_weighs_more_than_an_order_and_says_so() -> None:
    orders = [bought("2026-05-01", "Ines Moreau", 90_000), bought("2025-05-01", "Ines Moreau", 90_000)]
    met = [("Jonas Lind", date(2026, 10, 4))]
    assert lead_from_staff(orders, KNOWN, today=TODAY, met=met) == (
        "Jonas Lind",
        "Jonas Lind held one consultation, the last in October 2026.",
    )
    both = lead_from_staff(orders, KNOWN, today=TODAY, met=[("Ines Moreau", date(2026, 10, 4))])[1]
    assert both == (
        "Ines Moreau held one consultation, the last in October 2026, "
        "and advised on 2 of 2 orders, the last in May 2026."
    )


def test_who_held_her_consultations_leads(services: Services, alder: Alder, jonas: int) -> None:
    assert lead_of(services, alder)[0] == alder.margaret
    with services.database.shop(alder.shop_id) as tx:
        meets(tx, jonas, days_ago=200)
    assert lead_of(services, alder) == (jonas, "Jonas Lind held one consultation, the last in May 2026.")
    with services.database.shop(alder.shop_id) as tx:
        before = relationship_as_of(tx, ALMA, at=NOW - timedelta(days=300))
    assert before[2] == alder.margaret, "nobody had met her then"


def test_a_stand_in_and_who_was_not_met_do_not_become_the_lead(
    services: Services, alder: Alder, jonas: int
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        meets(tx, jonas, days_ago=20, stand_in_for=alder.ines, consented_at=NOW)
        meets(tx, jonas, days_ago=10, outcome="no_show")
    assert lead_of(services, alder)[0] == alder.margaret


def test_a_tag_in_shopify_names_the_lead_until_it_is_taken_off(
    services: Services, alder: Alder, jonas: int
) -> None:
    def tag(name: str, *, added: bool, hours: int) -> None:
        with services.database.shop(alder.shop_id) as tx:
            at = NOW + timedelta(hours=hours)
            tag_customer(tx, services.live, ALMA, [name], added=added, at=at, now=NOW)

    with services.database.shop(alder.shop_id) as tx:
        meets(tx, jonas, days_ago=20)
    tag("Advisor:Ines Moreau", added=True, hours=-9)
    with services.database.shop(alder.shop_id) as tx:
        alma = clients.one(tx, ALMA)
    assert alma is not None
    assert (alma.lead_advisor_id, alma.lead_reason) == (alder.ines, "A tag in Shopify names Ines Moreau.")
    tag("advisor:Somebody Else", added=True, hours=-8)
    assert lead_of(services, alder)[0] == alder.ines, "who does not work here is nobody's lead"
    tag("advisor:ines moreau", added=False, hours=-7)
    assert lead_of(services, alder)[0] == jonas


def test_the_same_clues_count_when_everything_is_rebuilt(
    services: Services, alder: Alder, jonas: int
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        marks.say(tx, ALMA, {"tag:advisor:jonas": "added"}, at=NOW)
        update_relationship(tx, services.live, ALMA, now=NOW)
    expected = lead_of(services, alder)
    assert expected[0] == jonas
    args = {"now": NOW, "on_progress": lambda _: None}
    update_every_relationship(services.database, services.live, alder.shop_id, **args)
    with services.database.shop(alder.shop_id) as tx:
        alma = clients.one(tx, ALMA)
    assert alma is not None
    assert (alma.lead_advisor_id, alma.lead_reason) == expected


def test_a_hand_comes_before_every_tag(services: Services, alder: Alder, jonas: int) -> None:
    with services.database.shop(alder.shop_id) as tx:
        marks.say(tx, ALMA, {"tag:advisor:ines moreau": "added"}, at=NOW)
        clients.lead(tx, ALMA, jonas, "Margaret chose Jonas.")
    assert lead_of(services, alder) == (jonas, "Margaret chose Jonas.")
