"""What a client told of her dates is kept in the shop itself too, and comes back when we were lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.shopify import kept_dates as shopify
from app.stores import date_readings, erasures, shop_tokens
from app.usecases.erase_customer import erase_customer
from app.usecases.handle_date import handle_date
from app.usecases.merge_customers import merge_customers
from app.wiring import Services
from jobs import dates as job
from tests.conftest import NOW
from tests.usecases.dates_house import ALMA, BRUNO, CHIARA, DatesHouse, open_dates

BIRTH = ("gid://shopify/Customer/7001", "facts", "birth_date")


@pytest.fixture
def house(services: Services, tmp_path: Path) -> DatesHouse:
    return open_dates(services, tmp_path)


def handle(house: DatesHouse, handling: Any) -> None:
    with house.services.database.shop(house.shop_id) as tx:
        (date,) = house.dates()
        handle_date(tx, house.services.live, ALMA, date.milestone_id, handling, now=NOW)


def test_a_date_survives_us_with_who_said_it_and_comes_back_once(house: DatesHouse) -> None:
    house.learn()
    house.learn(
        occasion="birthday", person="Bruno", month="2", day="", year="", told="", handling="sensitive"
    )
    before = house.dates()
    assert house.waiting() == [ALMA]
    house.keep()
    assert house.waiting() == []
    assert {fields["occasion"]: fields["source"] for fields in house.shopifys()} == {
        "anniversary": "Told by the client",
        "birthday": "Recorded by an advisor",
    }
    house.lose_everything()
    assert house.dates() == []
    assert house.rows("select 1 from relationships where customer_id = '7001'") == []
    for _ in range(2):
        house.read()
        assert house.dates() == before
    house.keep()
    assert len(house.entries) == 2, "and going back it is not written beside itself"
    heard = house.rows("select 1 from relationships where customer_id = '7001'")
    assert heard, "the relationship is told"


def test_written_twice_it_is_there_once_and_unchanged_nothing_is_sent(
    house: DatesHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.learn()
    house.keep()
    written = dict(house.entries)
    monkeypatch.setattr(shopify, "keep", refuses_to_be_called)
    monkeypatch.setattr(shopify, "refer", refuses_to_be_called)
    house.run("update date_keepings set owed = true")
    house.keep()
    assert house.entries == written
    assert house.waiting() == []


def refuses_to_be_called(*_: object) -> str:
    raise AssertionError("nothing has changed")


def test_killed_after_it_was_written_it_ends_as_one(
    house: DatesHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    house.learn()
    with monkeypatch.context() as patched:
        patched.setattr(shopify, "refer", die)
        with pytest.raises(Killed):
            house.keep()
    assert (len(house.entries), house.shopifys(), house.waiting()) == (1, [], [])
    house.wait()
    house.keep()
    assert (len(house.entries), len(house.shopifys()), house.waiting()) == (1, 1, [])


def test_a_date_not_to_be_used_leaves_nothing_at_shopify_and_does_not_come_back(house: DatesHouse) -> None:
    house.learn()
    house.keep()
    handle(house, "do_not_use")
    house.keep()
    assert (house.entries, house.shopifys()) == ({}, [])
    house.learn(BRUNO, handling="do_not_use")
    house.keep(BRUNO)
    assert house.entries == {}
    house.read()
    assert [date.milestone.do_not_use for date in house.dates()] == [True]


def test_one_not_to_be_used_is_removed_even_where_no_list_names_it(house: DatesHouse) -> None:
    house.learn()
    house.keep()
    house.house.shopify.custom.set_field("gid://shopify/Customer/7001", "$app", "milestones", "[]")
    handle(house, "do_not_use")
    house.keep()
    assert house.entries == {}


def test_what_changes_while_it_is_written_is_written_again(
    house: DatesHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    refer = shopify.refer

    def meanwhile(*told: Any) -> None:
        refer(*told)
        monkeypatch.undo()
        handle(house, "sensitive")

    house.learn()
    monkeypatch.setattr(shopify, "refer", meanwhile)
    house.keep()
    assert house.waiting() == [ALMA]
    house.keep()
    assert [fields["sensitive"] for fields in house.shopifys()] == ["true"]


@pytest.mark.parametrize("kind", ["throttled", "unavailable", "retry_after", "expired", "partial", "refused"])
def test_it_ends_well_though_shopify_fails_on_the_way(house: DatesHouse, kind: str) -> None:
    house.learn()
    house.learn(occasion="graduation")
    for _ in range(6):
        house.house.shopify.trouble.ask(kind, 1)
        house.wait()
        house.keep()
        house.run("update date_keepings set owed = true")
    house.house.shopify.trouble.ask(kind, 0)
    house.wait()
    house.keep()
    assert len(house.entries) == len(house.shopifys()) == 2
    assert (house.waiting(), house.refused()) == ([], (0, ""))


def test_what_shopify_refuses_is_counted_and_the_other_dates_are_kept(house: DatesHouse) -> None:
    house.learn()
    house.learn(occasion="graduation")
    house.house.shopify.trouble.ask("refused", 1)
    house.keep()
    assert len(house.shopifys()) == 1
    assert house.refused() == (1, "MAX_OBJECTS_EXCEEDED")
    assert house.waiting() == [], "it rests for a day"
    house.wait()
    house.keep()
    assert (len(house.shopifys()), house.refused()) == (2, (0, ""))


def test_a_shop_that_has_not_granted_the_scope_is_told_so(house: DatesHouse) -> None:
    house.house.shopify.tokens.scopes = "read_orders,write_customers"
    house.learn()
    house.keep()
    assert house.refused() == (1, "ACCESS_DENIED")


def test_who_is_forgotten_is_forgotten_at_shopify_and_her_name_leaves_what_others_told(
    house: DatesHouse,
) -> None:
    house.learn(CHIARA)
    house.learn(ALMA, person="Chiara Rossi")
    house.learn(ALMA, occasion="birthday", person="Chiara Rossi")
    for each in (CHIARA, ALMA):
        house.keep(each)
    assert len(house.entries) == 3
    with house.services.database.shop(house.shop_id) as tx:
        erase_customer(tx, house.services.live, CHIARA, now=NOW)
    house.keep(ALMA)
    assert house.remove() == 2
    (left,) = house.entries.values()
    assert (left["fields"]["occasion"], left["fields"]["person"]) == ("anniversary", "")
    assert house.rows("select * from date_removals") == []
    assert "Chiara" not in str(house.house.shopify.custom.entries)


def test_without_a_token_an_erasure_is_done_and_what_shopify_has_is_removed_when_one_comes(
    house: DatesHouse,
) -> None:
    house.learn(CHIARA)
    house.keep(CHIARA)
    house.house.shopify.trouble.ask("expired", 10)
    with house.services.database.shop(house.shop_id) as tx:
        erase_customer(tx, house.services.live, CHIARA, now=NOW)
    assert house.dates(CHIARA) == []
    assert house.remove() == 0
    house.house.shopify.trouble.ask("expired", 0)
    assert house.remove() == 1
    assert house.entries == {}


def test_what_was_being_written_while_she_was_forgotten_is_removed_too(
    house: DatesHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = shopify.keep

    def meanwhile(*told: Any) -> str:
        with house.services.database.shop(house.shop_id) as tx:
            erase_customer(tx, house.services.live, CHIARA, now=NOW)
        assert house.remove() == 0, "there was nothing yet"
        return keep(*told)

    house.learn(CHIARA)
    monkeypatch.setattr(shopify, "keep", meanwhile)
    house.keep(CHIARA)
    assert len(house.entries) == 1
    assert house.remove() == 1
    assert house.entries == {}


def test_who_was_forgotten_does_not_come_back_by_what_the_shop_still_has(house: DatesHouse) -> None:
    house.learn(CHIARA)
    house.keep(CHIARA)
    house.lose_everything()
    with house.services.database.shop(house.shop_id) as tx:
        erasures.remember(tx, [CHIARA], at=NOW + timedelta(minutes=1))
    house.read()
    assert house.dates(CHIARA) == []
    assert house.remove() == 1, "and what was missed is made up for"


def test_two_that_become_one_keep_the_dates_of_both(house: DatesHouse) -> None:
    house.learn(ALMA)
    house.learn(BRUNO, occasion="graduation")
    for each in (ALMA, BRUNO):
        house.keep(each)
    with house.services.database.shop(house.shop_id) as tx:
        merge_customers(tx, house.services.live, BRUNO, kept=ALMA, now=NOW)
    house.keep()
    assert {fields["occasion"] for fields in house.shopifys()} == {"anniversary", "graduation"}
    assert len(house.entries) == 2
    house.read()
    assert len(house.dates()) == 2


def test_the_merchants_own_entry_comes_in_and_is_kept_under_its_own_name(house: DatesHouse) -> None:
    custom = house.house.shopify.custom
    fields = {"occasion": "retirement", "date": "2027-03-31", "precision": "day", "source": "Her daughter"}
    entry = custom.upsert("$app:milestone", "retirement-1", fields)
    assert not isinstance(entry, str)
    custom.set_field("gid://shopify/Customer/7001", "$app", "milestones", f'["{entry["id"]}"]')
    for _ in range(2):
        house.read()
    (date,) = house.dates()
    assert (date.milestone.occasion, date.milestone.provenance) == ("retirement", "recorded")
    house.learn()
    house.keep()
    assert {each["handle"] for each in custom.entries.values()} >= {"retirement-1"}
    assert len(house.shopifys()) == 2
    with house.services.database.shop(house.shop_id) as tx:
        erase_customer(tx, house.services.live, ALMA, now=NOW)
    assert house.remove() == 2


def test_what_the_merchant_changes_in_shopify_is_heard_unless_we_changed_it_since(house: DatesHouse) -> None:
    house.learn()
    house.keep()
    (entry,) = house.entries.values()
    entry["fields"]["date"] = "2016-09-13"
    house.read()
    assert [date.milestone.day for date in house.dates()] == [13]
    entry["fields"]["date"] = "2016-09-14"
    handle(house, "sensitive")
    house.read()
    assert [date.milestone.day for date in house.dates()] == [13], "ours is on its way"
    house.keep()
    assert [fields["date"] for fields in house.shopifys()] == ["2016-09-13"]


def test_an_entry_that_is_no_date_is_left_out_and_so_is_one_of_nobody(house: DatesHouse) -> None:
    house.learn()
    house.keep()
    (entry,) = house.entries.values()
    house.lose_everything()
    entry["fields"]["precision"] = "roughly"
    house.read()
    assert house.dates() == []
    entry["fields"]["precision"] = "day"
    house.house.shopify.custom.set_field("gid://shopify/Customer/7001", "$app", "milestones", "[]")
    house.read()
    assert house.dates() == []


@pytest.mark.parametrize("kind", ["unavailable", "partial"])
def test_a_reading_that_fails_rests_and_takes_nothing_for_gone(house: DatesHouse, kind: str) -> None:
    house.learn()
    house.keep()
    house.house.shopify.trouble.ask(kind, 10)
    house.read()
    ((failure, read_at),) = house.rows("select failure, read_at from date_readings")
    assert failure
    assert read_at is None
    assert len(house.dates()) == 1


def test_a_birth_date_of_shopifys_own_is_a_birthday_without_its_year_and_is_not_written_back(
    house: DatesHouse,
) -> None:
    house.house.shopify.custom.set_field(*BIRTH, "1984-06-03")
    for _ in range(2):
        house.house.begin()
        house.house.go_on()
    (date,) = house.dates()
    said = date.milestone
    assert (said.occasion, said.month, said.day, said.year) == ("birthday", 6, 3, None)
    assert (said.provenance, said.person) == ("recorded", "")
    house.learn()
    house.keep()
    assert [fields["occasion"] for fields in house.shopifys()] == ["anniversary"]
    assert "1984" not in str(house.rows("select * from milestones") + house.rows("select * from customers"))


def test_a_birth_date_that_is_corrected_is_corrected_and_one_not_to_be_used_stays_so(
    house: DatesHouse,
) -> None:
    def comes_in(born: str) -> None:
        house.house.shopify.custom.set_field(*BIRTH, born)
        house.house.begin()
        house.house.go_on()

    comes_in("1984-06-03")
    comes_in("1984-06-04")
    assert [date.milestone.day for date in house.dates()] == [4]
    handle(house, "do_not_use")
    comes_in("1984-06-05")
    assert [(date.milestone.day, date.milestone.do_not_use) for date in house.dates()] == [(4, True)]


def test_what_an_advisor_knows_already_is_not_written_beside_it(house: DatesHouse) -> None:
    house.learn(occasion="birthday", month="6", day="3", year="")
    house.house.shopify.custom.set_field(*BIRTH, "1984-06-03")
    house.house.begin()
    house.house.go_on()
    assert len(house.dates()) == 1


@pytest.fixture
def sweeps(house: DatesHouse, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[tuple[Any, ...]]]:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(job, "services", lambda: house.services)
    monkeypatch.setattr(house.services.queue, "ask", lambda *said, **_: asked.append(said))

    def sweep() -> list[tuple[Any, ...]]:
        asked.clear()
        job.sweep()
        return sorted(said for said in asked if said[0].startswith("jobs.dates."))

    return sweep


def test_the_sweep_asks_for_what_is_owed_once_there_is_a_token(
    house: DatesHouse, sweeps: Callable[[], list[tuple[Any, ...]]]
) -> None:
    house.learn(ALMA)
    house.learn(CHIARA)
    with house.services.database.shop(house.shop_id) as tx:
        erase_customer(tx, house.services.live, CHIARA, now=NOW)
    house.wait("date_removals")
    assert sweeps() == [], "without a token it waits"
    with house.services.database.shop(house.shop_id) as tx:
        later = NOW + timedelta(days=1)
        shop_tokens.save(tx, sealed="", access_until=later, refresh_until=later, scopes="", now=NOW)
    assert sweeps() == [("jobs.dates.keep", house.shop_id, ALMA), ("jobs.dates.remove", house.shop_id)]
    house.keep()
    house.remove()
    assert sweeps() == []
    house.house.begin()
    house.house.go_on()
    house.run("delete from date_readings")
    assert ("jobs.dates.read", house.shop_id) in sweeps()
    house.read()
    assert ("jobs.dates.read", house.shop_id) not in sweeps()


def test_an_entry_that_nobody_can_remove_is_given_up_after_a_month(
    house: DatesHouse, sweeps: Callable[[], list[tuple[Any, ...]]]
) -> None:
    house.learn(CHIARA)
    with house.services.database.shop(house.shop_id) as tx:
        erase_customer(tx, house.services.live, CHIARA, now=NOW)
    house.run("update date_removals set made_at = now() - interval '31 days'")
    sweeps()
    assert house.rows("select * from date_removals") == []


def test_two_at_once_do_not_read_or_write_the_same(house: DatesHouse) -> None:
    house.learn()
    with house.services.database.shop(house.shop_id) as tx:
        assert date_readings.take(tx, lease_seconds=60)
        assert not date_readings.take(tx, lease_seconds=60)
    house.run("update date_keepings set leased_until = now() + interval '1 minute'")
    house.keep()
    assert house.entries == {}


def test_nothing_that_was_told_stands_in_a_log(house: DatesHouse, capsys: pytest.CaptureFixture[str]) -> None:
    house.learn(person="Quuxa Rossi")
    house.house.shopify.trouble.ask("refused", 1)
    house.keep()
    house.wait()
    house.keep()
    house.read()
    said = capsys.readouterr()
    assert "Quuxa" not in said.out + said.err
    assert "dates.kept" in said.out + said.err
