"""The demo house: Maison Alder of Bath, drawn by a seed, the same for the same seed and the same today."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.sandbox import cast_lives, lives
from app.sandbox.cast import CAST, ESTHER
from app.sandbox.catalogue import products
from app.sandbox.ledger import Ledger, Line, write_csv
from app.sandbox.people import Book

SEED = 1958
CLIENTS = 600

Plain = dict[str, object]


@dataclass(frozen=True)
class DemoHouse:
    """What a generated house consists of."""

    about: Plain
    lines: list[Line]


def _hours(days: str, opens: str, closes: str) -> list[Plain]:
    """Opening hours on the given weekdays (Monday is 0)."""
    return [{"weekday": int(day), "from": opens, "to": closes} for day in days]


def advisors() -> list[Plain]:
    """The three who serve: Margaret owns the house."""
    zone = "Europe/London"
    people: tuple[tuple[str, str, str, str, list[Plain]], ...] = (
        ("Margaret Alder", "margaret", "owner", "she", _hours("134", "10:30", "15:30")),
        ("Ines Moreau", "ines", "advisor", "she", _hours("1245", "10:00", "17:00")),
        (
            "Jonas Lind",
            "jonas",
            "advisor",
            "he",
            [*_hours("0123", "10:00", "17:00"), *_hours("5", "10:00", "14:00")],
        ),
    )
    return [
        {
            "name": name,
            "first_name": name.split()[0],
            "email": f"{box}@maison-alder.example",
            "role": role,
            "pronoun": pronoun,
            "timezone": zone,
            "hours": hours,
            # Margaret meets nobody on a screen.
            "room": "" if role == "owner" else f"https://rooms.maison-alder.example/{box}",
        }
        for name, box, role, pronoun, hours in people
    ]


def _mishaps(dice: random.Random, ledger: Ledger) -> None:
    """Let some orders be returned, cancelled, or have been tests; the cast's own stories stay as told."""
    told = {person.id for person in CAST}
    orders = sorted({line.order_id for line in ledger.lines if line.customer_id not in told})
    fate = {order: dice.random() for order in orders}
    for line in list(ledger.lines):
        drawn = fate.get(line.order_id, 1.0)
        if drawn < 0.030:
            ledger.give_back(line, dice.randint(4, 28))
        elif drawn < 0.048:
            line.status = "cancelled"
        elif drawn < 0.053:
            line.status, line.staff, line.source = "test", "", "web"


def generate(*, today: date, seed: int = SEED, shop: str = "maison-alder.myshopify.com") -> DemoHouse:
    """Draw the whole house as it stands on the morning of `today`."""
    dice = random.Random(seed)  # noqa: S311  a demo wants dice that fall the same way twice
    ledger, book = Ledger(dice, today), Book()
    setting = lives.House(dice, ledger, book, today)
    cast_lives.tell(setting)
    lives.live_them(setting, CLIENTS - len(book.customers))
    _mishaps(dice, ledger)
    about: Plain = {
        "shop": {
            "domain": shop,
            "name": "Maison Alder",
            "timezone": "Europe/London",
            "currency": "GBP",
            "address": "7 Alder Row, Bath",
            "founded": 1958,
        },
        "advisors": advisors(),
        **book.plain(),
        # Margaret asks for strong signs: with the founding rule, a tenth anniversary that is near would have
        # Alma invited at the door, before she has looked at anything.
        "policy": {"offer_at": "strong"},
        # Margaret takes a diamond back for what was paid for it, against one worth twice as much.
        "terms": {
            "upgrade_credit": 1.0,
            "upgrade_kinds": ["engagement_ring", "eternity_band", "earrings", "pendant"],
        },
        # So that the stories can be told, the experiment's draw holds out Esther, and none else of the cast.
        "experiment": {
            "held_out": [str(ESTHER.id)],
            "invited": [str(person.id) for person in CAST if person is not ESTHER],
        },
        "products": [product.public() for product in products()],
    }
    return DemoHouse(about, ledger.in_order())


def write(house: DemoHouse, folder: Path) -> None:
    """Write `house.json` and `orders.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(house.about, ensure_ascii=False, indent=1)
    (folder / "house.json").write_text(text + "\n", encoding="utf-8")
    write_csv(house.lines, folder / "orders.csv")
