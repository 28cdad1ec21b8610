"""Six hundred ordinary clients: the ways in which people come to a jeweller, and come back."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.sandbox import season
from app.sandbox.catalogue import Product, of_kind
from app.sandbox.ledger import Ledger
from app.sandbox.people import Book, stranger

ADVISORS = ("Margaret Alder", "Ines Moreau", "Jonas Lind")
YEARS = 11
FIRST_NUMBER = 20_001
GIFTS = (
    "earrings",
    "pendant",
    "bracelet",
    "charm",
    "necklace",
    "brooch",
    "cufflinks",
    "watch",
    "watch_accessory",
    "set",
    "cocktail_ring",
)
GIFT_WEIGHTS = (30, 24, 14, 10, 7, 3, 4, 3, 2, 2, 3)
DEAREST_GIFT = 300_000  # most gifts cost under £3,000


@dataclass(frozen=True)
class House:
    """What every life is written with: the dice, the order book, the client book, and today."""

    dice: random.Random
    ledger: Ledger
    book: Book
    today: date

    def gift(self, kinds: tuple[str, ...] = GIFTS) -> Product:
        """Choose a present; the dear pieces are seldom chosen."""
        weights = GIFT_WEIGHTS if kinds is GIFTS else (1,) * len(kinds)
        kind = self.dice.choices(kinds, weights)[0]
        pieces = of_kind(kind)
        affordable = [piece for piece in pieces if piece.price <= DEAREST_GIFT] or pieces
        chosen = pieces if self.dice.random() < 0.04 else affordable
        return self.dice.choice(chosen)

    def staff(self, lead: str, counter: float = 0.45) -> str:
        """Who served: nobody on the web, mostly the lead at the counter."""
        if self.dice.random() > counter:
            return ""
        return lead if self.dice.random() < 0.75 else self.dice.choice(ADVISORS)


Life = Callable[[House, int, date, str], None]


def once(house: House, who: int, start: date, lead: str) -> None:
    """One present, and never again."""
    house.ledger.sell(who, start, house.gift(), staff=house.staff(lead))


def every_christmas(house: House, who: int, start: date, lead: str) -> None:
    """A present in the season, most years, for a while."""
    year, last = start.year, start.year + house.dice.choice((1, 2, 3, 3, 5, 7, 11))
    house.ledger.sell(who, start, house.gift(), staff=house.staff(lead))
    while year < last:
        year += 1
        if house.dice.random() < 0.75:
            weights = (0.0,) * 10 + (12.0, 30.0)
            house.ledger.sell(
                who, season.day_of(house.dice, year, weights), house.gift(), staff=house.staff(lead)
            )


def now_and_then(house: House, who: int, start: date, lead: str) -> None:
    """An order whenever there is a reason, with years between."""
    day = start
    for _ in range(house.dice.randint(2, 5)):
        house.ledger.sell(who, day, house.gift(), staff=house.staff(lead))
        day = season.day_of(house.dice, day.year + house.dice.randint(1, 3), season.ORDINARY)


def loyal(house: House, who: int, start: date, lead: str) -> None:
    """Two or three orders a year, with a birthday among them, up to today."""
    birthday = season.day_of(house.dice, start.year, (1.0,) * 12)
    house.ledger.sell(who, start, house.gift(), staff=house.staff(lead, 0.7))
    for year in range(start.year + 1, house.today.year + 1):
        for _ in range(house.dice.choice((0, 1, 1, 2))):
            house.ledger.sell(
                who,
                season.day_of(house.dice, year, season.ORDINARY),
                house.gift(),
                staff=house.staff(lead, 0.7),
            )
        if house.dice.random() < 0.4:
            near = season.shifted(season.in_year(birthday, year), -house.dice.randint(3, 25))
            house.ledger.sell(who, near, house.gift(), staff=house.staff(lead, 0.7))
    if house.dice.random() < 0.5:
        house.book.remember(who, "herself", "birthday", birthday, year=None, provenance="recorded")


def couple(house: House, who: int, start: date, lead: str) -> None:
    """A ring, a wedding fourteen months later, and anniversaries for as long as they last."""
    dice, ledger = house.dice, house.ledger
    asked = season.day_of(dice, start.year, season.PROPOSALS)
    ledger.sell(who, asked, dice.choice(of_kind("engagement_ring")), staff=house.staff(lead, 0.8))
    wedding = season.day_of(dice, asked.year + dice.choice((1, 1, 2)), season.WEDDINGS)
    bands = dice.sample(of_kind("wedding_band"), 2)
    engraving = wedding.strftime("%m.%d.%Y") if dice.random() < 0.3 else ""
    ordered = season.shifted(wedding, -dice.randint(5, 88))
    if dice.random() < 0.8 and ledger.sell(
        who, ordered, *bands, staff=house.staff(lead, 0.8), engraving=engraving
    ):
        _anniversaries(house, who, wedding, lead)


def _anniversaries(house: House, who: int, wedding: date, lead: str) -> None:
    dice = house.dice
    for nth in range(1, YEARS + 1):
        chance = 0.55 if nth in {1, 5, 10} else 0.25
        if dice.random() > chance:
            continue
        day = season.shifted(season.in_year(wedding, wedding.year + nth), -dice.randint(3, 35))
        kinds = (
            ("eternity_band",)
            if nth in {5, 10} and dice.random() < 0.6
            else ("earrings", "pendant", "bracelet")
        )
        house.ledger.sell(who, day, house.gift(kinds), staff=house.staff(lead, 0.6))
    if dice.random() < 0.35:
        told = dice.choice(("stated", "recorded"))
        house.book.remember(
            who, "partner", "wedding anniversary", wedding, year=wedding.year, provenance=told
        )


def lapsed(house: House, who: int, start: date, lead: str) -> None:
    """Four good years, and then silence."""
    early = min(start, date(house.today.year - 6, 6, 1))
    for year in range(early.year, min(early.year + 4, house.today.year - 2)):
        for _ in range(house.dice.choice((1, 1, 2))):
            house.ledger.sell(
                who,
                season.day_of(house.dice, year, season.ORDINARY),
                house.gift(),
                staff=house.staff(lead, 0.6),
            )


def only_looking(house: House, who: int, start: date, lead: str) -> None:
    """An account, and no order yet."""


LIVES: tuple[tuple[Life, int], ...] = (
    (once, 36),
    (every_christmas, 17),
    (now_and_then, 15),
    (couple, 16),
    (loyal, 7),
    (lapsed, 6),
    (only_looking, 3),
)
REMARKS = (
    "Prefers to be telephoned after five.",
    "Wears yellow gold only; white makes her hands look cold, she says.",
    "Ring size not taken. Ask next time.",
    "Came in with her daughter. Would like to see old cuts.",
    "Likes to pay at the counter and have it wrapped there.",
    "Allergic to nickel.",
    "Looking for something to wear every day, nothing that catches.",
    "Asked about having his father's watch serviced.",
)


def live_them(house: House, count: int) -> None:
    """Write so many ordinary lives into the books."""
    kinds, weights = zip(*LIVES, strict=True)
    for number in range(FIRST_NUMBER, FIRST_NUMBER + count):
        start = season.day_of(house.dice, house.today.year - house.dice.randint(0, YEARS), season.ORDINARY)
        start = min(start, season.shifted(house.today, -house.dice.randint(2, 400)))
        start = max(start, season.shifted(house.today, -YEARS * 365))
        house.book.customers.append(
            stranger(house.dice, number, season.shifted(start, -house.dice.randint(0, 20)))
        )
        life: Life = house.dice.choices(kinds, weights)[0]
        life(house, number, start, house.dice.choices(ADVISORS, (3, 5, 4))[0])
        _remarks(house, number, start)


def _remarks(house: House, number: int, start: date) -> None:
    if house.dice.random() < 0.09:
        day = season.shifted(start, house.dice.randint(0, 700))
        if day < house.today:
            house.book.note(number, house.dice.choice(ADVISORS), day, house.dice.choice(REMARKS))
    if house.dice.random() < 0.12:
        what, price = house.dice.choice(
            (
                ("Ring resizing", 65.0),
                ("Repair: new clasp", 48.0),
                ("Gift card", 150.0),
                ("Pearl restringing", 85.0),
                ("Clean and check", 35.0),
            )
        )
        day = season.shifted(start, house.dice.randint(30, 900))
        house.ledger.service(number, day, what, price, house.dice.choice(ADVISORS))
