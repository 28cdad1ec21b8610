"""The brief: what the advisor reads before, with how each thing may be spoken of, and what is not known.

Written once, after the booking, and kept as it was written: it says what the house knew on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from app.domain.at_hand import AtHand, Leanings, Offered, choose
from app.domain.beyond import beyond_of
from app.domain.captures import Capture
from app.domain.gems import GemLists
from app.domain.occasions import Occasion, keeps_out, occasions
from app.domain.pieces import Piece, bought, client_line, lead_line, pieces_of
from app.domain.reasons import Said, invitation, invited, silent, unread, window_days
from app.domain.remembered import Remark, Remembered, remember
from app.domain.taste import taste_of
from app.domain.unknowns import questions, unknown
from app.domain.upgrades import HouseTerms, Upgrade, upgrades
from scoring.history import Milestone, Order
from scoring.milestones import settle
from scoring.records import Recorded
from scoring.relationship import Relationship
from scoring.replay import DecisionRecord
from scoring.weights import DEFAULT_ADJACENCY, Adjacency

_IN_THE_RECORD = ("stated", "recorded", "engraved")


@dataclass(frozen=True, slots=True)
class Noted(Recorded):
    """A note, by whom and when."""

    text: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Promised(Recorded):
    """What was promised to happen next, and by when."""

    what: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Brief(Recorded):
    """The whole brief, as it is kept."""

    first_name: str
    name: str
    relationship: str
    lead: str
    invitation: str
    invited: tuple[Said, ...]
    silent: tuple[str, ...]
    pieces: tuple[Piece, ...]
    taste: tuple[str, ...]
    dates: tuple[Occasion, ...]
    notes: tuple[Noted, ...]
    people: tuple[str, ...]
    promised: tuple[Promised, ...]
    questions: tuple[str, ...]
    unknown: tuple[str, ...]
    her_note: str
    window_days: tuple[int, int]
    # Briefs that were kept before these were known have none.
    sizes: tuple[str, ...] = ()
    wishes: tuple[Remark, ...] = ()
    declined: tuple[Remark, ...] = ()
    upgrades: tuple[Upgrade, ...] = ()
    at_hand: tuple[AtHand, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """All that a brief is written from.

    `orders` come in any order; `stated` are the dates in the record, `decision` the one that invited her,
    `notes` newest first, `her_note` what she wrote when she booked, `captures` what was noted down in earlier
    consultations, `catalogue` what the shop has, in the currency of her orders.
    """

    first_name: str
    name: str
    orders: Sequence[Order]
    zone: ZoneInfo
    relationship: Relationship | None = None
    stated: Sequence[Milestone] = ()
    notes: Sequence[Noted] = ()
    promised: Sequence[Promised] = ()
    decision: DecisionRecord | None = None
    her_note: str = ""
    lead: str = ""
    captures: Sequence[Capture] = ()
    catalogue: Sequence[Offered] = ()
    adjacency: Adjacency = DEFAULT_ADJACENCY
    terms: HouseTerms = field(default_factory=HouseTerms)
    gems: GemLists = field(default_factory=GemLists)


def in_force(stated: Sequence[Milestone], relationship: Relationship | None) -> tuple[Milestone, ...]:
    """This function will give the dates that stand now: those in the record, and guesses nobody answered."""
    inferred = relationship.milestones if relationship else ()
    # A date read off an engraving is known, and rests on an order like a guess.
    guesses = [each for each in inferred if each.provenance not in _IN_THE_RECORD or each.rests_on]
    return settle(tuple(stated), guesses)


def write(known: Known, *, today: date) -> Brief:
    """This function will write the brief from what is known on `today`, the shop's day."""
    dated = bought(known.orders, known.zone)
    lines = [(day, line) for day, order in dated for line in order.lines]
    milestones = in_force(known.stated, known.relationship)
    titles = [line.title for _, line in lines]
    remembered = remember(known.captures, bought=titles, milestones=milestones, zone=known.zone)
    notes = [*(note.text for note in known.notes), *remembered.told]
    partial = known.relationship is not None and known.relationship.partial_history
    missing = unknown(lines, notes, milestones, known.first_name, partial=partial)
    days = [day for day, _ in dated]
    relationship = client_line(days, partial=partial, today=today, beyond=beyond_of(known.relationship))
    return Brief(
        first_name=known.first_name,
        name=known.name,
        relationship=relationship,
        lead=lead_line(known.lead, days, after=relationship),
        invitation=invitation(known.decision),
        invited=invited(known.decision, milestones),
        silent=silent(known.decision, milestones),
        pieces=pieces_of(dated, hide_engraved_dates=keeps_out(milestones)),
        taste=taste_of([line for _, line in lines], dated[0][1].currency if dated else ""),
        dates=occasions(milestones, known.first_name, today=today, gems=known.gems),
        notes=tuple(known.notes),
        people=_people(milestones, remembered),
        promised=tuple(known.promised),
        questions=questions(lines, notes, milestones, known.first_name),
        unknown=(*missing, *unread(known.decision)),
        her_note=known.her_note,
        window_days=window_days(known.decision),
        sizes=remembered.sizes,
        wishes=remembered.wishes,
        declined=remembered.declined,
        upgrades=upgrades(dated, known.terms, today=today),
        at_hand=_at_hand(known, milestones, remembered, titles, today),
    )


def _at_hand(
    known: Known, milestones: Sequence[Milestone], remembered: Remembered, owned: Sequence[str], today: date
) -> tuple[AtHand, ...]:
    leanings = Leanings(
        relationship=known.relationship,
        adjacency=known.adjacency,
        milestones=milestones,
        remembered=remembered,
        owned=owned,
        session=known.decision.session if known.decision else None,
        currency=known.relationship.currency if known.relationship else "",
        gems=known.gems,
    )
    return choose(known.catalogue, leanings, today=today)


def _people(milestones: Sequence[Milestone], remembered: Remembered) -> tuple[str, ...]:
    named = [each for each in milestones if each.person and not each.do_not_use and not each.sensitive]
    dated = (f"{each.person} ({each.occasion.replace('_', ' ')})" for each in named)
    return tuple(dict.fromkeys((*remembered.people, *dated)))
