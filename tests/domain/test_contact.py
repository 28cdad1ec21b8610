"""Whether a client may be thought of now: each rule, in its order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.contact import RULES, Contact, leaves_in_peace, may_contact
from app.domain.outreach_rules import OutreachRules
from scoring.history import Milestone

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FIGURES = OutreachRules()
EVERYTHING = Contact(
    opted_out=True,
    stopped=True,
    left_in_peace=True,
    rest_until=NOW + timedelta(days=80),
    offered_at=NOW - timedelta(days=1),
    written_at=NOW - timedelta(days=1),
    last_order_at=NOW - timedelta(days=1),
    order_problem=True,
    booked_until=NOW + timedelta(days=2),
)
# What to take away, rule by rule, so that the next one is met.
CLEARED = (
    {"left_in_peace": False},
    {"opted_out": False},
    {"stopped": False},
    {"order_problem": False},
    {"booked_until": None},
    {"last_order_at": NOW - timedelta(days=21)},
    {"rest_until": NOW},
    {"written_at": NOW - timedelta(days=60), "offered_at": NOW - timedelta(days=60)},
)


def test_the_rules_are_asked_in_their_order_and_the_first_that_holds_is_named() -> None:
    contact, met = EVERYTHING, []
    for cleared in CLEARED:
        met.append(may_contact(contact, FIGURES, now=NOW).rule)
        contact = replace(contact, **cleared)  # type: ignore[arg-type]  # fields by name
    assert met == [rule.name for rule in RULES]
    assert may_contact(contact, FIGURES, now=NOW).may


@pytest.mark.parametrize("field", ["written_at", "offered_at"])
def test_a_letter_and_an_invitation_count_alike_towards_the_cap(field: str) -> None:
    contact = Contact(**{field: NOW - timedelta(days=59)})
    verdict = may_contact(contact, FIGURES, now=NOW)
    assert (verdict.rule, verdict.until, verdict.for_good) == ("written_lately", date(2026, 11, 22), False)
    assert may_contact(contact, FIGURES, now=NOW + timedelta(days=1)).may


def test_no_word_of_a_verdict_names_an_occasion() -> None:
    assert all("anniversar" not in rule.words.casefold() for rule in RULES)


@pytest.mark.parametrize(
    ("milestone", "in_peace"),
    [
        (Milestone("wedding anniversary", 12, 9, 2016, "recorded", 1.0, do_not_use=True), True),
        (Milestone("remembrance", 12, 9, None, "stated", 1.0, sensitive=True, do_not_use=True), True),
        (Milestone("recurring", 12, 9, None, "recorded", 1.0, do_not_use=True), True),
        (Milestone("birthday", 12, 9, None, "stated", 1.0, do_not_use=True), False),
        (Milestone("remembrance", 12, 9, None, "stated", 1.0, sensitive=True), False),
    ],
    ids=["widowed", "a loss", "a season", "a birthday", "sensitive alone"],
)
def test_who_is_left_in_peace(milestone: Milestone, in_peace: bool) -> None:
    assert leaves_in_peace([milestone]) is in_peace
