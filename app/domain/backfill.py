"""A history that is coming in from Shopify: how far it is, how long it will take, and how that is said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from scoring.wording import many

Kind = Literal["customers", "orders"]
State = Literal["waiting", "gathering", "arriving", "landed", "relating", "done", "failed"]

# A rate that rests on less foretells nothing. Dated guess, 2026-11.
SURE_AFTER = timedelta(seconds=5)
# Most of the way is landing; reading the file through comes first and is the quicker half. Measured 2026-11:
# bench/history.py.
READING_IS = 0.2


@dataclass(frozen=True, slots=True)
class Backfill:
    """One kind's way in. Shopify gathers `gathered` of about `total` (None: not told) into a file of
    `file_bytes`, of which `bytes_read` have been read; `landed` are on record, `left_out` could not be read.

    `all_orders` says that orders older than sixty days were among what Shopify let us read. `stage_at` is
    when the present state began, `eta` when it should end, `failure` the name of what went wrong last.
    """

    kind: Kind
    state: State
    total: int | None
    gathered: int
    landed: int
    left_out: int
    file_bytes: int | None
    bytes_read: int
    all_orders: bool
    failure: str
    began_at: datetime
    stage_at: datetime
    asked_at: datetime | None
    eta: datetime | None
    done_at: datetime | None

    @property
    def share(self) -> float | None:
        """This method will say how much of the present stage is done, 0..1; None where nobody can tell."""
        if self.state == "gathering":
            return _part(self.gathered, self.total)
        if self.state == "arriving":
            read, landed = _part(self.bytes_read, self.file_bytes), _part(self.landed, self.gathered)
            return READING_IS * (read or 0.0) + (1 - READING_IS) * (landed or 0.0)
        return 1.0 if self.state in ("landed", "relating", "done") else None


def _part(done: int, total: int | None) -> float | None:
    return min(1.0, done / total) if total else None


def foretold(stage_at: datetime, share: float | None, *, now: datetime) -> datetime | None:
    """This function will estimate when a stage ends, going on as it has; None while that is a guess."""
    spent = now - stage_at
    if not share or spent < SURE_AFTER:
        return None
    return now + spent * ((1 - share) / share)


@dataclass(frozen=True, slots=True)
class Told:
    """What the merchant reads: `share` for the bar (None: none to show), `moving` while it still changes."""

    title: str
    sentence: str
    share: float | None
    moving: bool
    tone: Literal["busy", "good", "partial", "wrong"]


def tell(history: Mapping[Kind, Backfill], *, now: datetime) -> Told | None:
    """This function will say how far a shop's history is; None where none was asked for."""
    if not history:
        return None
    rows = list(history.values())
    if any(row.state == "failed" for row in rows):
        return _wrong(rows)
    if all(row.state == "done" for row in rows):
        return _finished(history)
    return _busy(history, now=now)


def _busy(history: Mapping[Kind, Backfill], *, now: datetime) -> Told:
    slowest = min(history.values(), key=lambda row: (_ORDER[row.state], row.share or 0.0))
    etas = [row.eta for row in history.values() if row.eta is not None]
    left = f" {_left(max(etas) - now)}" if etas else ""
    words = _stage(slowest)
    return Told(
        "Your history is coming in",
        f"{words}{left} You can leave this page; it goes on.",
        slowest.share if slowest.state in ("gathering", "arriving") else None,
        True,
        "busy",
    )


_ORDER = {"waiting": 0, "gathering": 1, "arriving": 2, "relating": 3, "landed": 4, "done": 5, "failed": 6}


def _stage(row: Backfill) -> str:
    match row.state:
        case "waiting":
            return f"Shopify is being asked for your {row.kind}."
        case "gathering":
            return f"Shopify is gathering your {row.kind}: {_of(row.gathered, row.total, about='about ')}."
        case "arriving":
            return f"Taking in your {row.kind}: {_of(row.landed, row.gathered)}."
        case "relating":
            return "All of it is in. The relationships are being put together."
        case _:
            return f"Your {row.kind} are in."


def _of(done: int, total: int | None, *, about: str = "") -> str:
    return f"{done:,} of {about}{total:,} so far" if total else f"{done:,} so far"


def _left(left: timedelta) -> str:
    minutes = math.ceil(left.total_seconds() / 60)
    if minutes <= 1:
        return "About a minute is left."
    hours = round(minutes / 60)
    return f"About {minutes} minutes are left." if minutes < 90 else f"About {hours} hours are left."


def _finished(history: Mapping[Kind, Backfill]) -> Told:
    orders, customers = history["orders"], history["customers"]
    counted = " and ".join(
        (many(orders.landed, "order", "orders"), many(customers.landed, "customer", "customers"))
    )
    counted = counted[0].upper() + counted[1:]
    out = orders.left_out + customers.left_out
    left_out = f" Left out, because they could not be read: {out:,}." if out else ""
    if orders.all_orders:
        return Told("Your history is here", f"{counted} came from Shopify.{left_out}", None, False, "good")
    sentence = (
        f"{counted} came from Shopify: the last 60 days of orders. Older ones need Shopify’s approval; "
        f"until it comes, Steward says “at least” wherever it tells how long somebody is a client.{left_out}"
    )
    return Told("Part of your history is here", sentence, None, False, "partial")


def _wrong(rows: list[Backfill]) -> Told:
    here = sum(row.landed for row in rows)
    kept = f"The {here:,} records that came before it are kept." if here else "Nothing was changed."
    if any(row.failure == "UnableToAuthenticate" for row in rows):
        sentence = "Shopify no longer accepts our key. Opening Steward from the Shopify admin renews it. "
    else:
        sentence = "Shopify did not let us read it to the end. Try again; if it stays, tell us. "
    return Told("Your history has stopped coming in", sentence + kept, None, False, "wrong")
