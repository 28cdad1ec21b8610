"""Read a session from a file of JSON lines, for `steward explain`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from scoring.events import Event, EventType
from scoring.kinds import KINDS
from scoring.materials import MATERIALS

# Beyond, a zone's clock or a window around a day may leave the calendar. The import begins at 1900, too.
YEARS = range(1900, 2201)


class UnableToReadSession(Exception):
    """A line is not an event; the message names the line and what is wrong with it."""


class _Line(Struct, frozen=True):
    type: EventType
    at: datetime
    product_id: str | None = None
    kind: str | None = None
    price: Annotated[int, Meta(ge=0)] | None = None
    currency: str | None = None
    dwell_ms: Annotated[int, Meta(ge=0)] = 0
    materials: tuple[str, ...] = ()


_lines = msgspec.json.Decoder(_Line)


def read_session(content: bytes) -> list[Event]:
    """This function will read events, one JSON object a line; empty lines are passed over."""
    numbered = enumerate(content.splitlines(), start=1)
    return [_event(number, line) for number, line in numbered if line.strip()]


def _event(number: int, line: bytes) -> Event:
    try:
        read = _lines.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnableToReadSession(f"line {number}: {error}") from error
    if read.kind is not None and read.kind not in KINDS:
        raise UnableToReadSession(f"line {number}: {read.kind!r} is not a kind of piece we know")
    if read.at.year not in YEARS:
        raise UnableToReadSession(
            f"line {number}: the year {read.at.year} is not from {YEARS[0]} to {YEARS[-1]}"
        )
    for family in read.materials:
        if family not in MATERIALS:
            raise UnableToReadSession(f"line {number}: {family!r} is no metal or stone we know")
    at = read.at if read.at.tzinfo else read.at.replace(tzinfo=UTC)
    looked = (read.kind, read.price, read.currency, read.dwell_ms, read.materials)
    return Event(read.type, at, read.product_id, *looked)
