"""The demo house is the same every time, and believable."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.sandbox.__main__ import main
from app.sandbox.catalogue import products
from app.sandbox.house import DemoHouse, generate
from app.sandbox.ledger import COLUMNS, Line
from app.sandbox.pictures import draw

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def house() -> DemoHouse:
    return generate(today=TODAY)


def of(house: DemoHouse, customer: int) -> list[Line]:
    return [line for line in house.lines if line.customer_id == customer]


def told(house: DemoHouse, what: str, customer: int) -> list[dict[str, Any]]:
    rows: Any = house.about[what]
    return [row for row in rows if row.get("customer_id", row.get("id")) == str(customer)]


def test_the_same_seed_and_day_draw_the_same_house(house: DemoHouse) -> None:
    again = generate(today=TODAY)
    assert again.about == house.about
    assert [line.row() for line in again.lines] == [line.row() for line in house.lines]
    assert [line.row() for line in generate(today=TODAY, seed=7).lines] != [
        line.row() for line in house.lines
    ]


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 5), date(2026, 7, 1), date(2028, 2, 29)])
def test_a_third_of_the_year_is_november_and_december(today: date) -> None:
    drawn = generate(today=today)
    orders = {
        line.order_id: line.at.month for line in drawn.lines if line.quantity > 0 and line.customer_id != 7008
    }
    months = Counter(orders.values())
    assert 0.28 <= (months[11] + months[12]) / len(orders) <= 0.40
    assert all(line.at.date() < today for line in drawn.lines)


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 5), date(2026, 7, 1), date(2028, 2, 29)])
def test_alma_bought_her_band_ten_years_before_an_anniversary_that_is_near(today: date) -> None:
    lines = of(generate(today=today), 7001)
    band, *later = lines
    assert "band" in band.title
    assert {line.staff for line in lines} == {"Ines Moreau"}
    assert len(later) == 6
    likely = band.at.date() + timedelta(days=45)  # a band precedes its wedding by 0 to 3 months
    year = today.year + (likely.month < today.month)
    assert 10 <= (date(year, likely.month, min(likely.day, 28)) - today).days <= 30
    assert year - likely.year == 10
    assert (today - later[-1].at.date()).days > 60
    assert later[-1].at.month == 5
    prices = sorted(line.price for line in later)
    assert 900 <= (prices[2] + prices[3]) / 2 <= 1300


def test_the_cast_is_who_it_is(house: DemoHouse) -> None:
    assert of(house, 7002) == []
    assert told(house, "customers", 7003)[0]["scoring_opt_out"] is True
    assert len(of(house, 7004)) == 7
    assert {line.staff for line in of(house, 7005)} == {"Jonas Lind"}
    farid = told(house, "milestones", 7006)
    assert sorted(one["sensitive"] for one in farid) == [False, True]
    assert {one["provenance"] for one in farid} == {"stated"}
    assert len(of(house, 7007)) >= 20
    assert len(of(house, 7008)) >= 200
    assert [one["do_not_use"] for one in told(house, "milestones", 7009)] == [True]
    assert len({line.order_id for line in of(house, 7010)}) == 40
    long = told(house, "customers", 7011)[0]
    assert len(f"{long['first_name']} {long['last_name']}") == 60


def test_the_record_has_what_real_records_have(house: DemoHouse) -> None:
    customers: Any = house.about["customers"]
    assert len(customers) == 600
    assert len({one["id"] for one in customers}) == 600
    assert {line.status for line in house.lines} == {"paid", "cancelled", "returned", "test"}
    assert any(line.quantity < 0 for line in house.lines)
    assert any(line.engraving for line in house.lines)
    assert sum(not line.kind for line in house.lines) / len(house.lines) > 0.8
    assert {line.source for line in house.lines} == {"web", "pos"}


def test_the_files_are_written_in_the_canonical_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STEWARD_ENV", raising=False)
    assert main(["house", "--out", str(tmp_path), "--today", "2026-11-21"]) == 0
    assert "600 customers" in capsys.readouterr().out
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert all("+0" in row["ordered_at"] and "." in row["price"] for row in rows)
    about = json.loads((tmp_path / "house.json").read_text(encoding="utf-8"))
    assert set(about) == {
        "shop",
        "advisors",
        "customers",
        "milestones",
        "notes",
        "products",
        "policy",
        "terms",
        "experiment",
    }
    assert [one["role"] for one in about["advisors"]] == ["owner", "advisor", "advisor"]


def test_sixty_pieces_from_ninety_pounds_to_fourteen_thousand_each_with_a_picture() -> None:
    pieces = products()
    assert len(pieces) == 60
    assert len({piece.handle for piece in pieces}) == 60
    assert (min(p.price for p in pieces), max(p.price for p in pieces)) == (9_000, 1_400_000)
    pictures = {draw(piece) for piece in pieces}
    assert len(pictures) == 60
    assert all(
        picture.startswith("<svg") and "NaN" not in picture and "nan" not in picture for picture in pictures
    )


def test_it_refuses_production(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("STEWARD_ENV", "Production")
    assert main(["serve"]) == 2
    assert main(["house", "--out", str(tmp_path / "no")]) == 2
    assert "STEWARD_ENV" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()
