"""Days as client books write them: what order day and month stand in is proved or asked, never guessed."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from scoring.wording import month_name

# Which of the two numbers comes first; "" where nobody has said.
Order = Literal["day", "month", ""]
# What one text proves about it; "either" where both readings are days, "" where it is no such text.
Proof = Literal["day", "month", "either", ""]

_EARLIEST_YEAR = 1900
_YEARS_AHEAD = 5
_LONGEST = 40
_TIME = re.compile(r"[ t]\d{1,2}:\d{2}.*$")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEARLESS_ISO = re.compile(r"--(\d{2})-?(\d{2})", re.ASCII)  # as address books write a birthday
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ]{1,2}(\d{4}|\d{2}))?\.?", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_WORDS = re.compile(r"[a-z]+|\d+", re.ASCII)
_FILLERS = frozenset({"st", "nd", "rd", "th", "of", "the", "about", "around", "circa", "ca"})
# Spreadsheets and databases write these where there was no day at all.
_NO_DAY = frozenset({"1900-01-01", "0001-01-01", "0000-00-00", "01/01/1900", "1/1/1900", "01.01.1900"})
_MONTHS = {
    spelled: number
    for number in range(1, 13)
    for spelled in (month_name(number).lower(), month_name(number).lower()[:3])
} | {"sept": 9}


class UnableToReadDay(ValueError):
    """A text is no day; the message is the reason, the same for every text that shares it."""


@dataclass(frozen=True, slots=True)
class BookDay:
    """A day as it was written down; `day` and `year` are None where they were not."""

    month: int
    day: int | None = None
    year: int | None = None


def order_proved(text: str) -> Proof:
    """This function will say what a text proves about the order of day and month."""
    found = _NUMBERS.fullmatch(_plain(text))
    if found is None:
        return ""
    first, second = int(found[1]), int(found[2])
    if first > 12 >= second:
        return "day"
    if second > 12 >= first:
        return "month"
    # 5/5 is the same day either way, and 20/20 is none.
    return "either" if first != second and first <= 12 else ""


def looks_like_day(text: str) -> bool:
    """This function will say whether a text can be a day, in whichever order."""
    try:
        read_day(text, "day", today=date.max)
    except UnableToReadDay:
        return False
    return True


def read_day(text: str, order: Order, *, today: date) -> BookDay | None:
    """This function will read a day; None where the text says that there is none.

    Raises UnableToReadDay; also where day and month could be either and `order` does not say.
    """
    plain = _plain(text)
    if not plain or plain in _NO_DAY:
        return None
    found = _numbers(plain, order, today) or _words(plain, today)
    if found is None:
        raise UnableToReadDay("a date that cannot be read")
    _check(found, today)
    return found


def _plain(text: str) -> str:
    return _TIME.sub("", text[:_LONGEST].strip().lower())


def _numbers(text: str, order: Order, today: date) -> BookDay | None:
    if found := _ISO.fullmatch(text):
        return BookDay(int(found[2]), int(found[3]), int(found[1]))
    if found := _YEARLESS_ISO.fullmatch(text):
        return BookDay(int(found[1]), int(found[2]))
    if found := _MONTH_YEAR.fullmatch(text):
        return BookDay(int(found[1]), None, int(found[2]))
    if found := _NUMBERS.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        proved = order_proved(text)
        asked: str = order if proved == "either" else proved or "day"
        if not asked:
            raise UnableToReadDay("a date whose day and month could be either")
        month, day = (second, first) if asked == "day" else (first, second)
        return BookDay(month, day, _year(found[3], today))
    return None


def _year(text: str | None, today: date) -> int | None:
    """Read a year; of two digits it is the last one that ended so: what is kept here lies behind us."""
    if not text:
        return None
    if len(text) == 4:
        return int(text)
    century = today.year // 100 * 100
    return century + int(text) if century + int(text) <= today.year else century - 100 + int(text)


def _words(text: str, today: date) -> BookDay | None:
    """Read "14 June 2016", "June 14th, 2016", "14 Jun", "June 2016", "about June"."""
    parts = [part for part in _WORDS.findall(text) if part not in _FILLERS]
    months = [_MONTHS[part] for part in parts if part in _MONTHS]
    numbers = [part for part in parts if part.isdigit()]
    if len(months) != 1 or len(months) + len(numbers) != len(parts) or len(numbers) > 2:
        return None
    days = [int(part) for part in numbers if len(part) <= 2]
    years = [int(part) for part in numbers if len(part) == 4]
    if len(days) == 2:  # "14 Jun 16"
        return BookDay(months[0], days[0], _year(numbers[1], today))
    if len(days) + len(years) != len(numbers) or len(years) > 1:
        return None
    return BookDay(months[0], days[0] if days else None, years[0] if years else None)


def _check(found: BookDay, today: date) -> None:
    latest = min(today.year + _YEARS_AHEAD, date.max.year)
    if found.year is not None and not _EARLIEST_YEAR <= found.year <= latest:
        raise UnableToReadDay("a date with a year that cannot be")
    year = 2000 if found.year is None else found.year  # a leap year, so that 29 February is a day of it
    if not 1 <= found.month <= 12:
        raise UnableToReadDay("a date that cannot be read")
    if found.day is not None and not 1 <= found.day <= monthrange(year, found.month)[1]:
        raise UnableToReadDay("a day that the calendar does not have")
