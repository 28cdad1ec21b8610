"""What stands in the fields of an order row: instants, money, quantities, words for a status."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from app.domain.currencies import CURRENCIES
from scoring.money import exponent

# A day without a time is the shop's day. Noon stands for it: no offset on earth, and no later change of the
# shop's zone by less than half a day, moves noon into another day, as it would midnight.
NOON = time(12)
FIRST_YEAR = 1900
MOST_MINOR_UNITS = 10**12  # ten thousand million pounds: no piece, and far from where 64 bits end
MOST_PIECES = 1_000_000
MOST_ID = 255
MOST_TEXT = 5_000

_AMOUNT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?", re.ASCII)
# "2026-01-02 10:11:12 +0000", as Shopify writes it: ISO 8601 has no space there.
_SPACED_OFFSET = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)")

# Words of shops for what became of an order → counted, or why it does not count. Shopify's financial statuses
# are among them: money that is on its way, or partly back, is still an order.
_STATUSES = {
    "": "",
    **dict.fromkeys(
        ("counted", "paid", "complete", "completed", "fulfilled", "closed", "open", "shipped"), ""
    ),
    **dict.fromkeys(("authorized", "authorised", "pending", "processing", "partially paid", "unpaid"), ""),
    **dict.fromkeys(("partially refunded", "partially fulfilled", "delivered", "expired"), ""),
    **dict.fromkeys(("cancelled", "canceled", "voided", "void"), "cancelled"),
    **dict.fromkeys(("returned", "refunded", "return"), "returned"),
    "test": "test",
    "zero value": "zero_value",
}


class UnableToReadRow(ValueError):
    """A row cannot be used; the message is the reason, the same for every row that shares it."""


@lru_cache(maxsize=4096)
def instant(text: str, zone: ZoneInfo, latest: datetime) -> datetime:
    """This function will read an instant, in UTC; without an offset it is the shop's time.

    Raises UnableToReadRow where it is none, or lies before 1900 or after `latest`.
    """
    text = text.strip()
    try:
        at = _local(text)
        if at.year < FIRST_YEAR:
            raise UnableToReadRow(f"a date before {FIRST_YEAR}")
        at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, UnableToReadRow):
            raise
        raise UnableToReadRow("a date that cannot be read" if text else "missing date") from None
    if at > latest:
        raise UnableToReadRow("a date in the future")
    return at


def _local(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), NOON)
    except ValueError:
        text = text.removesuffix(" UTC") + "Z" * text.endswith(" UTC")
        return datetime.fromisoformat(_SPACED_OFFSET.sub("", text))


@lru_cache(maxsize=16384)
def minor_units(text: str, currency: str, comma: bool = False) -> int:
    """This function will read a price in minor units; `comma` where that may be the decimal point.

    Raises UnableToReadRow where it is no number, negative, or larger than any piece's.
    """
    text = text.strip()
    if comma and "." not in text:
        text = text.replace(",", ".")
    if not _AMOUNT.fullmatch(text):
        raise UnableToReadRow("a price that is not a number" if text else "missing price")
    amount = Decimal(text)
    if amount < 0:
        raise UnableToReadRow("negative price")
    scale = exponent(currency)
    if amount > Decimal(MOST_MINOR_UNITS).scaleb(-scale):
        raise UnableToReadRow("a price that is too large")
    return int(amount.scaleb(scale).quantize(Decimal(1), ROUND_HALF_UP))


@lru_cache(maxsize=4096)
def quantity(text: str) -> int:
    """This function will read how many; nothing said means one, and fewer than none a return."""
    text = text.strip()
    if not text:
        return 1
    if not _WHOLE.fullmatch(text):
        raise UnableToReadRow("a quantity that is not a whole number")
    if len(text) > 20 or abs(many := int(text.partition(".")[0])) > MOST_PIECES:
        raise UnableToReadRow("a quantity that is too large")
    return many


@lru_cache(maxsize=256)
def currency(text: str, default: str) -> str:
    """This function will read an ISO 4217 code; nothing said means the shop's."""
    code = text.strip().upper() or default
    if code not in CURRENCIES:
        raise UnableToReadRow("an unknown currency")
    return code


@lru_cache(maxsize=256)
def status(text: str) -> str:
    """This function will read what became of an order: "" where it counts unless its lines say otherwise."""
    try:
        return _STATUSES[text.strip().lower().replace("_", " ")]
    except KeyError:
        raise UnableToReadRow("an unknown status") from None


def identifier(text: str, column: str) -> str:
    """This function will read an id that must be there."""
    text = text.strip()
    if not text:
        raise UnableToReadRow(f"missing {column}")
    return short(text)


def short(text: str) -> str:
    """This function will read a name or an id."""
    if len(text) > MOST_ID:
        raise UnableToReadRow("a field that is too long")
    return text.strip()


def long(text: str) -> str:
    """This function will read a text."""
    if len(text) > MOST_TEXT:
        raise UnableToReadRow("a field that is too long")
    return text.strip()


def provisional_customer_id(email: str) -> str:
    """This function will name a customer of whom only the address is known, until Shopify's own id comes."""
    return f"email:{sha256(email.strip().lower().encode()).hexdigest()[:32]}"
