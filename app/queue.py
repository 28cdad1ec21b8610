"""The names of the jobs, and asking for one. What a job does lives in `jobs/`, what it works on in rows."""

from __future__ import annotations

from typing import Literal, get_args

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RedisQueue
from rq.serializers import JSONSerializer

log = structlog.get_logger(__name__)

# name → the function that does it; a contract test resolves each.
JobName = Literal[
    "jobs.inbox.work_on",
    "jobs.inbox.sweep",
    "jobs.post.send",
    "jobs.post.sweep",
    "jobs.briefs.write",
    "jobs.briefs.sweep",
    "jobs.sessions.sweep",
    "jobs.tally.sweep",
    "jobs.reminders.sweep",
    "jobs.outreach.sweep",
    "jobs.pieces.replace_kinds",
    "jobs.backfill.work_on",
    "jobs.backfill.sweep",
    "jobs.pieces.sweep",
    "jobs.learning.learn",
    "jobs.learning.foretell",
    "jobs.learning.replay",
    "jobs.learning.sweep",
    "jobs.tokens.keep_alive",
    "jobs.tokens.sweep",
    "jobs.reconcile.compare",
    "jobs.reconcile.sweep",
    "jobs.retention.sweep",
    "jobs.dates.keep",
    "jobs.dates.remove",
    "jobs.dates.read",
    "jobs.dates.sweep",
    "jobs.calendars.fetch",
    "jobs.calendars.sweep",
    "jobs.consultations.sweep",
    "jobs.client_book.take_in",
    "jobs.client_book.sweep",
]
JOB_NAMES: tuple[JobName, ...] = get_args(JobName)

QUEUE = "steward"
# What takes minutes, or an hour in a large house, has a queue of its own: nobody's letter waits behind it.
LONG_QUEUE = "steward-long"
LONG_JOBS: frozenset[JobName] = frozenset(
    {
        "jobs.backfill.work_on",
        "jobs.client_book.take_in",
        "jobs.reconcile.compare",
        "jobs.dates.read",
        "jobs.learning.learn",
        "jobs.learning.foretell",
        "jobs.learning.replay",
        "jobs.pieces.replace_kinds",
    }
)
# Its leased row is renewed while it works; this ends what hangs all the same.
LONG_SECONDS = 6 * 3600
# A job's work is a leased row and a sweeper asks again, so RQ need not remember results or failures for long.
KEEP_RESULT_SECONDS = 60
KEEP_FAILURE_SECONDS = 86_400
# What is asked once counts as asked for so long, and is dropped then: longer than a storm keeps a queue
# behind, or it would be dropped unread. Where the question is lost and its mark stays, a sweep asks anyway.
ASKED_ONCE_SECONDS = 3600


class Queue:
    """The way to ask for work. It carries names and ids, never objects, as JSON."""

    def __init__(self, connection: Redis) -> None:
        self._queue = RedisQueue(QUEUE, connection=connection, serializer=JSONSerializer)
        self._long = RedisQueue(
            LONG_QUEUE, connection=connection, serializer=JSONSerializer, default_timeout=LONG_SECONDS
        )

    def close(self) -> None:
        self._queue.connection.close()

    def ask(self, name: JobName, *ids: int | str, expires_after: int | None = None) -> None:
        """This method will ask for a job.

        With `expires_after` seconds it is dropped if nobody has begun it by then: whoever asks regularly asks
        so, and a worker that was away does not come back to a heap of the same question. An unreachable Redis
        is logged and forgiven: the row is there, and the sweeper asks again for it.
        """
        try:
            queue = self._long if name in LONG_JOBS else self._queue
            queue.enqueue(
                name,
                args=ids,
                ttl=expires_after,
                result_ttl=KEEP_RESULT_SECONDS,
                failure_ttl=KEEP_FAILURE_SECONDS,
            )
        except RedisError as error:
            log.warning("queue.away", job=name, error=type(error).__name__)

    def ask_once(self, name: JobName, *ids: int | str) -> None:
        """This method will ask for a job that works through all that waits, unless it is asked for already.

        Whoever keeps a row asks after the commit, and the job calls `begun` before it looks: so each row is
        either seen by the job that was asked for, or asks for the next.
        """
        try:
            is_first = self._queue.connection.set(_mark(name, ids), "1", nx=True, ex=ASKED_ONCE_SECONDS)
        except RedisError as error:
            log.warning("queue.away", job=name, error=type(error).__name__)
            return
        if is_first:
            self.ask(name, *ids, expires_after=ASKED_ONCE_SECONDS)

    def begun(self, name: JobName, *ids: int | str) -> None:
        """This method will let the job be asked for again; the job calls it before it looks what waits."""
        try:
            self._queue.connection.delete(_mark(name, ids))
        except RedisError as error:
            log.warning("queue.away", job=name, error=type(error).__name__)


def _mark(name: JobName, ids: tuple[int | str, ...]) -> str:
    return ":".join(("steward", "asked", name, *map(str, ids)))
