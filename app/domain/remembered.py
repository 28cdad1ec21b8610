"""What earlier consultations left behind: wishes, what was declined, sizes, people and what each wears."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app.domain.captures import Capture, person_of
from scoring.days import local_day
from scoring.history import Milestone
from scoring.records import Recorded


@dataclass(frozen=True, slots=True)
class Remark(Recorded):
    """A piece that was spoken of, and on which day."""

    title: str
    on: date
    product_id: str = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """All that was noted down with one tap, sorted; each the newest first.

    `told` says the same in sentences, as a note would.
    """

    wishes: tuple[Remark, ...] = ()
    declined: tuple[Remark, ...] = ()
    sizes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def remember(
    captures: Sequence[Capture],
    *,
    bought: Iterable[str],
    milestones: Sequence[Milestone],
    zone: ZoneInfo,
) -> Remembered:
    """This function will sort what was noted down; the latest word on a piece, a size or a person stands.

    `bought` are the titles of pieces since bought: what was wished for and then bought is no wish. Whoever
    belongs to a date that must not be named is not named here either.
    """
    unnamed = {each.person.casefold() for each in milestones if each.do_not_use or each.sensitive}
    newest = sorted(captures, key=lambda capture: capture.at, reverse=True)
    open_ones = [each for each in newest if not each.person or each.person.casefold() not in unnamed]
    owned = {" ".join(title.casefold().split()) for title in bought}
    opinions = _latest(each for each in newest if each.kind in ("liked", "declined"))
    people = _people([each for each in open_ones if each.kind == "person"])
    sizes = _sizes(each for each in open_ones if each.kind == "size")
    return Remembered(
        wishes=_remarks([each for each in opinions if each.kind == "liked"], owned, zone),
        declined=_remarks([each for each in opinions if each.kind == "declined"], (), zone),
        sizes=sizes,
        people=people,
        told=(*sizes, *people),
    )


def _latest(captures: Iterable[Capture]) -> list[Capture]:
    by_piece: dict[str, Capture] = {}
    for capture in captures:
        by_piece.setdefault(capture.piece, capture)
    return list(by_piece.values())


def _remarks(captures: Sequence[Capture], owned: Collection[str], zone: ZoneInfo) -> tuple[Remark, ...]:
    return tuple(
        Remark(each.what, local_day(each.at, zone), each.product_id)
        for each in captures
        if each.piece not in owned
    )


def _sizes(captures: Iterable[Capture]) -> tuple[str, ...]:
    by_whose: dict[tuple[str, str], str] = {}
    for each in captures:
        of = each.details.get("of") or "Ring"
        whose = f" ({each.person})" if each.person else ""
        by_whose.setdefault((of, each.person.casefold()), f"{of} size {each.what}{whose}")
    return tuple(by_whose.values())


def _people(captures: Sequence[Capture]) -> tuple[str, ...]:
    """Say each person once: the latest word on who it is, and all that they wear."""
    named: dict[str, str] = {}
    wears: dict[str, list[str]] = {}
    for each in captures:
        key = (each.person or each.details.get("relation", "")).casefold()
        named.setdefault(key, person_of(each))
        if piece := each.details.get("wears"):
            wears.setdefault(key, []).append(piece)
    return tuple(
        f"{name}: wears {' and '.join(dict.fromkeys(wears[key]))}" if key in wears else name
        for key, name in named.items()
    )
