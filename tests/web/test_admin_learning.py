"""What the merchant reads of what was learned, and her yes or not now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.factory import create_app
from app.stores import learnings, rulebook
from app.stores.database import Transaction
from app.stores.learnings import Taken
from app.usecases.open_shop import open_shop
from app.web.admin_learning_words import bins_of, rows_of
from app.wiring import Services
from scoring.weights import DEFAULT_WEIGHTS
from tests.conftest import NOW
from tests.web.merchant import OTHER_SHOP, SHOP, Merchant, good_token

PAGE = "/admin/learning"
LEARNED = replace(
    DEFAULT_WEIGHTS,
    coefficients={**DEFAULT_WEIGHTS.coefficients, "history": 1.0, "tenure": 0.1},
    deviations={"history": 0.1, "tenure": 0.3, "anniversary_window": 0.2, "price_tier": 0.6},
    base_rate=1 / 22,
)
FIGURES: dict[str, Any] = {
    "from": "2022-11-01",
    "to": "2026-09-01",
    "customers": 562,
    "clients": 562,
    "last_known": "2026-11-19",
    "rows": 21_820,
    "positives": 949,
    "sessions": 0,
    "sessions_ordered": 0,
    "base_rate": 1 / 22,
    "chosen": "boosting",
    "because": "trees were better in log loss",
    "tried_from": "2025-10-01",
    "tried_to": "2026-09-01",
    "tried_rows": 6_415,
    "tried_orders": 244,
    "metrics": {
        "logistic": {"auc": 0.8, "lift_5pct": 6.0, "ece": 0.007, "log_loss": 0.2},
        "boosting": {"auc": 0.82, "lift_5pct": 7.0, "ece": 0.006, "intervals": {"auc": [0.79, 0.85]}},
    },
    "reliability": [{"low": 0.1, "high": 0.2, "chance": 0.14, "rows": 300, "seen": 42}],
}


@pytest.fixture
def shop_id(services: Services) -> int:
    named = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    open_shop(services.database, OTHER_SHOP, now=NOW, **named)
    return open_shop(services.database, SHOP, now=NOW, owner_name="Margaret Alder", **named)


@pytest.fixture
def asked(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    jobs: list[tuple[object, ...]] = []
    monkeypatch.setattr(services.queue, "ask", lambda *job, **_: jobs.append(job))
    return jobs


@pytest.fixture
def merchant(services: Services, shop_id: int, asked: object) -> Iterator[Merchant]:
    with create_app(services=services).test_client(use_cookies=False) as client:
        yield Merchant(client, lambda: good_token(services.settings))


@pytest.fixture
def propose(services: Services, shop_id: int) -> Callable[..., UUID]:
    def put(**changed: Any) -> UUID:
        with services.database.shop(shop_id) as tx:
            return learnings.propose(tx, LEARNED, history={}, learned={**FIGURES, **changed}, now=NOW)

    return put


def take(tx: Transaction) -> Taken:
    taken = learnings.take(tx, "learn", lease_seconds=60)
    assert taken is not None
    return taken


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").split())


def read(merchant: Merchant) -> str:
    answer = merchant.opens(PAGE)
    assert answer.status_code == 200
    return words(answer.text)


def test_a_new_house_reads_that_nothing_was_learned_and_what_is_in_force(merchant: Merchant) -> None:
    text = read(merchant)
    assert "Nothing learned yet" in text
    assert "the weights every house starts with" in text
    assert "An occasion is near" in text
    assert "Approve" not in text


def test_while_the_orders_are_being_read_she_may_leave(
    merchant: Merchant, asked: list[tuple[object, ...]], shop_id: int
) -> None:
    assert "It takes a few minutes" in words(merchant.sends(f"{PAGE}/learn", {}).text)
    assert asked == [("jobs.learning.learn", shop_id)]
    assert "you can leave this page and come back" in read(merchant)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [("UnableToLearn", "Too few orders to learn from yet"), ("", "Nothing waits for you")],
)
def test_what_came_of_it_is_said(
    merchant: Merchant, services: Services, shop_id: int, error: str, sentence: str
) -> None:
    with services.database.shop(shop_id) as tx:
        learnings.ask(tx, "learn", now=NOW)
        learnings.finish(tx, take(tx), now=NOW, error=error)
    assert sentence in read(merchant)


def test_a_learning_that_broke_off_is_tried_again_and_says_so(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        learnings.ask(tx, "learn", now=NOW)
        learnings.put_back(tx, take(tx), "RuntimeError", rest_seconds=60)
    assert "tried again within the hour" in read(merchant)
    assert "RuntimeError" not in read(merchant)


def test_she_may_have_it_read_anew_after_it_broke_off_and_need_not_wait_for_its_rest(
    merchant: Merchant, services: Services, shop_id: int, asked: list[tuple[object, ...]]
) -> None:
    with services.database.shop(shop_id) as tx:
        learnings.ask(tx, "learn", now=NOW)
        learnings.put_back(tx, take(tx), "RuntimeError", rest_seconds=3600)
        assert learnings.take(tx, "learn", lease_seconds=60) is None
    merchant.sends(f"{PAGE}/learn", {})
    assert asked == [("jobs.learning.learn", shop_id)]
    assert "did not come to an end" not in read(merchant)
    with services.database.shop(shop_id) as tx:
        take(tx)


def test_a_proposal_says_what_would_change_how_sure_and_from_what(
    merchant: Merchant, propose: Callable[..., UUID]
) -> None:
    propose()
    text = read(merchant)
    assert "Years with you how long, and how steadily, the client has bought here Now 1.6 ×" in text
    assert "Learned 1.1 × between 0.6 and 2.0, inconclusive" in text
    assert "What the orders foretell" in text
    assert "2.0 × between 1.7 and 2.3" in text
    assert "as before: only visits can teach this one" in text
    assert "Of all your clients, 1 in 22 orders in any 60 days" in text
    assert "21,820 times, a client and a month each; 949 times the client ordered within 60 days" in text
    assert "6,415 times a client was looked at, and 244 times the client ordered" in text
    assert "Orders known until 19 November 2026" in text
    assert "Clients 562" in text
    assert "October 2025 to September 2026" in text
    assert "82 of 100 (79 to 85)" in text
    assert "10 to 20 % 14 % ordered: 42 of 300 (between 11 and 18 %)" in text
    assert "not who is invited" in text
    assert "log loss" not in text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "Decision trees: on months neither had seen, their chances came nearer"),
        ({"chosen": "logistic"}, "decision trees did no better"),
        (
            {"chosen": "logistic", "metrics": {"logistic": {}}},
            "949 times that a client ordered within 60 days are too few for decision trees",
        ),
        (
            {"chosen": "logistic", "metrics": {}, "reliability": []},
            "The signals alone: with less than two years of orders",
        ),
    ],
    ids=["trees", "simpler", "few", "young"],
)
def test_which_model_speaks_and_why_is_said_plainly(
    merchant: Merchant, propose: Callable[..., UUID], changed: dict[str, Any], sentence: str
) -> None:
    propose(**changed)
    assert sentence in read(merchant)


def test_a_sample_of_the_clients_is_called_one(merchant: Merchant, propose: Callable[..., UUID]) -> None:
    propose(customers=5_000, clients=12_608)
    assert "Clients a sample of 5,000 of 12,608" in read(merchant)


def test_a_history_that_is_left_out_is_said_to_be_not_used(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    untried = {**FIGURES, "chosen": "logistic", "metrics": {}, "reliability": []}
    weights = replace(LEARNED, coefficients=DEFAULT_WEIGHTS.coefficients)
    with services.database.shop(shop_id) as tx:
        learnings.propose(tx, weights, history={}, learned=untried, now=NOW)
    text = read(merchant)
    assert "by the orders on record Now not used Learned not used" in text
    assert "what the orders foretell of each client is left out" in text


def test_figures_of_before_say_nothing_of_what_was_not_kept_then(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    kept = {name: value for name, value in FIGURES.items() if name not in ("clients", "last_known")}
    with services.database.shop(shop_id) as tx:
        learnings.propose(tx, LEARNED, history={}, learned=kept, now=NOW)
    text = read(merchant)
    assert "Orders known until" not in text
    assert "Clients 562" in text


def test_an_approval_puts_it_in_force_and_has_everyone_foretold(
    merchant: Merchant,
    services: Services,
    shop_id: int,
    propose: Callable[..., UUID],
    asked: list[tuple[object, ...]],
) -> None:
    answer = merchant.sends(f"{PAGE}/approve", {"mark": str(propose())})
    assert answer.status_code == 200
    assert "Approved. Version 2 is in force" in words(answer.text)
    assert "approved by you" in words(answer.text)
    assert asked == [("jobs.learning.foretell", shop_id), ("jobs.learning.replay", shop_id)]
    with services.database.shop(shop_id) as tx:
        assert rulebook.read(tx).weights == replace(LEARNED, version=2)


def test_what_is_not_what_she_read_is_not_approved(
    merchant: Merchant, services: Services, shop_id: int, propose: Callable[..., UUID]
) -> None:
    old = propose()
    propose()
    for mark in (str(old), str(uuid4()), "", "no mark"):
        answer = merchant.sends(f"{PAGE}/approve", {"mark": mark})
        assert (answer.status_code, "Newer figures came in" in answer.text) == (409, True)
    with services.database.shop(shop_id) as tx:
        assert rulebook.read(tx).weights.version == 1


def test_not_now_leaves_what_is_in_force(
    merchant: Merchant, services: Services, shop_id: int, propose: Callable[..., UUID]
) -> None:
    answer = merchant.sends(f"{PAGE}/dismiss", {"mark": str(propose())})
    assert "Put off. What is in force stays" in words(answer.text)
    with services.database.shop(shop_id) as tx:
        assert (learnings.waiting(tx), rulebook.read(tx).weights.version) == (None, 1)


def test_another_house_sees_nothing_of_it(
    services: Services, merchant: Merchant, propose: Callable[..., UUID]
) -> None:
    mark = propose()
    other = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    assert "Nothing learned yet" in read(other)
    assert other.sends(f"{PAGE}/approve", {"mark": str(mark)}).status_code == 409


def test_the_policy_leads_here(merchant: Merchant) -> None:
    assert 'href="/admin/learning"' in merchant.opens("/admin/policy").text


def test_a_weight_that_is_new_is_set_against_none() -> None:
    history = rows_of(DEFAULT_WEIGHTS, LEARNED)[0]
    assert (history.now, history.then, history.now_bar) == ("–", "2.0 ×", 0.0)


def test_a_range_is_as_wide_as_what_hangs_together_makes_it() -> None:
    span = {"low": 0.1, "high": 0.2, "chance": 0.14, "rows": 300, "seen": 42}
    alone, together = bins_of({"reliability": [span, {**span, "stretch": 4.0}]})
    assert together.high - together.low == pytest.approx(2 * (alone.high - alone.low), rel=0.1)
    assert "14\u00a0% ordered: 42 of 300 (between 7.9 and 24\u00a0%)" in together.sentence


def test_the_last_span_of_chances_has_no_upper_end() -> None:
    (last,) = bins_of({"reliability": [{"low": 0.4, "high": 1.0, "chance": 0.5, "rows": 10, "seen": 5}]})
    assert last.label == "40\u00a0% and more"
