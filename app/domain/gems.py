"""Gems and materials by year, and birthstones by month: the house's own lists, which it may edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scoring.history import Milestone
from scoring.records import Recorded
from scoring.wording import ordinal

# facts/jewellery.md, "Anniversary lists".
MAJOR_YEARS = frozenset((1, 5, 10, 15, 20, 25, 30, 40, 50, 60))
LAST_YEAR = 80
LONGEST = 60  # a line in a card, and in a brief
LISTS = {"jewellers": "Gems by year", "traditional": "Materials by year", "birthstones": "Birthstones"}
_LAST = {"jewellers": LAST_YEAR, "traditional": LAST_YEAR, "birthstones": 12}


@dataclass(frozen=True, slots=True)
class GemLists(Recorded):
    """The lists in one version of them: year (or month) as text → what belongs to it."""

    version: int = 0
    jewellers: Mapping[str, str] = field(default_factory=dict)
    traditional: Mapping[str, str] = field(default_factory=dict)
    birthstones: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def kind_of(occasion: str) -> str:
    """This function will say what an occasion comes to: anniversary, birthday, recurring or other."""
    said = occasion.casefold()
    kinds = ("anniversary", "birthday", "recurring")
    return next((kind for kind in kinds if kind in said), "other")


def gift_words(lists: GemLists, milestone: Milestone, years: int | None) -> str:
    """This function will say what belongs to an occasion: "Tenth: diamond; traditional: tin."; "" for none.

    `years` is how many it will be, None where the year is not known.
    """
    kind = kind_of(milestone.occasion)
    if kind == "birthday":
        stone = lists.birthstones.get(str(milestone.month), "")
        return f"Birthstone: {stone}." if stone else ""
    return _of_year(lists, years) if kind == "anniversary" and years else ""


def _of_year(lists: GemLists, years: int) -> str:
    gem, material = (each.get(str(years), "") for each in (lists.jewellers, lists.traditional))
    if not gem and not material:
        return ""
    old = f"traditional: {material}" if material else ""
    return f"{ordinal(years).capitalize()}: {'; '.join(part for part in (gem, old) if part)}."


def read_lists(entries: Mapping[str, str], version: int) -> tuple[GemLists, dict[str, str]]:
    """This function will read the lists as a form has them, `jewellers.10` → "diamond"; problems by field."""
    problems = {
        name: f"Keep it to {LONGEST} characters."
        for name, value in entries.items()
        if len(value.strip()) > LONGEST and not name.startswith("sources.")
    }
    lists = {name: _entries_of(entries, name, _LAST[name]) for name in LISTS}
    sources = {name: entries.get(f"sources.{name}", "").strip()[:300] for name in LISTS}
    return GemLists(version=version, sources=sources, **lists), problems


def _entries_of(entries: Mapping[str, str], name: str, last: int) -> dict[str, str]:
    named = {str(number): entries.get(f"{name}.{number}", "").strip() for number in range(1, last + 1)}
    return {number: value for number, value in named.items() if value}
