"""Say what would be decided about a session, and why, without deciding anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.stores.database import Database
from app.usecases.decide_visit import Decided, decide_on
from app.usecases.houses import read_house
from app.usecases.update_relationship import relationship_as_of
from scoring.days import local_day
from scoring.decision import readings_of
from scoring.events import Event
from scoring.relationship import Relationship
from scoring.session import fold, split


class UnableToExplain(Exception):
    """The session cannot be explained; the message says what is missing."""


def explain_session(
    database: Database, shop_id: int, customer_id: str, events: Sequence[Event], *, at: datetime
) -> Decided:
    """This function will decide on the last session among `events`, as it would have been decided at `at`.

    Earlier sessions in the file count as earlier visits. Nothing is written.
    """
    past = [event for event in events if event.at <= at]
    if not past:
        raise UnableToExplain("there is no event at or before the given time")
    house = read_house(database, shop_id, now=at)
    with database.shop(shop_id) as tx:
        relationship, standing, lead_id = relationship_as_of(tx, customer_id, at=at)
    standing = house.standing(standing, customer_id, lead_id)
    *earlier, last = split(past)
    zone = house.shop.zone
    session = fold(
        last,
        currency=house.shop.currency,
        zone=zone,
        earlier_days={local_day(event.at, zone) for visit in earlier for event in visit},
    )
    decided = decide_on(house, customer_id, session, relationship, standing, now=at)
    return _with_why(decided) if relationship is None and not standing.opted_out else decided


def _with_why(decided: Decided) -> Decided:
    """Say of someone without an order that counts what each signal makes of that; nothing is kept of it."""
    rules = decided.house.rulebook
    readings = readings_of(decided.session, _NOBODY, rules.policy, rules.adjacency, today=decided.today)
    return replace(decided, decision=replace(decided.decision, readings=readings))


_NOBODY = Relationship(version=0, first_order=None, last_order=None, orders=0)
