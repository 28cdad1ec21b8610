"""What came of sessions: what was read of a client then, and whether she ordered within some days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from app.stores.database import Transaction

# The latest are asked: what a shop of ten years ago did says little of today's.
MOST_SESSIONS = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """A session whose days have passed. `day` is since 1970-01-01 in the shop's zone; `foretold` in log-odds.

    `sessions` is how many she had in that month: they share what came of it.
    """

    day: int
    readings: Mapping[str, float]
    foretold: float | None
    offered: bool
    ordered: bool
    sessions: int


def outcomes(tx: Transaction, *, within: timedelta, until: datetime) -> Iterator[Outcome]:
    """This function will go through the latest sessions that ended `within` before `until`, or earlier.

    Of clients who were read and have not asked not to be: an invitation counts where it was seen.
    """
    given = {"shop": tx.shop_id, "within": within, "known": until - within, "most": MOST_SESSIONS}
    for row in tx.execute(text(_OUTCOMES), given):
        values = {name: float(reading["value"]) for name, reading in row.readings.items()}
        yield Outcome(row.day, values, row.foretold, row.offered, row.ordered, row.sessions)


_OUTCOMES = """
select d.day - date '1970-01-01' as day,
  d.record -> 'decision' -> 'readings' as readings,
  (d.record -> 'relationship' ->> 'foretold')::float as foretold,
  d.verdict = 'offer' and d.seen_at is not null as offered,
  exists (select from orders o where o.shop_id = d.shop_id and o.customer_id = d.customer_id
    and o.status = 'counted' and o.ordered_at > d.at and o.ordered_at <= d.at + :within) as ordered,
  (count(*) over (partition by d.customer_id, date_trunc('month', d.day)))::int as sessions
from decisions d join customers c using (shop_id, customer_id)
where d.shop_id = :shop and d.at <= :known and not c.opted_out
  and d.record -> 'decision' -> 'readings' not in ('{}'::jsonb, 'null'::jsonb)
order by d.at desc, d.decision_id limit :most
"""
