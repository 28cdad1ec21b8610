"""Three to six pieces to have at hand, each with its reasons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.gems import GemLists
from app.domain.occasions import keeps_out, mark_of
from app.domain.remembered import Remembered
from scoring.history import Milestone
from scoring.kinds import BRIDAL, NAMES
from scoring.materials import METALS, STONES
from scoring.materials import NAMES as MATERIAL_NAMES
from scoring.milestones import next_occurrence
from scoring.money import about, money
from scoring.records import Recorded
from scoring.relationship import Relationship
from scoring.session import Session
from scoring.weights import Adjacency
from scoring.wording import ordinal

# A tray holds six; the issue asks for three to six. Of one kind two show a choice, more show a shelf.
MOST, MOST_OF_A_KIND = 6, 2
# An occasion lends a gem as far ahead as a custom piece takes to make (−60/−90, facts/jewellery.md).
_GEM_DAYS = 90
# How much each reason counts beside adjacency, which is 0..1. A wish outweighs all: she said it herself.
# Dated guesses, 2026-11.
_WISH, _LOOKED_AT, _MATERIAL, _GEM, _PRICE = 1.5, 0.4, 0.2, 0.5, 0.3
# Near the price in mind: from three quarters of it to half as much again. Far beyond, a piece embarrasses.
# Dated guesses, 2026-11.
_NEAR, _BEYOND = (0.75, 1.5), (0.3, 3.0)
# Less than this share of the looking is a glance in passing. Dated guess, 2026-11.
_LOOKED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Offered:
    """A piece the shop has: `price` is what it was last sold for, in minor units."""

    product_id: str
    title: str
    kind: str
    price: int
    materials: tuple[str, ...] = ()

    @property
    def piece(self) -> str:
        """This property will give its title plainly, as captures compare it."""
        return " ".join(self.title.casefold().split())


@dataclass(frozen=True, slots=True)
class AtHand(Recorded):
    """A piece to have at hand, and why, in a sentence; `aloud` is what of it a client may see or hear.

    `price` is what it was last sold for. What the shop asks today is not in the record of its orders, so
    wherever this price stands, that is said beside it.
    The consultation's screen stands on a counter, or is shared: no occasion and no browsing there.
    """

    product_id: str
    title: str
    price: str
    because: str
    aloud: str = ""


@dataclass(frozen=True, slots=True)
class Leanings:
    """What the choice rests on; `session` is the visit that led to the invitation, where there was one."""

    relationship: Relationship | None
    adjacency: Adjacency
    milestones: Sequence[Milestone]
    remembered: Remembered
    owned: Iterable[str]
    session: Session | None
    currency: str
    gems: GemLists = field(default_factory=GemLists)


@dataclass(frozen=True, slots=True)
class _Reason:
    weight: float
    text: str
    aloud: bool = True


def choose(catalogue: Sequence[Offered], leanings: Leanings, *, today: date) -> tuple[AtHand, ...]:
    """This function will choose the pieces with the best reasons, at most six, and none without a reason."""
    left_out = {*_plain(leanings.owned), *_plain(each.title for each in leanings.remembered.declined)}
    gem = _gem(leanings.milestones, leanings.gems, today)
    wanted = _price_in_mind(leanings)
    scored = [
        (score, offered, reasons)
        for offered in catalogue
        if offered.piece not in left_out and not _of_another_wedding(offered, leanings.relationship)
        for score, reasons in [_weigh(offered, leanings, gem, wanted)]
        if reasons
    ]
    scored.sort(key=lambda each: (-each[0], each[1].title, each[1].product_id))
    return tuple(
        AtHand(
            product_id=offered.product_id,
            title=offered.title,
            price=money(offered.price, leanings.currency),
            because=_sentence([reason.text for reason in reasons]),
            aloud=_sentence([reason.text for reason in reasons if reason.aloud]),
        )
        for offered, reasons in _varied(scored)
    )


def _plain(titles: Iterable[str]) -> set[str]:
    return {" ".join(title.casefold().split()) for title in titles}


def _varied(scored: Sequence[tuple[float, Offered, list[_Reason]]]) -> list[tuple[Offered, list[_Reason]]]:
    taken: Counter[str] = Counter()
    chosen: list[tuple[Offered, list[_Reason]]] = []
    for _, offered, reasons in scored:
        if taken[offered.kind] < MOST_OF_A_KIND and len(chosen) < MOST:
            taken[offered.kind] += 1
            chosen.append((offered, reasons))
    return chosen


def _weigh(
    offered: Offered, leanings: Leanings, gem: tuple[str, str] | None, wanted: tuple[int, str] | None
) -> tuple[float, list[_Reason]]:
    """Add up what speaks for a piece. Metal and price alone do not: they rank what something leads to."""
    wish = next(
        (each for each in leanings.remembered.wishes if _plain([each.title]) == {offered.piece}), None
    )
    near, follows = _follows(offered, leanings)
    found = [
        _Reason(_WISH, f"liked on {wish.on.day} {wish.on:%B %Y}" if wish else ""),
        _Reason(near, follows),
        _Reason(_LOOKED_AT, _looked_at(offered, leanings.session), aloud=False),
        _Reason(_GEM, _of_gem(offered, gem), aloud=False),
    ]
    told = [reason for reason in found if reason.text]
    fit = offered.price / wanted[0] if wanted else 1.0
    if not told or (wish is None and not _BEYOND[0] <= fit <= _BEYOND[1]):
        return 0.0, []
    told += _ranked(offered, leanings.relationship, wanted, fit)
    return sum(reason.weight for reason in told), told


def _ranked(
    offered: Offered, relationship: Relationship | None, wanted: tuple[int, str] | None, fit: float
) -> list[_Reason]:
    owned = relationship.materials if relationship else ()
    again = [family for family in offered.materials if family in owned]
    names = [MATERIAL_NAMES[family] for group in (METALS, STONES) for family in again if family in group][:2]
    told = [_Reason(_MATERIAL * len(names), f"{' and '.join(names)} again")] if names else []
    if wanted and _NEAR[0] <= fit <= _NEAR[1]:
        told.append(_Reason(_PRICE, wanted[1], aloud=False))
    return told


def _of_another_wedding(offered: Offered, relationship: Relationship | None) -> bool:
    """Say whether a piece is for a wedding that has been: one marries with one ring, and one band."""
    owned = relationship.kinds.keys() if relationship else set()
    if offered.kind == "engagement_ring":
        return not owned.isdisjoint(BRIDAL)
    return offered.kind == "wedding_band" and "wedding_band" in owned


def _follows(offered: Offered, leanings: Leanings) -> tuple[float, str]:
    """Find the bought kind that leads to this one the most."""
    kinds = leanings.relationship.kinds if leanings.relationship else {}
    table = leanings.adjacency.table
    near, kind = max(
        ((table.get(kind, {}).get(offered.kind, 0.0), kind) for kind in kinds), default=(0.0, "")
    )
    if near <= 0:
        return 0.0, ""
    piece = NAMES[kind][0].split(" ", 1)[-1] if kind in NAMES else kind
    verb = "beside" if kind == offered.kind else "follows"
    return near, f"{verb} the {piece} of {kinds[kind][0]}"


def _looked_at(offered: Offered, session: Session | None) -> str:
    looked = session.kinds if session is not None and session.analytics_allowed else {}
    share = looked.get(offered.kind, 0) / max(1, sum(looked.values()))
    return "the kind looked at online, which we never say" if share >= _LOOKED_SHARE else ""


def _of_gem(offered: Offered, gem: tuple[str, str] | None) -> str:
    if gem is None:
        return ""
    return gem[1] if any(_is_of(offered, each) for each in re.split(r" or |[,/]", gem[0])) else ""


def _is_of(offered: Offered, gem: str) -> bool:
    """Answer whether a piece is of a gem as the house writes it: its last word names it ("Blue topaz")."""
    words = gem.casefold().split()
    if not words:
        return False
    yellow = words == ["gold"] and "yellow_gold" in offered.materials
    return yellow or words[-1] in offered.materials or words[-1] in offered.piece


def _gem(milestones: Sequence[Milestone], gems: GemLists, today: date) -> tuple[str, str] | None:
    """Find the gem of the anniversary to come, unless any date here is to be left alone."""
    if keeps_out(milestones):
        return None
    for each in milestones:
        if each.occasion != "anniversary" or each.year is None or mark_of(each) == "never":
            continue
        on = next_occurrence(each, today)
        years = on.year - each.year
        gem = gems.jewellers.get(str(years), "")
        if gem and (on - today).days <= _GEM_DAYS:
            doubt = "" if each.provenance in ("stated", "recorded", "engraved") else ", if there is one"
            return gem, f"{gem} is the jewellers' choice for the {ordinal(years)} anniversary{doubt}"
    return None


def _price_in_mind(leanings: Leanings) -> tuple[int, str] | None:
    """Answer the price to stay near, and how that is said: what was looked at, else what is usual."""
    session, known = leanings.session, leanings.relationship
    if session is not None and session.analytics_allowed and session.prices:
        middle = sorted(session.prices)[len(session.prices) // 2]
        return middle, f"near {about(middle, leanings.currency)}, as looked at"
    if known is not None and known.baseline:
        return known.baseline, f"near the usual {about(known.baseline, leanings.currency)}"
    return None


def _sentence(reasons: Sequence[str]) -> str:
    said = "; ".join(reasons)
    return f"{said[0].upper()}{said[1:]}." if said else ""
