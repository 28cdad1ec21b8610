"""Every decision, with the record it can be replayed from, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.bookings import bookings
from app.stores.customers import customers
from app.stores.database import Transaction, shop_table
from scoring.decision import Decision

decisions = shop_table(
    "decisions",
    Column("decision_id", Uuid, nullable=False),
    # No foreign key: an erased customer leaves a decision without name, record or session; counts stay.
    Column("customer_id", Text),
    Column("session_id", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("day", Date, nullable=False),  # the visit's day in the shop's zone
    Column("verdict", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("strength", Text, nullable=False),
    Column("probability", Float),
    # Would have been invited, whichever arm she is in: the denominator of the pilot.
    Column("eligible", Boolean, nullable=False),
    Column("held_out", Boolean, nullable=False),
    Column("advisor_id", BigInteger),
    Column("record", JSONB),
    Column("seen_at", DateTime(timezone=True)),
    Column("answer", Text),  # accepted | not_now | never
    Column("answered_at", DateTime(timezone=True)),
    UniqueConstraint("shop_id", "session_id"),
    Index(None, "shop_id", "at"),
    Index(None, "shop_id", "customer_id", "day"),
    key=("decision_id",),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that was made: to whom, in which session, and who would be met."""

    decision_id: UUID
    customer_id: str
    session_id: str
    advisor_id: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The one decision of a session, whoever wrote it: its `kind` is offer, held_out or quiet."""

    decision_id: UUID
    kind: str


def claim(
    tx: Transaction,
    customer_id: str,
    session_id: str,
    decision: Decision,
    record: Mapping[str, object],
    *,
    at: datetime,
    day: date,
    advisor_id: int,
    eligible: bool,
) -> Claim:
    """This function will write a session's decision, or find the one it has: one row per session.

    What is found may be another than the one given; `kind` says which of them the session now has.
    """
    row = {
        "verdict": decision.verdict,
        "rule": decision.rule,
        "strength": decision.strength,
        "probability": decision.probability,
        "held_out": decision.held_out,
    }
    statement = insert(decisions).values(
        shop_id=tx.shop_id,
        decision_id=uuid4(),
        customer_id=customer_id,
        session_id=session_id,
        at=at,
        day=day,
        eligible=eligible,
        advisor_id=advisor_id,
        record=record,
        **row,
    )
    tx.execute(statement.on_conflict_do_nothing(index_elements=["shop_id", "session_id"]))
    its = and_(decisions.c.shop_id == tx.shop_id, decisions.c.session_id == session_id)
    columns = (decisions.c.decision_id, decisions.c.verdict, decisions.c.held_out, decisions.c.eligible)
    found = tx.execute(select(*columns).where(its)).one()
    return Claim(found.decision_id, _kind(found))


def _kind(row: Any) -> str:
    """A session that had ended before anybody was invited is quiet, whatever its rule would have come to."""
    if not row.eligible:
        return "quiet"
    return "held_out" if row.held_out else "offer" if row.verdict == "offer" else "quiet"


def offer(tx: Transaction, decision_id: UUID) -> Offer | None:
    """This function will read an offer that was really made; a decision to stay quiet is none."""
    row = tx.execute(
        select(
            decisions.c.decision_id,
            decisions.c.customer_id,
            decisions.c.session_id,
            decisions.c.advisor_id,
        ).where(_is(tx, decision_id), decisions.c.verdict == "offer", decisions.c.eligible)
    ).one_or_none()
    return Offer(*row) if row is not None else None


def mark_seen(tx: Transaction, decision_id: UUID, now: datetime) -> bool:
    """This function will note when an offer was first on the screen; False where that is known already."""
    unseen = (_is(tx, decision_id), decisions.c.seen_at.is_(None))
    return bool(tx.execute(update(decisions).where(*unseen).values(seen_at=now)).rowcount)


def mark_answered(tx: Transaction, decision_id: UUID, answer: str, now: datetime) -> bool:
    """This function will note the first answer, or a "never" that follows it; True for the first answer.

    Who opened the times has only looked: a "not now" after it is her first answer.
    """
    looked = decisions.c.answer == "accepted" if answer == "not_now" else false()
    unanswered = (_is(tx, decision_id), or_(decisions.c.answer.is_(None), looked))
    values = {"answer": answer, "answered_at": now}
    first = bool(tx.execute(update(decisions).where(*unanswered).values(**values)).rowcount)
    if not first and answer == "never":
        tx.execute(update(decisions).where(_is(tx, decision_id)).values(answer=answer))
    return first


def record_of(tx: Transaction, decision_id: UUID) -> Any:
    """This function will read a decision's record; None where there is none, or it was erased."""
    return tx.execute(select(decisions.c.record).where(_is(tx, decision_id))).scalar_one_or_none()


def _is(tx: Transaction, decision_id: UUID) -> Any:
    return and_(decisions.c.shop_id == tx.shop_id, decisions.c.decision_id == decision_id)


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened over a time; each is a part of the one it is set against in `app/web/admin_home.py`."""

    decided: int
    eligible: int
    held_out: int
    invited: int
    seen: int
    accepted: int
    not_now: int
    never: int
    booked: int


def counts(tx: Transaction, *, since: datetime, until: datetime) -> Counts:
    """This function will count decisions and what became of them, from `since` to before `until`."""
    invited = and_(decisions.c.eligible, decisions.c.verdict == "offer")
    met = and_(
        invited,
        exists().where(
            bookings.c.shop_id == decisions.c.shop_id, bookings.c.decision_id == decisions.c.decision_id
        ),
    )
    counted = (
        decisions.c.eligible,
        and_(decisions.c.eligible, decisions.c.held_out),
        invited,
        and_(invited, decisions.c.seen_at.is_not(None)),
        and_(invited, decisions.c.answer == "accepted"),
        and_(invited, decisions.c.answer == "not_now"),
        and_(invited, decisions.c.answer == "never"),
        met,
    )
    row = tx.execute(
        select(func.count(), *(func.count().filter(each) for each in counted)).where(
            decisions.c.shop_id == tx.shop_id, decisions.c.at >= since, decisions.c.at < until
        )
    ).one()
    return Counts(*row)


def by_day(tx: Transaction, *, since: datetime, until: datetime) -> dict[date, tuple[int, int]]:
    """This function will count decisions, and the invitations among them, by the visit's day in the house."""
    invited = and_(decisions.c.eligible, decisions.c.verdict == "offer")
    rows = tx.execute(
        select(decisions.c.day, func.count(), func.count().filter(invited))
        .where(decisions.c.shop_id == tx.shop_id, decisions.c.at >= since, decisions.c.at < until)
        .group_by(decisions.c.day)
    )
    return {day: (visits, asked) for day, visits, asked in rows}


def quiet_rules(tx: Transaction, *, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """This function will count the decisions to stay quiet by the rule that made them, the most first."""
    n = func.count()
    rows = tx.execute(
        select(decisions.c.rule, n)
        .where(
            decisions.c.shop_id == tx.shop_id,
            decisions.c.verdict == "quiet",
            decisions.c.at >= since,
            decisions.c.at < until,
        )
        .group_by(decisions.c.rule)
        .order_by(n.desc(), decisions.c.rule)
    )
    return [(row[0], row[1]) for row in rows]


def recent(tx: Transaction, *, limit: int, before: UUID | None = None) -> list[Any]:
    """This function will list decisions, newest first, with the client's name and the readings.

    `before` is a decision's id: the list goes on after it. An erased customer has neither name nor readings.
    """
    statement = _with_names(tx, decisions.c.record["decision"]["readings"].label("readings"))
    if before is not None:
        known = select(decisions.c.at, decisions.c.decision_id).where(_is(tx, before)).scalar_subquery()
        statement = statement.where(tuple_(decisions.c.at, decisions.c.decision_id) < known)
    newest = (decisions.c.at.desc(), decisions.c.decision_id.desc())
    return list(tx.execute(statement.order_by(*newest).limit(limit)))


def shown(tx: Transaction, decision_id: UUID) -> Any:
    """This function will read one decision with its record and the client's name, or None."""
    return tx.execute(_with_names(tx, decisions.c.record).where(_is(tx, decision_id))).one_or_none()


def _with_names(tx: Transaction, *more: Any) -> Any:
    plain = [column for column in decisions.c if column.name not in ("shop_id", "record")]
    named = and_(
        customers.c.shop_id == decisions.c.shop_id, customers.c.customer_id == decisions.c.customer_id
    )
    return (
        select(*plain, customers.c.first_name, customers.c.last_name, *more)
        .select_from(decisions.outerjoin(customers, named))
        .where(decisions.c.shop_id == tx.shop_id)
    )
