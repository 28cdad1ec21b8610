"""All tables in one place, for migrations and for the tests that hold them to their promises."""

from app.stores import (
    advisors,
    bookings,
    customers,
    decisions,
    erasures,
    inbox,
    last_years,
    learnings,
    orders,
    outbox,
    placings,
    relationships,
    rulebook,
    shop_figures,
    shops,
)
from app.stores.database import metadata

__all__ = [
    "advisors",
    "bookings",
    "customers",
    "decisions",
    "erasures",
    "inbox",
    "last_years",
    "learnings",
    "metadata",
    "orders",
    "outbox",
    "placings",
    "relationships",
    "rulebook",
    "shop_figures",
    "shops",
]
