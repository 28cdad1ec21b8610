"""Read whom an advisor should think of, why, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.brief import in_force
from app.domain.contact import Contact, Verdict, leaves_in_peace, may_contact
from app.domain.outreach_rules import OutreachRules
from app.domain.worklist import ANSWERS, Answered, Dated, Item, in_order, is_settled, items_of
from app.stores import advisors, clients, customers, day, gems, outreach_rules, rulebook, worklist
from app.stores.advisors import Advisor
from app.stores.clients import KeptMilestone
from app.stores.database import Transaction
from app.stores.worklist import Led
from scoring.history import Milestone

# More than a page of people is nobody's day; the next come up as these are answered. Dated guess, 2026-11.
MOST_NOW = 40
MOST_RESTING = 20
# What was set aside is shown so long, to be brought back. Dated guess, 2026-11.
SET_ASIDE_DAYS = 60


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item that was answered: what was said, and with what it is brought back."""

    customer_id: str
    name: str
    said: str
    key: str
    year: int
    on: date


@dataclass(frozen=True, slots=True)
class Worklist:
    """A list: whom to think of now, whom to let rest and why, what was promised, what was set aside.

    `more` counts those left out of `now`, who are less pressing; `led` is how many clients have a date near.
    """

    whose: Advisor
    today: date
    now: Sequence[Item]
    resting: Sequence[tuple[Item, Verdict]]
    promised: Sequence[Any]
    set_aside: Sequence[SetAside]
    more: int
    led: int


def read_worklist(tx: Transaction, advisor: Advisor, *, now: datetime) -> Worklist:
    """This function will read an advisor's list, in her own zone's day.

    Nobody stands on two lists: a client is her lead's, and the owner's where nobody leads who works here.
    """
    today = now.astimezone(ZoneInfo(advisor.timezone)).date()
    rules = outreach_rules.read(tx)
    led = worklist.led_by(
        tx, advisor.advisor_id, and_nobodys=advisor.role == "owner", months=_months(rules, today)
    )
    dated = _dated(tx, led)
    in_peace = {each.customer_id for each in dated if leaves_in_peace(each.milestones)}
    lists, sure_from = gems.read(tx), rulebook.read(tx).policy.inferred_confidence_at
    items = in_order(
        item
        for each in dated
        if each.customer_id not in in_peace
        for item in items_of(each, rules, gems=lists, sure_from=sure_from, today=today)
    )
    verdicts = _verdicts(tx, items, rules, now=now)
    may = [item for item in items if verdicts[item.customer_id].may]
    rest = [item for item in items if _rests(verdicts[item.customer_id])]
    until = today + timedelta(days=rules.promised_days)
    return Worklist(
        whose=advisor,
        today=today,
        now=may[:MOST_NOW],
        resting=[(item, verdicts[item.customer_id]) for item in rest[:MOST_RESTING]],
        promised=day.due_items(tx, until=until, advisor_id=advisor.advisor_id),
        set_aside=_set_aside(tx, advisor, today),
        more=max(0, len(may) - MOST_NOW),
        led=len(led),
    )


def _months(rules: OutreachRules, today: date) -> list[int]:
    """Name the months whose dates may be near; the one past counts for the days of grace."""
    longest = max(
        rules.lead_days(kind, custom=True) for kind in ("anniversary", "birthday", "recurring", "other")
    )
    days = range(-31, longest + 32, 14)
    return sorted({(today + timedelta(days=ahead)).month for ahead in days})


def _dated(tx: Transaction, led: Sequence[Led]) -> list[Dated]:
    ids = [each.customer_id for each in led]
    kept, answered = clients.milestones_of_each(tx, ids), worklist.answers(tx, ids)
    return [
        Dated(
            customer_id=each.customer_id,
            first_name=each.first_name,
            name=f"{each.first_name} {each.last_name}".strip() or "A client without a name",
            milestones=in_force([one.milestone for one in kept.get(each.customer_id, ())], each.relationship),
            keys=keys_of(kept.get(each.customer_id, ())),
            custom=each.custom,
            answered=answered.get(each.customer_id, ()),
        )
        for each in led
    ]


def keys_of(kept: Sequence[KeptMilestone]) -> dict[Milestone, str]:
    """This function will name each date on record by its id."""
    return {each.milestone: str(each.milestone_id) for each in kept}


def _verdicts(
    tx: Transaction, items: Sequence[Item], rules: OutreachRules, *, now: datetime
) -> dict[str, Verdict]:
    found = worklist.contacts(tx, sorted({item.customer_id for item in items}), now=now)
    return {
        item.customer_id: may_contact(found.get(item.customer_id, Contact()), rules, now=now)
        for item in items
    }


def _rests(verdict: Verdict) -> bool:
    return not verdict.may and not verdict.for_good


def _set_aside(tx: Transaction, advisor: Advisor, today: date) -> list[SetAside]:
    """List what she answered lately and still counts; each once, by its last word."""
    found: dict[tuple[str, str], SetAside] = {}
    seen: set[tuple[str, str]] = set()
    for row in worklist.answered_since(tx, advisor.advisor_id, since=today - timedelta(days=SET_ASIDE_DAYS)):
        which = (row.customer_id, row.occasion)
        said = Answered(row.occasion, row.year, row.answer, row.at, row.until)
        if which not in seen and is_settled([said], row.occasion, row.year, today=today):
            found[which] = _aside(tx, row)
        seen.add(which)
    return list(found.values())


def _aside(tx: Transaction, row: Any) -> SetAside:
    who = customers.one(tx, row.customer_id)
    name = f"{who.first_name} {who.last_name}".strip() or "A client without a name"
    return SetAside(row.customer_id, name, ANSWERS[row.answer], row.occasion, row.year, row.at.date())


def whose_list(tx: Transaction, seated: Advisor, asked: int | None) -> Advisor:
    """This function will say whose list may be seen: one's own; the owner may look at anybody's."""
    if asked is None or seated.role != "owner":
        return seated
    found = advisors.one(tx, asked)
    return found if found is not None and found.active else seated
