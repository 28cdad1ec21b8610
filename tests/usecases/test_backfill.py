"""A shop's history comes in whole, whatever fails on the way and however often."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.sandbox.books import UNASKED
from app.stores import advisors, backfills, clients, consents, customers, erasures, orders, shops
from app.usecases.begin_backfill import begin_backfill, ensure_backfill
from app.usecases.hear_bulk_operation import hear_bulk_operation
from app.usecases.merge_customers import merge_customers
from app.usecases.take_backfill_in import GIVE_UP_AFTER
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.backfill_house import House, draw_years, open_house


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_years(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(services: Services, tmp_path: Path, years: Path) -> House:
    return open_house(services, tmp_path, years=years)


@pytest.fixture(scope="module")
def calm() -> dict[str, Any]:
    """What a calm day leaves, kept by the first test that has had one."""
    return {}


@pytest.fixture
def same_as_calm(house: House, calm: dict[str, Any]) -> Callable[[], None]:
    """Holds what is on record against what a calm day leaves."""
    if not calm:
        house.begin()
        house.go_on()
        calm["written"] = house.written()
        with house.services.database.shop(house.shop_id) as tx:
            tx.execute(text("delete from backfills"))
            tx.execute(text("delete from orders"))
            tx.execute(text("delete from customers"))
            shops.mark_history(tx, partial=False)

    def compare() -> None:
        assert house.states() == {"customers": ("done", ""), "orders": ("done", "")}
        for now, then in zip(house.written(), calm["written"], strict=True):
            assert now == then

    return compare


def read(house: House) -> dict[Any, Any]:
    with house.services.database.shop(house.shop_id) as tx:
        return dict(backfills.read(tx))


def one(house: House, query: str) -> Any:
    with house.services.database.shop(house.shop_id) as tx:
        return tx.execute(text(query)).one()


def test_orders_with_their_lines_and_customers_come_in_and_relationships_follow(house: House) -> None:
    house.begin()
    house.go_on()
    history = read(house)
    assert (history["customers"].landed, history["orders"].landed) == (
        600,
        len(house.shopify.books.orders(since=None)),
    )
    assert history["orders"].left_out == 0
    alma = one(
        house, "select first_name, email, orders_ever, since from customers where customer_id = '7001'"
    )
    assert (alma.first_name, alma.email) == ("Alma", "client7001@clients.example")
    band = one(
        house,
        "select l.*, o.staff, o.updated_at from order_lines l join orders o using (shop_id, order_id)"
        " where o.customer_id = '7001' and l.kind = 'wedding_band'",
    )
    assert band.staff == "Ines Moreau"
    assert (band.product_type, bool(band.product_id), bool(band.tags)) == ("Wedding Bands", True, True)
    assert band.updated_at is not None
    told = one(house, "select snapshot from relationships where customer_id = '7001'").snapshot
    assert told["orders"] == alma.orders_ever
    assert told["partial_history"] is False


def test_what_the_shop_noted_of_her_before_we_came_counts_from_the_first_day(house: House) -> None:
    with house.services.database.shop(house.shop_id) as tx:
        for name in ("Margaret Alder", "Ines Moreau"):
            about = {"first_name": name.split()[0], "role": "advisor", "timezone": "Europe/London"}
            advisors.add(tx, name=name, email="", **about)
    house.shopify.custom.set_field("gid://shopify/Customer/7001", "custom", "advisor", "Margaret Alder")
    house.begin()
    house.go_on()
    with house.services.database.shop(house.shop_id) as tx:
        alma, kenji, hugo = (clients.one(tx, each) for each in ("7001", "7005", "7008"))
        consent = {each: consents.in_force(tx, each) for each in ("7001", "7008")}
    assert alma is not None
    assert kenji is not None
    assert hugo is not None
    assert alma.lead_reason == "A field in Shopify names Margaret Alder."
    assert kenji.lead_reason == "A tag in Shopify names Margaret Alder."
    assert (alma.opted_out, hugo.opted_out) == (False, True)
    assert [(said.state, said.source) for said in consent["7001"].values()] == [("marketing", "shopify")]
    assert consent["7008"] == {}, "never asked is neither yes nor no"


def test_a_second_time_changes_nothing_but_what_is_new(
    house: House, same_as_calm: Callable[[], None]
) -> None:
    house.begin()
    house.go_on()
    assert not house.states() or house.begin(), "what is done may begin anew"
    house.go_on()
    same_as_calm()


def test_what_is_under_way_is_not_begun_twice(house: House) -> None:
    assert house.begin()
    assert not house.begin()


@pytest.mark.parametrize(
    "kind",
    ["throttled", "unavailable", "retry_after", "partial", "expired", "bulk_failed", "file_gone", "file_cut"],
)
def test_it_ends_complete_though_shopify_fails_on_the_way(
    house: House, same_as_calm: Callable[[], None], kind: str
) -> None:
    house.begin()
    for _ in range(12):  # again and again, at every stage
        house.shopify.trouble.ask(kind, 1)
        house.wake()
        house.go()
    house.shopify.trouble.ask(kind, 0)
    house.go_on()
    same_as_calm()


class Killed(BaseException):
    """The process is gone: nothing of ours runs after this, but what the language itself does."""


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_that_is_killed_in_the_middle_is_taken_up_and_ends_the_same(
    house: House, same_as_calm: Callable[[], None], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("app.shopify.joining.BYTES_IN_A_FILE", 64 * 1024)
    monkeypatch.setattr("app.usecases.land_history.CUSTOMERS_AT_ONCE", 100)
    monkeypatch.setattr("app.shopify.result_files.BLOCK", 4096)
    from app.usecases import take_backfill_in as module

    counted = 0
    landed = module._Pulse.landed

    def die(self: Any, many: int, left_out: int) -> None:
        nonlocal counted
        counted += 1
        if counted > after:
            raise Killed
        landed(self, many, left_out)

    house.begin()
    for kind in ("customers", "orders"):
        counted = 0
        with monkeypatch.context() as patched:
            patched.setattr(module._Pulse, "landed", die)
            with pytest.raises(Killed):
                house.go(kind)
        assert house.states()[kind][0] == "arriving", "the row still says where it was"
    house.go_on()
    same_as_calm()


def test_lines_in_any_order_and_orders_spread_over_many_files_end_the_same(
    house: House, same_as_calm: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.shopify.joining.BYTES_IN_A_FILE", 16 * 1024)
    house.begin()
    house.go("customers")
    fetch = house.work().fetch

    def shuffled(url: str, size: int | None) -> Iterator[bytes]:
        lines = b"".join(fetch(url, size)).splitlines(keepends=True)
        random.Random(7).shuffle(lines)
        whole = b"".join(lines)
        # Blocks end in the middle of lines, and of letters.
        yield from (whole[at : at + 997] for at in range(0, len(whole), 997))

    house.fetch = shuffled
    house.go_on()
    same_as_calm()


def test_a_process_killed_by_the_system_leaves_its_work_to_the_next(
    house: House, same_as_calm: Callable[[], None], tmp_path: Path
) -> None:
    """The real thing: SIGKILL in the middle of the orders, and the lease runs out."""
    house.begin()
    house.go("customers")
    house.lease_seconds = 1
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child is killed
        _land_until_killed(house, tmp_path / "began")
    deadline = time.monotonic() + 30
    while not (tmp_path / "began").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (tmp_path / "began").exists(), "it was killed before it had begun"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert house.states()["orders"][0] == "arriving"
    house.go_on()
    same_as_calm()


def _land_until_killed(house: House, began: Path) -> None:
    """In a process of its own: connections of its own, and a file that never ends."""
    house.services.database.engine.dispose(close=False)
    fetch = house.work().fetch

    def endless(url: str, size: int | None) -> Iterator[bytes]:
        first, *_ = fetch(url, size)
        yield first
        began.touch()
        time.sleep(600)

    house.fetch = endless
    try:
        house.go("orders")
    finally:
        os._exit(1)


def test_two_at_once_do_not_do_the_same_work(house: House) -> None:
    house.begin()
    with house.services.database.shop(house.shop_id) as tx:
        held = backfills.take(tx, "orders", lease_seconds=60)
    assert held is not None
    house.go("orders")
    assert house.states()["orders"] == ("waiting", "")
    assert house.shopify.bulk.operations == []


def test_whoever_has_lost_the_lease_writes_nothing_more(house: House) -> None:
    house.begin()
    with house.services.database.shop(house.shop_id) as tx:
        late = backfills.take(tx, "orders", lease_seconds=0)
    house.wake()
    with house.services.database.shop(house.shop_id) as tx:
        assert backfills.take(tx, "orders", lease_seconds=60)
    assert late is not None
    with pytest.raises(backfills.UnableToHold), house.services.database.shop(house.shop_id) as tx:
        backfills.keep(tx, late, lease_seconds=60, landed=7)


def test_the_webhook_ends_the_rest_and_a_stranger_operation_is_none_of_ours(house: House) -> None:
    house.shopify.bulk.runs_for = 3600
    house.begin()
    house.go()
    operation = house.shopify.bulk.operations[0]
    with house.services.database.shop(house.shop_id) as tx:
        assert backfills.waiting(tx) == []
        told = {"admin_graphql_api_id": operation.gid, "status": "completed"}
        assert hear_bulk_operation(tx, house.services.queue, told, now=NOW)
        assert backfills.waiting(tx) == ["customers"]
        for other in ({"admin_graphql_api_id": "gid://shopify/BulkOperation/1"}, {}):
            assert not hear_bulk_operation(tx, house.services.queue, other, now=NOW)


def test_while_shopify_gathers_the_merchant_sees_how_far_it_is_and_how_long_it_takes(house: House) -> None:
    house.shopify.bulk.runs_for = 3600
    house.begin()
    house.go()
    house.clock = lambda: NOW + timedelta(minutes=10)
    house.wake()
    house.go()
    gathered = read(house)["orders"]
    assert gathered.state == "gathering"
    assert gathered.total == len(house.shopify.books.orders(since=None))
    assert gathered.share == pytest.approx(0.5, abs=0.01)
    assert gathered.eta == pytest.approx(NOW + timedelta(minutes=20), abs=timedelta(seconds=30))


def test_without_read_all_orders_sixty_days_come_in_and_the_record_says_that_it_is_partial(
    house: House,
) -> None:
    house.shopify.tokens.scopes = "read_customers,read_orders,read_products,write_app_proxy"
    house.begin()
    house.go_on()
    assert one(house, "select history_partial from shops").history_partial is True
    oldest = one(house, "select min(ordered_at) as oldest from orders").oldest
    assert oldest >= NOW - UNASKED
    alma = one(house, "select since, orders_ever from customers where customer_id = '7001'")
    assert (alma.since.year, alma.orders_ever > 0) == (2016, True)


def test_when_the_scope_comes_the_rest_is_filled_in(house: House, same_as_calm: Callable[[], None]) -> None:
    wide, narrow = house.shopify.tokens.scopes, "read_customers,read_orders,read_products"
    house.shopify.tokens.scopes = narrow
    house.begin()
    house.go_on()
    with house.services.database.shop(house.shop_id) as tx:
        assert not ensure_backfill(tx, house.services.queue, narrow.split(","), now=NOW)
    house.shopify.tokens.scopes = wide
    with house.services.database.shop(house.shop_id) as tx:
        assert ensure_backfill(tx, house.services.queue, wide.split(","), now=NOW)
    house.go_on()
    same_as_calm()
    with house.services.database.shop(house.shop_id) as tx:
        assert not ensure_backfill(tx, house.services.queue, wide.split(","), now=NOW)


def test_an_empty_shop_is_done_at_once(services: Services, tmp_path: Path) -> None:
    house = open_house(services, tmp_path, years=None)
    house.begin()
    house.go_on()
    assert house.states() == {"customers": ("done", ""), "orders": ("done", "")}
    assert one(house, "select history_partial from shops").history_partial is False


def test_a_file_older_than_its_seven_days_is_asked_for_anew(
    house: House, same_as_calm: Callable[[], None]
) -> None:
    house.begin()
    house.go("customers")
    fetch = house.work().fetch

    def broken(url: str, size: int | None) -> Iterator[bytes]:
        raise Killed
        yield b""

    house.fetch = broken
    with pytest.raises(Killed):
        house.go("orders")
    assert house.states()["orders"][0] == "arriving"
    asked = len(house.shopify.bulk.operations)
    later = NOW + timedelta(days=7)
    house.clock, house.fetch = (lambda: later), fetch
    house.shopify.clock.now = lambda: later  # type: ignore[method-assign]
    house.go_on()
    assert len(house.shopify.bulk.operations) == asked + 1
    assert house.states()["orders"] == ("done", "")


def test_a_key_that_is_not_accepted_stops_it_and_the_next_opening_begins_again(house: House) -> None:
    house.begin()
    house.shopify.trouble.ask("expired", 10)
    house.go("orders")
    assert house.states()["orders"] == ("failed", "UnableToAuthenticate")
    house.shopify.trouble.ask("expired", 0)
    with house.services.database.shop(house.shop_id) as tx:
        assert ensure_backfill(tx, house.services.queue, [], now=NOW)
    house.go_on()
    assert house.states()["orders"] == ("done", "")


def test_what_fails_for_a_day_waits_for_a_person(house: House) -> None:
    house.begin()
    house.shopify.trouble.ask("unavailable", 100)
    house.go("orders")
    assert house.states()["orders"] == ("waiting", "UnableToReachShopify")
    house.clock = lambda: NOW + GIVE_UP_AFTER + timedelta(seconds=1)
    house.wake()
    house.go("orders")
    assert house.states()["orders"] == ("failed", "UnableToReachShopify")


def test_who_was_forgotten_while_it_came_in_stays_forgotten(house: House) -> None:
    house.begin()
    with house.services.database.shop(house.shop_id) as tx:
        erasures.remember(tx, ["7004"], at=NOW + timedelta(minutes=1))
    house.go_on()
    assert one(house, "select count(*) from customers where customer_id = '7004'").count == 0
    assert one(house, "select count(*) from orders where customer_id = '7004'").count == 0


def test_who_was_forgotten_before_it_was_asked_for_stays_forgotten(house: House) -> None:
    """Installed anew, the shop's history is asked for once more, and Shopify may still list her."""
    with house.services.database.shop(house.shop_id) as tx:
        erasures.remember(tx, ["7004"], at=NOW - timedelta(minutes=1))
    house.begin()
    house.go_on()
    assert one(house, "select count(*) from customers where customer_id = '7004'").count == 0


def test_an_id_that_went_with_a_merge_comes_in_under_the_one_that_stayed(house: House) -> None:
    """Shopify wrote the file before the merge, and it is read after it."""
    house.begin()
    with house.services.database.shop(house.shop_id) as tx:
        merge_customers(tx, house.services.live, "7002", kept="7001", now=NOW)
    house.go_on()
    assert one(house, "select count(*) from customers where customer_id = '7002'").count == 0
    assert one(house, "select count(*) from orders where customer_id = '7002'").count == 0
    alma = one(house, "select first_name from customers where customer_id = '7001'")
    assert alma.first_name == "Alma"
    found = house.shopify.books.orders(since=None)
    assert read(house)["orders"].landed == len(found)


def test_a_word_that_is_later_than_the_file_stays(house: House) -> None:
    house.begin()
    house.go_on()
    with house.services.database.shop(house.shop_id) as tx:
        customers.put(tx, "7001", first_name="Alma Maria", updated_at=NOW)
        tx.execute(
            text("update orders set status = 'cancelled', updated_at = :now where customer_id = '7001'"),
            {"now": NOW},
        )
        begin_backfill(tx, house.services.queue, now=NOW)
    house.go_on()
    assert (
        one(house, "select first_name from customers where customer_id = '7001'").first_name == "Alma Maria"
    )
    statuses = one(house, "select array_agg(distinct status) as all from orders where customer_id = '7001'")
    assert statuses.all == ["cancelled"]


def test_a_refund_under_way_keeps_her_uninvited_whichever_way_it_is_told(house: House) -> None:
    """By a message alone, which the order itself has not followed yet; and by the order, in the file."""
    house.begin()
    house.go_on()
    known = "select order_id, updated_at from orders where customer_id = '7001' order by order_id limit 1"
    told = one(house, known)
    with house.services.database.shop(house.shop_id) as tx:
        assert orders.mark_problem(tx, told.order_id, at=told.updated_at + timedelta(minutes=1))
        begin_backfill(tx, house.services.queue, now=NOW)
    placed = house.shopify.orders.place(None, [])
    back = {"id": 1, "status": "pending"}
    placed |= {"total_price": "2400.00", "refunds": [{"id": 1, "transactions": [back]}]}
    house.go_on()
    open_ones = one(house, "select array_agg(order_id order by order_id) as all from orders where problem")
    assert sorted(open_ones.all) == sorted([told.order_id, str(placed["id"])])
    with house.services.database.shop(house.shop_id) as tx:
        begin_backfill(tx, house.services.queue, now=NOW)
    placed |= {"updated_at": (NOW + timedelta(minutes=1)).isoformat()}
    back["status"] = "success"
    house.go_on()
    assert one(house, "select array_agg(order_id) as all from orders where problem").all == [told.order_id]


def test_no_file_address_stays_behind_and_no_personal_word_stands_in_the_row(house: House) -> None:
    house.begin()
    house.go_on()
    with house.services.database.shop(house.shop_id) as tx:
        rows = tx.execute(text("select * from backfills")).all()
    assert all(row.url == "" for row in rows)
    assert "clients.example" not in json.dumps([list(row) for row in rows], default=str)
