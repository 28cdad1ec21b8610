"""Counters that a flood may move: a number under a shop, a day and a name in Redis, and nobody's identity.

PostgreSQL has them once a sweep has come by (jobs/tally.py), however many there were.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.stores.live import Live

# Read and emptied at once: of two sweeps each count is handed to one alone.
_TAKE = """
local counts = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return counts
"""


def count(live: Live, shop_id: int, name: str, day: date) -> None:
    """This function will move a counter by one, in one quick trip; `day` is the shop's own.

    Raises redis.exceptions.RedisError where Redis is away.
    """
    live.hot.hincrby(_key(shop_id), f"{day.isoformat()}:{name}", 1)


def take(live: Live, shop_id: int) -> dict[tuple[date, str], int]:
    """This function will take a shop's counts out of Redis, by day and name."""
    found = live.patient.eval(_TAKE, 1, _key(shop_id))
    fields = (field.decode().partition(":") for field in found[::2])
    days = [(date.fromisoformat(day), name) for day, _, name in fields]
    return dict(zip(days, map(int, found[1::2]), strict=True))


def give_back(live: Live, shop_id: int, counts: Mapping[tuple[date, str], int]) -> None:
    """This function will put counts back that could not be kept."""
    for (day, name), n in counts.items():
        live.patient.hincrby(_key(shop_id), f"{day.isoformat()}:{name}", n)


def forget(live: Live, shop_id: int) -> None:
    """This function will drop a shop's counts."""
    live.patient.delete(_key(shop_id))


def _key(shop_id: int) -> str:
    return f"steward:tally:{shop_id}"
