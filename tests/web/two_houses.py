"""Two houses, both furnished and full: every table has its rows, and every word of a house bears its name."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import Column, Table, Uuid, insert, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range

from app.stores import advisors, learnings, merges
from app.stores.advisors import Hours
from app.stores.database import Transaction
from app.stores.tables import metadata
from app.usecases.give_own_calendar import give_own_calendar
from app.usecases.open_shop import open_shop
from app.usecases.write_brief import write_brief
from app.wiring import Services
from scoring.relationship import build
from scoring.weights import Weights
from tests.conftest import NOW
from tests.domain.test_brief import ALMAS, BATH, decided
from tests.web import proxy
from tests.web.merchant import good_token
from tests.web.two_houses_words import (
    LEFT_FOR,
    book_once_more,
    bring_a_book,
    look_back,
    propose,
    say_in_versions,
    wait_for_the_morning,
    write_a_letter,
)

# An imported book's numbers may be the same in two houses; the other is each house's own.
SHARED = "7001"
SHORTEST_ID = 8
SOON = NOW + timedelta(days=20)

# What a column must say for the product to understand the row; all other words bear the house's name.
MEANT: dict[str, Any] = {
    "backfills.kind": "orders",
    "backfills.state": "waiting",
    "bookings.busy": Range(SOON, SOON + timedelta(hours=1)),
    "bookings.ends_at": SOON + timedelta(minutes=45),
    "bookings.place": "phone",
    "bookings.starts_at": SOON,
    "bookings.state": "booked",
    "bookings.zone": "Europe/London",
    "calendar_feeds.due_at": NOW - timedelta(minutes=1),
    "calls_back.part": "any",
    "calls_back.reason": "asked",
    "captures.details": {},
    "captures.kind": "person",
    "consents.channel": "email",
    "consents.source": "by_hand",
    "consents.state": "one_to_one",
    "consultations.outcome": None,
    "consultations.stage": "opening",
    "consultations.typed_at": {},
    "customers.updated_at": None,
    "decisions.advisor_id": None,  # the house's own, below
    "decisions.answer": None,
    "decisions.eligible": True,
    "decisions.held_out": False,
    "decisions.rule": "cue_reached",
    "decisions.strength": "strong",
    "decisions.verdict": "offer",
    "inbox.topic": "customers/update",
    "learnings.work": "learn",
    "milestones.day": 9,
    "milestones.month": 12,
    "milestones.occasion": "birthday",
    "milestones.provenance": "stated",
    "onboarding.name": "embed",
    "onboarding.state": "on",
    "order_lines.kind": "necklace",
    "order_lines.price": 120_000,
    "order_lines.tags": [],
    "orders.currency": "GBP",
    "orders.status": "counted",
    "outbox.kind": "",
    "outbox.night": "",
    "outbox.due_at": NOW - timedelta(minutes=1),
    "outbox.state": "ready",
    "outreach.channel": "email",
    "outreach.state": "draft",
    "placings.kind": "necklace",
    "products.kind": "necklace",
    "products.tags": [],
    "weight_proposals.approved": False,
    "weight_proposals.decided_at": NOW,
    "weight_proposals.weights": Weights().to_record(),
    "worklist_answers.answer": "snoozed",
    "worklist_answers.year": NOW.year,
}
WORKS: tuple[learnings.Work, ...] = ("learn", "foretell", "replay", "place")
PLAIN: dict[type, Any] = {int: 1, float: 0.5, bool: False, time: time(10)}
WRITTEN_BY_THE_PRODUCT = (
    *("briefs", "last_years", "own_calendars", "two_people"),
    *("client_books", "client_book_parts", "client_book_rejects"),
)


@dataclass
class House:
    """A house: its name stands in every word of its own, `ids` has what its rows are known by."""

    who: str
    shop_id: int
    domain: str
    owner: int
    ines: int
    own: str
    twin: str
    numbers: Iterator[int]
    filled: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    offer: UUID = field(default_factory=uuid4)
    proposal: UUID = field(default_factory=uuid4)

    @property
    def secret(self) -> str:
        """The end of the address at which an advisor's own calendar is read."""
        return f"calendar-of-{self.who.lower()}"

    @property
    def booking(self) -> UUID:
        found: UUID = self.filled["bookings"]["booking_id"]
        return found

    @property
    def email(self) -> str:
        return f"client@{self.who.lower()}.example"

    def note_ids(self, tx: Transaction) -> None:
        """This method will note what each row of the house is known by, under the name of its column."""
        self.ids.clear()
        waits = learnings.waiting(tx)
        self.proposal = waits.proposal_id if waits else self.proposal
        for table in metadata.sorted_tables:
            rows = tx.execute(text(f"select * from {table.name}")).mappings().all()
            for column in table.primary_key.columns:
                self.ids[column.name] += [row[column.name] for row in rows]

    def leave_for(self, services: Services, endpoint: str) -> None:
        """This method will leave what a try needs to find, where an earlier one may have used it up."""
        if endpoint in LEFT_FOR:
            with services.database.shop(self.shop_id) as tx:
                LEFT_FOR[endpoint](tx, self.who, self.filled)
                self.note_ids(tx)


def open_house(services: Services, client: FlaskClient, who: str, numbers: Iterator[int]) -> House:
    """This function will open a house through its doors, and fill what is still empty."""
    domain = f"{who.lower()}.myshopify.com"
    about = {"name": f"{who} Jewellers", "timezone": "Europe/London", "currency": "GBP"}
    shop_id = open_shop(services.database, domain, owner_name=f"Margaret {who}", now=NOW, **about)
    # Installing exchanges tokens and begins the history.
    assert client.get(f"/admin?id_token={good_token(services.settings, domain)}").status_code == 200
    with services.database.shop(shop_id) as tx:
        house = House(
            who, shop_id, domain, *_people(tx, who), str(next(numbers)), str(next(numbers)), numbers
        )
        say_in_versions(tx, who)
        for table in metadata.sorted_tables:
            _fill(tx, house, table)
        _second_client(tx, house)
        write_brief(tx, house.booking, now=NOW)
        _leave_work(tx, house)
        look_back(tx, SHARED)
        bring_a_book(tx, who)
        give_own_calendar(tx, house.ines, secret=house.secret, now=NOW)
        house.note_ids(tx)
        empty = [table.name for table in metadata.sorted_tables if not _has_rows(tx, table)]
        assert empty == [], f"{who} has nothing in them"
    for customer in (SHARED, house.own):
        query = proxy.signed(customer, shop=domain)
        assert client.post(f"/proxy/events?{query}", json=proxy.batch()).status_code in (200, 204)
    return house


def _has_rows(tx: Transaction, table: Table) -> bool:
    return tx.execute(text(f"select 1 from {table.name} limit 1")).scalar() is not None


def _people(tx: Transaction, who: str) -> tuple[int, int]:
    owner = advisors.owner(tx).advisor_id
    advisors.change(tx, owner, name=f"Margaret {who}", email=f"margaret@{who.lower()}.example")
    ines = advisors.add(
        tx,
        name=f"Ines {who}",
        first_name=f"Ines{who}",
        email=f"ines@{who.lower()}.example",
        role="advisor",
        timezone="Europe/London",
    )
    advisors.set_hours(tx, ines, [Hours(day, time(10), time(17)) for day in range(5)])
    return owner, ines


def _fill(tx: Transaction, house: House, table: Table) -> None:
    there = tx.execute(text(f"select * from {table.name} limit 1")).mappings().first()
    if there is None and table.name not in WRITTEN_BY_THE_PRODUCT:
        row = {column.name: value for column in table.c if (value := _value(house, column)) is not None}
        there = tx.execute(insert(table).values(row).returning(*table.c)).mappings().one()
    house.filled[table.name] = dict(there or {})


def _value(house: House, column: Column[Any]) -> Any:
    """Say what a column of the house holds; None leaves it to its default."""
    name = f"{column.table.name}.{column.name}"
    given = _given(house).get(name, _given(house).get(column.name))
    if given is not None or name in MEANT:
        return MEANT.get(name) if given is None else given
    if column.name == "shop_id":
        return house.shop_id
    for key in column.foreign_keys:
        return house.filled[key.column.table.name][key.column.name]
    return _invented(house, column)


def _given(house: House) -> dict[str, Any]:
    known = build(ALMAS, version=1, zone=BATH, shop_median=90_000, currency="GBP")
    return {
        "customer_id": SHARED,
        "advisor_id": house.ines,
        "lead_advisor_id": house.ines,
        "order_id": house.filled.get("orders", {}).get("order_id") or str(next(house.numbers)),
        "product_id": house.filled.get("products", {}).get("product_id") or str(next(house.numbers)),
        "email": house.email,
        "recipient": house.email,
        "bookings.decision_id": house.filled.get("decisions", {}).get("decision_id"),
        "decisions.record": decided().to_record(),
        "relationships.snapshot": known.to_record(),
        "exports.content": {"customers": [{"first_name": f"Zoe{house.who}"}]},
        "inbox.body": json.dumps({"id": int(SHARED), "first_name": f"Inbox{house.who}"}),
    }


def _invented(house: House, column: Column[Any]) -> Any:
    if isinstance(column.type, TSTZRANGE):
        return Range(SOON, SOON + timedelta(days=1))
    if isinstance(column.type, JSONB):
        return {"said": f"{house.who} {column.table.name}"}
    kind = UUID if isinstance(column.type, Uuid) else column.type.python_type
    if kind is str:
        return f"{house.who} {column.table.name} {column.name}"
    if column.nullable or column.server_default is not None or column.identity is not None:
        return None
    if kind is UUID:
        return uuid4()
    return PLAIN.get(kind, NOW if hasattr(NOW, kind.__name__) or kind is type(NOW) else NOW.date())


def _second_client(tx: Transaction, house: House) -> None:
    """Somebody with an offer and nothing booked, known under a number that the other house does not have."""
    mine = {"shop_id": house.shop_id, "customer_id": house.own}
    names = {"first_name": f"Zoe{house.who}", "last_name": house.who, "email": f"zoe@{house.who}.example"}
    tx.execute(insert(metadata.tables["customers"]).values(**mine, **names))
    twin = {**mine, "customer_id": house.twin}
    tx.execute(insert(metadata.tables["customers"]).values(**twin, **names))
    merges.say_two(tx, SHARED, house.own, by=f"Margaret {house.who}", now=NOW)
    shared = house.filled["relationships"]
    tx.execute(insert(metadata.tables["relationships"]).values({**shared, **mine}))
    offer = {**house.filled["decisions"], **mine, "decision_id": house.offer, "session_id": uuid4().hex}
    tx.execute(insert(metadata.tables["decisions"]).values(offer))


def _leave_work(tx: Transaction, house: House) -> None:
    """Something for each job, and a history that has stopped and can be begun again."""
    tx.execute(text("update backfills set state = 'failed' where kind = 'customers'"))
    tx.execute(text("update shop_tokens set access_until = now(), refresh_until = now() + interval '1 day'"))
    write_a_letter(tx, house.filled["outbox"])
    wait_for_the_morning(tx, house.filled["outreach"])
    propose(tx)
    for work in WORKS:
        learnings.ask(tx, work, now=NOW)
    for starts_at in (SOON + timedelta(days=2), NOW - timedelta(days=10)):
        book_once_more(tx, house.filled["bookings"], starts_at)


def uuids_of(house: House) -> list[UUID]:
    """This function will give every UUID that a row of the house is known by."""
    return sorted({each for known in house.ids.values() for each in known if isinstance(each, UUID)})


def everything_of(services: Services, house: House) -> dict[str, list[str]]:
    """This function will give every row of a house, table by table, and its keys in Redis."""
    with services.database.shop(house.shop_id) as tx:
        rows = {
            table: sorted(tx.execute(text(f"select t::text from {table} t")).scalars().all())
            for table in metadata.tables
        }
    return {**rows, "redis": sorted(_keys(services, house))}


def _keys(services: Services, house: House) -> Iterator[str]:
    redis = services.live.patient
    for key in redis.scan_iter(f"*{{{house.shop_id}:*"):
        if b"rate" not in key:  # it ends by itself within the minute
            yield f"{key!r}: {redis.dump(key)!r}"


def _sought(house: House) -> list[str]:
    numbers = {
        house.own,
        house.twin,
        house.filled["orders"]["order_id"],
        house.filled["products"]["product_id"],
    }
    return [house.who.lower(), *map(str, uuids_of(house)), *numbers]


def traces_of(house: House, said: str, *, sent: tuple[str, ...] = ()) -> list[str]:
    """This function will find the house's own words, names and ids in a text, but those that were sent."""
    told = said.lower()
    # What is short is a number of something else, too, and no id that is looked for.
    long = {each.lower() for each in sent if len(each) >= SHORTEST_ID}
    for each in sorted(long, key=len, reverse=True):
        told = told.replace(each, "…")
    return [trace for trace in _sought(house) if trace in told]
