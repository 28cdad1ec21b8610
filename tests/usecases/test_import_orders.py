"""Order histories land as they are, once, whatever is wrong with some of their rows."""

from __future__ import annotations

import gzip
import io
import random
import re
import tracemalloc
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import text

from app.domain.import_report import ImportReport
from app.domain.order_files import FoundOrder
from app.domain.order_values import provisional_customer_id
from app.domain.progress import Progress
from app.stores import customers
from app.stores.database import Database
from app.stores.live import Live
from app.stores.order_staging import Landing
from app.usecases import import_orders as module
from app.usecases.erase_customer import erase_customer
from app.usecases.import_orders import UnableToReadOrders, currency_of, import_orders
from app.usecases.merge_customers import merge_customers
from app.wiring import Services
from tests.conftest import NOW

DATA = Path(__file__).parents[3] / "shared" / "data"
HEADER = "order_id,customer_id,ordered_at,title,price,currency,quantity,status,staff"


@pytest.fixture
def shop_id(database: Database) -> int:
    return database.open_shop("alder.myshopify.com", name="Alder", timezone="Europe/London", currency="GBP")


@pytest.fixture
def take_in(database: Database, shop_id: int, tmp_path: Path) -> Any:
    """Import rows, or a file, into the house."""
    live = Live(hot=Redis(), patient=Redis())  # an import does not speak to Redis

    def take(
        source: Path | Iterable[str], *, rejects: Path | None = None, progress: list[Progress] | None = None
    ) -> ImportReport:
        file = source
        if not isinstance(file, Path):
            file = tmp_path / "orders.csv"
            file.write_text("\n".join((HEADER, *source, "")))
        told = progress if progress is not None else []
        return import_orders(
            database, live, file, shop_id=shop_id, now=NOW, rejects=rejects, on_progress=told.append
        )

    return take


FORGOTTEN = "881000000007004"
ADDRESS = "chiara@clients.example"


def forget(database: Database, shop_id: int, live: Any, customer_id: str = FORGOTTEN) -> None:
    with database.shop(shop_id) as tx:
        erase_customer(tx, live, customer_id, email=ADDRESS, now=NOW - timedelta(days=30))


def bought(order_id: int, customer_id: str, day: str) -> str:
    return f"{order_id},{customer_id},{day}T10:00:00Z,Ring,120.00,GBP,1,,"


def test_who_asked_to_be_forgotten_does_not_come_back_with_a_file(
    database: Database, services: Services, shop_id: int, take_in: Any
) -> None:
    take_in([bought(1, FORGOTTEN, "2024-05-01"), bought(2, "7001", "2024-05-01")])
    forget(database, shop_id, services.live)
    report = take_in([bought(1, FORGOTTEN, "2024-05-01"), bought(2, "7001", "2024-05-01")])
    assert report.asked_to_be_forgotten == 1
    assert "1 of 2 rows are from before their customer asked to be forgotten" in report.in_words()
    assert rows(database, shop_id, "select customer_id from customers") == [("7001",)]
    assert rows(database, shop_id, "select order_id from orders") == [("2",)]
    assert report.rejected.total() == 0, "nothing of her is written beside the file either"


def test_what_she_orders_afterwards_is_a_new_relationship(
    database: Database, services: Services, shop_id: int, take_in: Any
) -> None:
    forget(database, shop_id, services.live)
    report = take_in([bought(1, FORGOTTEN, "2024-05-01"), bought(2, FORGOTTEN, "2026-11-10")])
    assert report.asked_to_be_forgotten == 1
    assert rows(database, shop_id, "select order_id, customer_id from orders") == [("2", FORGOTTEN)]


def test_an_address_that_was_forgotten_does_not_come_back_either(
    database: Database, services: Services, shop_id: int, take_in: Any
) -> None:
    forget(database, shop_id, services.live)
    forget(database, shop_id, services.live, "7009")  # another salt would hide it; a shop has one
    assert len(rows(database, shop_id, "select distinct salt from erasures")) == 1
    provisional = provisional_customer_id(ADDRESS)
    report = take_in([bought(1, provisional, "2024-05-01")])
    assert report.asked_to_be_forgotten == 1
    assert rows(database, shop_id, "select count(*) from customers") == [(0,)]


def test_an_erasure_and_a_landing_wait_for_each_other(
    database: Database, services: Services, shop_id: int, take_in: Any
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with database.shop(shop_id) as tx:
            erase_customer(tx, services.live, FORGOTTEN, now=NOW - timedelta(days=30))
            landing = pool.submit(take_in, [bought(1, FORGOTTEN, "2024-05-01")])
            assert not wait([landing], timeout=0.5).done
        assert landing.result(30).asked_to_be_forgotten == 1
    assert rows(database, shop_id, "select count(*) from customers") == [(0,)]


def test_an_id_that_went_with_a_merge_lands_on_the_customer_who_stayed(
    database: Database, services: Services, shop_id: int, take_in: Any
) -> None:
    take_in([bought(1, "7001", "2024-05-01"), bought(2, "7999", "2024-05-02")])
    with database.shop(shop_id) as tx:
        merge_customers(tx, services.live, "7999", kept="7001", now=NOW)
    # The last one stands apart from its first line, and waits for the file's end.
    report = take_in([bought(n, "7999", "2024-05-02") for n in (2, 3, 4, 3)])
    assert rows(database, shop_id, "select customer_id from customers") == [("7001",)]
    landed = rows(database, shop_id, "select order_id, customer_id from orders order by 1")
    assert landed == [(f"{n}", "7001") for n in (1, 2, 3, 4)]
    assert report.orders["unchanged"] == 1


def test_who_was_forgotten_does_not_come_back_under_the_id_she_had_before(
    database: Database, services: Services, shop_id: int, take_in: Any
) -> None:
    """Merged again after she was forgotten: she began anew, and this is from before."""
    forget(database, shop_id, services.live)
    with database.shop(shop_id) as tx:
        merge_customers(tx, services.live, "7999", kept=FORGOTTEN, now=NOW)
    report = take_in([bought(1, "7999", "2024-05-01")])
    assert report.asked_to_be_forgotten == 1
    assert rows(database, shop_id, "select count(*) from orders") == [(0,)]


def test_a_merge_and_a_landing_wait_for_each_other(
    database: Database, services: Services, shop_id: int, take_in: Any
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with database.shop(shop_id) as tx:
            merge_customers(tx, services.live, "7999", kept="7001", now=NOW)
            landing = pool.submit(take_in, [bought(1, "7999", "2024-05-01")])
            assert not wait([landing], timeout=0.5).done
        landing.result(30)
    assert rows(database, shop_id, "select customer_id from orders") == [("7001",)]
    assert rows(database, shop_id, "select customer_id from customers") == [("7001",)]


def rows(database: Database, shop_id: int, query: str) -> list[tuple[Any, ...]]:
    with database.shop(shop_id) as tx:
        return [tuple(row) for row in tx.execute(text(query))]


def record(database: Database, shop_id: int) -> tuple[list[tuple[Any, ...]], ...]:
    """All that an import writes, to compare."""
    return tuple(
        rows(database, shop_id, query)
        for query in (
            "select customer_id, email from customers order by 1",
            "select order_id, customer_id, ordered_at, currency, status, staff from orders order by 1",
            "select order_id, line, title, product_type, tags, kind, price, quantity, engraving"
            " from order_lines order by 1, 2",
        )
    )


ALMA = [
    "A1,7001,2016-09-12,Gold wedding band,900,GBP,1,,Ines Moreau",
    "A1,7001,2016-09-12,Engraving service,45,GBP,1,,Ines Moreau",
    "A2,7001,2019-05-02,Pearl earrings,350.50,GBP,1,,Ines Moreau",
]


def test_orders_land_with_their_lines_numbered_as_they_stand(
    take_in: Any, database: Database, shop_id: int
) -> None:
    report = take_in(ALMA)
    assert (report.rows, report.orders["added"], report.lines["added"], report.customers) == (3, 2, 3, 1)
    assert rows(database, shop_id, "select order_id, line, kind, price from order_lines order by 1, 2") == [
        ("A1", 1, "wedding_band", 90_000),
        ("A1", 2, "service", 4_500),
        ("A2", 1, "earrings", 35_050),
    ]


def test_a_second_import_changes_nothing_and_says_so(take_in: Any, database: Database, shop_id: int) -> None:
    take_in(ALMA)
    before = record(database, shop_id)
    report = take_in(ALMA)
    assert record(database, shop_id) == before
    assert (report.orders["added"], report.orders["changed"], report.orders["unchanged"]) == (0, 0, 2)
    assert "added 0" in report.in_words()


def test_a_corrected_file_changes_what_it_corrects(take_in: Any, database: Database, shop_id: int) -> None:
    take_in(ALMA)
    report = take_in([ALMA[0].replace("900", "950"), ALMA[2].replace(",,Ines", ",cancelled,Ines")])
    assert (report.orders["changed"], report.lines["changed"], report.lines["removed"]) == (1, 1, 1)
    assert rows(database, shop_id, "select order_id, line, price from order_lines order by 1, 2") == [
        ("A1", 1, 95_000),
        ("A2", 1, 35_050),
    ]
    assert rows(database, shop_id, "select status from orders where order_id = 'A2'") == [("cancelled",)]


def test_what_does_not_count_is_kept_and_named(take_in: Any, database: Database, shop_id: int) -> None:
    report = take_in(
        [
            "A1,7001,2016-09-12,Ring,900,GBP,1,,",
            "C1,7001,2016-10-12,Ring,900,GBP,-1,,",
            "A2,7001,2016-09-12,Ring,900,GBP,1,cancelled,",
            "A3,7001,2016-09-12,Ring,900,GBP,1,test,",
            "A4,7001,2016-09-12,Catalogue,0,GBP,1,,",
            "A5,,2016-09-12,Ring,900,GBP,1,,",
        ]
    )
    assert report.not_counted == {"returned": 1, "cancelled": 1, "test": 1, "zero_value": 1}
    assert report.rows_without_customer == 1
    assert rows(database, shop_id, "select status from orders order by order_id") == [
        ("counted",), ("cancelled",), ("test",), ("zero_value",), ("counted",), ("returned",)
    ]  # fmt: skip


def shuffled(lines: int) -> list[str]:
    """Orders of three lines each, thrown about the file."""
    each = [
        f"A{n // 3},{n // 9},2016-09-12,Ring {n},{n + 1},GBP,{-1 if n % 3 == 0 else 1},,"
        for n in range(lines)
    ]
    random.Random(7).shuffle(each)
    return each


def test_lines_thrown_about_the_file_meet_in_their_order(
    take_in: Any, database: Database, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINES_IN_A_CHUNK", 20)
    report = take_in(shuffled(300))
    counts = "select count(*), min(line), max(line) from order_lines group by order_id"
    assert rows(database, shop_id, counts) == [(3, 1, 3)] * 100
    assert (report.orders, report.lines) == ({"added": 100}, {"added": 300})
    assert report.statuses.total() == 100
    assert rows(database, shop_id, "select distinct status from orders") == [("counted",)]
    before = record(database, shop_id)
    again = take_in(shuffled(300))
    assert record(database, shop_id) == before
    assert (+again.orders, +again.lines) == ({"unchanged": 100}, {"unchanged": 300})


@pytest.mark.parametrize("survived", [0, 1, 4, 9])
def test_an_import_that_was_killed_is_run_again_and_ends_the_same(
    take_in: Any, database: Database, shop_id: int, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    monkeypatch.setattr(module, "LINES_IN_A_CHUNK", 20)
    land, landed = Landing.land, []

    def killed(self: Landing, chunk: Any) -> Any:
        if len(landed) >= survived:
            raise KeyboardInterrupt
        landed.append(chunk)
        return land(self, chunk)

    monkeypatch.setattr(Landing, "land", killed)
    with pytest.raises(KeyboardInterrupt):
        take_in(shuffled(300))
    monkeypatch.setattr(Landing, "land", land)
    take_in(shuffled(300))
    found = rows(database, shop_id, "select count(distinct order_id), count(*), sum(price) from order_lines")
    assert found == [(100, 300, sum(range(1, 301)) * 100)]
    assert rows(database, shop_id, "select distinct status from orders") == [("counted",)]


def test_shopifys_own_word_on_an_order_is_not_overwritten_by_a_file(
    take_in: Any, database: Database, shop_id: int
) -> None:
    take_in(ALMA)
    with database.shop(shop_id) as tx:
        tx.execute(text("update orders set status = 'returned', updated_at = now() where order_id = 'A2'"))
    report = take_in([*ALMA[:2], ALMA[2].replace("350.50", "1")])
    assert report.orders["unchanged"] == 2
    assert rows(database, shop_id, "select status from orders where order_id = 'A2'") == [("returned",)]
    assert rows(database, shop_id, "select price from order_lines where order_id = 'A2'") == [(35_050,)]


SHOPIFY = "Name,Email,Financial Status,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Id"
EXPORT = [
    "#1,Alma@Example.com,paid,GBP,2026-01-02 10:11:12 +0000,1,Gold wedding band,900.00,5501",
    "#1,,,,,1,Engraving service,45.00,",
    "#2,stranger@example.com,paid,GBP,2026-01-02 10:11:12 +0000,1,Pearl earrings,350.00,5502",
    "#3,,paid,GBP,2026-01-02 10:11:12 +0000,1,Pearl earrings,350.00,5503",
]


def test_shopifys_export_finds_its_customers_by_address(
    take_in: Any, database: Database, shop_id: int, tmp_path: Path
) -> None:
    with database.shop(shop_id) as tx:
        customers.put(tx, "7001", first_name="Alma", email="alma@example.com")
    file = tmp_path / "orders_export.csv"
    file.write_text("\n".join((SHOPIFY, *EXPORT, "")))
    first, second = take_in(file), take_in(file)
    stranger = provisional_customer_id("stranger@example.com")
    assert rows(database, shop_id, "select order_id, customer_id from orders order by 1") == [
        ("5501", "7001"), ("5502", stranger), ("5503", None)
    ]  # fmt: skip
    assert rows(database, shop_id, "select customer_id, email from customers order by 1") == [
        ("7001", "alma@example.com"), (stranger, "stranger@example.com")
    ]  # fmt: skip
    assert (first.customers, second.customers, second.orders) == (1, 0, {"unchanged": 3})


def test_bad_rows_go_to_a_file_with_line_and_reason_and_good_ones_land(take_in: Any, tmp_path: Path) -> None:
    report = take_in([*ALMA, "B,7001,soon,Ring,9,GBP,1,,", "C,7001,2016-09-12,Ring,-9,GBP,1,,"])
    beside = tmp_path / "orders.csv.rejects.csv"
    assert report.rejects_file == beside
    assert beside.read_text().splitlines() == [
        "line,reason,row",
        '5,a date that cannot be read,"B,7001,soon,Ring,9,GBP,1,,"',
        '6,negative price,"C,7001,2016-09-12,Ring,-9,GBP,1,,"',
    ]
    assert (report.orders["added"], report.rejected.total()) == (2, 2)


def test_without_rejects_there_is_no_rejects_file_not_even_the_last_one(take_in: Any, tmp_path: Path) -> None:
    rejects = tmp_path / "elsewhere.rejects.csv"
    take_in(["B,7001,soon,Ring,9,GBP,1,,"], rejects=rejects)
    assert rejects.exists()
    assert take_in(ALMA, rejects=rejects).rejects_file is None
    assert not rejects.exists()


def test_bytes_that_are_no_text_come_back_from_the_rejects_file_as_they_were(
    take_in: Any, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(f"{HEADER}\n{ALMA[0]}\n".encode() + b"B,7001,2016-09-12,Bagu\xe9 \0,9,GBP,1,,\n")
    assert take_in(file).orders["added"] == 1
    assert b"Bagu\xe9" in (tmp_path / "orders.csv.rejects.csv").read_bytes()


def test_text_that_would_trouble_a_database_lands_as_it_is(
    take_in: Any, database: Database, shop_id: int, tmp_path: Path
) -> None:
    title = "Ring \\N \\. \t “L’Étoile” 💍 'x'; drop table orders"
    file = tmp_path / "orders.csv"
    file.write_text(f'{HEADER}\nA\\1,70\t01,2016-09-12,"{title}\nsecond line",9,GBP,1,,\n')
    take_in(file)
    assert rows(database, shop_id, "select order_id, title from order_lines") == [
        ("A\\1", f"{title}\nsecond line")
    ]
    assert rows(database, shop_id, "select customer_id from customers") == [("70\t01",)]


def test_a_stream_is_read_like_a_file_and_stays_open(database: Database, shop_id: int) -> None:
    stream = io.BytesIO(gzip.compress("\n".join((HEADER, *ALMA)).encode()))
    live = Live(hot=Redis(), patient=Redis())
    report = import_orders(
        database, live, stream, shop_id=shop_id, now=NOW, rejects=None, on_progress=lambda _: None
    )
    assert (report.orders["added"], stream.closed) == (2, False)


def test_a_file_that_is_none_leaves_no_trace(take_in: Any, tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(UnableToReadOrders):
        take_in(file)
    assert [path.name for path in tmp_path.iterdir()] == ["picture.csv"]


def test_another_shop_sees_nothing_of_it(take_in: Any, database: Database) -> None:
    take_in(ALMA)
    other = database.open_shop("birch.myshopify.com", name="Birch", timezone="UTC", currency="EUR")
    assert rows(database, other, "select * from order_lines") == []
    with database.engine.connect() as connection:  # the tables of the import are gone with it
        left = connection.execute(text("select relname from pg_class where relpersistence = 't'")).all()
    assert left == []


def test_the_file_says_its_own_currency() -> None:
    assert currency_of(DATA / "online-retail-2011.csv.gz") == "GBP"
    assert currency_of(DATA / "orders-2005-2012.csv") == "USD"


def test_eight_years_of_a_house_land(take_in: Any, database: Database, shop_id: int, tmp_path: Path) -> None:
    told: list[Progress] = []
    report = take_in(DATA / "orders-2005-2012.csv", rejects=tmp_path / "r.rejects.csv", progress=told)
    assert (report.rows, report.orders, report.customers) == (33_395, {"added": 33_395}, 13_562)
    assert (report.rejected.total(), report.rejects_file) == (0, None)
    assert told[-1].done == told[-1].total > 0
    assert [each.rows for each in told] == sorted(each.rows for each in told)
    assert rows(
        database, shop_id, "select min(ordered_at at time zone 'Europe/London')::text from orders"
    ) == [("2005-01-02 12:00:00",)]


def test_half_a_million_lines_of_a_gift_house_land_in_little_memory(
    take_in: Any, database: Database, shop_id: int, tmp_path: Path
) -> None:
    rejects = tmp_path / "retail.rejects.csv"
    report = take_in(DATA / "online-retail-2011.csv.gz", rejects=rejects)
    assert (report.rows, report.rejected) == (541_909, {"negative price": 2})
    assert len(rejects.read_text().splitlines()) == 3
    assert (report.customers, report.rows_without_customer) == (4_372, 135_078)
    assert rows(database, shop_id, "select count(*) from order_lines") == [(541_907,)]
    assert rows(
        database, shop_id, "select distinct status from orders where order_id like 'C%' order by 1"
    ) == [("returned",)]
    assert report.unplaced_lines > 500_000
    assert len(report.unplaced) == 10
    assert re.search(r"541,909 rows.*135,078 of 541,909 rows name no customer", report.in_words(), re.S)


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def peak(orders: int) -> int:
        file = tmp_path / "big.csv"
        with file.open("w") as out:
            out.write(HEADER + "\n")
            out.writelines(f"A{n},{n},2016-09-12,Ring,9,GBP,1,,\n" for n in range(orders))
        tracemalloc.start()
        report = ImportReport("GBP")
        with file.open("rb") as stream, module.Rejects(file, None) as kept:
            found = module.open_orders(stream).orders(zone=module.ZoneInfo("UTC"), currency="GBP", latest=NOW)
            landed = sum(len(chunk) for _, chunk in module._chunks(found, report, kept))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert landed == orders
        return most

    monkeypatch.setattr(module, "LINES_IN_A_CHUNK", 2_000)
    small = peak(15_000)
    assert peak(60_000) < small * 1.2


def test_what_cannot_be_placed_is_remembered_by_what_it_brought_and_within_bounds() -> None:
    report = ImportReport("GBP")
    for number in range(60_000):
        header, row = (
            "order_id,customer_id,ordered_at,price,title,currency",
            f"A,1,2016-09-12,{number},T{number},GBP",
        )
        if number % 6_000 == 0:
            stream = io.BytesIO(f"{header}\n{row}\n".encode())
            (order,) = module.open_orders(stream).orders(
                zone=module.ZoneInfo("UTC"), currency="GBP", latest=NOW
            )
            assert isinstance(order, FoundOrder)
        piece, _, _, engraving = order.lines[0]
        named = type(piece)(f"T{number}", "", (), None)
        order.lines = [(named, number, 1, engraving)]
        report.read(order)
    assert report.unplaced[0] == ("T59999", 59_999)
    assert len(report._unplaced) <= 20_001
