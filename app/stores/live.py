"""The live state in Redis: what the storefront asks on every batch, answered in one trip.

Keys carry the hash tag `{shop:customer}`, so that each customer's keys lie on one node of a cluster:
`rel` what is known of her (rebuilt from PostgreSQL, which alone is the truth), `sess` the aggregate of the
session she is in, `ended` those before it that are not in PostgreSQL yet, `days` the days she came, `rate`
how many batches she sent this minute.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from redis import Redis

from scoring.decision import Standing
from scoring.relationship import Relationship
from scoring.session import QUIET_ENDS_SESSION, Session

QUIET_MS = int(QUIET_ENDS_SESSION.total_seconds() * 1000)
SESSION_KEPT = timedelta(hours=3)  # longer than a session, so that the sweeper finds it after its end
ENDED_KEPT = timedelta(days=1)  # until PostgreSQL has it: seconds, unless it is away
KNOWN_KEPT = timedelta(hours=1)  # a snapshot that missed its rebuilding heals within the hour
TICKET_KEPT = timedelta(minutes=1)  # reading a customer takes milliseconds; what takes longer asks again
DAYS_KEPT = 120  # the signal spans weeks; more is not needed, so more is not kept
PRICES_KEPT = 60
# A person reading quickly sends some ten batches a minute.
BATCHES_A_MINUTE = 60
OPEN_SESSIONS = "steward:open-sessions"


class Known(msgspec.Struct, frozen=True):
    """What the storefront needs to know of a customer, as one document under `rel`."""

    version: int
    first_name: str
    lead_id: int | None
    standing: Standing
    relationship: Relationship | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch adds to a session. `kinds` and `materials` in milliseconds, `prices` in minor units."""

    events: int
    views: int
    carts: int
    started_ago_ms: int
    kinds: Mapping[str, int]
    prices: tuple[int, ...]
    preferences_allowed: bool = True
    materials: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """A session as Redis has it, with the claim an offer or a hold-out made on it."""

    session_id: str
    session: Session
    claim: str = ""  # the decision's id
    claimed_as: str = ""  # offer | held_out | quiet
    seen: bool = False
    settled: bool = False  # answered: it comes no more in this visit


@dataclass(frozen=True, slots=True)
class Observed:
    """The answer to a batch: `state` is ok, cold (load `rel` first), opted_out or too_many."""

    state: str
    known: Known | None = None
    visit: Visit | None = None
    ended: Visit | None = None  # the session before this one, if nobody has recorded it yet
    is_new: bool = False


# KEYS rel sess days rate ended
# ARGV now_ms quiet_ms sess_ttl_s rate_limit day day_score days_kept days_ttl_s new_id started_ms
#      events views carts prices preferences ended_ttl_s n_looked (field ms)*, a field k:KIND or m:MATERIAL
# Exactly `quiet_ms` of quiet end a session, as in scoring.session.split.
_OBSERVE = """
local sent = redis.call('INCR', KEYS[4])
if sent == 1 then redis.call('EXPIRE', KEYS[4], 60) end
if sent > tonumber(ARGV[4]) then return {'too_many'} end
local rel = redis.call('HMGET', KEYS[1], 'opt', 'doc')
if rel[1] == '1' then return {'opted_out'} end
if not rel[2] then return {'cold'} end
local ended = {}
local last = redis.call('HGET', KEYS[2], 't1')
if last and tonumber(ARGV[1]) - tonumber(last) >= tonumber(ARGV[2]) then
  ended = redis.call('HGETALL', KEYS[2])
  redis.call('HSET', KEYS[5], redis.call('HGET', KEYS[2], 'id'), cjson.encode(ended))
  redis.call('EXPIRE', KEYS[5], ARGV[16])
  redis.call('DEL', KEYS[2])
  last = false
end
local is_new = 0
if not last then
  is_new = 1
  redis.call('HSET', KEYS[2], 'id', ARGV[9], 't0', ARGV[10])
end
redis.call('HSET', KEYS[2], 't1', ARGV[1], 'pref', ARGV[15])
redis.call('HINCRBY', KEYS[2], 'n', ARGV[11])
if ARGV[12] ~= '0' then redis.call('HINCRBY', KEYS[2], 'v', ARGV[12]) end
if ARGV[13] ~= '0' then redis.call('HINCRBY', KEYS[2], 'c', ARGV[13]) end
if ARGV[14] ~= '' then
  local prices = redis.call('HGET', KEYS[2], 'p')
  prices = prices and (prices .. ',' .. ARGV[14]) or ARGV[14]
  if #prices > 1200 then prices = string.match(string.sub(prices, -1200), ',(.*)') end
  redis.call('HSET', KEYS[2], 'p', prices)
end
for i = 18, 17 + 2 * tonumber(ARGV[17]), 2 do
  redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 1])
end
redis.call('EXPIRE', KEYS[2], ARGV[3])
if is_new == 1 and ARGV[5] ~= '' then
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[5])
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', tonumber(ARGV[6]) - tonumber(ARGV[7]))
  redis.call('EXPIRE', KEYS[3], ARGV[8])
end
return {'ok', rel[2], redis.call('HGETALL', KEYS[2]), redis.call('ZRANGE', KEYS[3], 0, -1), ended, is_new}
"""

# KEYS rel · ARGV new_ticket ttl_s: the ticket under which she may be remembered; it goes where `rel` goes.
_TICKET = """
local ticket = redis.call('HGET', KEYS[1], 'ticket')
if ticket then return ticket end
redis.call('HSET', KEYS[1], 'ticket', ARGV[1])
if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return ARGV[1]
"""

# KEYS rel days sess ended · ARGV ticket version doc opt ttl_s days_ttl_s (score day)*
# A snapshot never replaces a newer one. One that was read under a ticket that is gone (she was erased or
# forgotten meanwhile) is not taken, and what stands there may be older than it: it is asked for anew.
_REMEMBER = """
if redis.call('HGET', KEYS[1], 'ticket') ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  return 0
end
local version = redis.call('HGET', KEYS[1], 'ver')
if version and tonumber(version) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'ver', ARGV[2], 'doc', ARGV[3], 'opt', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
if ARGV[4] == '1' then  -- what is not to be read is not to be kept
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
elseif #ARGV > 6 then
  redis.call('ZADD', KEYS[2], unpack(ARGV, 7))
  redis.call('EXPIRE', KEYS[2], ARGV[6])
end
return 1
"""

# KEYS sess · ARGV session_id (field value)*: only while it is still that session.
_MARK = """
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1
"""

# KEYS sess · ARGV session_id: forget a session that has been recorded, unless another began meanwhile.
_FORGET = """
if redis.call('HGET', KEYS[1], 'id') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

# KEYS open-sessions · ARGV member until_ms: off the list, unless a session has begun since.
_CLOSE = """
local since = redis.call('ZSCORE', KEYS[1], ARGV[1])
if since and tonumber(since) <= tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
"""


class Live:
    """Redis as the storefront sees it: `hot` gives up within milliseconds, `patient` waits."""

    def __init__(self, *, hot: Redis, patient: Redis) -> None:
        # redis-py types its answers for all protocols at once; ours are bytes, lists and numbers.
        self.hot: Any = hot
        self.patient: Any = patient
        self._observe = hot.register_script(_OBSERVE)
        self._ticket = patient.register_script(_TICKET)
        self._remember = patient.register_script(_REMEMBER)
        self._mark = patient.register_script(_MARK)
        self._forget = patient.register_script(_FORGET)
        self._close = patient.register_script(_CLOSE)

    def observe(
        self,
        shop_id: int,
        customer_id: str,
        batch: Batch,
        *,
        now: datetime,
        day: date | None,
        new_session_id: str,
    ) -> Observed:
        """This method will apply a batch and answer with all that a decision needs, in one trip.

        `day` is the visit's day in the shop's zone, None without consent to remember it.
        Raises redis.exceptions.RedisError where Redis is away; the caller stays quiet.
        """
        now_ms = _ms(now)
        arguments: list[str | int] = [
            now_ms,
            QUIET_MS,
            int(SESSION_KEPT.total_seconds()),
            BATCHES_A_MINUTE,
            day.isoformat() if day else "",
            day.toordinal() if day else 0,
            DAYS_KEPT,
            DAYS_KEPT * 86_400,
            new_session_id,
            now_ms - batch.started_ago_ms,
            batch.events,
            batch.views,
            batch.carts,
            ",".join(map(str, batch.prices)),
            "1" if batch.preferences_allowed else "0",
            int(ENDED_KEPT.total_seconds()),
            len(batch.kinds) + len(batch.materials),
        ]
        for kind, ms in batch.kinds.items():
            arguments += (f"k:{kind}", ms)
        for family, ms in batch.materials.items():
            arguments += (f"m:{family}", ms)
        answer = self._observe(keys=_keys(shop_id, customer_id), args=arguments)
        state = answer[0].decode()
        if state != "ok":
            return Observed(state)
        days = tuple(date.fromisoformat(each.decode()) for each in answer[3])
        return Observed(
            state,
            known=_decode_known(answer[1]),
            visit=_visit(answer[2], days),
            ended=_visit(answer[4], days) if answer[4] else None,
            is_new=answer[5] == 1,
        )

    def ticket(self, shop_id: int, customer_id: str) -> str:
        """This method will give the ticket under which a customer may be remembered.

        It is asked for before PostgreSQL is read: whoever erases or forgets her takes it away, and what was
        read before that can no longer come back.
        """
        key, seconds = _keys(shop_id, customer_id)[0], int(TICKET_KEPT.total_seconds())
        return str(self._ticket(keys=[key], args=[uuid4().hex, seconds]).decode())

    def remember(
        self,
        shop_id: int,
        customer_id: str,
        known: Known,
        *,
        opted_out: bool,
        ticket: str,
        days: Iterable[date] = (),
    ) -> bool:
        """This method will put what PostgreSQL knows of a customer where the storefront asks for it.

        `days` gives back the visit days that a lost Redis forgot. False where it was not taken.
        """
        arguments: list[str | bytes | int] = [
            ticket,
            known.version,
            msgspec.json.encode(known),
            "1" if opted_out else "0",
            int(KNOWN_KEPT.total_seconds()),
            DAYS_KEPT * 86_400,
        ]
        for day in days:
            arguments += (day.toordinal(), day.isoformat())
        rel, sess, visited, _, ended = _keys(shop_id, customer_id)
        return bool(self._remember(keys=[rel, visited, sess, ended], args=arguments))

    def forget_known(self, shop_id: int, customer_ids: Iterable[str]) -> None:
        """This method will drop what is known of customers; PostgreSQL is asked when they come."""
        with self.patient.pipeline(transaction=False) as pipe:
            for customer_id in customer_ids:
                pipe.delete(_keys(shop_id, customer_id)[0])
            pipe.execute()

    def claim(self, shop_id: int, customer_id: str, visit: Visit, decision_id: str, kind: str) -> None:
        """This method will note in the session that its one decision has been made, and of which kind."""
        fields = ["claim", decision_id, "as", kind]
        self._mark(keys=[_keys(shop_id, customer_id)[1]], args=[visit.session_id, *fields])

    def seen(self, shop_id: int, customer_id: str, session_id: str) -> None:
        """This method will note that the offer was seen: from here it is only kept in reach."""
        self._mark(keys=[_keys(shop_id, customer_id)[1]], args=[session_id, "seen", "1"])

    def settled(self, shop_id: int, customer_id: str, session_id: str) -> None:
        """This method will note that the offer has its answer, so that it comes no more in this visit."""
        self._mark(keys=[_keys(shop_id, customer_id)[1]], args=[session_id, "seen", "1", "settled", "1"])

    def opened(self, shop_id: int, customer_id: str, at: datetime) -> None:
        """This method will put a session on the sweeper's list."""
        self.patient.zadd(OPEN_SESSIONS, {f"{shop_id}:{customer_id}": _ms(at)})

    def quiet_since(self, moment: datetime) -> list[tuple[int, str]]:
        """This method will list the customers whose session may have ended by `moment`."""
        found = self.patient.zrangebyscore(OPEN_SESSIONS, "-inf", _ms(moment))
        pairs = (member.decode().split(":", 1) for member in found)
        return [(int(shop_id), customer_id) for shop_id, customer_id in pairs]

    def session_of(self, shop_id: int, customer_id: str) -> Visit | None:
        """This method will read the session a customer is in, or was in last."""
        keys = _keys(shop_id, customer_id)
        fields = self.patient.hgetall(keys[1])
        if not fields:
            return None
        return _visit([part for pair in fields.items() for part in pair], self._visit_days(keys[2]))

    def _visit_days(self, key: str) -> tuple[date, ...]:
        return tuple(date.fromisoformat(each.decode()) for each in self.patient.zrange(key, 0, -1))

    def ended_sessions(self, shop_id: int, customer_id: str) -> list[Visit]:
        """This method will read a customer's sessions that ended and may not be in PostgreSQL yet."""
        keys = _keys(shop_id, customer_id)
        kept = self.patient.hvals(keys[4])
        days = self._visit_days(keys[2]) if kept else ()
        return [_visit([part.encode() for part in json.loads(each)], days) for each in kept]

    def forget_ended(self, shop_id: int, customer_id: str, session_id: str) -> None:
        """This method will drop an ended session that PostgreSQL has."""
        self.patient.hdel(_keys(shop_id, customer_id)[4], session_id)

    def forget_session(self, shop_id: int, customer_id: str, session_id: str, *, until: datetime) -> None:
        """This method will drop a recorded session and take it off the sweeper's list.

        One that began after `until` stays on it.
        """
        self._forget(keys=[_keys(shop_id, customer_id)[1]], args=[session_id])
        self._close(keys=[OPEN_SESSIONS], args=[f"{shop_id}:{customer_id}", _ms(until)])

    def close(self) -> None:
        self.hot.close()
        self.patient.close()

    def erase(self, shop_id: int, customer_id: str) -> None:
        """This method will remove every trace of a customer from Redis."""
        self.patient.delete(*_keys(shop_id, customer_id))
        self.patient.zrem(OPEN_SESSIONS, f"{shop_id}:{customer_id}")

    def erase_shop(self, shop_id: int) -> None:
        """This method will remove every key of a shop, also those of visitors it has no record of."""
        for key in self.patient.scan_iter(match=f"{{{shop_id}:*", count=1000):
            self.patient.delete(key)
        for member, _ in self.patient.zscan_iter(OPEN_SESSIONS, match=f"{shop_id}:*"):
            self.patient.zrem(OPEN_SESSIONS, member)


_known_decoder = msgspec.json.Decoder(Known)


def _decode_known(document: bytes) -> Known:
    return _known_decoder.decode(document)


def _keys(shop_id: int, customer_id: str) -> list[str]:
    tag = f"{{{shop_id}:{customer_id}}}"
    return [f"{tag}:{name}" for name in ("rel", "sess", "days", "rate", "ended")]


def _visit(fields: list[bytes], days: tuple[date, ...]) -> Visit:
    """Make a session of a Redis hash given as field, value, field, value."""
    values: dict[str, str] = {}
    kinds: dict[str, int] = {}
    materials: dict[str, int] = {}
    for name, value in zip(fields[::2], fields[1::2], strict=True):
        if name[:2] == b"k:":
            kinds[name[2:].decode()] = int(value)
        elif name[:2] == b"m:":
            materials[name[2:].decode()] = int(value)
        else:
            values[name.decode()] = value.decode()
    prices = values.get("p", "")
    session = Session(
        started_at=_instant(values["t0"]),
        last_at=_instant(values["t1"]),
        kinds=kinds,
        prices=tuple(map(int, prices.split(",")))[-PRICES_KEPT:] if prices else (),
        views=int(values.get("v", 0)),
        events=int(values.get("n", 0)),
        carts=int(values.get("c", 0)),
        visit_days=days,
        preferences_allowed=values.get("pref") == "1",
        materials=materials,
    )
    return Visit(
        values["id"],
        session,
        claim=values.get("claim", ""),
        claimed_as=values.get("as", ""),
        seen=values.get("seen") == "1",
        settled=values.get("settled") == "1",
    )


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _instant(ms: str) -> datetime:
    return datetime.fromtimestamp(int(ms) / 1000, UTC)
