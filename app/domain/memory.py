"""What a shop's record holds, counted: customers who are alike in what is remembered of them, together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

# Longer ago than this and a customer has lapsed: the bound that the backtest's "active" has, too.
ACTIVE_DAYS = 730
# facts/jewellery.md, "Provenance ladder": the first three may be shown, the next two may count. The rest only
# inform the advisor's question, so they are no memory to go by.
SHOWN_RUNGS = ("stated", "recorded", "engraved")
RUNGS = (*SHOWN_RUNGS, "wedding_band", "recurrence")
# A signal is one voice; two make a cue (DESIGN.md, the founding rule).
A_CUE = 2


@dataclass(frozen=True, slots=True)
class Memory:
    """So many active customers who are alike in what is remembered of them.

    `provisional`: known by the address on an order alone, not by an account. `led`: by somebody whom their
    orders or a hand name. `rung` is the strongest one a usable date of theirs stands on. `related`: they own
    a kind that leads to another. `priced`: they have paid for a piece that says what they usually spend.
    `may_write`: what they last said of letters; None where they have said nothing. `unplaced`: they own
    pieces without a kind. `lines` and `placed` are sums over all of them.
    """

    customers: int
    has_email: bool = True
    provisional: bool = False
    asked_not_again: bool = False
    long: bool = False
    again: bool = False
    led: bool = False
    rung: str | None = None
    noted: bool = False
    related: bool = False
    priced: bool = False
    may_write: bool | None = None
    unplaced: bool = False
    lines: int = 0
    placed: int = 0

    @property
    def has_account(self) -> bool:
        """This property will say whether a visit of theirs can be recognised: one signs in by e-mail."""
        return self.has_email and not self.provisional

    @property
    def reaches_cue(self) -> bool:
        """This property will say whether two signals could speak at a visit by what is remembered of them.

        Four of the five read the record: years, pieces, dates, prices. The fifth, repeat visits, reads
        nothing but visits: it would count for everybody alike, so it says nothing about memory.
        """
        voices = (self.long, self.related, self.rung is not None, self.priced)
        return self._may_be_invited and sum(voices) >= A_CUE

    @property
    def reaches_cue_unseen(self) -> bool:
        """This property will say it for those who allow no visit to be read: years and dates alone."""
        return self._may_be_invited and self.long and self.rung is not None

    @property
    def _may_be_invited(self) -> bool:
        return self.has_account and not self.asked_not_again


@dataclass(frozen=True, slots=True)
class HighTicket:
    """How unevenly the money comes in: what active customers ordered in two years, in minor units.

    `starts_at` is the 90th percentile of an order's total, `usual` its median; `customers` placed an order
    at or above it.
    """

    currency: str
    orders: int
    total: int
    usual: int
    starts_at: int
    high_orders: int
    high_total: int
    customers: int


@dataclass(frozen=True, slots=True)
class Record:
    """A shop's record on one day, counted.

    `customers` have an order that counts. `opted_out` of the active ones asked not to be scored: they are in
    no other figure. `has_orders`: something was imported, whether or not it has been read through yet.
    """

    as_of: date
    customers: int
    opted_out: int
    has_orders: bool
    groups: tuple[Memory, ...]
    high_ticket: HighTicket | None = None
    advisors: int = 1
    tenure_years: float = 5.0
    history_partial: bool = False

    @property
    def active(self) -> int:
        """This property will count the active customers."""
        return sum(group.customers for group in self.groups)

    def count(self, holds: Callable[[Memory], bool]) -> int:
        """This method will count the active customers of whom something holds."""
        return sum(group.customers for group in self.groups if holds(group))
