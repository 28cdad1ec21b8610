"""What is known of a customer beyond her orders on record, while only the last sixty days may be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from scoring.relationship import Relationship


@dataclass(frozen=True, slots=True)
class Beyond:
    """In the shop's record `since`, `orders` ever placed, the `last` of them (None: not told)."""

    since: date
    orders: int
    last: date | None


def beyond_of(relationship: Relationship | None) -> Beyond | None:
    """This function will say how far back a relationship was let reach; None where its record is whole."""
    if relationship is None or not relationship.partial_history or relationship.first_order is None:
        return None
    return Beyond(relationship.first_order, relationship.orders, relationship.last_order)


def reached(built: Relationship, beyond: Beyond | None, *, on_record: int) -> Relationship | None:
    """This function will let a partial history reach as far back as Shopify's own figures do.

    `on_record` counts her orders whether they count or not: where none is missing, nothing is partial. None
    where she has never ordered. She counts as a client from the day Shopify has known her: it is at a first
    order that most accounts are made, and the sentence says "at least".
    """
    if beyond is None:
        return built if built.orders else None
    if beyond.orders <= on_record:
        return replace(built, partial_history=False) if built.orders else None
    days = [day for day in (built.first_order, beyond.since) if day is not None]
    lasts = [day for day in (built.last_order, beyond.last) if day is not None]
    return replace(
        built,
        first_order=min(days),
        last_order=max(lasts) if lasts else beyond.since,
        orders=max(built.orders, beyond.orders),
        partial_history=True,
    )
