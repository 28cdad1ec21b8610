"""A row of a client book, read as its mapping says: who it is, and all that is known of her.

Nothing is guessed and nothing is lost: what cannot be read is left out by itself and said; the row goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from app.domain.book_columns import FIELDS, Column, Guess, clashes, guess, looks_like_email, looks_like_id
from app.domain.book_dates import BookDay, Order, UnableToReadDay, read_day
from app.domain.book_phones import UnableToReadPhone, provisional_id_of_phone, read_phone
from app.domain.consent import LONGEST_PROOF, Channel, State
from app.domain.consultation import LONGEST_NOTE
from app.domain.order_values import provisional_customer_id

LONGEST_NAME = 120
_MOST_WORDS = 30  # of one list: more is a text in the wrong column
_LIST = re.compile(r"[,;|/\n]+")
_SIZES = {"ring_size": "Ring", "bracelet_size": "Bracelet", "necklace_size": "Necklace"}
_LISTS = {"metals": "metal", "stones": "stone", "wish_list": "wish", "tags": "tag"}
_YES = frozenset({"yes", "y", "true", "1", "ok", "x", "opted in", "opt in", "opted-in", "granted", "agreed"})
_YES_TO_ALL = frozenset({"subscribed", "marketing"})
# An explicit no. "No" and "0" alone say that nobody asked her; then nothing goes either.
_NO = frozenset(
    {"unsubscribed", "opted out", "opt out", "opted-out", "do not contact", "stop", "refused", "declined"}
)
NOBODY = "no e-mail, telephone or Shopify number to know the client by"


@dataclass(frozen=True, slots=True)
class BookMapping:
    """What each column holds (place → field), which comes first in its days, and the house's calling code."""

    fields: Mapping[int, str] = field(default_factory=dict)
    orders: Mapping[int, Order] = field(default_factory=dict)
    calling_code: str = ""

    def to_record(self) -> dict[str, Any]:
        """This method will give the mapping as JSON."""
        return {
            "fields": {str(place): name for place, name in self.fields.items()},
            "orders": {str(place): order for place, order in self.orders.items()},
            "calling_code": self.calling_code,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> BookMapping:
        """This method will read a mapping from JSON."""
        return cls(
            {int(place): name for place, name in record.get("fields", {}).items()},
            {int(place): order for place, order in record.get("orders", {}).items()},
            record.get("calling_code", ""),
        )


@dataclass(frozen=True, slots=True)
class BookDate:
    """An occasion of the book; `person` is "" for the client herself."""

    occasion: str
    on: BookDay
    person: str = ""


@dataclass(frozen=True, slots=True)
class BookConsent:
    """What the book says of one channel. A yes has its day and how the house knows; a no may have neither."""

    channel: Channel
    state: State
    on: date | None
    proof: str


@dataclass(frozen=True, slots=True)
class BookClient:
    """A client as one row tells of her. `entries` are (kind, of, what), as in app/stores/book_entries.py."""

    shopify_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    lead: str = ""
    dates: tuple[BookDate, ...] = ()
    entries: tuple[tuple[str, str, str], ...] = ()
    note: str = ""
    note_author: str = ""
    note_day: date | None = None
    consents: tuple[BookConsent, ...] = ()

    @property
    def own_id(self) -> str:
        """This property will name her where the shop does not know her: by the strongest of what is told."""
        if self.shopify_id:
            return self.shopify_id
        return provisional_customer_id(self.email) if self.email else provisional_id_of_phone(self.phone)

    @property
    def ids(self) -> set[str]:
        """This property will give every id she may have been forgotten under."""
        told = {self.shopify_id} - {""}
        told |= {provisional_customer_id(self.email)} if self.email else set()
        return told | ({provisional_id_of_phone(self.phone)} if self.phone else set())

    @property
    def name(self) -> str:
        """This property will give her name as the book writes it."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row as it was read: the client, or None; and what was left out, (label of the field, reason) each.

    Where there is no client the only problem says why, under "".
    """

    client: BookClient | None
    problems: tuple[tuple[str, str], ...] = ()


def first_mapping(columns: Sequence[Column], calling_code: str) -> tuple[BookMapping, list[Guess]]:
    """This function will map a book as far as its columns say it themselves, with the reason for each."""
    guesses = guess(columns)
    fields = {place: guessed.field for place, guessed in enumerate(guesses) if guessed.field}
    orders = {
        place: cast(Order, columns[place].order) for place, name in fields.items() if FIELDS[name].is_day
    }
    return BookMapping(fields, orders, calling_code), guesses


def problems_of(mapping: BookMapping, columns: Sequence[Column]) -> dict[str, str]:
    """This function will say what keeps a mapping from being used: field of the form → a sentence."""
    found: dict[str, str] = {}
    twice = clashes(mapping.fields.values())
    for place, name in mapping.fields.items():
        if name in twice:
            found[f"field-{place}"] = f"Two columns are read as “{FIELDS[name].label}”. Choose one."
        elif FIELDS[name].is_day and columns[place].asks_order and not mapping.orders.get(place):
            found[f"order-{place}"] = "Say which comes first: these dates can be read either way."
    if not {"shopify_id", "email", "phone"} & set(mapping.fields.values()):
        found[""] = (
            "Say which column holds the e-mail, the telephone or Shopify’s customer number: nobody is known "
            "by a name alone."
        )
    if mapping.calling_code and not (mapping.calling_code.isascii() and mapping.calling_code.isdigit()):
        found["calling_code"] = "Digits only, such as 44."
    return found


class _Reading:
    """The fields of one row, and what of them cannot be read."""

    def __init__(self, values: Sequence[str], mapping: BookMapping, today: date) -> None:
        self.problems: list[tuple[str, str]] = []
        self._mapping, self._today = mapping, today
        self._told: dict[str, list[tuple[int, str]]] = {}
        for place, name in mapping.fields.items():
            if place < len(values) and (value := values[place].replace("\0", "").strip()):
                self._told.setdefault(name, []).append((place, value))

    def text(self, name: str, longest: int = LONGEST_NAME) -> str:
        """One line; what is too long for its field is another field's text, and left out."""
        found = " ".join(" ".join(value for _, value in self._told.get(name, ())).split())
        if len(found) > longest:
            self.leave_out(name, "too long")
            return ""
        return found

    def long(self, name: str) -> str:
        found = "\n".join(value for _, value in self._told.get(name, ()))
        if len(found) > LONGEST_NOTE:
            self.leave_out(name, "longer than a note may be: only its beginning was kept")
        return found[:LONGEST_NOTE]

    def words(self, name: str) -> list[str]:
        values = [value for _, value in self._told.get(name, ())]
        found = [" ".join(word.split()) for value in values for word in _LIST.split(value)]
        kept = list(dict.fromkeys(word for word in found if word and len(word) <= LONGEST_NAME))
        if len(kept) > _MOST_WORDS or any(len(word) > LONGEST_NAME for word in found):
            self.leave_out(name, "not a list of words")
            return []
        return kept

    def day(self, name: str) -> BookDay | None:
        for place, value in self._told.get(name, ())[:1]:
            try:
                return read_day(value, self._mapping.orders.get(place, ""), today=self._today)
            except UnableToReadDay as error:
                self.leave_out(name, str(error))
        return None

    def day_that_was(self, name: str) -> BookDay | None:
        """A day that comes back every year: its own year lies behind us."""
        found = self.day(name)
        if found is not None and found.year is not None and found.year > self._today.year:
            self.leave_out(name, "a year that is still to come")
            return None
        return found

    def whole_day(self, name: str) -> date | None:
        """A day with its year, of something that was said: not one to come."""
        found = self.day(name)
        if found is None:
            return None
        if found.day is None or found.year is None:
            self.leave_out(name, "a day without its year")
            return None
        said = date(found.year, found.month, found.day)
        if said > self._today:
            self.leave_out(name, "a day to come")
            return None
        return said

    def phone(self) -> str:
        try:
            return read_phone(self.text("phone"), self._mapping.calling_code)
        except UnableToReadPhone as error:
            self.leave_out("phone", str(error))
            return ""

    def shaped(self, name: str, looks: Any, reason: str) -> str:
        found = self.text(name, 254)
        if found and not looks(found):
            self.leave_out(name, reason)
            return ""
        return found

    def leave_out(self, name: str, reason: str) -> None:
        self.problems.append((FIELDS[name].label, reason))


def read_client(values: Sequence[str], mapping: BookMapping, *, today: date) -> BookRow:
    """This function will read one row. `today` is the house's day."""
    told = _Reading(values, mapping, today)
    first, last = _names(told)
    number = (
        told.shaped("shopify_id", looks_like_id, "not a number of Shopify’s").lstrip("'").rpartition("/")[2]
    )
    email = told.shaped("email", looks_like_email, "not an e-mail address").lower()
    client = BookClient(number, first, last, email, told.phone(), told.text("lead"))
    if not client.ids:
        return BookRow(None, (("", NOBODY), *told.problems))
    client = replace(
        client,
        dates=_dates(told),
        entries=_entries(told),
        note=told.long("note"),
        note_author=told.text("note_author"),
        note_day=told.whole_day("note_day"),
        consents=_consents(told),
    )
    return BookRow(client, tuple(told.problems))


def _names(told: _Reading) -> tuple[str, str]:
    first, last, full = told.text("first_name"), told.text("last_name"), told.text("full_name")
    if full and not (first or last):
        if "," in full:  # "Reyes, Alma"
            last, _, first = (part.strip() for part in full.partition(","))
        else:
            first, _, last = full.partition(" ")
    return first, last.strip()


def _dates(told: _Reading) -> tuple[BookDate, ...]:
    found = []
    if (on := told.day_that_was("birthday")) is not None:
        # Its year is her age, and nobody needs it (app/domain/kept_dates.py).
        found.append(BookDate("birthday", replace(on, year=None)))
    if (on := told.day_that_was("anniversary")) is not None:
        found.append(BookDate("anniversary", on, told.text("partner")))
    if (on := told.day_that_was("partner_birthday")) is not None:
        partner = told.text("partner") or "Partner"
        found.append(BookDate("birthday", replace(on, year=None), partner))
    return tuple(found)


def _entries(told: _Reading) -> tuple[tuple[str, str, str], ...]:
    sizes = [("size", of, size) for name, of in _SIZES.items() if (size := told.text(name, 40))]
    partner = [("partner", "", name)] if (name := told.text("partner")) else []
    lists = [(kind, "", word) for name, kind in _LISTS.items() for word in told.words(name)]
    return (*partner, *sizes, *lists)


def _consents(told: _Reading) -> tuple[BookConsent, ...]:
    channels: tuple[Channel, ...] = ("email", "sms")
    return tuple(found for each in channels if (found := _consent(told, each)) is not None)


def _consent(told: _Reading, channel: Channel) -> BookConsent | None:
    said = told.text(f"{channel}_consent").casefold()
    on = told.whole_day(f"{channel}_consent_day")
    source = told.text(f"{channel}_consent_source", LONGEST_PROOF)
    if said in _NO:
        return BookConsent(channel, "unsubscribed", on, source)
    if said not in _YES and said not in _YES_TO_ALL:
        return None
    if on is None or not source:
        told.leave_out(f"{channel}_consent", "a yes without its day and how you know: it is no consent")
        return None
    return BookConsent(channel, "marketing" if said in _YES_TO_ALL else "one_to_one", on, source)
