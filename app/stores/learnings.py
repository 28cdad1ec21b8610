"""What is worked through for a whole shop, who is at it, and what was learned and waits for a person."""

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
    Integer,
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
# "replay": the last year is gone through as it would have been. "place": what the merchant placed by hand is
# told to the orders on record and to every relationship.
Work = Literal["learn", "foretell", "replay", "place"]

learnings = shop_table(
    "learnings",
    Column("work", Text, nullable=False),
    # A large shop's work is done in parts, each a row and a job: this is the part's number, and of how many.
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    # When it was asked for, by the house's clock; null while nothing is. The row is the job's work.
    Column("asked_at", DateTime(timezone=True)),
    # Until when a worker has it, by the database's own clock: a killed one's work is taken up after.
    Column("leased_until", DateTime(timezone=True)),
    # After an error, until when it is left alone; whoever asks anew does not wait for it.
    Column("rests_until", DateTime(timezone=True)),
    # How often it was taken without an end since: who is killed over it each time leaves no other trace.
    Column("takes", Integer, nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("error", Text),  # the name of what went wrong the last time
    key=("work", "part"),
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
    """How a work stands: asked for and not done yet, when it was last done, and what went wrong.

    Of a work in parts: wanted while one of them is, done when the last of them was.
    """

    asked_at: datetime | None = None
    done_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A part of a work that is ours for a while; `takes` counts this time and those without an end before."""

    work: Work
    part: int
    parts: int
    asked_at: datetime
    takes: int


def ask(tx: Transaction, work: Work, *, now: datetime, parts: int = 1) -> None:
    """This function will note that a work is wanted, in so many parts; asked for twice it is done once.

    A rest after an error ends, and the error is forgotten; whoever is at it is not disturbed.
    """
    l = learnings.c  # noqa: E741 - beside the table it reads as what it is
    tx.execute(delete(learnings).where(*_its(tx, work), l.part >= parts))
    wanted = {"parts": parts, "asked_at": now, "rests_until": None, "takes": 0, "error": None}
    rows = [{"shop_id": tx.shop_id, "work": work, "part": part, **wanted} for part in range(parts)]
    anew = insert(learnings).values(rows)
    tx.execute(anew.on_conflict_do_update(index_elements=["shop_id", "work", "part"], set_=wanted))


def state(tx: Transaction, work: Work) -> State:
    """This function will say how a work stands."""
    l = learnings.c  # noqa: E741 - as above
    columns = (func.min(l.asked_at), func.min(l.done_at), func.min(l.error))
    return State(*tx.execute(select(*columns).where(*_its(tx, work))).one())


def take(tx: Transaction, work: Work, *, part: int = 0, lease_seconds: int) -> Taken | None:
    """This function will take a wanted part of a work for a while; None where it is not ours to take."""
    l = learnings.c  # noqa: E741 - as above
    row = tx.execute(
        update(learnings)
        .where(*_its(tx, work), l.part == part, *_waits())
        .values(leased_until=_in(lease_seconds), takes=l.takes + 1)
        .returning(l.parts, l.asked_at, l.takes)
    ).one_or_none()
    return Taken(work, part, *row) if row is not None else None


def hold(tx: Transaction, taken: Taken, *, lease_seconds: int) -> None:
    """This function will keep what was taken for a while longer."""
    tx.execute(update(learnings).where(*_taken(tx, taken)).values(leased_until=_in(lease_seconds)))


def finish(tx: Transaction, taken: Taken, *, now: datetime, error: str = "") -> None:
    """This function will note that a part is done; asked for again meanwhile, it stays wanted.

    `error` names what kept it from an answer where trying again at once would not help.
    """
    still = case((learnings.c.asked_at == taken.asked_at, null()), else_=learnings.c.asked_at)
    done = {"asked_at": still, "leased_until": null(), "takes": 0, "done_at": now, "error": error or null()}
    tx.execute(update(learnings).where(*_taken(tx, taken)).values(**done))


def put_back(tx: Transaction, taken: Taken, error: str, *, rest_seconds: int) -> None:
    """This function will note by name what went wrong; the part is wanted still, after a rest.

    Asked for again meanwhile, it does not rest: then something has changed.
    """
    rest = case((learnings.c.asked_at == taken.asked_at, _in(rest_seconds)), else_=null())
    back = {"leased_until": null(), "rests_until": rest, "takes": 0, "error": error}
    tx.execute(update(learnings).where(*_taken(tx, taken)).values(**back))


def waiting_parts(tx: Transaction, work: Work) -> list[int]:
    """This function will list the parts of a work that are wanted and nobody is at."""
    l = learnings.c  # noqa: E741 - as above
    found = select(l.part).where(*_its(tx, work), *_waits()).order_by(l.part)
    return list(tx.execute(found).scalars())


def _in(seconds: int) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _waits() -> tuple[ColumnElement[bool], ...]:
    l = learnings.c  # noqa: E741 - as above
    over = (or_(until.is_(None), until < func.now()) for until in (l.leased_until, l.rests_until))
    return (l.asked_at.is_not(None), *over)


def _its(tx: Transaction, work: Work) -> tuple[ColumnElement[bool], ...]:
    return (learnings.c.shop_id == tx.shop_id, learnings.c.work == work)


def _taken(tx: Transaction, taken: Taken) -> tuple[ColumnElement[bool], ...]:
    return (*_its(tx, taken.work), learnings.c.part == taken.part)


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
