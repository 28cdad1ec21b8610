"""What came of sessions: what was read of a client then, and whether she ordered within some days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.stores.database import Transaction

# The latest are asked: what a shop of ten years ago did says little of today's.
MOST_SESSIONS = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """A session whose days have passed. `day`, on which it began, is since 1970-01-01 in the shop's zone.

    `foretold` is in log-odds, None where the record has none; `weights` is the version that was in force.
    `sessions` is how many she had in that month: they share what came of it.
    """

    customer_id: str
    day: int
    weights: int
    readings: Mapping[str, float]
    foretold: float | None
    offered: bool
    ordered: bool
    sessions: int


def outcomes(tx: Transaction, *, within: timedelta, until: datetime, zone: ZoneInfo) -> Iterator[Outcome]:
    """This function will go through the latest sessions that ended `within` before `until`, or earlier.

    Of clients who were read and have not asked not to be: an invitation counts where it was seen, an order
    from the session's begin on. A session whose record knows an order that came after its begin is left out:
    its readings are of afterwards.
    """
    given = {"shop": tx.shop_id, "within": within, "known": until - within, "most": MOST_SESSIONS}
    for row in tx.execute(text(_OUTCOMES), given | {"zone": zone.key}):
        values = {name: float(reading["value"]) for name, reading in row.readings.items()}
        said = (row.foretold, row.offered, row.ordered, row.sessions)
        yield Outcome(row.customer_id, row.day, row.weights, values, *said)


_OUTCOMES = """
select d.customer_id, (began at time zone :zone)::date - date '1970-01-01' as day,
  (d.record -> 'weights' ->> 'version')::int as weights,
  d.record -> 'decision' -> 'readings' as readings,
  (d.record -> 'relationship' ->> 'foretold')::float as foretold,
  d.verdict = 'offer' and d.seen_at is not null as offered,
  exists (select from orders o where o.shop_id = d.shop_id and o.customer_id = d.customer_id
    and o.status = 'counted' and o.ordered_at >= began and o.ordered_at <= d.at + :within) as ordered,
  (count(*) over (partition by d.customer_id, date_trunc('month', d.day)))::int as sessions
from decisions d join customers c using (shop_id, customer_id)
  cross join lateral (select (d.record -> 'session' ->> 'started_at')::timestamptz as began)
where d.shop_id = :shop and d.at <= :known and not c.opted_out
  and d.record -> 'decision' -> 'readings' not in ('{}'::jsonb, 'null'::jsonb)
  and coalesce((d.record -> 'standing' ->> 'last_order_at')::timestamptz < began, true)
order by d.at desc, d.decision_id limit :most
"""
