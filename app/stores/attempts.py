"""How often something was tried lately, in Redis: forgotten by itself, and forgiving when Redis is away."""

from __future__ import annotations

import hashlib

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def allowed(redis: Redis, what: str, whose: str, *, most: int, seconds: int) -> bool:
    """This function will count an attempt, and say whether it is among the first `most` of so many seconds.

    `whose` is kept as a digest alone. Where Redis is away the attempt is allowed: a locked-out advisor is the
    greater harm, and what is guarded here is signed besides.
    """
    digest = hashlib.sha256(f"{what}:{whose}".encode()).hexdigest()[:24]
    key = f"steward:attempts:{what}:{digest}"
    try:
        with redis.pipeline() as pipeline:
            pipeline.set(key, 0, ex=seconds, nx=True)
            pipeline.incr(key)
            count: int = pipeline.execute()[1]
    except RedisError as error:
        log.warning("attempts.away", what=what, error=type(error).__name__)
        return True
    return count <= most
