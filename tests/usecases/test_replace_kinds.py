"""What a merchant placed by hand is so everywhere: on record, in files, in webhooks, on the storefront."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.stores import placings, relationships
from app.stores.database import Database
from app.stores.orders import ToldLine, ToldOrder
from app.stores.placings import Placing
from app.usecases import replace_kinds as module
from app.usecases.import_orders import import_orders
from app.usecases.place_pieces import place_pieces
from app.usecases.record_order import record_order
from app.usecases.replace_kinds import replace_kinds
from app.usecases.update_every_relationship import update_every_relationship
from app.wiring import Services
from jobs import pieces
from scoring.kinds import pattern_of
from tests.conftest import NOW

HEADER = "order_id,customer_id,ordered_at,title,product_type,price,currency"
ROWS = [
    "A1,7001,2016-09-12,Meadow,Keepsakes,900,GBP",
    "A2,7001,2019-05-02,String of  Pearls,,350.50,GBP",
    "A3,7002,2020-05-02,Silver pendant,Keepsakes,80,GBP",
    "A4,7002,2021-05-02,Gold hoops,,80,GBP",
]


@pytest.fixture
def shop_id(database: Database) -> int:
    return database.open_shop("alder.myshopify.com", name="Alder", timezone="Europe/London", currency="GBP")


@pytest.fixture
def take_in(services: Services, shop_id: int, tmp_path: Path):
    def take() -> object:
        file = tmp_path / "orders.csv"
        file.write_text("\n".join((HEADER, *ROWS, "")))
        report = import_orders(
            services.database,
            services.live,
            file,
            shop_id=shop_id,
            now=NOW,
            rejects=None,
            on_progress=lambda _: None,
        )
        update_every_relationship(
            services.database, services.live, shop_id, now=NOW, on_progress=lambda _: None
        )
        return report

    return take


def place(database: Database, shop_id: int, **chosen: str | None) -> int:
    with database.shop(shop_id) as tx:
        wanted = [Placing(pattern_of(name), name, kind) for name, kind in chosen.items()]
        return placings.place(tx, wanted, by="Margaret")


def kinds(database: Database, shop_id: int) -> dict[str, str | None]:
    with database.shop(shop_id) as tx:
        return {row.order_id: row.kind for row in tx.execute(text("select order_id, kind from order_lines"))}


def lease_ends(database: Database, shop_id: int) -> None:
    """Leases are real time, so here they are moved instead of the clock."""
    with database.shop(shop_id) as tx:
        tx.execute(text("update learnings set leased_until = leased_until - interval '1 hour'"))


def test_a_placing_reaches_the_orders_on_record_and_the_relationships(
    services: Services, shop_id: int, take_in
) -> None:
    take_in()
    database = services.database
    assert kinds(database, shop_id)["A2"] is None
    assert place(database, shop_id, **{"string of pearls": "necklace", "KEEPSAKES": "charm"}) == 2
    assert replace_kinds(database, services.live, shop_id, now=NOW) == 3
    placed = {"A1": "charm", "A2": "necklace", "A3": "charm", "A4": "earrings"}
    assert kinds(database, shop_id) == placed
    with database.shop(shop_id) as tx:
        snapshot = relationships.one(tx, "7001").snapshot
        assert placings.waiting(tx) == []
    assert snapshot is not None
    assert set(snapshot.kinds) == {"charm", "necklace"}
    assert replace_kinds(database, services.live, shop_id, now=NOW) == 0


def test_a_title_wins_over_its_type_and_taking_back_leaves_it_to_the_words(
    services: Services, shop_id: int, take_in
) -> None:
    take_in()
    database = services.database
    place(database, shop_id, **{"Keepsakes": "charm", "Silver Pendant": "brooch"})
    replace_kinds(database, services.live, shop_id, now=NOW)
    assert kinds(database, shop_id)["A3"] == "brooch"
    place(database, shop_id, **{"Keepsakes": None, "Silver Pendant": None})
    replace_kinds(database, services.live, shop_id, now=NOW)
    found = kinds(database, shop_id)
    assert (found["A1"], found["A3"]) == (None, "pendant")
    with database.shop(shop_id) as tx:
        assert placings.in_force(tx) == placings.waiting(tx) == []


def test_a_file_read_again_after_a_placing_changes_nothing(services: Services, shop_id: int, take_in) -> None:
    take_in()
    place(services.database, shop_id, Keepsakes="charm")
    replace_kinds(services.database, services.live, shop_id, now=NOW)
    before = kinds(services.database, shop_id)
    report = take_in()
    assert report.lines["changed"] == report.lines["added"] == 0
    assert kinds(services.database, shop_id) == before


def test_an_order_from_shopify_is_placed_by_hand_too(services: Services, shop_id: int) -> None:
    place(services.database, shop_id, Meadow="eternity_band")
    at = NOW - timedelta(days=3)
    lines = (ToldLine("1", "MEADOW", None, 90_000, 1), ToldLine("2", "Gold hoops", "earrings", 90_000, 1))
    told = ToldOrder("B1", "7001", at, "GBP", "counted", "web", "", False, at, lines)
    with services.database.shop(shop_id) as tx:
        record_order(tx, services.live, told, now=NOW)
        snapshot = relationships.one(tx, "7001").snapshot
    assert snapshot is not None
    assert set(snapshot.kinds) == {"eternity_band", "earrings"}


def test_a_killed_job_is_asked_for_again_until_the_relationships_know(
    services: Services, shop_id: int, take_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in()
    place(services.database, shop_id, Keepsakes="charm")
    monkeypatch.setattr(pieces, "services", lambda: services)
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(services.queue, "ask", lambda *job, **_: asked.append(job))
    with monkeypatch.context() as killed:

        def kill(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        pieces.sweep()
        asked.clear()
        killed.setattr(module, "update_every_relationship", kill)
        with pytest.raises(KeyboardInterrupt):
            pieces.replace_kinds(shop_id)
    pieces.sweep()
    assert asked == [], "its lease has not run out"
    lease_ends(services.database, shop_id)
    pieces.sweep()
    assert asked == [("jobs.pieces.replace_kinds", shop_id)]
    pieces.replace_kinds(shop_id)
    with services.database.shop(shop_id) as tx:
        snapshot = relationships.one(tx, "7001").snapshot
    assert snapshot is not None
    assert "charm" in snapshot.kinds
    pieces.sweep()
    assert len(asked) == 1


def test_while_one_worker_places_anew_another_does_not(
    services: Services, shop_id: int, take_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in()
    place(services.database, shop_id, Keepsakes="charm")
    monkeypatch.setattr(pieces, "services", lambda: services)
    built: list[int] = []

    def meanwhile(*_: object, **__: object) -> None:
        built.append(shop_id)
        pieces.sweep()
        pieces.replace_kinds(shop_id)

    monkeypatch.setattr(module, "update_every_relationship", meanwhile)
    pieces.sweep()
    pieces.replace_kinds(shop_id)
    assert built == [shop_id]


def test_what_is_placed_meanwhile_is_asked_for_by_the_next_sweep(
    services: Services, shop_id: int, take_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in()
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(services.queue, "ask", lambda *job, **_: asked.append(job))
    monkeypatch.setattr(pieces, "services", lambda: services)

    def says(kind: str, minute: int) -> None:
        with services.database.shop(shop_id) as tx:
            at = NOW + timedelta(minutes=minute)
            place_pieces(tx, services.queue, [("Keepsakes", kind)], by="Margaret", now=at)

    says("charm", 0)
    with monkeypatch.context() as patched:
        patched.setattr(module, "update_every_relationship", lambda *_, **__: says("brooch", 1))
        pieces.replace_kinds(shop_id)
    assert len(asked) == 1, "somebody was at it when it was placed"
    pieces.sweep()
    assert len(asked) == 2
    pieces.replace_kinds(shop_id)
    assert kinds(services.database, shop_id)["A1"] == "brooch"
    pieces.sweep()
    assert len(asked) == 2


def test_a_placing_changed_while_it_is_applied_waits_for_the_next_turn(
    database: Database, shop_id: int
) -> None:
    place(database, shop_id, Keepsakes="charm")
    with database.shop(shop_id) as tx:
        applied = placings.waiting(tx)
    place(database, shop_id, Keepsakes="brooch")
    with database.shop(shop_id) as tx:
        placings.settle(tx, applied)
        assert [placing.kind for placing in placings.waiting(tx)] == ["brooch"]


def test_no_shop_hears_of_anothers_placings(database: Database, shop_id: int) -> None:
    other = database.open_shop("birch.myshopify.com", name="Birch", timezone="Europe/London", currency="GBP")
    place(database, shop_id, Keepsakes="charm")
    with database.shop(other) as tx:
        assert placings.read(tx) == {}
