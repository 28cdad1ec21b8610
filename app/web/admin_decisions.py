"""The decisions: the latest ones, and each with all it rested on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request

from app.domain import wording
from app.stores import decisions, shops
from app.web import admin_words
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.decision import RULES
from scoring.kinds import NAMES
from scoring.reading import Reading
from scoring.records import UnableToReadRecord
from scoring.replay import ENGINE, DecisionRecord, replay

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal's reading as a merchant sees it."""

    name: str
    reads: str
    value: float
    fired: bool
    because: str


@dataclass(frozen=True, slots=True)
class Line:
    """One decision in the list, in words."""

    decision_id: UUID
    day: str
    clock: str
    client: str
    happened: str
    invited: bool
    strength: str
    answer: str
    readings: tuple[Shown, ...]

    @property
    def fired(self) -> int:
        return sum(reading.fired for reading in self.readings)


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule, and what it came to: `passed`, `decided`, or `unasked`."""

    question: str
    outcome: str


@merchant_signed_in
def every(merchant: Merchant) -> Response:
    """This function will list the latest decisions, a page at a time."""
    before = request.args.get("before", type=UUID)
    with services().database.shop(merchant.shop_id) as tx:
        shop = shops.read(tx)
        rows = decisions.recent(tx, limit=A_PAGE + 1, before=before)
    lines = [_line(row, row.readings, shop.timezone) for row in rows[:A_PAGE]]
    return Response(
        render_template(
            "admin/decisions.html",
            lines=lines,
            zone=wording.zone_name(shop.timezone),
            earlier=before is not None,
            next=lines[-1].decision_id if len(rows) > A_PAGE else None,
        )
    )


@merchant_signed_in
def one(merchant: Merchant, decision_id: UUID) -> Response:
    """This function will show one decision with all it rested on, decided again from its record."""
    with services().database.shop(merchant.shop_id) as tx:
        shop = shops.read(tx)
        row = decisions.shown(tx, decision_id)
    if row is None:
        abort(404)
    record = _record(row.record)
    return Response(
        render_template(
            "admin/decision.html",
            line=_line(row, row.record and row.record["decision"]["readings"], shop.timezone),
            when=wording.when(row.at, shop.timezone),
            eligible=row.eligible,
            record=record,
            is_erased=row.record is None,
            rules=asked(row.rule),
            looked_at=_looked_at(record),
            replayed=record is not None and replay(row.record) == record.decision,
            engine=ENGINE,
        )
    )


def asked(rule: str) -> list[Asked]:
    """This function will list the rules in their order, with the one that matched."""
    listed, outcome = [], "passed"
    for each in RULES:
        outcome = "decided" if each.name == rule else "unasked" if outcome == "decided" else outcome
        listed.append(Asked(admin_words.RULES[each.name][1], outcome))
    return listed


def _line(row: Any, readings: Mapping[str, Any] | None, zone: str) -> Line:
    # As for the denominators: what was decided after the visit's end could reach nobody.
    invited = row.verdict == "offer" and row.eligible
    return Line(
        decision_id=row.decision_id,
        day=wording.day(row.at, zone),
        clock=wording.clock(row.at, zone),
        client=admin_words.client(row.customer_id, row.first_name, row.last_name),
        happened=admin_words.happened(row.rule, eligible=row.eligible or row.verdict == "quiet"),
        invited=invited,
        strength=admin_words.STRENGTHS.get(row.strength, row.strength),
        answer=admin_words.answer(row.answer, invited=invited, seen=row.seen_at is not None),
        readings=_shown(readings or {}),
    )


def _shown(readings: Mapping[str, Any]) -> tuple[Shown, ...]:
    """The readings in the catalogue's order; a signal of another time keeps its own name."""
    names = [*admin_words.SIGNALS, *(name for name in readings if name not in admin_words.SIGNALS)]
    return tuple(
        Shown(*admin_words.SIGNALS.get(name, (name, "")), said.value, said.fired, said.because)
        for name in names
        if name in readings and (said := Reading.from_record(readings[name]))
    )


def _record(kept: Mapping[str, Any] | None) -> DecisionRecord | None:
    if kept is None:
        return None
    try:
        return DecisionRecord.from_record(kept)
    except UnableToReadRecord:  # of an engine this one no longer reads: the answer stands, the why does not
        return None


def _looked_at(record: DecisionRecord | None) -> list[str]:
    """The kinds looked at, longest first."""
    kinds = record.session.kinds if record is not None else {}
    return [NAMES[kind][1] for kind in sorted(kinds, key=lambda kind: -kinds[kind]) if kind in NAMES]
