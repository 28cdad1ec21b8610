"""Dates engraved in a piece, read strictly: what might be a size, a number or a name is not a date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from scoring.days import in_year

# A date to come is engraved for a wedding that is planned; more than two years ahead nobody orders rings, and
# before 1900 nobody alive was born. Dated guesses, 2026-11.
_MOST_YEARS_AHEAD = 2
_EARLIEST = 1900
# facts/jewellery.md: a band's order precedes the wedding by 0–3 months.
_BEFORE_WEDDING_DAYS = 92

# As English, German, French, Italian and Spanish write them, without accents; January first.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner janvier gennaio enero",
            "february feb februar fevrier febbraio febrero",
            "march mar marz maerz mars marzo",
            "april apr avril aprile abril",
            "may mai maggio mayo",
            "june jun juni juin giugno junio",
            "july jul juli juillet luglio julio",
            "august aug aout agosto",
            "september sept sep septembre settembre septiembre",
            "october oct oktober okt octobre ottobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez decembre dicembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
# First names, or verbs, too: with neither a year nor an ordinal they are read as those.
_NAMES_TOO = frozenset(("may", "april", "avril", "june", "jan", "mar", "mars", "mai", "august"))
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

# What stands before or after a number that is no date: a size, a reference, a weight, a longer number.
_FREE = r"(?<![\w#°.,/:-])" + "".join(
    rf"(?<!\b{word} )" for word in ("no", "no.", "nr", "nr.", "ref", "size")
)
_ENDS = r"(?![\w°%]|[.,/:·-]\w| ?(?:mm|cm|ct|kt?|carat|grams?|gr|g)\b)"
_NUMBERS = re.compile(
    _FREE
    + r"(\d{1,2}|\d{4}|[ivx]{1,5}) ?([./·•|–-]) ?(\d{1,2}|[ivx]{1,4}) ?\2 ?(\d{1,2}|\d{4}|[mdclxvi]{1,12})"
    + _ENDS
)
_SPACED = re.compile(_FREE + r"(\d{1,2})( )(\d{1,2}|[ivx]{1,4}) (\d{4})" + _ENDS)
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(\d{1,2})(?!\d)(st|nd|rd|th|er|º)?\.?"
_YEAR = r"(?:,? ?(\d{4}|(?:(?<= )|['’])\d{2}))?"
_DAY_FIRST = re.compile(_FREE + rf"{_DAY} ?(?:of |de |di )?{_MONTH}{_YEAR}" + _ENDS)
_MONTH_FIRST = re.compile(_FREE + rf"{_MONTH} ?{_DAY}{_YEAR}" + _ENDS)
_MONTH_ALONE = re.compile(_FREE + rf"{_MONTH},? ?(?:of |de |di )?(\d{{4}})" + _ENDS)
_BIRTH = re.compile(r"\b(?:birthday|born|birth|geboren|geburtstag|nata|nato)\b")
_WEDDING = re.compile(r"\b(?:anniversary|married|wedding|wed|i do|hochzeit\w*|mariage|nozze|boda)\b")


@dataclass(frozen=True, slots=True)
class Engraved:
    """A date read from an engraving. `day` None: only its month is there; `year` None: no year is.

    `certain` is False where 12.09. may be a day of September or of December, and the country's custom alone
    decided. `occasion` is what the words beside it say: "anniversary", "birthday" or "".
    """

    month: int
    day: int | None
    year: int | None
    certain: bool = True
    occasion: str = ""


@lru_cache(maxsize=4096)  # the same orders are read again with each change of a relationship
def dates_in(
    engraving: str, *, ordered: date, month_first: bool, bridal: bool = False
) -> tuple[Engraved, ...]:
    """Answer the dates that an engraving spells, each once.

    `ordered` is the day of the piece's order: two figures of a year mean the latest such year by then, a
    wedding to come allowed. `month_first` is the country's custom (06.14.2015); where custom would decide, a
    `bridal` piece's reading within three months of its order wins over it.
    """
    line = _folded(engraving)
    occasion = "birthday" if _BIRTH.search(line) else "anniversary" if _WEDDING.search(line) else ""
    wedding = ordered if bridal else None
    read = [*_in_figures(line, ordered, month_first, wedding), *_in_words(line, ordered)]
    return tuple(dict.fromkeys(replace(each, occasion=occasion) for each in read))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def _in_figures(line: str, ordered: date, month_first: bool, wedding: date | None) -> Iterator[Engraved]:
    for match in (*_NUMBERS.finditer(line), *_SPACED.finditer(line)):
        first, second, last = match[1], match[3], match[4]
        if len(first) == 4 and first.isdigit():  # 2016-09-12
            year, month, day = _year(first, ordered), _number(second), _number(last)
            if second.isdigit() and _is_day(year, month, day):
                yield Engraved(month, day, year)
            continue
        year = _year(last, ordered)
        one, two = _number(first), _number(second)
        by_day, by_month = _is_day(year, two, one), _is_day(year, one, two)
        if not second.isdigit():  # 12.IX.16: only a month is written so
            by_month = by_month and not first.isdigit() and not by_day
        if by_day and by_month and one != two:
            yield _chosen(Engraved(two, one, year), Engraved(one, two, year), month_first, wedding)
        elif by_day or by_month:
            yield Engraved(two, one, year) if by_day else Engraved(one, two, year)


def _chosen(by_day: Engraved, by_month: Engraved, month_first: bool, wedding: date | None) -> Engraved:
    """Choose between 12 September and 9 December: by the wedding that was near, else by custom."""
    near = [each for each in (by_day, by_month) if wedding is not None and _follows(each, wedding)]
    if len(near) == 1:
        return near[0]
    return replace(by_month if month_first else by_day, certain=False)


def _follows(engraved: Engraved, ordered: date) -> bool:
    after = (in_year(engraved.year or 1, engraved.month, engraved.day or 1) - ordered).days
    return 0 <= after <= _BEFORE_WEDDING_DAYS


def _in_words(line: str, ordered: date) -> Iterator[Engraved]:
    for match in _DAY_FIRST.finditer(line):
        yield from _worded(int(match[1]), match[2], match[3], match[4], ordered)
    for match in _MONTH_FIRST.finditer(line):
        yield from _worded(int(match[2]), match[3], match[1], match[4], ordered)
    for match in _MONTH_ALONE.finditer(_DAY_FIRST.sub(" ", line)):
        if (year := _year(match[2], ordered)) is not None:
            yield Engraved(_MONTHS[match[1]], None, year)


def _worded(
    day: int, ordinal: str | None, month: str, written: str | None, ordered: date
) -> Iterator[Engraved]:
    year = _year(written.lstrip("'’"), ordered) if written else None
    named = ordinal is None and month in _NAMES_TOO  # "for May 7" is as likely a person
    if (year is None and (written or named)) or not _is_day(year or 2000, _MONTHS[month], day):
        return
    yield Engraved(_MONTHS[month], day, year)


def _number(written: str) -> int:
    """Answer a number of Arabic or Roman figures; 0 where the Roman ones spell none."""
    if written.isdigit():
        return int(written)
    values = [_ROMAN[figure] for figure in written]
    total = sum(
        -value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True)
    )
    return total if _in_roman(total) == written else 0


def _in_roman(number: int) -> str:
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
    spelled = ""
    for value, figures in pairs:
        times, number = divmod(number, value)
        spelled += figures * times
    return spelled


def _year(written: str, ordered: date) -> int | None:
    """Answer the year meant, None where it cannot be one."""
    year, latest = _number(written), ordered.year + _MOST_YEARS_AHEAD
    if year < 100 and len(written) > 1:  # '16, and XVI
        year = latest - (latest - year) % 100
    return year if _EARLIEST <= year <= latest else None


def _is_day(year: int | None, month: int, day: int) -> bool:
    try:
        return year is not None and bool(date(year, month, day))
    except ValueError:
        return False
