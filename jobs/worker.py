"""The worker: takes jobs by name from the queue, one forked process each."""

from __future__ import annotations

import importlib
import os
from functools import cache
from typing import Any

import structlog
from redis import Redis
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from app.config import read_settings
from app.queue import JOB_NAMES, LONG_QUEUE, QUEUE
from app.shopify.http import certificates
from app.wiring import Services, connect, use_packaged_zones

log = structlog.get_logger(__name__)


def services() -> Services:
    """This function will give the services of this process.

    They are made at the first need, after the fork: a connection shared by the worker and its horse would mix
    their words.
    """
    return _services_of(os.getpid())


@cache
def _services_of(_process: int) -> Services:
    return connect(read_settings())


class QuietWorker(Worker):
    """RQ's forking worker, which keeps to itself what an error says.

    A traceback of PostgreSQL's names the row it failed on; RQ would write it to the log and into Redis, where
    no erasure finds it.
    """

    log_job_description = False
    log_result_lifespan = False

    def handle_exception(self, job: Job, *exc_info: object) -> None:
        log.error("job.failed", job=job.func_name, job_id=job.id, error=_name_of(exc_info[0]))

    def handle_job_failure(self, job: Job, *args: Any, **more: Any) -> None:
        super().handle_job_failure(job, *args, **more | {"exc_string": ""})


def _name_of(error: object) -> str:
    return error.__name__ if isinstance(error, type) else type(error).__name__


def run(*, quick: bool = False) -> None:
    """This function will work on what is asked for until it is told to stop.

    Long work comes after all else; a `quick` worker leaves it to others, and is never away for an hour.
    """
    use_packaged_zones()
    for name in JOB_NAMES:
        # Imported once here: each forked process has them, instead of half a second of imports a job.
        importlib.import_module(name.rpartition(".")[0])
    certificates()  # for the same reason
    connection = Redis.from_url(read_settings().redis_url)
    queues = [QUEUE] if quick else [QUEUE, LONG_QUEUE]
    QuietWorker(queues, connection=connection, serializer=JSONSerializer).work(logging_level="WARNING")
