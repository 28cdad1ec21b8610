"""What was acknowledged is worked on: once in effect, tried again when it fails, given up in sight."""

from __future__ import annotations

from typing import Any

import pytest
from redis import Redis
from rq import Queue as RedisQueue
from rq.serializers import JSONSerializer
from sqlalchemy import text, update

from app.queue import QUEUE
from app.stores import customers, inbox, shops
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.forget_old import forget_old
from app.usecases.open_shop import open_shop
from app.usecases.reconcile import MAY_STILL_COME
from app.wiring import Services
from jobs import inbox as job
from tests.conftest import NOW
from tests.webhooks.told import CHIARA, about_chiara, as_body, customer
from webhooks.topics import HANDLERS

HOOK = "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"


@pytest.fixture
def shop_id(services: Services, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(job, "services", lambda: services)
    return open_shop(
        services.database,
        "alder.myshopify.com",
        name="Alder",
        timezone="Europe/London",
        currency="GBP",
        now=NOW,
    )


def keep(
    services: Services, shop_id: int, payload: object, *, hook: str = HOOK, topic: str = "customers/update"
) -> None:
    with services.database.shop(shop_id) as tx:
        inbox.keep(tx, hook, topic=topic, body=as_body(payload).decode(), triggered_at=NOW)


def row(services: Services, shop_id: int) -> Any:
    with services.database.shop(shop_id) as tx:
        return tx.execute(text("select * from inbox")).one()


def asked(services: Services) -> list[Any]:
    queue = RedisQueue(QUEUE, connection=services.live.patient, serializer=JSONSerializer)
    return [(each.func_name, *each.args) for each in queue.jobs]


def waiting(services: Services, shop_id: int) -> list[str]:
    with services.database.shop(shop_id) as tx:
        return inbox.waiting(tx, limit=10)


def lease_ran_out(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(update(inbox.inbox).values(leased_until=text("now() - interval '1 second'")))


def test_work_and_its_mark_are_one_and_the_body_is_emptied(services: Services, shop_id: int) -> None:
    keep(services, shop_id, customer())
    job.work_on(shop_id)
    with services.database.shop(shop_id) as tx:
        assert customers.one(tx, str(CHIARA)).first_name == "Chiara"
    done = row(services, shop_id)
    assert (done.body, done.attempts, done.failure) == ("", 1, "")
    assert done.done_at is not None


def test_a_second_asking_finds_it_done(services: Services, shop_id: int) -> None:
    keep(services, shop_id, customer())
    for _ in range(3):
        job.work_on(shop_id)
    assert row(services, shop_id).attempts == 1


def test_while_one_holds_the_lease_nobody_else_works_on_it(services: Services, shop_id: int) -> None:
    keep(services, shop_id, customer())
    with services.database.shop(shop_id) as tx:
        assert inbox.take(tx, lease_seconds=60) is not None
    job.work_on(shop_id)
    assert row(services, shop_id).done_at is None


def test_whoever_lost_the_lease_leaves_it_alone(services: Services, shop_id: int) -> None:
    keep(services, shop_id, customer())
    with services.database.shop(shop_id) as tx:
        slow = inbox.take(tx, lease_seconds=60)
    assert slow is not None
    lease_ran_out(services, shop_id)
    with services.database.shop(shop_id) as tx:
        assert inbox.take(tx, lease_seconds=60) is not None
    with services.database.shop(shop_id) as tx:
        assert not inbox.hold(tx, slow)


def test_a_failure_names_its_kind_and_never_the_customer(
    services: Services, shop_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(services, shop_id, {"first_name": "Chiara", "email": ["chiara@clients.example"]})
    job.work_on(shop_id)
    failed = row(services, shop_id)
    assert failed.failure.startswith("UnableToReadWebhook: ")
    said = capsys.readouterr()
    for words in (failed.failure, said.out, said.err):
        assert "hiara" not in words
    assert "Chiara" in failed.body, "the body is kept until it can be worked on"


def test_an_error_of_others_is_kept_without_its_words(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("Chiara Rossi")

    monkeypatch.setattr(job, "HANDLERS", {"customers/update": broken})
    keep(services, shop_id, customer())
    job.work_on(shop_id)
    assert row(services, shop_id).failure == "ValueError"


def test_all_that_waits_is_worked_on_in_one_asking_the_oldest_first(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def note(tx: Transaction, _: Live, body: bytes, /, **__: object) -> None:
        order.append(body.decode())
        if order[-1] == "2":
            raise ValueError

    monkeypatch.setattr(job, "HANDLERS", {"customers/update": note})
    for n in (3, 1, 2, 4):
        keep(services, shop_id, n, hook=f"{n}")
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update inbox set received_at = now() + body::int * interval '1 second'"))
    job.work_on(shop_id)
    assert order == ["1", "2", "3", "4"], "one that fails stops no other"
    assert waiting(services, shop_id) == []
    assert asked(services) == []


def test_its_share_used_up_it_asks_again_behind_the_others(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "SHARE_SECONDS", 0.0)
    for n in range(3):
        keep(services, shop_id, customer(id=n + 1), hook=f"{n}")
    for left in (2, 1, 0):
        services.live.patient.delete(f"rq:queue:{QUEUE}")
        job.work_on(shop_id)
        assert len(waiting(services, shop_id)) == left
        assert asked(services) == [("jobs.inbox.work_on", shop_id)]


def test_what_is_kept_while_the_job_works_asks_for_the_next(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark that it is asked for goes before the first look, so nothing can fall between."""
    services.queue.ask_once("jobs.inbox.work_on", shop_id)
    services.queue.ask_once("jobs.inbox.work_on", shop_id)
    assert len(asked(services)) == 1
    looked = inbox.take

    def takes(tx: Transaction, *, lease_seconds: int) -> inbox.Held | None:
        held = looked(tx, lease_seconds=lease_seconds)
        services.queue.ask_once("jobs.inbox.work_on", shop_id)  # a delivery, just after it has looked
        return held

    monkeypatch.setattr(inbox, "take", takes)
    job.work_on(shop_id)
    assert len(asked(services)) == 2


def test_the_sweep_asks_though_the_mark_of_a_lost_question_stays(services: Services, shop_id: int) -> None:
    keep(services, shop_id, customer())
    services.queue.ask_once("jobs.inbox.work_on", shop_id)
    services.live.patient.delete(f"rq:queue:{QUEUE}")  # as when the worker that took it is killed
    services.queue.ask_once("jobs.inbox.work_on", shop_id)
    assert asked(services) == []
    assert job.sweep() == 1
    assert asked(services) == [("jobs.inbox.work_on", shop_id)]


def test_without_redis_what_waits_is_worked_on_all_the_same(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Redis.from_url("unix:///nonexistent/redis.sock")
    monkeypatch.setattr(services.queue._queue, "connection", away)
    monkeypatch.setattr(job, "SHARE_SECONDS", 0.0)
    keep(services, shop_id, {"id": 1}, topic="products/delete")
    job.work_on(shop_id)
    assert waiting(services, shop_id) == []


def test_two_work_through_one_shop_together(services: Services, shop_id: int) -> None:
    for n in range(2):
        keep(services, shop_id, customer(id=n + 1), hook=f"{n}")
    with services.database.shop(shop_id) as first, services.database.shop(shop_id) as second:
        taken = [inbox.take(tx, lease_seconds=60) for tx in (first, second, second)]
    assert [held.webhook_id if held else None for held in taken] == ["0", "1", None]


def test_what_comes_too_early_rests_as_long_as_it_says(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        inbox.keep(tx, HOOK, topic="customers/delete", body='{"id": 7999}', triggered_at=NOW)
    job.work_on(shop_id)
    with services.database.shop(shop_id) as tx:
        rest = tx.execute(text("select extract(epoch from leased_until - now()) from inbox")).scalar_one()
    assert 0 <= MAY_STILL_COME.total_seconds() - float(rest) < 60
    assert row(services, shop_id).done_at is None


def test_it_rests_longer_each_time_and_is_given_up_in_sight_after_ten(
    services: Services, shop_id: int
) -> None:
    assert [job.rest_seconds(n) for n in (1, 2, 3, 9, 10)] == [15, 30, 60, 3600, 3600]
    keep(services, shop_id, {"id": None})
    for attempt in range(1, 13):
        job.work_on(shop_id)
        assert row(services, shop_id).attempts == min(attempt, 10)
        lease_ran_out(services, shop_id)
    assert job.sweep() == 0
    with services.database.shop(shop_id) as tx:
        (given_up,) = inbox.given_up(tx)
    assert (given_up.webhook_id, given_up.topic, given_up.attempts) == (HOOK, "customers/update", 10)
    assert given_up.failure == "UnableToReadWebhook: the customer has no id"


@pytest.mark.parametrize("topic", inbox.NEVER_GIVEN_UP)
def test_a_privacy_request_is_tried_until_it_succeeds(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch, topic: str
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    whole = HANDLERS[topic]
    monkeypatch.setitem(HANDLERS, topic, away)  # type: ignore[index]  # a dict, whatever it is said to be
    keep(services, shop_id, about_chiara(data_request={"id": 9}), topic=topic)
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update inbox set attempts = 5000, received_at = now() - interval '90 days'"))
        shops.leave(tx, at=NOW)
    forget_old(services.database, shop_id, now=NOW)
    job.work_on(shop_id)
    with services.database.shop(shop_id) as tx:
        rest = tx.execute(text("select extract(epoch from leased_until - now()) from inbox")).scalar_one()
        assert inbox.given_up(tx) == []
    assert 0 <= job.LONGEST_REST_SECONDS - float(rest) < 60
    lease_ran_out(services, shop_id)
    assert job.sweep() == 1
    monkeypatch.setitem(HANDLERS, topic, whole)  # type: ignore[index]  # as above
    job.work_on(shop_id)
    with services.database.shop(shop_id) as tx:
        undone = tx.execute(text("select count(*) from inbox where done_at is null")).scalar_one()
    assert undone == 0


def test_the_sweep_asks_for_what_waits_in_every_shop_and_for_nothing_else(
    services: Services, shop_id: int
) -> None:
    about = {"name": "Birch", "timezone": "Europe/London", "currency": "GBP"}
    theirs = open_shop(services.database, "birch.myshopify.com", now=NOW, **about)
    keep(services, shop_id, customer())
    keep(services, theirs, customer())
    keep(services, theirs, customer(), hook="held")
    with services.database.shop(theirs) as tx:
        inbox.take(tx, lease_seconds=60)
    assert job.sweep() == 2
    assert asked(services) == [("jobs.inbox.work_on", each) for each in (shop_id, theirs)]


def test_a_lease_that_ran_out_is_asked_for_again(services: Services, shop_id: int) -> None:
    keep(services, shop_id, customer())
    with services.database.shop(shop_id) as tx:
        inbox.take(tx, lease_seconds=60)
    assert job.sweep() == 0
    lease_ran_out(services, shop_id)
    assert job.sweep() == 1


def test_done_rows_go_after_a_month(services: Services, shop_id: int) -> None:
    keep(services, shop_id, customer())
    job.work_on(shop_id)
    job.sweep()
    assert row(services, shop_id).attempts == 1
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update inbox set done_at = now() - interval '31 days'"))
    job.sweep()
    with services.database.shop(shop_id) as tx:
        assert tx.execute(text("select count(*) from inbox")).scalar_one() == 0
