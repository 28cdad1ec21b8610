"""Pieces the house would take back against a better one, by its own terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scoring.history import Order
from scoring.materials import materials_of
from scoring.money import money
from scoring.records import Recorded

# As many days as a year has, leap years counted in.
_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class HouseTerms(Recorded):
    """What the house decided about its consultations. Versions are only ever added.

    Until a house has said what it credits (`upgrade_credit` 0), no piece is called eligible: a promise that
    nobody made is worse than none.
    """

    version: int = 0
    # 30 days where somebody was engaged with (facts/jewellery.md, Endear's attribution window).
    attribution_days: int = 30
    upgrade_credit: float = 0.0  # share of the price paid, 0..1; 70–100 % is usual (facts/jewellery.md)
    upgrade_worth: float = 2.0  # against a piece worth so many times as much (same source)
    upgrade_after_years: float = 1.0  # dated guess, 2026-11
    upgrade_stones: tuple[str, ...] = ("diamond",)
    upgrade_kinds: tuple[str, ...] = ("engagement_ring", "eternity_band", "earrings", "pendant")
    # How a customer's tag in Shopify begins that names who looks after her, as "advisor:Ines Moreau".
    advisor_tag: str = "advisor:"

    @property
    def takes_back(self) -> bool:
        """This property will say whether the house credits pieces at all."""
        return self.upgrade_credit > 0 and bool(self.upgrade_kinds)


@dataclass(frozen=True, slots=True)
class Upgrade(Recorded):
    """A piece that may come back: what it was, and what the house would credit, in words."""

    title: str
    on: date
    terms: str


def upgrades(dated: Sequence[tuple[date, Order]], terms: HouseTerms, *, today: date) -> tuple[Upgrade, ...]:
    """This function will list the pieces eligible for an upgrade on `today`, newest first."""
    if not terms.takes_back:
        return ()
    return tuple(
        Upgrade(line.title or "A piece without a name", day, _terms(line.price, order.currency, terms))
        for day, order in dated
        for line in order.lines
        if line.quantity > 0
        and line.price > 0
        and line.kind in terms.upgrade_kinds
        and (today - day).days >= terms.upgrade_after_years * _YEAR_DAYS
        and _has_stone(line.title, line.tags, terms.upgrade_stones)
    )


def _has_stone(title: str, tags: Sequence[str], stones: Sequence[str]) -> bool:
    """Say whether a piece carries one of the stones; a house that names none takes any piece."""
    return not stones or not set(stones).isdisjoint(materials_of(tags=tags, title=title))


def _terms(price: int, currency: str, terms: HouseTerms) -> str:
    credit = money(round(price * terms.upgrade_credit), currency)
    against = money(round(price * terms.upgrade_worth), currency)
    return (
        f"{credit} credited ({terms.upgrade_credit:.0%} of {money(price, currency)}), "
        f"against a piece of {against} or more."
    )
