"""Where each relationship stands: who leads it, whether it rests, and its latest snapshot."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    Select,
    Text,
    func,
    null,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.stores.customers import of_customer
from app.stores.database import Transaction, among, in_part, shop_table
from scoring.relationship import Relationship

relationships = shop_table(
    "relationships",
    *of_customer(),
    Column("version", Integer, nullable=False),
    # scoring.relationship.Relationship as a record; null while the customer has no counted order
    Column("snapshot", JSONB),
    Column("lead_advisor_id", BigInteger),
    Column("lead_reason", Text, nullable=False, server_default=""),
    Column("lead_by_hand", Boolean, nullable=False, server_default=text("false")),
    Column("stopped", Boolean, nullable=False, server_default=text("false")),
    Column("dismissals", Integer, nullable=False, server_default=text("0")),
    Column("rest_until", DateTime(timezone=True)),
    Column("offered_at", DateTime(timezone=True)),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "shop_id", "lead_advisor_id"),
    key=("customer_id",),
)


@dataclass(frozen=True, slots=True)
class Stand:
    """A relationship's row: what was last known of it, who leads it, whether it rests."""

    version: int
    snapshot: Relationship | None
    lead_advisor_id: int | None
    lead_reason: str
    lead_by_hand: bool
    stopped: bool
    dismissals: int
    rest_until: datetime | None
    offered_at: datetime | None


# Of somebody who has no row: nothing has ever been said, or asked.
UNKNOWN = Stand(0, None, None, "", False, False, 0, None, None)


def one(tx: Transaction, customer_id: str) -> Stand:
    """This function will read where a relationship stands; UNKNOWN at version 0 where there is none."""
    return _stand(tx.execute(_read(tx, customer_id)).one_or_none())


def hold(tx: Transaction, customer_id: str) -> Stand:
    """This function will read it and keep others from changing it until this transaction ends."""
    row = insert(relationships).values(shop_id=tx.shop_id, customer_id=customer_id, version=0)
    tx.execute(row.on_conflict_do_nothing())
    return _stand(tx.execute(_read(tx, customer_id).with_for_update()).one_or_none())


def is_at(tx: Transaction, customer_id: str, version: int) -> bool:
    """This function will say whether it still stands at a version, and hold it there for this transaction."""
    found = tx.execute(_read(tx, customer_id).with_for_update()).one_or_none()
    return (found.version if found is not None else 0) == version


def is_there(tx: Transaction, customer_id: str) -> bool:
    """This function will say whether there is one, and keep it from being changed or erased meanwhile."""
    return tx.execute(_read(tx, customer_id).with_for_update()).one_or_none() is not None


def dismissals(tx: Transaction, customer_id: str) -> int:
    """This function will count how often "not now" was the answer."""
    return one(tx, customer_id).dismissals


def stand(tx: Transaction, customer_id: str, **values: Any) -> None:
    """This function will change stopped, dismissals, rest_until or offered_at, and move a version on."""
    _change(tx, customer_id, values)


def move_on(tx: Transaction, customer_id: str) -> None:
    """This function will count a version on: something beside the row has changed what is known of her."""
    _change(tx, customer_id, {})


def write(
    tx: Transaction,
    customer_id: str,
    snapshot: Relationship | None,
    *,
    version: int,
    lead_advisor_id: int | None,
    lead_reason: str,
) -> None:
    """This function will write a new snapshot of a relationship that is held."""
    record = snapshot.to_record() if snapshot is not None else null()
    row = {"version": version, "snapshot": record, "updated_at": func.now()}
    lead = {"lead_advisor_id": lead_advisor_id, "lead_reason": lead_reason}
    tx.execute(update(relationships).where(*_hers(tx, customer_id)).values(**row, **lead))


@dataclass(frozen=True, slots=True)
class Written:
    """A snapshot to write, made while the relationship stood at `was`."""

    customer_id: str
    was: int
    snapshot: Relationship | None
    lead_advisor_id: int | None
    lead_reason: str


def read_each(tx: Transaction, customer_ids: Sequence[str]) -> dict[str, Stand]:
    """This function will read where some hundred relationships stand."""
    where = (relationships.c.shop_id == tx.shop_id, among(relationships.c.customer_id, customer_ids))
    rows = tx.execute(select(relationships).where(*where))
    return {row.customer_id: _stand(row) for row in rows}


def write_each(tx: Transaction, written: Sequence[Written]) -> set[str]:
    """This function will write many snapshots at once, and answer whose.

    One that has moved on since it was read is left: what moved it on has built it anew, or it is the next
    run's. The version moves on by one.
    """
    rows = [
        {
            "customer_id": one.customer_id,
            "was": one.was,
            "snapshot": one.snapshot.to_record() if one.snapshot is not None else None,
            "lead_advisor_id": one.lead_advisor_id,
            "lead_reason": one.lead_reason,
        }
        for one in written
    ]
    given = {"shop": tx.shop_id, "rows": json.dumps(rows)}
    return set(tx.execute(text(_WRITE_EACH), given).scalars())


_WRITE_EACH = """
insert into relationships as r
  (shop_id, customer_id, version, snapshot, lead_advisor_id, lead_reason)
select :shop, customer_id, was + 1, nullif(snapshot, 'null'::jsonb), lead_advisor_id, lead_reason
from jsonb_to_recordset(cast(:rows as jsonb))
  as given(customer_id text, was int, snapshot jsonb, lead_advisor_id bigint, lead_reason text)
order by customer_id
on conflict (shop_id, customer_id) do update set
  version = excluded.version, snapshot = excluded.snapshot, lead_advisor_id = excluded.lead_advisor_id,
  lead_reason = excluded.lead_reason, updated_at = now()
where r.version = excluded.version - 1
returning customer_id
"""


def count(tx: Transaction) -> int:
    """This function will count the relationships of a shop."""
    where = relationships.c.shop_id == tx.shop_id
    found: int = tx.execute(select(func.count()).select_from(relationships).where(where)).scalar_one()
    return found


def foretold_of_each(tx: Transaction, *, part: int = 0, of: int = 1) -> dict[str, tuple[int, float | None]]:
    """This function will read what was foretold of everyone with an order, and at which version of hers.

    `part` of `of` are the customers of one hash part.
    """
    foretold = relationships.c.snapshot["foretold"].as_float()
    where = (
        relationships.c.shop_id == tx.shop_id,
        relationships.c.snapshot.is_not(None),
        text(in_part("customer_id")).bindparams(part=part, of=of),
    )
    rows = tx.execute(select(relationships.c.customer_id, relationships.c.version, foretold).where(*where))
    return {customer_id: (version, said) for customer_id, version, said in rows}


def foretell_each(tx: Transaction, foretold: Sequence[tuple[str, int, float | None]]) -> set[str]:
    """This function will write what is foretold, (customer, version read, log-odds) each, and answer of whom.

    A relationship that has moved on since is left: she has ordered, and the next run knows of it.
    """
    rows = [{"customer_id": who, "was": was, "foretold": said} for who, was, said in foretold]
    given = {"shop": tx.shop_id, "rows": json.dumps(rows)}
    return set(tx.execute(text(_FORETELL_EACH), given).scalars())


_FORETELL_EACH = """
update relationships r set version = was + 1, updated_at = now(), snapshot = r.snapshot
  || jsonb_build_object('version', was + 1, 'foretold', given.foretold)
from jsonb_to_recordset(cast(:rows as jsonb)) as given(customer_id text, was int, foretold float)
where r.shop_id = :shop and r.customer_id = given.customer_id and r.version = was
  and r.snapshot is not null
returning r.customer_id
"""


def _change(tx: Transaction, customer_id: str, values: Mapping[str, Any]) -> None:
    row = insert(relationships).values(shop_id=tx.shop_id, customer_id=customer_id, version=1, **values)
    moved = {**values, "version": relationships.c.version + 1, "updated_at": func.now()}
    tx.execute(row.on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_=moved))


def _read(tx: Transaction, customer_id: str) -> Select[Any]:
    return select(relationships).where(*_hers(tx, customer_id))


def _hers(tx: Transaction, customer_id: str) -> tuple[ColumnElement[bool], ...]:
    return (relationships.c.shop_id == tx.shop_id, relationships.c.customer_id == customer_id)


def _stand(row: Any) -> Stand:
    if row is None:
        return UNKNOWN
    snapshot = Relationship.from_record(row.snapshot) if row.snapshot is not None else None
    return Stand(
        row.version,
        snapshot,
        row.lead_advisor_id,
        row.lead_reason,
        row.lead_by_hand,
        row.stopped,
        row.dismissals,
        row.rest_until,
        row.offered_at,
    )
