"""Learning is a leased row: asked for it is done once, killed it is taken up again, and time asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.stores import learnings, rulebook
from app.stores.learnings import State
from app.usecases import foretell_customers, learn_weights
from app.usecases.ask_learning import ask_learning
from app.usecases.open_shop import open_shop
from app.wiring import Services
from jobs import learning
from scoring.weights import DEFAULT_WEIGHTS
from tests.conftest import NOW

LEARN, FORETELL = "jobs.learning.learn", "jobs.learning.foretell"
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
    monkeypatch.setattr(learning, "_replay_last_year", lambda _: done.append("replay"))
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
    assert at_work == ["learn", "replay"]
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
        assert learnings.take(tx, "learn", lease_seconds=600) == NOW
    asked.clear()
    learning.learn(shop_id)
    learning.sweep()
    assert (at_work, asked) == ([], [])  # somebody is at it
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update learnings set leased_until = now() - interval '1 second'"))
    learning.sweep()
    assert asked == [(LEARN, shop_id)]
    learning.learn(shop_id)
    assert at_work == ["learn", "replay"]


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
    assert state(services, shop_id, "learn") == State(NOW, None, "RuntimeError", True)
    learning.sweep()
    assert asked == []


def test_too_little_to_learn_from_is_an_answer_and_not_tried_again_at_once(
    services: Services, shop_id: int, asked: Asked, want: Callable[[learnings.Work], None]
) -> None:
    want("learn")
    learning.learn(shop_id)
    assert state(services, shop_id, "learn") == State(done_at=NOW, error="UnableToLearn")
    asked.clear()
    learning.sweep()
    assert asked == []


def test_a_month_later_it_is_learned_anew(
    services: Services, shop_id: int, asked: Asked, at_work: list[str]
) -> None:
    learning.sweep()
    assert asked == [(LEARN, shop_id)]  # a house that has never been learned from
    learning.learn(shop_id)
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
    asked.clear()
    learning.sweep()
    assert asked == []  # only the rule is in force
    with services.database.shop(shop_id) as tx:
        rulebook.change_weights(tx, DEFAULT_WEIGHTS, history={}, learned={"rows": 1}, by="Margaret")
    learning.sweep()
    assert asked == [(FORETELL, shop_id)]
    learning.foretell(shop_id)
    asked.clear()
    # 10 in the morning; the next night begins at 2 o'clock in Bath.
    for hours, wanted in ((15, []), (16.1, [(FORETELL, shop_id)])):
        object.__setattr__(services, "clock", lambda hours=hours: NOW + timedelta(hours=hours))
        learning.sweep()
        assert asked == wanted
