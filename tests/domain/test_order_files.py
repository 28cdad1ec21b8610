"""Order files are read row by row, and a bad row costs nobody but itself."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.order_files import FoundOrder, Rejected, UnableToReadOrders, open_orders
from app.domain.order_values import provisional_customer_id

BATH = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
LATEST = datetime(2026, 11, 22, tzinfo=UTC)

HEADER = "order_id,customer_id,ordered_at,title,price,currency,quantity,status"
ALMA = "A1,7001,2016-09-12,Gold wedding band,900.00,GBP,1,"


def read(
    text: str | bytes, *, zone: ZoneInfo = BATH, currency: str = "GBP"
) -> tuple[list[FoundOrder], list[Rejected]]:
    content = text.encode() if isinstance(text, str) else text
    found = list(open_orders(io.BytesIO(content)).orders(zone=zone, currency=currency, latest=LATEST))
    orders = [one for one in found if isinstance(one, FoundOrder)]
    return orders, [one for one in found if isinstance(one, Rejected)]


def one(row: str, header: str = HEADER, **more: object) -> FoundOrder:
    orders, rejected = read(f"{header}\n{row}\n", **more)  # type: ignore[arg-type]
    assert not rejected
    return orders[0]


def why(row: str | bytes, header: str = HEADER) -> str:
    """The reason a row is rejected for, once it is certain that its neighbours are not."""
    body = row if isinstance(row, bytes) else row.encode()
    text = b"\n".join((header.encode(), ALMA.encode(), body, ALMA.replace("A1", "A2").encode(), b""))
    orders, rejected = read(text)
    assert [order.order_id for order in orders] == ["A1", "A2"]
    assert [each.line for each in rejected] == [3]
    return rejected[0].reason


def test_rows_that_stand_together_are_one_order() -> None:
    orders, _ = read(
        f"{HEADER}\n{ALMA}\nA1,7001,2016-09-12,Engraving service,45,GBP,1,\n{ALMA[:1]}2{ALMA[2:]}\n"
    )
    assert [(order.order_id, len(order.lines)) for order in orders] == [("A1", 2), ("A2", 1)]
    (piece, price, quantity, _), *_ = orders[0].lines
    assert (piece.kind, price, quantity) == ("wedding_band", 90_000, 1)


def test_only_the_first_three_columns_and_the_price_are_needed() -> None:
    order = one("1,7001,2016-09-12,12.5", "order_id,customer_id,ordered_at,price", currency="EUR")
    assert order.currency == "EUR"
    assert order.lines[0][1:3] == (1250, 1)
    assert order.lines[0][0].kind is None


@pytest.mark.parametrize("missing", ["order_id", "customer_id", "ordered_at", "price"])
def test_a_missing_column_is_named(missing: str) -> None:
    names = [name for name in ("order_id", "customer_id", "ordered_at", "price") if name != missing]
    with pytest.raises(UnableToReadOrders, match=missing):
        read(f"{','.join(names)}\n1,2,3\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04rest of a spreadsheet", "spreadsheet"),
        ("order_id,customer_id".encode("utf-16"), "not text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not text"),
        (b"a,b,c\n1,2,3\n", "order_id"),
        (b"price,price,order_id,customer_id,ordered_at\n", "twice"),
        (gzip.compress(b"order_id,customer_id,ordered_at,price\n", mtime=0)[:15], "damaged"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(UnableToReadOrders, match=words):
        read(content)


def test_gzip_is_known_by_content_and_a_byte_order_mark_is_no_column() -> None:
    text = f"\ufeff{HEADER}\r\n{ALMA}\r\n"
    assert read(gzip.compress(text.encode()))[0] == read(text)[0] != []


def test_a_file_cut_short_says_so_after_what_was_whole() -> None:
    rows = "".join(f"A{n},7001,2016-09-12,Ring no. {n * 7919},9,GBP,1,\n" for n in range(60_000))
    packed = gzip.compress(f"{HEADER}\n{rows}".encode())
    found = open_orders(io.BytesIO(packed[: len(packed) // 2])).orders(
        zone=BATH, currency="GBP", latest=LATEST
    )
    assert next(found).order_id == "A0"  # type: ignore[union-attr]
    with pytest.raises(UnableToReadOrders, match="breaks off"):
        list(found)


def test_semicolons_bring_decimal_commas() -> None:
    order = one("A1;7001;2016-09-12;Ring;1299,50;EUR;1;", HEADER.replace(",", ";"))
    assert order.lines[0][1] == 129_950


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-01-02", datetime(2026, 1, 2, 17, tzinfo=UTC)),  # noon in New York
        ("2026-01-02T10:11:12", datetime(2026, 1, 2, 15, 11, 12, tzinfo=UTC)),
        ("2026-07-02 10:11", datetime(2026, 7, 2, 14, 11, tzinfo=UTC)),
        ("2026-01-02 10:11:12 +0000", datetime(2026, 1, 2, 10, 11, 12, tzinfo=UTC)),
        ("2026-01-02 10:11:12 -0500", datetime(2026, 1, 2, 15, 11, 12, tzinfo=UTC)),
        ("2026-01-02 10:11:12 UTC", datetime(2026, 1, 2, 10, 11, 12, tzinfo=UTC)),
        ("2026-01-02T10:11:12Z", datetime(2026, 1, 2, 10, 11, 12, tzinfo=UTC)),
    ],
)
def test_dates_are_the_shops_unless_they_say_otherwise(written: str, instant: datetime) -> None:
    row = ALMA.replace("2016-09-12", written)
    assert one(row, zone=NEW_YORK).ordered_at == instant


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Vancouver", "UTC"])
def test_a_bare_date_is_that_day_in_the_shop_and_does_not_move_with_a_neighbouring_zone(zone: str) -> None:
    at = one(ALMA, zone=ZoneInfo(zone)).ordered_at
    assert at.astimezone(ZoneInfo(zone)).date().isoformat() == "2016-09-12"


@pytest.mark.parametrize(
    ("price", "currency", "units"),
    [
        ("0.1", "GBP", 10),
        ("1129.995", "GBP", 113_000),
        ("12000", "JPY", 12_000),
        ("1.234", "KWD", 1_234),
        ("2.55", "gbp", 255),
        ("-0", "GBP", 0),
    ],
)
def test_money_is_exact_in_minor_units(price: str, currency: str, units: int) -> None:
    assert one(f"A1,7001,2016-09-12,Ring,{price},{currency},1,").lines[0][1] == units


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",7001,2016-09-12,Ring,9,GBP,1,", "missing order_id"),
        ("B,7001,soon,Ring,9,GBP,1,", "a date that cannot be read"),
        ("B,7001,,Ring,9,GBP,1,", "missing date"),
        ("B,7001,0001-01-01,Ring,9,GBP,1,", "a date before 1900"),
        ("B,7001,2062-01-01,Ring,9,GBP,1,", "a date in the future"),
        ("B,7001,2016-09-12,Ring,-9,GBP,1,", "negative price"),
        ("B,7001,2016-09-12,Ring,,GBP,1,", "missing price"),
        ("B,7001,2016-09-12,Ring,NaN,GBP,1,", "a price that is not a number"),
        ("B,7001,2016-09-12,Ring,1e5,GBP,1,", "a price that is not a number"),
        (f"B,7001,2016-09-12,Ring,{'9' * 40},GBP,1,", "a price that is too large"),
        ("B,7001,2016-09-12,Ring,9,ZZZ,1,", "an unknown currency"),
        ("B,7001,2016-09-12,Ring,9,GBP,1.5,", "a quantity that is not a whole number"),
        (f"B,7001,2016-09-12,Ring,9,GBP,{'9' * 30},", "a quantity that is too large"),
        ("B,7001,2016-09-12,Ring,9,GBP,1,perhaps", "an unknown status"),
        ("B,7001,2016-09-12,Ring,9,GBP", "wrong number of fields"),
        ("B,7001,2016-09-12,Ring,9,GBP,1,,more", "wrong number of fields"),
        ("B,7001,2016-09-12,Ri\0ng,9,GBP,1,", "a NUL byte"),
        (b"B,7001,2016-09-12,Bagu\xe9,9,GBP,1,", "bytes that are not UTF-8"),
        (f"B,7001,2016-09-12,{'x' * 6_000},9,GBP,1,", "a field that is too long"),
        (f"B,7001,2016-09-12,{'x' * 200_000},9,GBP,1,", "a field that is too long"),
        (f"B,7001,2016-09-12,{'x' * 3_000_000},9,GBP,1,", "a field that is too long"),
        (f"{'B' * 300},7001,2016-09-12,Ring,9,GBP,1,", "a field that is too long"),
        ('B,7001,2016-09-12,"Ring,9,GBP,1,', "a quote that is never closed"),
        ("A1,7001,2016-09-12,Ring,9,EUR,1,", "another currency than its order"),
    ],
)
def test_a_bad_row_is_left_out_with_its_reason_and_its_neighbours_stay(row: str | bytes, reason: str) -> None:
    assert why(row) == reason


def test_line_breaks_within_quotes_belong_to_their_row() -> None:
    text = f'{HEADER}\nA1,7001,2016-09-12,"Ring\nwith, a note",9,GBP,1,\n,7,2016-09-12,Ring,9,GBP,1,\n'
    orders, rejected = read(text)
    assert orders[0].lines[0][0].title == "Ring\nwith, a note"
    assert [each.line for each in rejected] == [4]


def test_a_quote_left_open_at_the_end_of_the_file_costs_its_row_alone() -> None:
    rows = "".join(f"C{n},7001,2016-09-12,Ring,9,GBP,1,\n" for n in range(500))
    orders, rejected = read(f'{HEADER}\n{ALMA[:2]},7001,2016-09-12,"Ring,9,GBP,1,\n{rows}')
    assert (len(orders), [each.line for each in rejected]) == (500, [2])


@pytest.mark.parametrize(
    ("rows", "sells", "worth", "status"),
    [
        (["Ring,9,GBP,1,"], True, True, ""),
        (["Ring,9,GBP,-1,"], False, False, ""),
        (["Ring,9,GBP,1,", "Ring,9,GBP,-1,"], True, True, ""),
        (["Ring,0,GBP,1,"], True, False, ""),
        (["Ring,9,GBP,1,refunded"], False, False, ""),
        (["Ring,9,GBP,1,paid", "Ring,9,GBP,1,cancelled"], True, True, "cancelled"),
        (["Ring,9,GBP,1,test"], True, True, "test"),
    ],
)
def test_what_an_order_counts_as_is_known_from_its_lines(
    rows: list[str], sells: bool, worth: bool, status: str
) -> None:
    order = one("\n".join(f"A1,7001,2016-09-12,{row}" for row in rows))
    assert (order.sells, order.worth, order.status) == (sells, worth, status)


SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Cancelled at,Payment Method,Refunded Amount,Id,Tags,Source,Employee"
)


def shopify(**values: str) -> str:
    usual = {
        "Name": "#1001", "Email": "Alma@Example.com", "Financial Status": "paid", "Currency": "GBP",
        "Total": "945.00", "Created at": "2026-01-02 10:11:12 +0000", "Lineitem quantity": "1",
        "Lineitem name": "Gold wedding band - M", "Lineitem price": "900.00", "Refunded Amount": "0.00",
        "Id": "5501", "Source": "pos", "Employee": "Ines Moreau", "Payment Method": "Card",
    }  # fmt: skip
    return ",".join({**usual, **values}.get(name, "") for name in SHOPIFY.split(","))


NEXT_LINE = "#1001,alma@example.com,,,,,,2,Engraving service,22.50,,,,,,,"


def test_shopifys_export_is_known_by_its_header_and_carries_the_order_in_its_first_row() -> None:
    orders, rejected = read(f"{SHOPIFY}\n{shopify()}\n{NEXT_LINE}\n{shopify(Name='#1002', Id='')}\n")
    assert not rejected
    assert [(order.order_id, len(order.lines)) for order in orders] == [("5501", 2), ("#1002", 1)]
    first = orders[0]
    assert (first.source, first.staff, first.email) == ("pos", "Ines Moreau", "alma@example.com")
    assert first.customer_id == provisional_customer_id(" ALMA@example.com ")
    assert first.ordered_at == datetime(2026, 1, 2, 10, 11, 12, tzinfo=UTC)
    assert [line[1:3] for line in first.lines] == [(90_000, 1), (2_250, 2)]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"Financial Status": "refunded"}, "returned"),
        ({"Refunded Amount": "945.00"}, "returned"),
        ({"Financial Status": "partially_refunded", "Refunded Amount": "45.00"}, ""),
        ({"Cancelled at": "2026-01-03 09:00:00 +0000"}, "cancelled"),
        ({"Financial Status": "voided"}, "cancelled"),
        ({"Payment Method": "(for testing) Bogus Gateway"}, "test"),
    ],
)
def test_shopifys_words_say_what_does_not_count(values: dict[str, str], status: str) -> None:
    assert one(shopify(**values), SHOPIFY).status == status


def test_an_order_whose_first_row_is_bad_does_not_fall_to_the_order_before() -> None:
    bad = shopify(Name="#1002", **{"Created at": "soon"})
    orders, rejected = read(
        f"{SHOPIFY}\n{shopify()}\n{bad}\n{NEXT_LINE.replace('1001', '1002')}\n{shopify(Name='#1003')}\n"
    )
    assert [len(order.lines) for order in orders] == [1, 1]
    assert [(each.line, each.reason) for each in rejected] == [
        (3, "a date that cannot be read"),
        (4, "its order's first row could not be read"),
    ]


def test_shopifys_export_without_its_dates_names_the_column() -> None:
    with pytest.raises(UnableToReadOrders, match="created at"):
        read(SHOPIFY.replace("Created at", "Placed") + "\n")
