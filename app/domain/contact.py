"""Whether a client may be thought of now: named rules, in this order, first match wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.gems import kind_of
from app.domain.outreach_rules import OutreachRules
from scoring.history import Milestone


@dataclass(frozen=True, slots=True)
class Contact:
    """What stands between the house and a client. `written_at` is the last letter, `offered_at` the last
    invitation in the web shop, seen or held out: all channels count alike. `zone` is where she is, as far as
    a booking has told."""

    opted_out: bool = False
    stopped: bool = False
    left_in_peace: bool = False
    rest_until: datetime | None = None
    offered_at: datetime | None = None
    written_at: datetime | None = None
    last_order_at: datetime | None = None
    order_problem: bool = False
    booked_until: datetime | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that decided. `until` is the day from which it no longer holds, None where nobody knows."""

    rule: str
    words: str
    may: bool = False
    for_good: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    words: str
    holds: Callable[[Contact, OutreachRules, datetime], bool]
    for_good: bool = False
    until: Callable[[Contact, OutreachRules], datetime | None] = lambda contact, rules: None


RULES: tuple[_Rule, ...] = (
    _Rule(
        "left_in_peace",
        "A date here is not to be used. Steward drafts nothing, and puts nothing on the list.",
        lambda contact, rules, now: contact.left_in_peace,
        for_good=True,
    ),
    _Rule(
        "opted_out",
        "Asked not to be scored: the house does not write first.",
        lambda contact, rules, now: contact.opted_out,
        for_good=True,
    ),
    _Rule(
        "asked_not_again",
        "Asked not to be invited again.",
        lambda contact, rules, now: contact.stopped,
        for_good=True,
    ),
    _Rule(
        "order_problem",
        "Something about an order is open: see to that first.",
        lambda contact, rules, now: contact.order_problem,
    ),
    _Rule(
        "already_booked",
        "A conversation is booked already.",
        lambda contact, rules, now: contact.booked_until is not None and contact.booked_until > now,
        until=lambda contact, rules: contact.booked_until,
    ),
    _Rule(
        "recent_purchase",
        "Bought only just now.",
        lambda contact, rules, now: _within(contact.last_order_at, rules.after_purchase_days, now),
        until=lambda contact, rules: _end(contact.last_order_at, rules.after_purchase_days),
    ),
    _Rule(
        "resting_after_dismissal",
        "Said “not now” to an invitation.",
        lambda contact, rules, now: contact.rest_until is not None and contact.rest_until > now,
        until=lambda contact, rules: contact.rest_until,
    ),
    _Rule(
        "written_lately",
        "Was written to, or invited, a short while ago.",
        lambda contact, rules, now: _within(_last(contact), rules.cap_days, now),
        until=lambda contact, rules: _end(_last(contact), rules.cap_days),
    ),
)
CLEAR = Verdict("clear", "", may=True)


def may_contact(contact: Contact, rules: OutreachRules, *, now: datetime) -> Verdict:
    """This function will say whether the house may write first, and by which rule not."""
    for rule in RULES:
        if rule.holds(contact, rules, now):
            until = rule.until(contact, rules)
            return Verdict(
                rule.name, rule.words, for_good=rule.for_good, until=until.date() if until else None
            )
    return CLEAR


def leaves_in_peace(milestones: Sequence[Milestone]) -> bool:
    """This function will say whether a client is to be left in peace altogether.

    So it is where an anniversary is not to be used, or any date is both sensitive and not to be used: that is
    how a loss stands on the record. A birthday that somebody does not want used keeps only itself quiet.
    """
    return any(
        each.do_not_use and (each.sensitive or kind_of(each.occasion) in ("anniversary", "recurring"))
        for each in milestones
    )


def _last(contact: Contact) -> datetime | None:
    known = [at for at in (contact.written_at, contact.offered_at) if at is not None]
    return max(known) if known else None


def _within(at: datetime | None, days: int, now: datetime) -> bool:
    return at is not None and now < at + timedelta(days=days)


def _end(at: datetime | None, days: int) -> datetime | None:
    return at + timedelta(days=days) if at is not None else None
