"""The sweeps are asked for at their times, once, however many schedulers run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

from redis import Redis
from rq import Queue as RedisQueue
from rq.serializers import JSONSerializer

from app.queue import JOB_NAMES, QUEUE
from app.wiring import Services
from jobs.schedule import INTERVALS, ask_what_is_due


def asked(services: Services) -> list[Any]:
    queue = RedisQueue(QUEUE, connection=services.live.patient, serializer=JSONSerializer)
    return [job.func_name for job in queue.jobs]


def test_each_sweep_is_asked_for_once_an_interval_by_two_schedulers(services: Services) -> None:
    redis = services.live.patient
    first = ask_what_is_due(redis, services.queue)
    second = ask_what_is_due(redis, services.queue)
    assert (first, second) == (list(INTERVALS), [])
    assert sorted(asked(services)) == sorted(INTERVALS)
    redis.delete("steward:asked:jobs.inbox.sweep")  # as its fifteen seconds would
    assert ask_what_is_due(redis, services.queue) == ["jobs.inbox.sweep"]


def test_the_key_lasts_as_long_as_the_interval(services: Services) -> None:
    ask_what_is_due(services.live.patient, services.queue)
    for name, seconds in INTERVALS.items():
        assert seconds - 2 <= services.live.patient.ttl(f"steward:asked:{name}") <= seconds


def test_an_asking_nobody_began_is_dropped_before_the_next(services: Services) -> None:
    ask_what_is_due(services.live.patient, services.queue)
    queue = RedisQueue(QUEUE, connection=services.live.patient, serializer=JSONSerializer)
    assert {job.func_name: job.ttl for job in queue.jobs} == dict(INTERVALS)


def test_without_redis_it_says_so_and_goes_on(services: Services) -> None:
    assert ask_what_is_due(Redis.from_url("unix:///nonexistent/redis.sock"), services.queue) == []


def test_every_sweep_has_its_time() -> None:
    assert set(INTERVALS) == {name for name in JOB_NAMES if name.endswith(".sweep")}


def test_it_stops_cleanly_when_told(services: Services, worker_environment: dict[str, str]) -> None:
    command = [sys.executable, "-c", "from jobs.schedule import run; run()"]
    process = subprocess.Popen(command, env=os.environ | worker_environment)
    try:
        deadline = time.monotonic() + 20
        while not asked(services) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
    assert sorted(asked(services)) == sorted(INTERVALS)
