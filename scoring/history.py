"""What a customer's record is made of: orders, their lines, and the occasions known or inferred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scoring.records import Recorded

# The ladder of facts/jewellery.md, strongest first. The first three may be shown as a date; the next two may
# count as a signal; the last two only inform the advisor's question.
Provenance = Literal[
    "stated", "recorded", "engraved", "wedding_band", "recurrence", "engagement_ring", "gift"
]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order: `price` is for one unit in minor units of the order's currency."""

    kind: str  # one of scoring.kinds.KINDS
    price: int
    quantity: int
    title: str = ""
    engraving: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One order as the record has it. `status` is "counted" or the reason why it does not count."""

    order_id: str
    ordered_at: datetime
    currency: str
    lines: tuple[OrderLine, ...]
    status: Literal["counted", "cancelled", "test", "returned", "zero_value"] = "counted"
    staff: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Milestone(Recorded):
    """An occasion with a date, a person, a source and a precision.

    `day` None means that only the month is known; `year` None that the year is not. `spread_days` is the half
    width within which an inferred date probably lies (0 for a known one); `confidence` is 0..1.
    `rests_on` names the orders it was inferred from, `in_years` the different years they came in.
    """

    occasion: str  # "anniversary", "birthday", "recurring" (the customer's own season), …
    month: int
    day: int | None
    year: int | None
    provenance: Provenance
    confidence: float
    spread_days: int = 0
    person: str = ""
    rests_on: tuple[str, ...] = ()
    sensitive: bool = False
    do_not_use: bool = False
    in_years: tuple[int, ...] = ()
