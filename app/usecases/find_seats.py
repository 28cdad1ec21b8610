"""Find where an address may sit down: the houses in which it belongs to an advisor."""

from __future__ import annotations

from dataclasses import dataclass

from app.stores import advisors, shops
from app.stores.advisors import Advisor
from app.stores.database import Database
from app.stores.shops import Shop


@dataclass(frozen=True, slots=True)
class Seat:
    """An advisor at the desk of a house."""

    shop_id: int
    advisor: Advisor

    @property
    def is_owner(self) -> bool:
        """This method will say whether she is the house's senior advisor."""
        return self.advisor.role == "owner"


def find_seats(database: Database, email: str) -> list[Seat]:
    """This function will find the advisors with an address, in one question for all houses."""
    found = (find_seat(database, *seat) for seat in database.seats(email.strip()))
    return [each[0] for each in found if each is not None]


def find_seat(database: Database, shop_id: int, advisor_id: int) -> tuple[Seat, Shop] | None:
    """This function will find one advisor's seat, with her house; None where she no longer works there."""
    with database.shop(shop_id) as tx:
        advisor = advisors.one(tx, advisor_id)
        return (Seat(shop_id, advisor), shops.read(tx)) if advisor is not None and advisor.active else None
