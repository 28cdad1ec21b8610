"""What the desk reads about a client: her row, who leads, her dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.stores.customers import customers, milestones
from app.stores.database import Transaction, among
from app.stores.relationships import relationships
from scoring.history import Milestone
from scoring.relationship import Relationship


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the house, with who leads and why. `relationship` is None while there is no order."""

    customer_id: str
    first_name: str
    last_name: str
    opted_out: bool
    stopped: bool
    rest_until: datetime | None
    lead_advisor_id: int | None
    lead_reason: str
    lead_by_hand: bool
    relationship: Relationship | None

    @property
    def name(self) -> str:
        """This method will give the name as she gave it; one without a name is still called something."""
        return f"{self.first_name} {self.last_name}".strip() or "A client without a name"


@dataclass(frozen=True, slots=True)
class KeptMilestone:
    """A date in the record, with its id."""

    milestone_id: UUID
    milestone: Milestone


def one(tx: Transaction, customer_id: str) -> Client | None:
    """This function will read one client, or None."""
    row = tx.execute(_clients(tx).where(customers.c.customer_id == customer_id)).one_or_none()
    return _client(row) if row is not None else None


def search(tx: Transaction, words: str, *, limit: int) -> list[Client]:
    """This function will find clients whose name holds every word, in alphabetical order.

    With no word it lists those who changed last.
    """
    name = func.concat_ws(" ", customers.c.first_name, customers.c.last_name)
    held = [name.icontains(word, autoescape=True) for word in words.split()]
    by = (customers.c.last_name, customers.c.first_name) if held else (relationships.c.updated_at.desc(),)
    statement = _clients(tx).where(*held)
    if not held:
        statement = statement.where(relationships.c.snapshot.is_not(None))
    return [_client(row) for row in tx.execute(statement.order_by(*by, customers.c.customer_id).limit(limit))]


def _clients(tx: Transaction) -> Select[Any]:
    r = relationships.c
    known = (r.stopped, r.rest_until, r.lead_advisor_id, r.lead_reason, r.lead_by_hand, r.snapshot)
    hers = and_(r.shop_id == customers.c.shop_id, r.customer_id == customers.c.customer_id)
    return (
        select(customers, *known)
        .select_from(customers.outerjoin(relationships, hers))
        .where(customers.c.shop_id == tx.shop_id)
    )


def _client(row: Any) -> Client:
    return Client(
        customer_id=row.customer_id,
        first_name=row.first_name,
        last_name=row.last_name,
        opted_out=row.opted_out,
        stopped=bool(row.stopped),
        rest_until=row.rest_until,
        lead_advisor_id=row.lead_advisor_id,
        lead_reason=row.lead_reason or "",
        lead_by_hand=bool(row.lead_by_hand),
        relationship=Relationship.from_record(row.snapshot) if row.snapshot else None,
    )


def milestones_of(tx: Transaction, customer_id: str) -> list[KeptMilestone]:
    """This function will read the dates in a client's record, through the year."""
    where = (milestones.c.shop_id == tx.shop_id, milestones.c.customer_id == customer_id)
    rows = tx.execute(select(milestones).where(*where).order_by(milestones.c.month, milestones.c.day))
    return [KeptMilestone(row.milestone_id, _milestone(row)) for row in rows]


def milestones_of_each(tx: Transaction, customer_ids: Sequence[str]) -> dict[str, list[KeptMilestone]]:
    """This function will read the dates in some clients' records, each with its id."""
    # As one array: thousands of parameters take half a second to be written down.
    meant = among(milestones.c.customer_id, customer_ids)
    where = (milestones.c.shop_id == tx.shop_id, meant)
    found: dict[str, list[KeptMilestone]] = {}
    for row in tx.execute(select(milestones).where(*where).order_by(milestones.c.milestone_id)):
        found.setdefault(row.customer_id, []).append(KeptMilestone(row.milestone_id, _milestone(row)))
    return found


def _milestone(row: Any) -> Milestone:
    named = {name: getattr(row, name) for name in Milestone.__dataclass_fields__ if name in milestones.c}
    return Milestone(**{**named, "rests_on": tuple(row.rests_on)})


def handle_milestone(
    tx: Transaction, customer_id: str, milestone_id: UUID, *, sensitive: bool, do_not_use: bool
) -> bool:
    """This function will mark how a date may be used; False where there is no such date."""
    statement = (
        update(milestones)
        .where(
            milestones.c.shop_id == tx.shop_id,
            milestones.c.customer_id == customer_id,
            milestones.c.milestone_id == milestone_id,
        )
        .values(sensitive=sensitive, do_not_use=do_not_use)
    )
    return bool(tx.execute(statement).rowcount)


def correct_milestone(tx: Transaction, customer_id: str, milestone_id: UUID, corrected: Milestone) -> bool:
    """This function will put a date right under the id it has; False where there is no such date."""
    where = (
        milestones.c.shop_id == tx.shop_id,
        milestones.c.customer_id == customer_id,
        milestones.c.milestone_id == milestone_id,
    )
    # A stated date rests on no orders' years; only a guess does, and a guess is not kept here.
    said = {name: value for name, value in corrected.to_record().items() if name in milestones.c}
    said["told_by"] = ""  # whoever corrects it says so by her own word
    return bool(tx.execute(update(milestones).where(*where).values(**said)).rowcount)


def remove_milestone(tx: Transaction, customer_id: str, milestone_id: UUID) -> str:
    """This function will take a date out of the record, and give the shop's own name for it, or ""."""
    m = milestones.c
    where = (m.shop_id == tx.shop_id, m.customer_id == customer_id, m.milestone_id == milestone_id)
    return str(tx.execute(delete(milestones).where(*where).returning(m.handle)).scalar_one_or_none() or "")


def set_opted_out(tx: Transaction, customer_id: str, opted_out: bool) -> None:
    """This function will switch scoring off for a client, or on again."""
    where = (customers.c.shop_id == tx.shop_id, customers.c.customer_id == customer_id)
    tx.execute(update(customers).where(*where).values(opted_out=opted_out))


def lead(tx: Transaction, customer_id: str, advisor_id: int, reason: str) -> None:
    """This function will have an advisor lead a relationship by hand, which no later order changes."""
    chosen = {"lead_advisor_id": advisor_id, "lead_reason": reason, "lead_by_hand": True}
    statement = insert(relationships).values(shop_id=tx.shop_id, customer_id=customer_id, version=1, **chosen)
    tx.execute(statement.on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_=chosen))
