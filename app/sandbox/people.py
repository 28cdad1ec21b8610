"""The house's clients: who they are, and what they and the advisors have told of their dates."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from datetime import date

from app.sandbox.cast import Person

FIRST_WORDS = """
Amelia Arthur Beatrice Benedict Camilla Charles Clara Daniel Deborah Edmund Eleanor Felix Fiona George
Harriet Henry Imogen Isaac Jane Jasper Kamala Kwame Laura Leo Louise Luca Maeve Marcus Nadia Nathaniel
Olivia Oscar Penelope Peter Priya Quentin Rachel Rafael Rosalind Samuel Sarah Simon Sofia Tariq Theo
Tilda Una Victor Violet Walter Winifred Xavier Yasmin Yusuf Zara Zoë Anneliese Bronwen Catrin Declan Efua
Gwen
"""
FIRST_NAMES = FIRST_WORDS.split()
LAST_WORDS = """
Abbott Adeyemi Ainsworth Bancroft Baxter Bell Bianchi Blackwood Bowen Brightwell Calloway Chandra Clarke
Costa Cunningham Dalton Davies Devereux Doyle Eastman Ellison Fairfax Farrow Fernandez Fletcher Fraser
Gallagher Ghosh Gibson Goodwin Greenway Hale Hartley Hobbs Hughes Ibrahim Jankowski Jarvis Joshi Kapoor
Kendrick Lambert Larkin Laurent Lindqvist Lowe Maddox Marlow Mensah Montague Nakamura Newbury Novak
O'Hara Osei Paget Papadakis Parry Patel Pemberton Quinn Radcliffe Rahman Ramsey Sadler Schneider Shah
Sinclair Sterling Tanaka Thackeray Thorne Underhill Vaughan Wainwright Walsh Whitcombe Yeats Zielinski
"""
LAST_NAMES = LAST_WORDS.split()


@dataclass
class Customer:
    """A client's record, as Shopify would hold it."""

    id: str
    first_name: str
    last_name: str
    email: str
    created_at: str
    accepts_marketing: bool
    scoring_opt_out: bool = False


@dataclass(frozen=True)
class Milestone:
    """A date somebody told (`stated`) or an advisor wrote down (`recorded`); the year may be unknown."""

    customer_id: str
    person: str
    occasion: str
    month: int
    day: int | None
    year: int | None
    provenance: str
    sensitive: bool = False
    do_not_use: bool = False


@dataclass(frozen=True)
class Note:
    """What an advisor wrote about a client."""

    customer_id: str
    advisor: str
    at: str
    text: str


@dataclass
class Book:
    """Everybody the house knows, and what it knows of them."""

    customers: list[Customer] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def open_account(
        self, person: Person, since: date, *, marketing: bool = True, opt_out: bool = False
    ) -> None:
        """Write one of the cast into the book."""
        self.customers.append(
            Customer(
                str(person.id),
                person.first_name,
                person.last_name,
                person.email,
                f"{since.isoformat()}T10:12:00+00:00",
                marketing,
                opt_out,
            )
        )

    def remember(
        self,
        customer_id: int,
        person: str,
        occasion: str,
        day: date,
        *,
        year: int | None,
        provenance: str = "stated",
        sensitive: bool = False,
        do_not_use: bool = False,
    ) -> None:
        """Keep a date with its source."""
        self.milestones.append(
            Milestone(
                str(customer_id),
                person,
                occasion,
                day.month,
                day.day,
                year,
                provenance,
                sensitive,
                do_not_use,
            )
        )

    def note(self, customer_id: int, advisor: str, day: date, text: str) -> None:
        """Keep what an advisor wrote that afternoon."""
        self.notes.append(Note(str(customer_id), advisor, f"{day.isoformat()}T16:40:00+00:00", text))

    def plain(self) -> dict[str, list[dict[str, object]]]:
        """Everything as plain data, in the order it was written down."""
        return {
            "customers": [asdict(one) for one in self.customers],
            "milestones": [asdict(one) for one in self.milestones],
            "notes": [asdict(one) for one in self.notes],
        }


def stranger(dice: random.Random, number: int, since: date) -> Customer:
    """Invent one client; the address can never be delivered."""
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    return Customer(
        str(number),
        first,
        last,
        f"client{number}@clients.example",
        f"{since.isoformat()}T{dice.randint(8, 21):02d}:{dice.randint(0, 59):02d}:00+00:00",
        dice.random() < 0.55,
        dice.random() < 0.012,
    )
