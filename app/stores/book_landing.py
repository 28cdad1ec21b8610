"""Landing a client book, some hundred rows at once: who is there, what is known, what is new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from app.domain.book_matching import People, Person
from app.stores.aliases import aliases
from app.stores.book_entries import book_entries
from app.stores.clients import KeptMilestone, milestones_of_each
from app.stores.consents import consents
from app.stores.customers import customers, notes
from app.stores.database import Transaction, among
from app.stores.erasures import LOCK
from app.stores.kept_dates import keepings
from app.stores.relationships import relationships
from scoring.days import local_day

_PERSON = tuple(customers.c[name] for name in Person.__dataclass_fields__)


def keep_erasures_out(tx: Transaction) -> None:
    """This function will wait for an erasure that is under way, and let none begin until the end."""
    tx.execute(text("select pg_advisory_xact_lock_shared(:key, :shop)"), {"key": LOCK, "shop": tx.shop_id})


def people_near(
    tx: Transaction, *, ids: Collection[str], emails: Collection[str], phones: Collection[str]
) -> People:
    """This function will read everybody whom some rows could be about. Addresses are in lower case."""
    went = select(aliases.c.alias, aliases.c.customer_id)
    hers = (aliases.c.shop_id == tx.shop_id, among(aliases.c.alias, ids))
    moved = {row.alias: row.customer_id for row in tx.execute(went.where(*hers))}
    meant = or_(
        among(customers.c.customer_id, {*ids, *moved.values()}),
        among(func.lower(customers.c.email), emails),
        and_(customers.c.phone != "", among(customers.c.phone, phones)),
    )
    people = People(aliases=moved)
    rows = tx.execute(select(*_PERSON).where(customers.c.shop_id == tx.shop_id, meant))
    people.add(Person(*row) for row in rows)
    return people


@dataclass(slots=True)
class OnRecord:
    """What is on record of some customers, as far as a book may say it again. Days are the house's."""

    dates: dict[str, list[KeptMilestone]] = field(default_factory=dict)
    notes: set[tuple[str, str, date]] = field(default_factory=set)
    note_texts: set[tuple[str, str]] = field(default_factory=set)
    entries: set[tuple[str, str, str, str]] = field(default_factory=set)
    consents: set[tuple[str, str, str, str, date]] = field(default_factory=set)
    led_by_hand: set[str] = field(default_factory=set)


def on_record(tx: Transaction, customer_ids: Sequence[str], zone: ZoneInfo) -> OnRecord:
    """This function will read what is on record of some customers."""
    found = OnRecord(dates=milestones_of_each(tx, customer_ids))
    for row in _rows(tx, notes, customer_ids):
        found.notes.add((row.customer_id, row.body, local_day(row.at, zone)))
        found.note_texts.add((row.customer_id, row.body))
    for row in _rows(tx, book_entries, customer_ids):
        found.entries.add((row.customer_id, row.kind, row.about, row.what.casefold()))
    for row in _rows(tx, consents, customer_ids):
        said_on = local_day(row.said_at, zone)
        found.consents.add((row.customer_id, row.channel, row.state, row.proof, said_on))
    led = (row.customer_id for row in _rows(tx, relationships, customer_ids) if row.lead_by_hand)
    found.led_by_hand.update(led)
    return found


def put_people(tx: Transaction, people: Sequence[Person]) -> None:
    """This function will give people their rows; of those who have one only what is blank is filled."""
    if not people:
        return
    names = tuple(Person.__dataclass_fields__)
    rows = [
        {"shop_id": tx.shop_id, **{name: getattr(each, name) for name in names}} for each in _ordered(people)
    ]
    statement = insert(customers)
    kept: dict[str, Any] = {
        name: func.coalesce(func.nullif(customers.c[name], ""), statement.excluded[name])
        for name in names[1:]
    }
    tx.execute(statement.on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_=kept), rows)


def _ordered(people: Sequence[Person]) -> list[Person]:
    # In one order for whoever lands them, or two that land the same would wait for each other.
    return sorted(people, key=lambda person: person.customer_id)


def owe_dates(tx: Transaction, customer_ids: Collection[str]) -> None:
    """This function will note that some customers' dates have changed, as `kept_dates.owe` does for one."""
    if customer_ids:
        rows = [{"shop_id": tx.shop_id, "customer_id": each} for each in sorted(customer_ids)]
        anew = {"owed": True, "changes": keepings.c.changes + 1, "rests_until": None}
        owed = insert(keepings).on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_=anew)
        tx.execute(owed, rows)


def lead_each(tx: Transaction, leads: Mapping[str, tuple[int, str]]) -> None:
    """This function will have advisors lead customers (number, reason); whom a hand chose already stays."""
    if leads:
        rows = [
            {"shop_id": tx.shop_id, "customer_id": each, "version": 1, "lead_advisor_id": number,
             "lead_reason": why, "lead_by_hand": True}
            for each, (number, why) in sorted(leads.items())
        ]  # fmt: skip
        statement = insert(relationships)
        chosen = {
            name: statement.excluded[name] for name in ("lead_advisor_id", "lead_reason", "lead_by_hand")
        }
        tx.execute(
            statement.on_conflict_do_update(
                index_elements=["shop_id", "customer_id"], set_=chosen, where=~relationships.c.lead_by_hand
            ),
            rows,
        )


def _rows(tx: Transaction, table: Any, customer_ids: Collection[str]) -> list[Any]:
    where = (table.c.shop_id == tx.shop_id, among(table.c.customer_id, customer_ids))
    return list(tx.execute(select(table).where(*where)))
