"""What an advisor notes down with one tap: a piece shown, liked or declined, a size, a date, a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, cast, get_args

from app.domain.learned import LearnedDate, read_learned
from scoring.wording import month_name

# "aside": words typed on two devices at once; the older ones are kept beside the newer.
CaptureKind = Literal["shown", "liked", "declined", "size", "date", "person", "aside"]
OF_A_PIECE: tuple[CaptureKind, ...] = ("shown", "liked", "declined")
SIZES = ("Ring", "Bracelet", "Necklace", "Watch strap")
RELATIONS = ("partner", "child", "parent", "sibling", "friend", "someone else")
LONGEST_NAME = 120
LONGEST_ASIDE = 8_000
_OF_A_DATE = ("occasion", "day", "month", "year", "told", "handling")
_DETAILS: Mapping[str, tuple[str, ...]] = {
    "size": ("of",),
    "person": ("relation", "wears"),
    "date": _OF_A_DATE,
    "aside": ("field",),
}


class UnableToCapture(Exception):
    """Something noted down lacks a part; the message says which, in words. It must be noted anew."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One thing noted down.

    `what` is the piece's title, the size, or the words; `person` whom it is about, "" for the client;
    `details` what else its kind has.
    """

    kind: CaptureKind
    what: str
    at: datetime
    person: str = ""
    product_id: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def piece(self) -> str:
        """This property will give what makes two mentions of a piece the same one: its title, plainly."""
        return " ".join(self.what.casefold().split())


def read_capture(
    kind: str,
    what: str,
    *,
    at: datetime,
    today: date,
    person: str = "",
    product_id: str = "",
    details: Mapping[str, str] | None = None,
) -> Capture:
    """This function will read what a device noted down at an instant. Raises UnableToCapture."""
    if kind not in get_args(CaptureKind):
        raise UnableToCapture("This cannot be noted down.")
    known = {name: _line((details or {}).get(name, "")) for name in _DETAILS.get(kind, ())}
    longest = LONGEST_ASIDE if kind == "aside" else LONGEST_NAME
    found = Capture(
        kind=cast(CaptureKind, kind),
        what=what.replace("\x00", "").strip()[:longest],
        at=at,
        person=_line(person),
        product_id=_line(product_id),
        details={name: text for name, text in known.items() if text},
    )
    _check(found, today)
    return found


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST_NAME]


def _check(capture: Capture, today: date) -> None:
    if capture.kind in OF_A_PIECE and not capture.what:
        raise UnableToCapture("Say which piece.")
    if capture.kind == "size" and not capture.what:
        raise UnableToCapture("Say the size.")
    if capture.kind == "person" and not (capture.person or capture.details.get("relation")):
        raise UnableToCapture("Say the name, or who it is to the client.")
    if capture.kind == "date":
        errors: dict[str, str] = {}
        if read_learned(_as_typed(capture), errors, today=today) is None:
            raise UnableToCapture(" ".join(errors.values()) or "Say what the day is, and at least the month.")


def date_of(capture: Capture, *, today: date) -> LearnedDate | None:
    """This function will give the date that was learned; None for anything else."""
    return read_learned(_as_typed(capture), {}, today=today) if capture.kind == "date" else None


def _as_typed(capture: Capture) -> dict[str, str]:
    typed = {f"learned_{name}": capture.details.get(name, "") for name in _OF_A_DATE}
    return {**typed, "learned_person": capture.person}


def said(capture: Capture) -> str:
    """This function will say in a line what was noted down, for the list beside the conversation."""
    if capture.kind in OF_A_PIECE:
        return f"{capture.kind.capitalize()}: {capture.what}"
    if capture.kind == "size":
        whose = f", {capture.person}" if capture.person else ""
        return f"{capture.details.get('of') or 'Ring'} size {capture.what}{whose}"
    if capture.kind == "person":
        wears = f", wears {capture.details['wears']}" if capture.details.get("wears") else ""
        return f"{person_of(capture)}{wears}"
    if capture.kind == "date":
        return _date(capture)
    return f"Written on another device: {capture.what}"


def person_of(capture: Capture) -> str:
    """This function will name a person with what they are to the client: "Tomas (partner)"."""
    relation = capture.details.get("relation", "")
    if capture.person and relation:
        return f"{capture.person} ({relation})"
    return capture.person or relation.capitalize()


def _date(capture: Capture) -> str:
    part = capture.details.get
    month = month_name(int(part("month", "1")))
    when = " ".join(text for text in (part("day", ""), month, part("year", "")) if text)
    whose = f" ({capture.person})" if capture.person else ""
    source = "in the client's own words" if part("told") else "gathered, not told"
    return f"{part('occasion', 'Date').capitalize()}{whose}, {when}; {source}"
