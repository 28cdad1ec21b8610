"""Learning from a shop's own orders: proposed, approved by a person, and foretold of everyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text, update

from app.stores import customers, learnings, order_history, relationships, rulebook, shops
from app.stores.customers import customers as customers_table
from app.stores.database import Transaction
from app.stores.decisions import decisions
from app.stores.orders import order_lines, orders
from app.stores.outcomes import Outcome, outcomes
from app.usecases import foretell_customers as foretelling
from app.usecases import learn_weights as learning
from app.usecases.approve_weights import UnableToApproveSince, approve_weights
from app.usecases.dismiss_weights import dismiss_weights
from app.usecases.foretell_customers import foretell_customers
from app.usecases.learn_weights import WITHIN, UnableToLearn, learn_weights, orders_in_columns
from app.usecases.open_shop import open_shop
from app.usecases.recall_foretold import recall_foretold
from app.usecases.update_every_relationship import update_every_relationship
from app.usecases.update_relationship import update_relationship
from app.wiring import Services
from scoring.learning.orders import EPOCH, as_day
from scoring.weights import DEFAULT_WEIGHTS
from tests.conftest import NOW
from tests.scoring.learning.histories import drawn

DOMAIN = "maison-alder.myshopify.com"
# The drawn house sold from 2006 to 2012; it is moved to end this year.
YEARS_ON = as_day(date(2026, 11, 20)) - as_day(date(2012, 12, 30))
CLIENTS = 120


@pytest.fixture
def shop_id(services: Services) -> int:
    named = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, DOMAIN, now=NOW, owner_name="Margaret Alder", **named)


@pytest.fixture
def asked(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    jobs: list[tuple[object, ...]] = []
    monkeypatch.setattr(services.queue, "ask", lambda *job, **_: jobs.append(job))
    return jobs


@pytest.fixture
def sold(services: Services, shop_id: int) -> int:
    """A house with seven years of orders, its relationships built."""
    with services.database.shop(shop_id) as tx:
        _write_history(tx)
    update_every_relationship(services.database, services.live, shop_id, now=NOW, on_progress=lambda _: None)
    return shop_id


def _write_history(tx: Transaction) -> None:
    history = drawn(CLIENTS)
    customers.mention(tx, [str(number) for number in range(CLIENTS)])
    heads, lines = [], []
    columns = zip(history.customer.tolist(), history.day.tolist(), history.amount.tolist(), strict=True)
    for number, (customer, day, amount) in enumerate(columns):
        at = datetime.combine(EPOCH + timedelta(days=day + YEARS_ON), time(12), UTC)
        head = {"order_id": f"A{number}", "customer_id": history.names[customer], "ordered_at": at}
        heads.append({**head, "shop_id": tx.shop_id, "currency": "GBP", "status": "counted"})
        line = {"order_id": f"A{number}", "line": 1, "title": "A piece", "price": amount, "quantity": 1}
        lines.append({**line, "shop_id": tx.shop_id})
    tx.execute(insert(orders), heads)
    tx.execute(insert(order_lines), lines)


def sell(tx: Transaction, order_id: str, customer: str, at: datetime, *prices: int, **head: object) -> None:
    customers.mention(tx, [customer])
    its = {"currency": "GBP", "status": "counted", **head}
    tx.execute(
        insert(orders).values(
            shop_id=tx.shop_id, order_id=order_id, customer_id=customer, ordered_at=at, **its
        )
    )
    for line, price in enumerate(prices, 1):
        given = {"order_id": order_id, "line": line, "title": "A piece", "price": price, "quantity": 1}
        tx.execute(insert(order_lines).values(shop_id=tx.shop_id, **given))


# --- columns from the database


def test_orders_come_as_columns_one_a_counted_order_by_customer_and_day(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        sell(tx, "1", "b", datetime(2026, 3, 1, 12, tzinfo=UTC), 500, 250)
        # Half past midnight in Bath, still the day before in UTC: the shop's own day counts.
        sell(tx, "2", "b", datetime(2025, 6, 30, 23, 30, tzinfo=UTC), 100)
        sell(tx, "3", "a", datetime(2026, 1, 1, 12, tzinfo=UTC), 900)
        sell(tx, "4", "a", datetime(2026, 1, 2, 12, tzinfo=UTC), 900, status="cancelled")
        sell(tx, "5", "a", datetime(2026, 1, 3, 12, tzinfo=UTC), 900, currency="USD")
        sell(tx, "6", "a", datetime(2026, 1, 4, 12, tzinfo=UTC), 0)
        sell(tx, "7", "objects", datetime(2026, 1, 5, 12, tzinfo=UTC), 900)
        its = (customers_table.c.shop_id == shop_id, customers_table.c.customer_id == "objects")
        tx.execute(update(customers_table).where(*its).values(opted_out=True))
        sell(tx, "8", "b", datetime(2026, 3, 1, 18, tzinfo=UTC), 10)
        read = orders_in_columns(tx)
        shop = shops.read(tx)
        days = order_history.order_days(tx, shop.currency, shop.zone)
    # The season is the same whether PostgreSQL reads its days or the columns do.
    assert days == sorted(read.season_days().tolist())
    assert len(days) == 3
    said = [
        (read.names[who], day, worth)
        for who, day, worth in zip(read.customer, read.day, read.amount, strict=True)
    ]
    assert said == [
        ("a", as_day(date(2026, 1, 1)), 900),
        ("b", as_day(date(2025, 7, 1)), 100),
        ("b", as_day(date(2026, 3, 1)), 10),
        ("b", as_day(date(2026, 3, 1)), 750),
    ]


def test_a_shop_without_orders_has_empty_columns(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        assert len(orders_in_columns(tx).day) == 0


# --- learning


def test_too_few_orders_teach_nothing_and_propose_nothing(services: Services, shop_id: int) -> None:
    with pytest.raises(UnableToLearn):
        learn_weights(services.database, shop_id, now=NOW)
    with services.database.shop(shop_id) as tx:
        sell(tx, "1", "a", NOW - timedelta(days=900), 500)
        sell(tx, "2", "a", NOW - timedelta(days=500), 500)
    with pytest.raises(UnableToLearn):
        learn_weights(services.database, shop_id, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert learnings.waiting(tx) is None


def test_a_history_becomes_a_proposal_a_version_and_something_foretold_of_everyone(
    services: Services, sold: int, asked: list[tuple[object, ...]]
) -> None:
    """One story, because learning takes seconds."""
    proposal_id = learn_weights(services.database, sold, now=NOW)
    _is_proposed_and_nothing_is_in_force(services, sold, proposal_id)
    with services.database.shop(sold) as tx, pytest.raises(UnableToApproveSince):
        approve_weights(tx, services.queue, uuid4(), by="Margaret", now=NOW)
    assert foretell_customers(services.database, services.live, sold, now=NOW) == 0
    with services.database.shop(sold) as tx:
        kept = approve_weights(tx, services.queue, proposal_id, by="Margaret", now=NOW)
    assert asked == [("jobs.learning.foretell", sold), ("jobs.learning.replay", sold)]
    assert kept.version == 2
    with services.database.shop(sold) as tx:
        assert (learnings.waiting(tx), rulebook.read(tx).weights) == (None, kept)
        assert rulebook.weights_in_force(tx).created_by == "Margaret"
        with pytest.raises(UnableToApproveSince):
            approve_weights(tx, services.queue, proposal_id, by="Margaret", now=NOW)
    _everyone_is_foretold_once(services, sold)
    _parts_make_the_whole(services, sold)
    _another_order_silences_what_was_foretold(services, sold)
    _it_is_recalled_for_the_session_that_led_to_it(services, sold)


def _it_is_recalled_for_the_session_that_led_to_it(services: Services, shop_id: int) -> None:
    before = _foretold(services, shop_id)
    session = Outcome("8", as_day(NOW.date()) + 1, 2, {}, None, offered=False, ordered=True, sessions=1)
    with services.database.shop(shop_id) as tx:
        sell(tx, "in it", "8", NOW, 9_000)
        update_relationship(tx, services.live, "8", now=NOW)
        assert relationships.one(tx, "8").snapshot.foretold is None
        orders = orders_in_columns(tx)
        spoke = {1: rulebook.history_of(tx, 1), 2: rulebook.history_of(tx, 2)}
    assert spoke[1] is None
    assert recall_foretold(orders, [replace(session, weights=1)], spoke) == {}
    # The night's run said it of tomorrow; of today it is a day's difference away, whatever she bought today.
    recalled = recall_foretold(orders, [replace(session, day=session.day - 1)], spoke)
    assert learning._of_session(replace(session, day=session.day - 1), recalled).foretold == recalled.get(
        ("8", session.day - 1)
    )
    assert recalled == {("8", session.day - 1): pytest.approx(before["8"], abs=0.2)}


def _is_proposed_and_nothing_is_in_force(services: Services, shop_id: int, proposal_id: UUID) -> None:
    with services.database.shop(shop_id) as tx:
        waiting, in_force = learnings.waiting(tx), rulebook.read(tx).weights
    assert waiting is not None
    assert waiting.proposal_id == proposal_id
    assert in_force == DEFAULT_WEIGHTS.__class__(version=1, coefficients=DEFAULT_WEIGHTS.coefficients)
    assert 0 < waiting.weights.base_rate < 0.5
    assert waiting.weights.coefficients["history"] == pytest.approx(1.0, abs=0.4)
    assert waiting.weights.coefficients["price_tier"] == DEFAULT_WEIGHTS.coefficients["price_tier"]
    learned = waiting.learned
    assert learned["positives"] > 100
    assert learned["metrics"]["logistic"]["auc"] > 0.6
    assert sum(each["rows"] for each in learned["reliability"]) == learned["tried_rows"]


def _foretold(services: Services, shop_id: int) -> dict[str, float | None]:
    with services.database.shop(shop_id) as tx:
        return {who: said for who, (_, said) in relationships.foretold_of_each(tx).items()}


def _everyone_is_foretold_once(services: Services, shop_id: int) -> None:
    before = _foretold(services, shop_id)
    assert set(before.values()) == {None}
    with services.database.shop(shop_id) as tx:
        stood = relationships.one(tx, "7")
    assert foretell_customers(services.database, services.live, shop_id, now=NOW) == len(before)
    assert foretell_customers(services.database, services.live, shop_id, now=NOW) == 0
    after = _foretold(services, shop_id)
    assert None not in after.values()
    assert len(set(after.values())) > 20
    with services.database.shop(shop_id) as tx:
        stands = relationships.one(tx, "7")
    # The row and its snapshot say the same version, and nothing else has changed.
    assert stands.version == stood.version + 1 == stands.snapshot.version
    assert stands.snapshot.foretold == after["7"]
    assert (stands.snapshot.milestones, stands.snapshot.kinds) == (
        stood.snapshot.milestones,
        stood.snapshot.kinds,
    )
    # A rebuild on the same orders keeps it, and so changes nothing.
    rebuilt = update_every_relationship(
        services.database, services.live, shop_id, now=NOW, on_progress=lambda _: None
    )
    assert rebuilt == 0


def _parts_make_the_whole(services: Services, shop_id: int) -> None:
    whole = _foretold(services, shop_id)
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update relationships set snapshot = snapshot || '{\"foretold\": null}'"))
    counts = [
        foretell_customers(services.database, services.live, shop_id, now=NOW, part=part, of=3)
        for part in range(3)
    ]
    assert min(counts) > 0
    assert sum(counts) == len(whole)
    assert _foretold(services, shop_id) == whole


def _another_order_silences_what_was_foretold(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        update_relationship(tx, services.live, "7", now=NOW)
        assert relationships.one(tx, "7").snapshot.foretold is not None
        sell(tx, "new", "7", NOW - timedelta(hours=1), 9_000)
        update_relationship(tx, services.live, "7", now=NOW)
        assert relationships.one(tx, "7").snapshot.foretold is None
    assert foretell_customers(services.database, services.live, shop_id, now=NOW) == 1


def test_no_transaction_is_open_while_clients_are_foretold(
    services: Services, sold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[int] = []

    class Watching:
        @staticmethod
        def from_record(_: object) -> Watching:
            return Watching()

        def foretell(self, *_: object, **__: object) -> dict[str, float]:
            free.append(services.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool
            return {"7": 1.0}

    monkeypatch.setattr(foretelling, "HistoryModel", Watching)
    with services.database.shop(sold) as tx:
        rulebook.change_weights(
            tx, DEFAULT_WEIGHTS, history={"kind": "any"}, learned={}, by="Margaret", now=NOW
        )
    assert foretell_customers(services.database, services.live, sold, now=NOW) == 1
    assert free == [0]


def test_a_relationship_that_moves_on_meanwhile_is_left_to_the_next_run(
    services: Services, sold: int
) -> None:
    with services.database.shop(sold) as tx:
        version = relationships.one(tx, "7").version
        assert relationships.foretell_each(tx, [("7", version - 1, 1.0)]) == set()
        assert relationships.foretell_each(tx, [("7", version, 1.0)]) == {"7"}
        assert relationships.one(tx, "7").snapshot.foretold == 1.0


# --- proposals


@pytest.fixture
def propose(services: Services, shop_id: int) -> Callable[[], UUID]:
    def put() -> UUID:
        with services.database.shop(shop_id) as tx:
            return learnings.propose(
                tx, DEFAULT_WEIGHTS, history={"kind": "none"}, learned={"rows": 1}, now=NOW
            )

    return put


def test_a_newer_proposal_takes_the_place_of_the_one_that_waits(
    services: Services, shop_id: int, propose: Callable[[], UUID]
) -> None:
    first, second = propose(), propose()
    with services.database.shop(shop_id) as tx:
        assert learnings.waiting(tx).proposal_id == second
        with pytest.raises(UnableToApproveSince):
            approve_weights(tx, services.queue, first, by="Margaret", now=NOW)


def test_what_is_put_off_changes_nothing(
    services: Services, shop_id: int, propose: Callable[[], UUID]
) -> None:
    proposal_id = propose()
    with services.database.shop(shop_id) as tx:
        assert dismiss_weights(tx, services.queue, proposal_id, by="Margaret", now=NOW)
        assert not dismiss_weights(tx, services.queue, proposal_id, by="Margaret", now=NOW)
        assert (learnings.waiting(tx), rulebook.read(tx).weights.version) == (None, 1)


# --- what came of sessions


def test_a_session_teaches_once_its_sixty_days_have_passed(services: Services, shop_id: int) -> None:
    def record(began: datetime, last_order: datetime | None = None, **more: object) -> dict[str, object]:
        return {
            "decision": {"readings": {"tenure": {"value": 0.5, "fired": True, "because": ""}}},
            "relationship": {"foretold": 1.25},
            "weights": {"version": 1},
            "session": {"started_at": began.isoformat()},
            "standing": {"last_order_at": last_order.isoformat() if last_order else None},
            **more,
        }

    with services.database.shop(shop_id) as tx:
        for customer in ("a", "b", "c", "d"):
            customers.mention(tx, [customer])
        for name, customer, days, more in (
            ("bought", "a", 100, {"verdict": "offer", "seen_at": NOW}),
            ("unseen", "b", 100, {"verdict": "offer"}),
            ("again", "b", 99, {}),
            ("young", "a", 59, {}),
            ("unread", "a", 90, {"record": record(NOW, decision={"readings": {}})}),
            # Bought before her last page, ten minutes after she came; the one record knows of it.
            ("bought in it", "c", 90, {}),
            (
                "knows it",
                "d",
                90,
                {
                    "record": record(
                        began=NOW - timedelta(days=90, minutes=15),
                        last_order=NOW - timedelta(days=90, minutes=5),
                    )
                },
            ),
            ("erased", "a", 90, {"customer_id": None, "record": None}),
        ):
            at = NOW - timedelta(days=days)
            row = {"customer_id": customer, "at": at, "day": at.date(), "verdict": "quiet"}
            row |= {"record": record(began=at - timedelta(minutes=15))}
            row |= {"decision_id": uuid4(), "session_id": name, "rule": "cue_reached", "strength": "cue"}
            tx.execute(
                insert(decisions).values(shop_id=shop_id, eligible=True, held_out=False, **{**row, **more})
            )
        sell(tx, "within", "a", NOW - timedelta(days=41), 500)
        sell(tx, "late", "b", NOW - timedelta(days=38), 500)
        sell(tx, "in it", "c", NOW - timedelta(days=90, minutes=5), 500)
        found = list(outcomes(tx, within=WITHIN, until=NOW, zone=ZoneInfo("Europe/London")))
    told = [(each.customer_id, each.offered, each.ordered, each.sessions) for each in found]
    assert sorted(told) == [("a", True, True, 1), ("b", False, False, 2), ("b", False, False, 2),
                            ("c", False, True, 1)]  # fmt: skip
    assert (found[0].readings, found[0].foretold, found[0].weights) == ({"tenure": 0.5}, 1.25, 1)
    assert found[0].day == as_day((NOW - timedelta(days=90)).date())
