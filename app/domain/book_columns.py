"""The columns of a client book: what each may hold, by its name and by a look at its values.

The spellings are those of clienteling tools' and tills' exports and of houses' own spreadsheets. Dated guess,
2026-11: a merchant changes what is read otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.book_dates import looks_like_day, order_proved
from app.domain.book_phones import looks_like_phone

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_ID = re.compile(r"'?(?:gid://shopify/Customer/)?\d{6,20}", re.ASCII)
# A column is what its values look like where so many of those that are filled do. Dated guess, 2026-11.
_MOST_OF_THEM = 0.8
_SOME_OF_THEM = 0.5
_LOOKED_AT = 1_000


def looks_like_email(text: str) -> bool:
    """This function will say whether a text can be an e-mail address."""
    return len(text) <= 254 and _EMAIL.fullmatch(text.strip()) is not None


def looks_like_id(text: str) -> bool:
    """This function will say whether a text can be Shopify's number of a customer."""
    return _ID.fullmatch(text.strip()) is not None


Look = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """Something a column may hold; `many`: several columns may. `look` tells what its values look like."""

    name: str
    label: str
    group: str
    look: Look | None = None
    many: bool = False
    is_day: bool = False


_WHO, _DATES, _TASTE, _SAID, _CONSENT = (
    "Who it is",
    "Dates and people",
    "Taste and sizes",
    "What was noted",
    "Consent",
)

_SPELLINGS: Mapping[str, str] = {
    "shopify_id": "shopify id, shopify customer id, customer id, shopify customer number",
    "first_name": "first name, firstname, given name, forename, client first name, customer first name",
    "last_name": "last name, lastname, surname, family name, client last name, customer last name",
    "full_name": "name, full name, client, client name, customer, customer name, contact name",
    "email": (
        "email, e mail, email address, e mail address, primary email, mail, client email, customer email"
    ),
    "phone": (
        "phone, phone number, mobile, mobile phone, mobile number, cell, cell phone, telephone, "
        "primary phone, default address phone"
    ),
    "lead": (
        "advisor, adviser, lead, lead advisor, sales associate, associate, primary associate, "
        "assigned to, assigned associate, salesperson, sales person, owner, account owner, "
        "stylist, consultant"
    ),
    "birthday": "birthday, birth date, birthdate, date of birth, dob, d o b, client birthday",
    "anniversary": "anniversary, anniversary date, wedding anniversary, wedding date, wedding day",
    "partner": (
        "partner, partner name, spouse, spouse name, spouse first name, husband, wife, "
        "significant other, fiance, fiancee"
    ),
    "partner_birthday": (
        "partner birthday, spouse birthday, partner birth date, spouse birthdate, spouse date of birth"
    ),
    "ring_size": "ring size, finger size, ringsize",
    "bracelet_size": "bracelet size, wrist size, bracelet length",
    "necklace_size": "necklace size, necklace length, chain length",
    "metals": (
        "metal, metals, metal preference, metal preferences, preferred metal, preferred metals, "
        "favorite metal, favourite metal, metals liked"
    ),
    "stones": (
        "stone, stones, gemstone, gemstones, stone preference, preferred stone, preferred stones, "
        "favorite stone, favourite stone, favorite gemstone, favourite gemstone, stones liked"
    ),
    "wish_list": "wish list, wishlist, wishes, wish list items",
    "tags": "tags, tag, labels, groups, customer tags, client tags",
    "note": (
        "note, notes, client notes, customer notes, comments, comment, remarks, description, profile notes"
    ),
    "note_author": "note author, note by, noted by, notes by, author, written by, created by",
    "note_day": "note date, note day, noted on, notes date, date of note, written on",
    "email_consent": (
        "email consent, e mail consent, email opt in, email marketing consent, accepts email "
        "marketing, accepts marketing, email subscribed"
    ),
    "email_consent_day": (
        "email consent day, email consent date, email opt in date, email consent on, date of email consent"
    ),
    "email_consent_source": (
        "email consent source, email opt in source, email consent proof, source of email consent"
    ),
    "sms_consent": (
        "sms consent, text consent, sms opt in, text opt in, accepts sms marketing, sms marketing "
        "consent, texting consent"
    ),
    "sms_consent_day": (
        "sms consent day, sms consent date, sms opt in date, text consent date, text opt in date"
    ),
    "sms_consent_source": "sms consent source, sms opt in source, text consent source, sms consent proof",
}
_EVERY = (
    Field("shopify_id", "Shopify’s customer number", _WHO, looks_like_id),
    Field("first_name", "First name", _WHO),
    Field("last_name", "Last name", _WHO),
    Field("full_name", "Full name", _WHO),
    Field("email", "E-mail", _WHO, looks_like_email),
    Field("phone", "Telephone", _WHO, looks_like_phone),
    Field("lead", "Advisor who leads", _WHO),
    Field("birthday", "Birthday", _DATES, looks_like_day, is_day=True),
    Field("anniversary", "Anniversary", _DATES, looks_like_day, is_day=True),
    Field("partner", "Partner’s name", _DATES),
    Field("partner_birthday", "Partner’s birthday", _DATES, looks_like_day, is_day=True),
    Field("ring_size", "Ring size", _TASTE),
    Field("bracelet_size", "Bracelet size", _TASTE),
    Field("necklace_size", "Necklace length", _TASTE),
    Field("metals", "Metals liked", _TASTE, many=True),
    Field("stones", "Stones liked", _TASTE, many=True),
    Field("wish_list", "Wish list", _TASTE, many=True),
    Field("tags", "Tags", _TASTE, many=True),
    Field("note", "Note", _SAID, many=True),
    Field("note_author", "Who wrote the note", _SAID),
    Field("note_day", "Day of the note", _SAID, looks_like_day, is_day=True),
    Field("email_consent", "May be written to by e-mail", _CONSENT),
    Field("email_consent_day", "E-mail consent: said on", _CONSENT, looks_like_day, is_day=True),
    Field("email_consent_source", "E-mail consent: how you know", _CONSENT),
    Field("sms_consent", "May be sent text messages", _CONSENT),
    Field("sms_consent_day", "Text consent: said on", _CONSENT, looks_like_day, is_day=True),
    Field("sms_consent_source", "Text consent: how you know", _CONSENT),
)
FIELDS: Mapping[str, Field] = {each.name: each for each in _EVERY}
_SPELLED = {
    spelling: FIELDS[name] for name, all_of_it in _SPELLINGS.items() for spelling in all_of_it.split(", ")
}
# Recognised without a name of its own, strictest first.
_BY_VALUES = ("email", "phone")
_SEEN_AS = {
    "email": "e-mail addresses", "phone": "telephone numbers", "shopify_id": "numbers of Shopify’s customers",
}  # fmt: skip


@dataclass(slots=True)
class Column:
    """A column as it was looked at: how many rows fill it, what its values look like, and no value."""

    name: str
    filled: int = 0
    looked_at: int = 0
    alike: dict[str, int] = field(default_factory=dict)  # "email" | "phone" | "shopify_id" | "day" → how many
    orders: dict[str, int] = field(default_factory=dict)  # what its values prove: "day" | "month" | "either"

    def look(self, value: str) -> None:
        """This method will look at one more value."""
        value = value.strip()
        if not value:
            return
        self.filled += 1
        if value[0].isdigit() and (proved := order_proved(value)):
            self.orders[proved] = self.orders.get(proved, 0) + 1
        if self.looked_at < _LOOKED_AT:
            self.looked_at += 1
            for name, look in _LOOKS.items():
                if look(value):
                    self.alike[name] = self.alike.get(name, 0) + 1

    @property
    def order(self) -> str:
        """This property will give the order of day and month that the values prove; "" where they do not."""
        proved = [order for order in ("day", "month") if self.orders.get(order)]
        return proved[0] if len(proved) == 1 else ""

    @property
    def asks_order(self) -> bool:
        """This property will say whether the merchant must say which comes first, day or month."""
        return bool(self.orders.get("either")) and not self.order

    def share(self, name: str) -> float:
        """This method will say how many of the values looked at are like this."""
        return self.alike.get(name, 0) / self.looked_at if self.looked_at else 0.0

    def to_record(self) -> dict[str, object]:
        """This method will give the column as JSON."""
        return {name: getattr(self, name) for name in ("name", "filled", "looked_at", "alike", "orders")}


_LOOKS: Mapping[str, Look] = {
    "email": looks_like_email,
    "phone": looks_like_phone,
    "shopify_id": looks_like_id,
    "day": looks_like_day,
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is thought to hold ("" for nothing), and why."""

    field: str
    because: str


def plain_name(name: str) -> str:
    """This function will make two spellings of a column's name one."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold()).split())


def guess(columns: Sequence[Column]) -> list[Guess]:
    """This function will say what each column holds; nothing is given to two but what may stand in many."""
    taken: Counter[str] = Counter()
    guesses = [_by_name(column, taken) for column in columns]
    for place, (column, guessed) in enumerate(zip(columns, guesses, strict=True)):
        if not guessed.field and not guessed.because:
            guesses[place] = _by_values(column, taken)
    return guesses


def _by_name(column: Column, taken: Counter[str]) -> Guess:
    meant = _SPELLED.get(plain_name(column.name))
    if meant is None:
        return Guess("", "" if column.filled else "Empty in every row.")
    if taken[meant.name] and not meant.many:
        return Guess("", f"Another column is read as “{meant.label}” already.")
    if not column.filled:
        return Guess("", "Empty in every row.")
    like = _likeness(meant)
    if like and column.share(like) < _SOME_OF_THEM:
        seen = column.alike.get(like, 0)
        return Guess(
            "", f"By its name “{meant.label}”, but only {seen:,} of {column.looked_at:,} values look so."
        )
    taken[meant.name] += 1
    return Guess(meant.name, f"By its name{_seen(column, like)}.")


def _likeness(meant: Field) -> str:
    return "day" if meant.is_day else meant.name if meant.look is not None else ""


def _seen(column: Column, like: str) -> str:
    return f", and {column.alike.get(like, 0):,} of {column.looked_at:,} values look so" if like else ""


def _by_values(column: Column, taken: Counter[str]) -> Guess:
    for name in _BY_VALUES:
        if not taken[name] and column.share(name) >= _MOST_OF_THEM:
            taken[name] += 1
            return Guess(
                name, f"{column.alike[name]:,} of {column.looked_at:,} values look like {_SEEN_AS[name]}."
            )
    return Guess("", "We don’t know this column. Choose what it holds, or leave it out.")


def clashes(chosen: Iterable[str]) -> list[str]:
    """This function will name the fields that two columns were given, though one may hold them."""
    counted = Counter(name for name in chosen if name)
    return [name for name, times in counted.items() if times > 1 and not FIELDS[name].many]
