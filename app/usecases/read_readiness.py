"""Read whether the record of a shop holds enough memory, and what would add to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.domain.memory import ACTIVE_DAYS, Record
from app.domain.readiness import Readiness, weigh
from app.stores import advisors, readiness, rulebook, shops
from app.stores.database import Transaction
from app.stores.readiness import Bounds
from app.stores.rulebook import Rulebook
from scoring.days import in_year
from scoring.relationship import lead_from_staff


def read_readiness(tx: Transaction, *, now: datetime) -> Readiness:
    """This function will count the shop's record as it stands and say what is missing, by gain."""
    shop, rules = shops.read(tx), rulebook.read(tx)
    today = shop.day(now)
    bounds = _bounds(rules, today)
    heads = readiness.heads(tx, since=bounds.since)
    ordered_since = now - timedelta(days=ACTIVE_DAYS)
    return weigh(
        Record(
            as_of=today,
            customers=heads.customers,
            opted_out=heads.opted_out,
            has_orders=heads.has_orders,
            groups=readiness.memories(tx, bounds),
            high_ticket=readiness.high_ticket(
                tx, shop.currency, since=bounds.since, ordered_since=ordered_since
            ),
            advisors=sum(advisor.active for advisor in advisors.every(tx)),
            tenure_years=rules.policy.tenure_years,
            history_partial=shop.history_partial,
        )
    )


def _bounds(rules: Rulebook, today: date) -> Bounds:
    # What the rule itself says where the orders name nobody; asked, so that the words stay in one place.
    _, by_default = lead_from_staff((), {}, today=today)
    return Bounds(
        since=today - timedelta(days=ACTIVE_DAYS),
        long_since=_years_before(today, rules.policy.tenure_years),
        sure=rules.policy.inferred_confidence_at,
        leading=_leading(rules),
        by_default=by_default,
    )


def _years_before(today: date, years: float) -> date:
    """Answer the day from which so many years have passed, as scoring.days counts them."""
    whole = int(years)
    return in_year(today.year - whole, today.month, today.day) - timedelta(days=round(366 * (years - whole)))


def _leading(rules: Rulebook) -> list[str]:
    """Name the kinds from which a step leads that the policy takes for continuity."""
    table, least = rules.adjacency.table, rules.policy.adjacency_at
    return [kind for kind, steps in table.items() if any(near >= least for near in steps.values())]
