"""What is to be learned for a shop, who is at it, and what was proposed and waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Text,
    Uuid,
    case,
    delete,
    func,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.database import Transaction, shop_table
from scoring.weights import Weights

# "learn": weights are learned and proposed. "foretell": the history in force is asked of every client.
Work = Literal["learn", "foretell"]

learnings = shop_table(
    "learnings",
    Column("work", Text, nullable=False),
    # When it was asked for, by the house's clock; null while nothing is. The row is the job's work.
    Column("asked_at", DateTime(timezone=True)),
    # Until when a worker has it, by the database's own clock: a killed one's work is taken up after.
    Column("leased_until", DateTime(timezone=True)),
    Column("done_at", DateTime(timezone=True)),
    Column("error", Text),  # the name of what went wrong the last time
    key=("work",),
)

weight_proposals = shop_table(
    "weight_proposals",
    Column("proposal_id", Uuid, nullable=False),
    Column("weights", JSONB, nullable=False),
    Column("history", JSONB, nullable=False),
    Column("learned", JSONB, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("approved", Boolean),
    Index(
        "weight_proposals_waiting_idx", "shop_id", unique=True, postgresql_where=text("decided_at is null")
    ),
    key=("proposal_id",),
)


@dataclass(frozen=True, slots=True)
class State:
    """How a work stands: asked for and not done yet, when it was last done, and what went wrong."""

    asked_at: datetime | None = None
    done_at: datetime | None = None
    error: str | None = None
    at_work: bool = False


def ask(tx: Transaction, work: Work, *, now: datetime) -> None:
    """This function will note that a work is wanted; asked for twice it is done once."""
    row = insert(learnings).values(shop_id=tx.shop_id, work=work, asked_at=now)
    tx.execute(row.on_conflict_do_update(index_elements=["shop_id", "work"], set_={"asked_at": now}))


def state(tx: Transaction, work: Work) -> State:
    """This function will say how a work stands."""
    leased = func.coalesce(learnings.c.leased_until > func.now(), False)
    columns = (learnings.c.asked_at, learnings.c.done_at, learnings.c.error, leased)
    row = tx.execute(select(*columns).where(*_its(tx, work))).one_or_none()
    return State(*row) if row is not None else State()


def take(tx: Transaction, work: Work, *, lease_seconds: int) -> datetime | None:
    """This function will take a wanted work for a while and answer when it was asked for; None: not ours."""
    free = or_(learnings.c.leased_until.is_(None), learnings.c.leased_until < func.now())
    until = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)
    found: datetime | None = tx.execute(
        update(learnings)
        .where(*_its(tx, work), learnings.c.asked_at.is_not(None), free)
        .values(leased_until=until)
        .returning(learnings.c.asked_at)
    ).scalar_one_or_none()
    return found


def finish(tx: Transaction, work: Work, asked_at: datetime, *, now: datetime, error: str = "") -> None:
    """This function will note that a work is done; asked for again meanwhile, it stays wanted.

    `error` names what kept it from an answer where trying again at once would not help.
    """
    still = case((learnings.c.asked_at == asked_at, null()), else_=learnings.c.asked_at)
    done = {"asked_at": still, "leased_until": null(), "done_at": now, "error": error or null()}
    tx.execute(update(learnings).where(*_its(tx, work)).values(**done))


def put_back(tx: Transaction, work: Work, error: str, *, rest_seconds: int) -> None:
    """This function will note by name what went wrong; the work is wanted still, after a rest."""
    until = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, rest_seconds)
    tx.execute(update(learnings).where(*_its(tx, work)).values(leased_until=until, error=error))


def waits(tx: Transaction, work: Work) -> bool:
    """This function will say whether a work is wanted and nobody is at it."""
    free = or_(learnings.c.leased_until.is_(None), learnings.c.leased_until < func.now())
    where = (*_its(tx, work), learnings.c.asked_at.is_not(None), free)
    return tx.execute(select(learnings.c.work).where(*where)).one_or_none() is not None


def _its(tx: Transaction, work: Work) -> tuple[ColumnElement[bool], ...]:
    return (learnings.c.shop_id == tx.shop_id, learnings.c.work == work)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Learned weights that wait for a person, and what she should read before she says yes."""

    proposal_id: UUID
    weights: Weights
    learned: Mapping[str, Any]
    made_at: datetime


def propose(
    tx: Transaction,
    weights: Weights,
    *,
    history: Mapping[str, Any],
    learned: Mapping[str, Any],
    now: datetime,
) -> UUID:
    """This function will keep a proposal in place of the one that waited, and answer its id."""
    p = weight_proposals.c
    tx.execute(delete(weight_proposals).where(p.shop_id == tx.shop_id, p.decided_at.is_(None)))
    proposal_id = uuid4()
    said = {"weights": weights.to_record(), "history": history, "learned": learned, "made_at": now}
    tx.execute(insert(weight_proposals).values(shop_id=tx.shop_id, proposal_id=proposal_id, **said))
    return proposal_id


def waiting(tx: Transaction) -> Proposed | None:
    """This function will read the proposal that waits."""
    p = weight_proposals.c
    columns = (p.proposal_id, p.weights, p.learned, p.made_at)
    row = tx.execute(select(*columns).where(p.shop_id == tx.shop_id, p.decided_at.is_(None))).one_or_none()
    if row is None:
        return None
    return Proposed(row.proposal_id, Weights.from_record(row.weights), row.learned, row.made_at)


def decide(
    tx: Transaction, proposal_id: UUID, *, approved: bool, by: str, now: datetime
) -> Mapping[str, Any] | None:
    """This function will note what a person said, and answer the history's numbers; None: too late."""
    p = weight_proposals.c
    where = (p.shop_id == tx.shop_id, p.proposal_id == proposal_id, p.decided_at.is_(None))
    said = {"decided_at": now, "decided_by": by, "approved": approved}
    found: Mapping[str, Any] | None = tx.execute(
        update(weight_proposals).where(*where).values(**said).returning(p.history)
    ).scalar_one_or_none()
    return found


def last_dismissed(tx: Transaction) -> datetime | None:
    """This function will say when a proposal was last put off."""
    p = weight_proposals.c
    found: datetime | None = tx.execute(
        select(func.max(p.decided_at)).where(p.shop_id == tx.shop_id, p.approved.is_(False))
    ).scalar_one()
    return found
