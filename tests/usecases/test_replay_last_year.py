"""The last year is replayed from the orders on record, and kept without whom it may not keep."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from app.stores import customers, last_years, learnings, rulebook
from app.stores.database import Transaction
from app.stores.last_years import CALENDAR, Kept
from app.stores.orders import orders
from app.stores.rekeying import rekey
from app.usecases.erase_customer import erase_customer
from app.usecases.open_shop import open_shop
from app.usecases.read_last_year import read_last_year
from app.usecases.replay_last_year import replay_last_year
from app.wiring import Services
from scoring.replayed import LastYear
from scoring.weights import Policy, Weights
from tests.conftest import NOW
from tests.usecases.year_house import keep, some_years

NAMED = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}


@pytest.fixture
def shop_id(services: Services) -> int:
    return open_shop(services.database, "maison-alder.myshopify.com", now=NOW, **NAMED)


@pytest.fixture
def replayed(services: Services, shop_id: int) -> int:
    with services.database.shop(shop_id) as tx:
        keep(tx, some_years())
    replay_last_year(services.database, shop_id, now=NOW)
    return shop_id


def kept_of(services: Services, shop_id: int) -> Kept:
    with services.database.shop(shop_id) as tx:
        kept = last_years.read(tx)
    assert kept is not None
    return kept


def year_of(services: Services, shop_id: int) -> LastYear:
    year = kept_of(services, shop_id).found.year
    assert year is not None
    return year


def test_a_year_is_kept_with_its_pictures_and_names_what_was_bought(
    services: Services, replayed: int
) -> None:
    kept, year = kept_of(services, replayed), year_of(services, replayed)
    assert kept.made_at == NOW
    assert set(kept.pictures) == {"weekly", "reliability", "lift", CALENDAR}
    assert all(svg.startswith("<svg") and "<desc" in svg for svg in kept.pictures.values())
    assert len(year.weeks) == 52
    bought = [each for greeting in year.greetings for each in greeting.bought]
    assert bought
    assert {each.kinds for each in bought} == {("earrings",)}


def test_replayed_again_it_takes_the_place_of_what_was_there(services: Services, replayed: int) -> None:
    before = kept_of(services, replayed)
    replay_last_year(services.database, replayed, now=NOW + timedelta(hours=1))
    after = kept_of(services, replayed)
    assert after.found == before.found
    assert after.pictures == before.pictures
    assert after.made_at == NOW + timedelta(hours=1)


def test_without_orders_nothing_is_kept(services: Services, shop_id: int) -> None:
    replay_last_year(services.database, shop_id, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert read_last_year(tx).state == "empty"


def test_orders_that_have_not_been_worked_through_are_said_to_be_at_work(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        keep(tx, some_years(3))
        assert read_last_year(tx).state == "working"
        learnings.ask(tx, "replay", now=NOW)
        assert read_last_year(tx).state == "working"
        taken = learnings.take(tx, "replay", lease_seconds=60)
        assert taken is not None
        learnings.put_back(tx, taken, "RuntimeError", rest_seconds=60)
        assert read_last_year(tx).state == "failed"


def test_orders_in_another_currency_are_said_to_be_none_to_go_by_and_not_looked_at_for_ever(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        keep(tx, some_years(3))
        tx.execute(update(orders).values(currency="JPY"))
        assert last_years.is_missing(tx)
    replay_last_year(services.database, shop_id, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert read_last_year(tx).state == "uncounted"
        assert not last_years.is_missing(tx)


def test_a_history_too_short_is_kept_as_such_with_the_day_it_is_long_enough(
    services: Services, shop_id: int
) -> None:
    history = some_years()
    with services.database.shop(shop_id) as tx:
        keep(tx, history.kept(history.day > history.day.max() - 200))
    replay_last_year(services.database, shop_id, now=NOW)
    found = kept_of(services, shop_id).found
    assert found.year is None
    assert found.begins is not None
    assert found.ready_on is not None
    assert found.begins < NOW.date() < found.ready_on < date(2027, 12, 31)


def test_who_is_erased_vanishes_from_the_examples_and_with_the_picture_of_the_calendar(
    services: Services, replayed: int
) -> None:
    year = year_of(services, replayed)
    assert year.calendar is not None
    for gone in (year.calendar.customer, year.greetings[0].customer):
        with services.database.shop(replayed) as tx:
            erase_customer(tx, services.live, gone, now=NOW)
        after = kept_of(services, replayed)
        assert after.found.year is not None
        assert gone not in last_years.clients_of(after.found)
    assert after.found.year.calendar is None
    assert CALENDAR not in after.pictures
    assert after.found.year.policies == year.policies
    with services.database.shop(replayed) as tx:
        content = tx.execute(text("select content::text || pictures::text from last_years")).scalar_one()
    assert f'"customer": {json.dumps(gone)}' not in content


def _kept_by_an_engine_before(tx: Transaction) -> None:
    tx.execute(text("update last_years set content = jsonb_set(content, '{year,engine}', '1')"))


def test_who_is_erased_vanishes_with_the_whole_year_where_an_engine_before_has_kept_it(
    services: Services, replayed: int
) -> None:
    gone = year_of(services, replayed).greetings[0].customer
    with services.database.shop(replayed) as tx:
        _kept_by_an_engine_before(tx)
        assert last_years.is_missing(tx), "so that the sweep has it replayed anew"
        erase_customer(tx, services.live, gone, now=NOW)
        assert tx.execute(text("select count(*) from last_years")).scalar_one() == 0


@pytest.mark.parametrize("known", [True, False], ids=["both known", "one known"])
def test_who_gets_another_id_is_not_kept_under_the_old_one(
    services: Services, replayed: int, known: bool
) -> None:
    year = year_of(services, replayed)
    assert year.calendar is not None
    old = year.calendar.customer
    with services.database.shop(replayed) as tx:
        if known:
            customers.mention(tx, ["new"])
        assert rekey(tx, old, "new")
    after = kept_of(services, replayed)
    assert old not in last_years.clients_of(after.found)
    assert CALENDAR not in after.pictures


LEARNED = Weights(
    intercept=-2.0, coefficients={"history": 1.0, "tenure": 0.1}, deviations={"history": 0.1}, base_rate=0.1
)


@pytest.mark.parametrize("offer_at", ["cue", "probability"])
def test_the_likelihood_is_of_the_weights_in_force_or_of_those_that_wait_while_nobody_is_invited_by_it(
    services: Services, replayed: int, offer_at: Any
) -> None:
    rule = year_of(services, replayed)
    assert (rule.weights_version, rule.learned_from) == (1, None)
    with services.database.shop(replayed) as tx:
        rulebook.change_policy(tx, Policy(offer_at=offer_at), by="Margaret", now=NOW)
        learnings.propose(tx, LEARNED, history={}, learned={"rows": 1}, now=NOW)
    replay_last_year(services.database, replayed, now=NOW)
    waiting = year_of(services, replayed)
    with services.database.shop(replayed) as tx:
        rulebook.change_weights(tx, LEARNED, history={}, learned={"rows": 1}, by="Margaret", now=NOW)
    replay_last_year(services.database, replayed, now=NOW)
    approved = year_of(services, replayed)
    assert approved.weights_version == 2
    assert approved.learned_from is not None
    assert approved.curve != rule.curve
    if offer_at == "cue":
        assert waiting == replace(approved, weights_version=None)
    else:
        assert waiting == replace(rule, offer_at="probability", policy_version=2, greetings=waiting.greetings)


def test_who_is_erased_while_the_year_is_being_worked_out_is_not_written_down(
    services: Services, replayed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = year_of(services, replayed).greetings[0].customer
    put = last_years.put

    def erased_meanwhile(*args: object, **kwargs: object) -> None:
        with services.database.shop(replayed) as tx:
            erase_customer(tx, services.live, gone, now=NOW)
        put(*args, **kwargs)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr(last_years, "put", erased_meanwhile)
    replay_last_year(services.database, replayed, now=NOW)
    assert gone not in last_years.clients_of(kept_of(services, replayed).found)


def test_an_erasure_waits_for_a_year_that_is_being_written_down_and_then_sees_it(
    services: Services, replayed: int
) -> None:
    kept = kept_of(services, replayed)
    gone = next(iter(last_years.clients_of(kept.found)))

    def erase() -> None:
        with services.database.shop(replayed) as tx:
            erase_customer(tx, services.live, gone, now=NOW)

    with ThreadPoolExecutor(1) as others, services.database.shop(replayed) as tx:
        tx.execute(last_years.last_years.delete())
        last_years.put(tx, kept.found, kept.pictures, made_at=NOW)
        erasing = others.submit(erase)
        while not tx.execute(text("select count(*) from pg_locks where not granted")).scalar_one():
            assert not erasing.done(), "it must wait"
        tx.connection.commit()
        erasing.result()
    assert gone not in last_years.clients_of(kept_of(services, replayed).found)


def test_who_opts_out_afterwards_is_shown_no_more_and_kept_no_more(services: Services, replayed: int) -> None:
    gone = year_of(services, replayed).greetings[0].customer
    with services.database.shop(replayed) as tx:
        table = customers.customers
        own = (table.c.shop_id == tx.shop_id, table.c.customer_id == gone)
        tx.execute(update(table).where(*own).values(opted_out=True))
        assert gone not in read_last_year(tx).names
    replay_last_year(services.database, replayed, now=NOW)
    assert gone not in last_years.clients_of(kept_of(services, replayed).found)


@pytest.mark.parametrize("mark", ["do_not_use", "sensitive"])
def test_who_has_a_date_to_be_left_alone_is_no_example(services: Services, replayed: int, mark: str) -> None:
    year = year_of(services, replayed)
    assert year.calendar is not None
    gone = year.calendar.customer
    with services.database.shop(replayed) as tx:
        said = {"occasion": "anniversary", "provenance": "stated", "confidence": 1.0, "month": 2, "day": 3}
        customers.add_milestone(tx, gone, **said, **{mark: True})
        assert gone not in read_last_year(tx).names
    replay_last_year(services.database, replayed, now=NOW)
    assert gone not in last_years.clients_of(kept_of(services, replayed).found)
