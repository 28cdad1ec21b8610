"""Learning is a leased row: asked for it is done once, killed it is taken up again, and time asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import pytest
from rq import Queue as RedisQueue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from app.queue import LONG_QUEUE, QUEUE
from app.stores import learnings, rulebook
from app.stores.learnings import State
from app.usecases import ask_learning as asking
from app.usecases import foretell_customers, learn_weights, replay_last_year
from app.usecases.ask_learning import JOBS, ask_learning
from app.usecases.open_shop import open_shop
from app.wiring import Services
from jobs import at_work as holding
from jobs import learning
from scoring.weights import DEFAULT_WEIGHTS
from tests.conftest import NOW

LEARN, FORETELL, REPLAY = "jobs.learning.learn", "jobs.learning.foretell", "jobs.learning.replay"
Asked = list[tuple[object, ...]]


@pytest.fixture
def shop_id(services: Services) -> int:
    named = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, "maison-alder.myshopify.com", now=NOW, **named)


@pytest.fixture
def asked(services: Services, monkeypatch: pytest.MonkeyPatch) -> Asked:
    jobs: Asked = []
    monkeypatch.setattr(services.queue, "ask", lambda *job, **_: jobs.append(job))
    monkeypatch.setattr(learning, "services", lambda: services)
    return jobs


@pytest.fixture
def at_work(monkeypatch: pytest.MonkeyPatch, asked: Asked) -> list[str]:
    """What would have been learned, replayed or foretold; the work itself is tested where it lives."""
    done: list[str] = []
    monkeypatch.setattr(learn_weights, "learn_weights", lambda *_, **__: done.append("learn"))
    monkeypatch.setattr(replay_last_year, "replay_last_year", lambda *_, **__: done.append("replay"))
    monkeypatch.setattr(foretell_customers, "foretell_customers", lambda *_, **__: done.append("foretell"))
    return done


@pytest.fixture
def want(services: Services, shop_id: int) -> Callable[[learnings.Work], None]:
    def ask(work: learnings.Work) -> None:
        with services.database.shop(shop_id) as tx:
            ask_learning(tx, services.queue, work, now=services.clock())

    return ask


def state(services: Services, shop_id: int, work: learnings.Work) -> State:
    with services.database.shop(shop_id) as tx:
        return learnings.state(tx, work)


def test_what_is_asked_for_is_kept_as_a_row_and_the_worker_hears_of_it(
    services: Services, shop_id: int, asked: Asked, want: Callable[[learnings.Work], None]
) -> None:
    want("learn")
    assert asked == [(LEARN, shop_id)]
    assert state(services, shop_id, "learn") == State(asked_at=NOW)


def test_a_rolled_back_asking_asks_nobody(services: Services, shop_id: int, asked: Asked) -> None:
    def breaks_off() -> None:
        with services.database.shop(shop_id) as tx:
            ask_learning(tx, services.queue, "learn", now=NOW)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        breaks_off()
    assert (asked, state(services, shop_id, "learn")) == ([], State())


def test_asked_for_twice_it_is_done_once_and_nobody_asked_it_is_not_done(
    services: Services, shop_id: int, at_work: list[str], want: Callable[[learnings.Work], None]
) -> None:
    want("learn")
    want("learn")
    learning.learn(shop_id)
    learning.learn(shop_id)
    assert at_work == ["learn"]
    assert state(services, shop_id, "learn") == State(done_at=NOW)


def test_asked_for_again_while_it_runs_it_stays_wanted(
    services: Services,
    shop_id: int,
    at_work: list[str],
    want: Callable[[learnings.Work], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    want("foretell")

    def slowly(*_: object, **__: object) -> int:
        object.__setattr__(services, "clock", lambda: NOW + timedelta(minutes=1))
        want("foretell")
        return 0

    monkeypatch.setattr(foretell_customers, "foretell_customers", slowly)
    learning.foretell(shop_id)
    assert state(services, shop_id, "foretell").asked_at == NOW + timedelta(minutes=1)


def test_a_killed_workers_learning_is_taken_up_again_when_its_lease_has_run_out(
    services: Services, shop_id: int, asked: Asked, at_work: list[str], want: Callable[[learnings.Work], None]
) -> None:
    want("learn")
    with services.database.shop(shop_id) as tx:
        taken = learnings.take(tx, "learn", lease_seconds=600)
        assert taken is not None
        assert (taken.asked_at, taken.takes) == (NOW, 1)
    asked.clear()
    learning.learn(shop_id)
    learning.sweep()
    assert (at_work, asked) == ([], [])  # somebody is at it
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update learnings set leased_until = now() - interval '1 second'"))
    learning.sweep()
    assert asked == [(LEARN, shop_id)]
    learning.learn(shop_id)
    assert at_work == ["learn"]


def test_what_was_learned_is_replayed_by_a_work_of_its_own_that_outlives_a_kill_and_an_error(
    services: Services,
    shop_id: int,
    asked: Asked,
    at_work: list[str],
    want: Callable[[learnings.Work], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    want("learn")
    asked.clear()
    learning.learn(shop_id)
    assert asked == [(REPLAY, shop_id)]
    with services.database.shop(shop_id) as tx:
        assert learnings.take(tx, "replay", lease_seconds=-1) is not None  # and killed
    asked.clear()
    learning.sweep()
    assert asked == [(REPLAY, shop_id)]

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("alma@clients.example")

    with monkeypatch.context() as broken:
        broken.setattr(replay_last_year, "replay_last_year", breaks)
        learning.replay(shop_id)
    assert state(services, shop_id, "replay") == State(NOW, None, "RuntimeError")
    want("replay")
    learning.replay(shop_id)
    assert at_work == ["learn", "replay"]
    assert state(services, shop_id, "replay") == State(done_at=NOW)


def test_too_little_to_learn_from_does_not_keep_the_year_from_being_replayed(
    shop_id: int, asked: Asked, want: Callable[[learnings.Work], None]
) -> None:
    want("learn")
    asked.clear()
    learning.learn(shop_id)
    assert asked == [(REPLAY, shop_id)]


def test_who_is_killed_over_a_work_three_times_is_said_to_be_and_it_rests(
    services: Services, shop_id: int, asked: Asked, at_work: list[str], want: Callable[[learnings.Work], None]
) -> None:
    want("foretell")
    for _ in range(3):
        with services.database.shop(shop_id) as tx:
            assert learnings.take(tx, "foretell", lease_seconds=-1) is not None
    learning.foretell(shop_id)
    assert at_work == []
    assert state(services, shop_id, "foretell") == State(NOW, None, "UnableToFinish")
    asked.clear()
    learning.sweep()
    assert (FORETELL, shop_id) not in asked
    want("foretell")
    learning.foretell(shop_id)
    assert at_work == ["foretell"]


def test_as_long_as_it_is_at_work_its_lease_is_renewed(
    services: Services,
    shop_id: int,
    asked: Asked,
    want: Callable[[learnings.Work], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = threading.Event()
    hold = learnings.hold

    def heard(*args: object, **more: object) -> None:
        hold(*args, **more)  # type: ignore[arg-type]  # what it was called with
        held.set()

    monkeypatch.setattr(holding, "RENEW_SECONDS", 0.01)
    monkeypatch.setattr(learnings, "hold", heard)
    monkeypatch.setattr(learn_weights, "learn_weights", lambda *_, **__: held.wait())
    want("learn")
    learning.learn(shop_id)
    assert held.is_set()


def test_a_large_shops_clients_are_foretold_in_parts_each_a_job_and_done_when_all_are(
    services: Services,
    shop_id: int,
    asked: Asked,
    want: Callable[[learnings.Work], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts: list[tuple[object, object]] = []
    monkeypatch.setattr(
        foretell_customers, "foretell_customers", lambda *_, part, of, **__: parts.append((part, of))
    )
    monkeypatch.setattr(asking, "CLIENTS_A_PART", 100)
    monkeypatch.setattr(asking.relationships, "count", lambda _: 250)
    want("foretell")
    assert asked == [(FORETELL, shop_id), (FORETELL, shop_id, 1), (FORETELL, shop_id, 2)]
    learning.foretell(shop_id)
    learning.foretell(shop_id, 2)
    assert state(services, shop_id, "foretell").asked_at == NOW
    asked.clear()
    learning.sweep()
    assert (FORETELL, shop_id, 1) in asked
    learning.foretell(shop_id, 1)
    assert parts == [(0, 3), (2, 3), (1, 3)]
    assert state(services, shop_id, "foretell") == State(done_at=NOW)
    monkeypatch.setattr(asking.relationships, "count", lambda _: 50)
    asked.clear()
    want("foretell")
    assert asked == [(FORETELL, shop_id)]


def test_an_error_is_kept_by_its_name_and_the_work_rests_and_is_tried_again(
    services: Services,
    shop_id: int,
    asked: Asked,
    want: Callable[[learnings.Work], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("alma@clients.example")

    monkeypatch.setattr(learn_weights, "learn_weights", breaks)
    want("learn")
    asked.clear()
    learning.learn(shop_id)
    assert state(services, shop_id, "learn") == State(NOW, None, "RuntimeError")
    learning.sweep()
    assert asked == []
    want("learn")
    assert asked == [(LEARN, shop_id)], "who asks anew does not wait for the rest"
    assert state(services, shop_id, "learn") == State(NOW)


def test_too_little_to_learn_from_is_an_answer_and_not_tried_again_at_once(
    services: Services, shop_id: int, asked: Asked, want: Callable[[learnings.Work], None]
) -> None:
    want("learn")
    learning.learn(shop_id)
    assert state(services, shop_id, "learn") == State(done_at=NOW, error="UnableToLearn")
    learning.replay(shop_id)
    asked.clear()
    learning.sweep()
    assert asked == []


def test_a_month_later_it_is_learned_anew(
    services: Services, shop_id: int, asked: Asked, at_work: list[str]
) -> None:
    learning.sweep()
    assert asked == [(LEARN, shop_id)]  # a house that has never been learned from
    learning.learn(shop_id)
    learning.replay(shop_id)
    asked.clear()
    object.__setattr__(services, "clock", lambda: NOW + timedelta(days=29))
    learning.sweep()
    assert asked == []
    object.__setattr__(services, "clock", lambda: NOW + timedelta(days=30))
    learning.sweep()
    assert asked == [(LEARN, shop_id)]


def test_each_night_everyone_is_foretold_anew_once_a_model_is_in_force(
    services: Services, shop_id: int, asked: Asked, at_work: list[str]
) -> None:
    learning.sweep()
    learning.learn(shop_id)
    learning.replay(shop_id)
    asked.clear()
    learning.sweep()
    assert asked == []  # only the rule is in force
    with services.database.shop(shop_id) as tx:
        rulebook.change_weights(tx, DEFAULT_WEIGHTS, history={}, learned={"rows": 1}, by="Margaret", now=NOW)
    learning.sweep()
    assert asked == [(FORETELL, shop_id)]
    learning.foretell(shop_id)
    asked.clear()
    # 10 in the morning; the next night begins at 2 o'clock in Bath.
    for hours, wanted in ((15, []), (16.1, [(FORETELL, shop_id)])):
        object.__setattr__(services, "clock", lambda hours=hours: NOW + timedelta(hours=hours))
        learning.sweep()
        assert asked == wanted


@pytest.mark.parametrize("work", get_args(learnings.Work))
def test_what_takes_minutes_in_a_large_house_keeps_nobodys_letter_waiting(
    services: Services, shop_id: int, work: learnings.Work
) -> None:
    with services.database.shop(shop_id) as tx:
        ask_learning(tx, services.queue, work, now=NOW)
    short, long = (
        [job.func_name for job in RedisQueue(name, services.live.patient, serializer=JSONSerializer).jobs]
        for name in (QUEUE, LONG_QUEUE)
    )
    assert (short, long) == ([], [JOBS[work]])
