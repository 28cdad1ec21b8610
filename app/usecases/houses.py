"""What a house decides with, remembered by each process for a few seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.stores import advisors, placings, products, rulebook, shops
from app.stores.advisors import Advisor
from app.stores.database import Database, Transaction
from app.stores.rulebook import Rulebook
from app.stores.shops import Shop
from app.usecases.count_openings import Openings, count_openings
from app.usecases.offer_slots import next_openings
from app.usecases.record_product import kind_in_house
from scoring.decision import Standing

# A merchant who moves a threshold sees it work at once; a thousand batches a second ask PostgreSQL once.
REMEMBERED = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class House:
    """A shop with its rulebook, its advisors, the first time each of them has, and what it placed by hand."""

    shop: Shop
    rulebook: Rulebook
    advisors: Mapping[int, Advisor]
    openings: Mapping[int, datetime | None]
    placings: Mapping[str, str] = field(default_factory=dict)
    # product id → kind, for a page view that names a product and says nothing of it
    pieces: Mapping[str, str] = field(default_factory=dict)
    # Only where the house paces its invitations: counting takes the whole fortnight of everybody.
    room: Mapping[int, Openings] = field(default_factory=dict)

    @property
    def owner(self) -> Advisor:
        """This method will name the senior advisor, who leads where nobody does."""
        return next(advisor for advisor in self.advisors.values() if advisor.role == "owner")

    def lead(self, advisor_id: int | None) -> Advisor:
        """This method will name who leads a relationship: its lead while she works here, else the owner."""
        led = self.advisors.get(advisor_id) if advisor_id is not None else None
        return led if led is not None and led.active else self.owner

    def standing(self, known: Standing, customer_id: str, lead_id: int | None) -> Standing:
        """This method will add to how things stand what her lead has free, as this process last saw it."""
        whose = self.lead(lead_id).advisor_id
        room = self.room.get(whose)
        left = room.left_for(customer_id) if room is not None else None
        return replace(known, next_opening=self.openings.get(whose), openings_left=left)


class Houses:
    """The houses of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._houses: dict[str, tuple[datetime, House]] = {}

    def of(self, domain: str, *, now: datetime) -> House | None:
        """This method will give the house of a verified domain, seconds old at most; None if unknown."""
        kept = self._houses.get(domain)
        # By the house's own clock: in the sandbox it may jump by weeks, and openings pass with it.
        if kept is not None and timedelta() <= now - kept[0] < REMEMBERED:
            return kept[1]
        shop_id = self._database.shop_id(domain)
        if shop_id is None:
            return None
        house = read_house(self._database, shop_id, now=now)
        self._houses[domain] = (now, house)
        return house


def read_house(database: Database, shop_id: int, *, now: datetime) -> House:
    """This function will read a house as it is now."""
    with database.shop(shop_id) as tx:
        by_hand, rules = placings.read(tx), rulebook.read(tx)
        days = rules.policy.opening_within_days
        return House(
            shop=shops.read(tx),
            rulebook=rules,
            advisors={advisor.advisor_id: advisor for advisor in advisors.every(tx)},
            openings=next_openings(tx, now=now),
            placings=by_hand,
            pieces=_pieces(tx, by_hand),
            room=count_openings(tx, days=days, now=now) if rules.policy.is_paced else {},
        )


def _pieces(tx: Transaction, by_hand: dict[str, str]) -> dict[str, str]:
    placed = ((each.product_id, kind_in_house(each, by_hand)) for each in products.for_sale(tx))
    return {product_id: kind for product_id, kind in placed if kind is not None}
