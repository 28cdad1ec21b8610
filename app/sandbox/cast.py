"""The people of the demo house who are always there, with the same id, and what to expect of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """One of the cast, as the storefront's log-in list shows them."""

    id: int
    first_name: str
    last_name: str
    about: str

    @property
    def name(self) -> str:
        """Both names, as one would say them."""
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        """An address that no mail server will ever accept."""
        return f"client{self.id}@clients.example"


ALMA = Person(
    7001,
    "Alma",
    "Reyes",
    "Client since 2016, led by Ines. Her tenth anniversary is near: browse "
    "eternity bands on a few days and she is invited.",
)
BRUNO = Person(7002, "Bruno", "Keller", "An account, no orders: a stranger. Nothing is ever offered.")
DARIO = Person(7003, "Dario", "Conti", "Long-standing, opted out of scoring: not even read.")
CHIARA = Person(7004, "Chiara", "Rossi", "Long-standing, asked to be forgotten: send customers/redact below.")
ESTHER = Person(
    7005,
    "Esther",
    "Okafor",
    "As long-standing as Alma, led by Jonas. Held out: she would be invited, and is not, to measure.",
)
FARID = Person(7006, "Farid", "Haddad", "Told us two dates, one of them sensitive: it must never be said.")
GRACE = Person(7007, "Grace", "Lin", "Buys for herself at every promotion. A season says little.")
HUGO = Person(7008, "Hugo", "Brandt", "A reseller with hundreds of lines: a record, not a relationship.")
IDA = Person(7009, "Ida", "Svensson", "Bereaved. Her anniversary is marked: do not use.")
HENRIETTA = Person(7010, "Henrietta", "Vane", "Forty orders: the fullest page an advisor will open.")
LONG_NAME = Person(
    7011, "Wilhelmina-Maudie", "Featherstonehaugh-Cholmondeley-Worthington", "A name of sixty characters."
)
RIGHT_TO_LEFT = Person(7012, "ليلى", "الخطيب", "A name that is written from right to left.")

CAST: tuple[Person, ...] = (
    ALMA,
    BRUNO,
    CHIARA,
    DARIO,
    ESTHER,
    FARID,
    GRACE,
    HUGO,
    IDA,
    HENRIETTA,
    LONG_NAME,
    RIGHT_TO_LEFT,
)
BY_ID = {person.id: person for person in CAST}
