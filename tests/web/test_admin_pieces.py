"""What the merchant says of her pieces: where they belong, and what leads to what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.factory import create_app
from app.stores import customers, order_history, placings, rulebook
from app.stores.orders import ToldLine, ToldOrder, order_lines, record_order
from app.usecases.learn_adjacency import learn_adjacency
from app.web.admin_pieces_fields import PIECE_NAMES, PLACES
from app.wiring import Services
from scoring.kinds import KINDS
from scoring.weights import DEFAULT_ADJACENCY, Adjacency
from tests.conftest import NOW
from tests.web.merchant import OTHER_SHOP, USER_ID, Merchant, good_token


@pytest.fixture
def asked(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    jobs: list[tuple[object, ...]] = []
    monkeypatch.setattr(services.queue, "ask", lambda *job, **_: jobs.append(job))
    return jobs


@pytest.fixture
def merchant(services: Services, shop_id: int, asked: object) -> Iterator[Merchant]:
    with create_app(services=services).test_client(use_cookies=False) as client:
        yield Merchant(client, lambda: good_token(services.settings))


def sell(
    services: Services, shop_id: int, customer: str, *pieces: tuple[str, str | None], **more: str
) -> None:
    """Sell a client one piece a month, oldest first: (title, kind) each, for £100."""
    with services.database.shop(shop_id) as tx:
        for number, (title, kind) in enumerate(pieces):
            at = NOW - timedelta(days=30 * (len(pieces) - number))
            lines = (ToldLine(str(number), title, kind, 10_000, 1),)
            head = (f"{customer}-{number}-{title}", customer, at, "GBP", "counted", "web", "", False, at)
            record_order(tx, ToldOrder(*head, lines))
            if its_type := more.get("product_type"):
                written = update(order_lines).where(order_lines.c.shop_id == shop_id)
                tx.execute(written.where(order_lines.c.title == title).values(product_type=its_type))


def in_force(services: Services, shop_id: int) -> Adjacency:
    with services.database.shop(shop_id) as tx:
        return rulebook.read(tx).adjacency


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- placing


def test_every_kind_has_its_name() -> None:
    assert set(PLACES) == set(KINDS)
    assert set(PIECE_NAMES) == set(KINDS) - {"service", "other"}


def test_a_new_house_has_nothing_to_place_and_the_table_every_house_starts_with(merchant: Merchant) -> None:
    answer = merchant.opens("/admin/pieces")
    assert answer.status_code == 200
    assert "Everything sold so far has its place" in answer.text
    assert "No client has ordered a second piece yet" in answer.text
    assert 'name="engagement_ring.wedding_band" type="text" value="1"' in answer.text
    assert "Use this table" not in answer.text


def test_what_is_not_placed_is_listed_by_what_it_brought(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    sell(services, shop_id, "7001", ("Meadow", None))
    sell(services, shop_id, "7002", ("Bath stone", None), ("Bath stone", None), ("Gold hoops", "earrings"))
    text = words(merchant.opens("/admin/pieces").text)
    assert "3 sales for £300 in all could not be placed" in text
    assert text.index("Bath stone £200 · sold 2 times") < text.index("Meadow £100 · sold once")
    assert "Gold hoops" not in text


def test_a_type_of_which_nothing_is_placed_stands_for_its_titles_and_a_mixed_one_does_not(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    sell(services, shop_id, "7001", ("Meadow", None), ("Brook", None), product_type="Keepsakes")
    sell(services, shop_id, "7002", ("Stone", None), ("Gold hoops", "earrings"), product_type="Gifts")
    text = words(merchant.opens("/admin/pieces").text)
    assert "Keepsakes £200 · sold 2 times · a type:" in text
    assert "Stone £100 · sold once" in text
    assert "Gifts" not in text


def test_a_placing_is_kept_asked_for_and_can_be_taken_back(
    merchant: Merchant, services: Services, shop_id: int, asked: list[tuple[object, ...]]
) -> None:
    sell(services, shop_id, "7001", ("Meadow", None))
    answer = merchant.sends("/admin/pieces/placings", {"name": "Meadow", "kind": "pendant"})
    assert answer.status_code == 200
    assert "Your orders are being placed anew" in answer.text
    assert "Placed by you" in answer.text
    assert asked == [("jobs.pieces.replace_kinds", shop_id)]
    with services.database.shop(shop_id) as tx:
        assert placings.read(tx) == {"meadow": "pendant"}
    answer = merchant.sends("/admin/pieces/placings", {"name": "Meadow", "kind": ""})
    assert "Placed by you" not in answer.text
    assert len(asked) == 2
    assert "Nothing was different" in merchant.sends("/admin/pieces/placings", {}).text
    assert len(asked) == 2


def test_a_kind_that_is_none_is_said_beside_its_piece(
    merchant: Merchant, services: Services, shop_id: int, asked: list[tuple[object, ...]]
) -> None:
    sell(services, shop_id, "7001", ("Meadow", None))
    answer = merchant.sends("/admin/pieces/placings", {"name": "Meadow", "kind": "teapot"})
    assert (answer.status_code, "Choose one of the kinds." in answer.text) == (422, True)
    assert asked == []


def test_a_title_is_text_and_never_markup(merchant: Merchant, services: Services, shop_id: int) -> None:
    sell(services, shop_id, "7001", ("<script>alert(1)</script>", None))
    assert "<script>alert(1)" not in merchant.opens("/admin/pieces").text


# --- the table


def form_of(text: str) -> dict[str, str]:
    """What the page's fields hold."""
    named = re.findall(r'name="([a-z_]+\.[a-z_]+)" type="text"[^>]* value="([^"]*)"', text)
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version is not None
    return {**dict(named), "version": version[1]}


def test_a_changed_strength_is_a_new_version_and_the_rest_stays(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    form = form_of(merchant.opens("/admin/pieces").text)
    assert merchant.sends("/admin/pieces", form).status_code == 200
    assert in_force(services, shop_id).version == 1  # the same is no new version
    changed = {
        "watch.cufflinks": "0,7",
        "watch.watch": "",
        "charm.add": "bracelet",
        "charm.add_strength": ".6",
    }
    answer = merchant.sends("/admin/pieces", {**form, **changed})
    assert "Saved. Version 2 is in force" in answer.text
    table = in_force(services, shop_id).table
    assert table["watch"] == {"watch_accessory": 0.8, "cufflinks": 0.7}
    assert table["charm"] == {"charm": 0.9, "bracelet": 0.6}
    rest = {kind: steps for kind, steps in table.items() if kind not in ("watch", "charm")}
    assert rest == {kind: DEFAULT_ADJACENCY.table[kind] for kind in rest}
    with services.database.shop(shop_id) as tx:
        rows = tx.execute(rulebook.adjacencies.select().order_by(rulebook.adjacencies.c.version)).all()
    assert [row.created_by for row in rows] == ["Steward", f"Staff member {USER_ID}"]


@pytest.mark.parametrize("entered", ["2", "-0.1", "near", "nan", "inf"])
def test_a_strength_beyond_its_bounds_is_said_beside_its_field(
    merchant: Merchant, services: Services, shop_id: int, entered: str
) -> None:
    form = form_of(merchant.opens("/admin/pieces").text)
    answer = merchant.sends("/admin/pieces", {**form, "watch.cufflinks": entered, "watch.watch": "0.33"})
    assert answer.status_code == 422
    assert 'id="watch.cufflinks-problem"' in answer.text
    assert f'name="watch.cufflinks" type="text" value="{entered}"' in answer.text
    assert 'name="watch.watch" type="text" value="0.33"' in answer.text
    assert in_force(services, shop_id).version == 1


def test_what_is_added_twice_or_to_nothing_is_said(merchant: Merchant) -> None:
    form = form_of(merchant.opens("/admin/pieces").text)
    twice = merchant.sends("/admin/pieces", {**form, "watch.add": "watch", "watch.add_strength": "1"})
    nothing = merchant.sends("/admin/pieces", {**form, "watch.add": "", "watch.add_strength": "1"})
    assert "This kind has a field of its own here." in twice.text
    assert "Choose the kind that follows." in nothing.text


def test_whoever_saves_second_keeps_what_was_entered(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    form = form_of(merchant.opens("/admin/pieces").text)
    merchant.sends("/admin/pieces", {**form, "watch.cufflinks": "0.2"})
    answer = merchant.sends("/admin/pieces", {**form, "watch.cufflinks": "0.9"})
    assert answer.status_code == 422
    assert "Somebody else saved a newer version" in answer.text
    assert 'name="watch.cufflinks" type="text" value="0.9"' in answer.text
    assert in_force(services, shop_id).table["watch"]["cufflinks"] == 0.2


# --- what the orders say


@pytest.fixture
def taught(services: Services, shop_id: int) -> None:
    """Brooches lead to watches here, each time; everything else follows on the rest."""
    for number in range(40):
        sell(services, shop_id, f"b{number}", ("Brooch", "brooch"), ("Watch", "watch"))
        others = ("Hoops", "earrings"), ("Bangle", "bracelet"), ("Locket", "pendant"), ("Choker", "necklace")
        for step in range(3):
            first, second = others[(number + step) % 4], others[(number * 3 + step + 1) % 4]
            sell(services, shop_id, f"o{number}-{step}", first, second)


@pytest.mark.usefixtures("taught")
def test_the_proposal_stands_beside_the_table_and_is_used_only_when_somebody_says_so(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    page = merchant.opens("/admin/pieces").text
    assert re.search(
        r"Your orders say 0\.\d+: 40 of 40 next orders, 4.0 times as often as by chance \(10\)", page
    )
    assert "Read from 160 next orders of the same client" in page
    assert "watch" not in in_force(services, shop_id).table["brooch"]
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', page)
    assert mark is not None
    answer = merchant.sends("/admin/pieces/learned", {"version": "1", "mark": mark[1]})
    assert "Saved. Version 2 is in force" in answer.text
    assert "the table in force says the same" in answer.text
    learned = in_force(services, shop_id).table
    assert learned["brooch"]["watch"] >= 0.5
    assert learned["engagement_ring"] == DEFAULT_ADJACENCY.table["engagement_ring"]


@pytest.mark.usefixtures("taught")
def test_a_proposal_that_has_moved_on_is_shown_again_before_it_is_used(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    answer = merchant.sends("/admin/pieces/learned", {"version": "1", "mark": "another"})
    assert answer.status_code == 422
    assert "Your orders say something else by now" in answer.text
    assert in_force(services, shop_id).version == 1


def test_transitions_leave_out_who_asked_not_to_be_scored_and_hear_a_reseller_once(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_history, "ONE_VOICE", 5)
    sell(services, shop_id, "7001", ("Hoops", "earrings"), ("Repair", "service"), ("Locket", "pendant"))
    sell(services, shop_id, "hugo", *[("Charm", "charm")] * 30)
    sell(services, shop_id, "dario", ("Watch", "watch"), ("Watch", "watch"))
    with services.database.shop(shop_id) as tx:
        table = customers.customers
        tx.execute(update(table).where(table.c.customer_id == "dario").values(opted_out=True))
        proposal = learn_adjacency(tx)
        found = {(step.bought, step.then): step.seen for step in proposal.steps if step.seen}
    assert found == {("earrings", "pendant"): 1, ("charm", "charm"): 5}


def test_another_shop_sees_nothing_of_it(merchant: Merchant, services: Services, shop_id: int) -> None:
    sell(services, shop_id, "7001", ("Meadow", None))
    stranger = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    assert "Meadow" in merchant.opens("/admin/pieces").text
    assert "Meadow" not in stranger.opens("/admin/pieces").text
