"""A customer as Shopify's record names her, with what it says of orders that we may not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.consent import Channel


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """Instants are UTC. `since` is when she came into the shop's record, `orders` all she ever placed.

    Both reach behind the sixty days of orders that an app may read unasked; None where not told.
    """

    customer_id: str
    first_name: str
    last_name: str
    email: str
    updated_at: datetime
    since: datetime
    orders: int | None
    last_ordered_at: datetime | None
    # Month and day of facts.birth_date; the year is left at the door.
    birthday: tuple[int, int] | None = None
    # As they stood at `updated_at`: her tags, and whom the advisor's field names; None where not told.
    tags: frozenset[str] | None = None
    advisor: str | None = None
    # What she said of being written to, in Shopify's word, and when.
    consents: Mapping[Channel, tuple[str, datetime]] = field(default_factory=dict)
