"""Whom an advisor may have to think of, and what was said to each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    SmallInteger,
    Text,
    Uuid,
    delete,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert

from app.domain.contact import Contact
from app.domain.worklist import Answered
from app.stores.customers import of_customer
from app.stores.database import Transaction, among, shop_table
from scoring.relationship import Relationship

worklist_answers = shop_table(
    "worklist_answers",
    Column("answer_id", Uuid, nullable=False),
    *of_customer(),
    Column("occasion", Text, nullable=False),  # a milestone's id, or how an inferred one was inferred
    Column("year", SmallInteger, nullable=False),
    Column("answer", Text, nullable=False),  # done | snoozed | not_relevant | again
    Column("until", Date),
    Column("advisor_id", BigInteger),
    Column("at", DateTime(timezone=True), nullable=False),
    Index(None, "shop_id", "customer_id"),
    key=("answer_id",),
)


@dataclass(frozen=True, slots=True)
class Led:
    """A client somebody leads. `custom`: a conversation with her ended in a custom piece."""

    customer_id: str
    first_name: str
    last_name: str
    relationship: Relationship | None
    custom: bool


def led_by(tx: Transaction, advisor_id: int, *, and_nobodys: bool, months: Sequence[int]) -> list[Led]:
    """This function will list the clients an advisor leads who have a date in one of these months.

    `and_nobodys` adds those whom nobody leads who works here: they are the owner's. Who opted out, or asked
    not to be invited again, is not among them.
    """
    given = {"shop": tx.shop_id, "advisor": advisor_id, "alone": and_nobodys, "months": list(months)}
    return [_led(row) for row in tx.execute(sql(_LED_BY), given)]


def _led(row: Any) -> Led:
    snapshot = Relationship.from_record(row.snapshot) if row.snapshot else None
    return Led(row.customer_id, row.first_name, row.last_name, snapshot, row.custom)


_LED_BY = """
select c.customer_id, c.first_name, c.last_name, r.snapshot,
  exists (select from bookings b join consultations k using (shop_id, booking_id)
    where b.shop_id = c.shop_id and b.customer_id = c.customer_id and k.outcome = 'custom_piece') as custom
from customers c
left join relationships r on r.shop_id = c.shop_id and r.customer_id = c.customer_id
left join advisors a on a.shop_id = r.shop_id and a.advisor_id = r.lead_advisor_id and a.active
where c.shop_id = :shop and not c.opted_out and not coalesce(r.stopped, false)
  and (a.advisor_id = :advisor or (:alone and a.advisor_id is null))
  and (exists (select from milestones m where m.shop_id = c.shop_id and m.customer_id = c.customer_id
         and m.month = any(:months))
    or exists (select from jsonb_array_elements(r.snapshot->'milestones') m
         where (m->>'month')::int = any(:months)))
order by c.customer_id
"""


def contacts(tx: Transaction, customer_ids: Sequence[str], *, now: datetime) -> dict[str, Contact]:
    """This function will read what stands between the house and some clients, but for their dates."""
    given = {"shop": tx.shop_id, "ids": list(customer_ids), "now": now}
    found = {}
    for row in tx.execute(sql(_CONTACTS), given).mappings():
        named = dict(row)
        customer_id = named.pop("customer_id")
        found[customer_id] = Contact(**named)
    return found


_CONTACTS = """
select c.customer_id, c.opted_out, coalesce(r.stopped, false) as stopped, r.rest_until, r.offered_at,
  (select max(w.sent_at) from outreach w
    where w.shop_id = c.shop_id and w.customer_id = c.customer_id) as written_at,
  (select max(o.ordered_at) from orders o
    where o.shop_id = c.shop_id and o.customer_id = c.customer_id and o.status = 'counted') as last_order_at,
  exists (select from orders o
    where o.shop_id = c.shop_id and o.customer_id = c.customer_id and o.problem) as order_problem,
  (select max(b.ends_at) from bookings b where b.shop_id = c.shop_id and b.customer_id = c.customer_id
    and b.state = 'booked' and b.ends_at > :now) as booked_until,
  (select b.zone from bookings b where b.shop_id = c.shop_id and b.customer_id = c.customer_id
    order by b.starts_at desc limit 1) as zone
from customers c left join relationships r on r.shop_id = c.shop_id and r.customer_id = c.customer_id
where c.shop_id = :shop and c.customer_id = any(:ids)
"""


def answer(
    tx: Transaction,
    customer_id: str,
    said: Answered,
    *,
    advisor_id: int | None,
) -> None:
    """This function will keep what was said to an item."""
    row = {"customer_id": customer_id, "occasion": said.key, "year": said.year, "answer": said.answer}
    row |= {"until": said.until, "advisor_id": advisor_id, "at": said.at}
    tx.execute(insert(worklist_answers).values(shop_id=tx.shop_id, answer_id=uuid4(), **row))


def forget(tx: Transaction, customer_id: str, key: str) -> None:
    """This function will forget what was said to an occasion that is no longer on record."""
    w = worklist_answers.c
    tx.execute(
        delete(worklist_answers).where(
            w.shop_id == tx.shop_id, w.customer_id == customer_id, w.occasion == key
        )
    )


def answers(tx: Transaction, customer_ids: Sequence[str]) -> dict[str, list[Answered]]:
    """This function will read what was said to the items of some clients, oldest first."""
    w = worklist_answers.c
    # As one array: thousands of parameters take half a second to be written down.
    where = (w.shop_id == tx.shop_id, among(w.customer_id, customer_ids))
    rows = select(w.customer_id, w.occasion, w.year, w.answer, w.at, w.until).where(*where).order_by(w.at)
    found: dict[str, list[Answered]] = {}
    for customer_id, *said in tx.execute(rows):
        found.setdefault(customer_id, []).append(Answered(*said))
    return found


def answered_since(tx: Transaction, advisor_id: int, *, since: date) -> list[Any]:
    """This function will list the answers an advisor gave since a day, the newest first."""
    w = worklist_answers.c
    where = (w.shop_id == tx.shop_id, w.advisor_id == advisor_id, w.at >= since)
    return list(tx.execute(select(worklist_answers).where(*where).order_by(w.at.desc())))
