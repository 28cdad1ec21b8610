"""Numbers and days as people say them, for the sentences an advisor reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_COUNTS = _words("no one two three four five six seven eight nine ten eleven twelve")
_ORDINALS = _words(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_MONTHS = _words("January February March April May June July August September October November December")


def count(number: int) -> str:
    """Say a number: words to twelve, figures beyond."""
    return _COUNTS[number] if 0 <= number <= 12 else f"{number:,}"


def many(number: int, one: str, more: str) -> str:
    """Say how many of something: "one order", "7 orders"."""
    return f"one {one}" if number == 1 else f"{number:,} {more}"


def ordinal(number: int) -> str:
    """Say a place in a row: "tenth", "21st"."""
    if 0 <= number <= 20:
        return _ORDINALS[number]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def years(number: float) -> str:
    """Say a number of years as the merchant set it: "five", "2.5"."""
    return count(int(number)) if number == int(number) else f"{number:g}"


def listed(words: Sequence[str], most: int = 4) -> str:
    """Say several things in a row: "2019 and 2023"; of more than `most` the last ones, "… and before"."""
    if len(words) < 2:
        return "".join(words)
    if len(words) > most:
        return f"{', '.join(words[-most:])} and before"
    return f"{', '.join(words[:-1])} and {words[-1]}"


def day_and_month(day: date) -> str:
    """Say a day without its year: "12 September"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def month_name(month: int) -> str:
    """Say a month: "September"."""
    return _MONTHS[month - 1]


def month_seen_from(day: date, today: date) -> str:
    """Say a month as one would today: "May" in the same year, "May 2023" otherwise."""
    name = _MONTHS[day.month - 1]
    return name if day.year == today.year else f"{name} {day.year}"


def span(days: int) -> str:
    """Say a length of time roughly: days below two weeks, weeks below ten, then months, then years."""
    if days < 14:
        return "one day" if days == 1 else f"{count(days)} days"
    if days < 70:
        return f"{count(round(days / 7))} weeks"
    months = round(days / 30.44)
    return f"{count(months)} months" if months < 24 else f"{count(months // 12)} years"
