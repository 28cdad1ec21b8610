"""The house's consultations as its owner looks back on them: prepared for, ended how, and what followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from app.stores.attributions import attributions
from app.stores.bookings import bookings, briefs, consultations
from app.stores.customers import customers
from app.stores.database import Transaction


@dataclass(frozen=True, slots=True)
class Held:
    """A booking that stands; `opened_at` is when its brief was first opened, `orders` how many followed."""

    advisor_id: int
    first_name: str
    last_name: str
    starts_at: datetime
    started_at: datetime | None
    opened_at: datetime | None
    opened_by: int | None
    outcome: str | None
    outcome_said: str | None
    orders: int

    @property
    def name(self) -> str:
        """This property will give the client's name as she gave it."""
        return f"{self.first_name} {self.last_name}".strip() or "A client without a name"

    @property
    def is_prepared(self) -> bool:
        """This property will say whether the brief was opened before the conversation began."""
        return self.opened_at is not None and self.opened_at <= (self.started_at or self.starts_at)


def between(tx: Transaction, *, since: datetime, until: datetime) -> list[Held]:
    """This function will list the bookings from `since` to before `until` that stand, the newest first."""
    b, c, said, who = bookings.c, consultations.c, briefs.c, customers.c
    followed = (
        select(func.count())
        .where(attributions.c.shop_id == b.shop_id, attributions.c.booking_id == b.booking_id)
        .scalar_subquery()
    )
    statement: Any = (
        select(
            b.advisor_id, who.first_name, who.last_name, b.starts_at, c.started_at, said.opened_at,
            said.opened_by, c.outcome, c.outcome_said, followed,
        )
        .select_from(
            bookings.join(customers, and_(who.shop_id == b.shop_id, who.customer_id == b.customer_id))
            .outerjoin(consultations, and_(c.shop_id == b.shop_id, c.booking_id == b.booking_id))
            .outerjoin(briefs, and_(said.shop_id == b.shop_id, said.booking_id == b.booking_id))
        )
        .where(b.shop_id == tx.shop_id, b.state.in_(("booked", "completed", "no_show")))
        .where(b.starts_at >= since, b.starts_at < until)
        .order_by(b.starts_at.desc(), b.booking_id)
    )  # fmt: skip
    return [Held(*row) for row in tx.execute(statement)]
