"""Clients who may be one person, and of whom somebody has said that they are two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Text, and_, delete, func, literal, or_, select, text, update
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import insert

from app.stores import date_removals
from app.stores.customers import customers, milestones, of_customer
from app.stores.database import Transaction, shop_table

# Both ways round, so that either is found by her own number.
two_people = shop_table(
    "two_people",
    *of_customer(),
    Column("other_id", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    ForeignKey(
        ["shop_id", "other_id"],
        ["customers.shop_id", "customers.customer_id"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    key=("customer_id", "other_id"),
)


WHO = ("first_name", "last_name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Alike:
    """Two ids that may be one person (the first is the lower one), and what they share."""

    one: str
    other: str
    by: tuple[str, ...]  # email | phone | name_and_birthday


# Each pair once, with all that it shares. A name alone is no reason.
_ALIKE = """
with born as (
  select distinct c.customer_id, lower(c.first_name) as first, lower(c.last_name) as last, m.month, m.day
  from milestones m join customers c on c.shop_id = m.shop_id and c.customer_id = m.customer_id
  where m.shop_id = :shop and m.occasion = 'birthday' and m.person = '' and m.day is not null
    and c.first_name <> '' and c.last_name <> ''),
pairs as (
  select a.customer_id as one, b.customer_id as other, 'email' as by
  from customers a join customers b on b.shop_id = a.shop_id and lower(b.email) = lower(a.email)
  where a.shop_id = :shop and a.email <> '' and a.customer_id < b.customer_id
  union all
  select a.customer_id, b.customer_id, 'phone'
  from customers a join customers b on b.shop_id = a.shop_id and b.phone = a.phone
  where a.shop_id = :shop and a.phone <> '' and b.phone <> '' and a.customer_id < b.customer_id
  union all
  select a.customer_id, b.customer_id, 'name_and_birthday'
  from born a
  join born b
    on (b.first, b.last, b.month, b.day) = (a.first, a.last, a.month, a.day)
    and a.customer_id < b.customer_id)
select one, other, array_agg(distinct by order by by) as by, count(*) over () as all_of_them
from pairs p
where not exists (select 1 from two_people t
                  where t.shop_id = :shop and t.customer_id = p.one and t.other_id = p.other)
group by one, other
order by count(distinct by) desc, one, other
limit :most
"""


def alike(tx: Transaction, *, most: int) -> tuple[list[Alike], int]:
    """This function will list clients who may be one person, the surest first, and count all of them."""
    rows = tx.execute(text(_ALIKE), {"shop": tx.shop_id, "most": most}).all()
    return [Alike(row.one, row.other, tuple(row.by)) for row in rows], rows[0].all_of_them if rows else 0


def say_two(tx: Transaction, one: str, other: str, *, by: str, now: datetime) -> None:
    """This function will remember that two clients are two people."""
    said = {"shop_id": tx.shop_id, "decided_by": by, "decided_at": now}
    rows = [said | {"customer_id": a, "other_id": b} for a, b in ((one, other), (other, one))]
    tx.execute(insert(two_people).values(rows).on_conflict_do_nothing())


def move(tx: Transaction, old: str, new: str) -> None:
    """This function will let what was said of an id that goes hold of the one that stays."""
    t = two_people.c
    for own, others in ((t.customer_id, t.other_id), (t.other_id, t.customer_id)):
        new_id = literal(new).label(own.name)
        picked = [new_id if column is own else column for column in two_people.c]
        of_old = select(*picked).where(t.shop_id == tx.shop_id, own == old, others != new)
        names = [column.name for column in two_people.c]
        tx.execute(insert(two_people).from_select(names, of_old).on_conflict_do_nothing())
    gone = or_(t.customer_id == old, t.other_id == old)
    tx.execute(delete(two_people).where(t.shop_id == tx.shop_id, gone))


def fill_in(tx: Transaction, gone: str, kept: str, *, only: Sequence[str] = WHO) -> None:
    """This function will give the one that stays what is blank with her and known of the other."""
    c, other = customers.c, customers.alias("other")
    values: dict[str, Any] = {name: func.coalesce(func.nullif(c[name], ""), other.c[name]) for name in only}
    both = and_(c.shop_id == tx.shop_id, c.customer_id == kept)
    theirs = and_(other.c.shop_id == c.shop_id, other.c.customer_id == gone)
    tx.execute(update(customers).where(both, theirs).values(**values))


def join_dates(tx: Transaction, gone: str, kept: str) -> None:
    """This function will make one of dates that both have: the stronger word stands, and every caution."""
    m = milestones.c
    of_gone = {_day(row): row for row in _dates(tx, gone)}
    for row in _dates(tx, kept):
        twin = of_gone.pop(_day(row), None)
        if twin is None:
            continue
        values = {
            name: getattr(row, name) or getattr(twin, name) for name in ("sensitive", "do_not_use", "year")
        }
        if twin.provenance == "stated":
            values |= {
                name: getattr(twin, name) for name in ("provenance", "confidence", "spread_days", "told_by")
            }
        tx.execute(
            update(milestones)
            .where(m.shop_id == tx.shop_id, m.milestone_id == row.milestone_id)
            .values(**values)
        )
        tx.execute(delete(milestones).where(m.shop_id == tx.shop_id, m.milestone_id == twin.milestone_id))
        date_removals.let_go(tx, {date_removals.entry_handle(twin.milestone_id, twin.handle)})


def _dates(tx: Transaction, customer_id: str) -> Sequence[Any]:
    where = (milestones.c.shop_id == tx.shop_id, milestones.c.customer_id == customer_id)
    return list(tx.execute(select(milestones).where(*where).with_for_update()))


def _day(row: Any) -> tuple[str, str, int, int | None]:
    return row.occasion, row.person.casefold(), row.month, row.day
