"""Reading what Shopify sends: typed where we look, tolerant where we don't, and never trusting a length."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

import msgspec

T = TypeVar("T")

Id = int | str
MOST_CHARACTERS = 300


class UnableToReadWebhook(Exception):
    """A body is not what its topic promises. The message names the place, never what stands there."""


class TooEarly(Exception):
    """What a webhook says must not be acted upon yet; after `seconds` it may."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


def read(kind: type[T], body: bytes) -> T:
    """This function will decode a body, ignoring every field we do not ask for."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except msgspec.MsgspecError as error:
        # Its words are of types and places, never of values: "Expected `str`, got `int` - at `$.email`".
        raise UnableToReadWebhook(str(error)) from None


def id_of(value: Id | None) -> str:
    """This function will write an id as text; "" where there is none. Its number and its gid are one."""
    return said(str(value)).rpartition("/")[2] if value is not None else ""


def said(value: str | None, most: int = MOST_CHARACTERS) -> str:
    """This function will give a text PostgreSQL can keep: without NUL, blanks around, or endless length."""
    return (value or "").replace("\0", "").strip()[:most]


def instant(value: str | None) -> datetime | None:
    """This function will read an ISO 8601 instant as UTC; None where it is missing or is none."""
    try:
        at = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
