"""What a shopper does on the storefront, one event at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EventType = Literal["page_view", "product_view", "collection_view", "search", "cart_add"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on the storefront.

    `at` is an aware UTC instant. `kind` is one of `scoring.kinds.KINDS`, or None where the product could
    not be placed or there is none; `materials` are families of
    `scoring.materials.MATERIALS`. `price` is for one unit, in minor units of `currency` (ISO 4217).
    `dwell_ms` is how long the page stayed in view, 0 when unknown.
    """

    type: EventType
    at: datetime
    product_id: str | None = None
    kind: str | None = None
    price: int | None = None
    currency: str | None = None
    dwell_ms: int = 0
    materials: tuple[str, ...] = ()
