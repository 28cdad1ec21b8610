"""The schedule: asks for the sweeps at their times.

RQ has a scheduler of its own, whose serializer cannot be chosen: it pickles, and our workers read JSON alone.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping

import structlog
from redis import Redis
from redis.exceptions import RedisError

from app.config import read_settings
from app.queue import JobName, Queue
from app.wiring import PATIENT_TIMEOUT_SECONDS, use_packaged_zones

log = structlog.get_logger(__name__)

# job → seconds between two askings
INTERVALS: Mapping[JobName, int] = {
    "jobs.inbox.sweep": 15,
    "jobs.post.sweep": 15,
    "jobs.briefs.sweep": 30,
    "jobs.sessions.sweep": 30,
    "jobs.tally.sweep": 60,
    "jobs.reminders.sweep": 60,
    "jobs.outreach.sweep": 60,
    "jobs.pieces.sweep": 60,
    "jobs.learning.sweep": 300,
    "jobs.backfill.sweep": 15,
    "jobs.tokens.sweep": 86_400,
    "jobs.reconcile.sweep": 600,
    "jobs.retention.sweep": 21_600,
    "jobs.dates.sweep": 15,
    "jobs.calendars.sweep": 60,
    "jobs.consultations.sweep": 3600,
    "jobs.client_book.sweep": 15,
}
LOOK_EVERY_SECONDS = 1.0


def run() -> None:
    """This function will ask for the sweeps until it is told to stop. Several may run at once."""
    use_packaged_zones()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    connection = Redis.from_url(read_settings().redis_url, socket_timeout=PATIENT_TIMEOUT_SECONDS)
    queue = Queue(connection)
    while not stop.is_set():
        ask_what_is_due(connection, queue)
        stop.wait(LOOK_EVERY_SECONDS)
    connection.close()


def ask_what_is_due(connection: Redis, queue: Queue) -> list[JobName]:
    """This function will ask for every sweep whose time has come, and say which those were."""
    try:
        due = [name for name, seconds in INTERVALS.items() if _is_ours(connection, name, seconds)]
    except RedisError as error:
        log.warning("schedule.away", error=type(error).__name__)
        return []
    for name in due:
        queue.ask(name, expires_after=INTERVALS[name])
    return due


def _is_ours(connection: Redis, name: JobName, seconds: int) -> bool:
    """Claim the asking of this interval: of several schedulers one sets the key, and it lasts as long."""
    return bool(connection.set(f"steward:asked:{name}", "1", nx=True, ex=seconds))
