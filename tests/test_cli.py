"""The command line: whatever is asked of it, it answers, or says in one line what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from app.cli import main
from app.config import Settings
from app.stores.decisions import decisions
from app.wiring import Services
from scoring.decision import Standing, decide
from scoring.replay import ENGINE, record
from scoring.session import Session
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy
from tests.conftest import NOW
from tests.usecases.alder import DOMAIN, Alder, offer_to, open_alder

AT = "2026-11-21T10:00:00Z"
EVENT = {"type": "product_view", "at": "2026-11-21T09:59:00Z", "kind": "eternity_band", "price": 240_000,
         "currency": "GBP", "dwell_ms": 18_000, "product_id": "6001"}  # fmt: skip


@pytest.fixture
def house(services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Alder:
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("REDIS_URL", settings.redis_url),
        ("STEWARD_ENV", "test"),
        ("SECRET_KEY", settings.secret_key),
        ("STEWARD_DATA", str(settings.data)),
    ):
        monkeypatch.setenv(name, value)
    return open_alder(services.database)


def explain(folder: Path, *, session: object = EVENT, at: str = AT, shop: str = DOMAIN) -> Result:
    file = folder / "session.jsonl"
    file.write_text(session if isinstance(session, str) else json.dumps(session))
    asked = ["explain", "--shop", shop, "--customer", "7001", "--session", str(file), "--at", at, "--json"]
    return CliRunner().invoke(main, asked)


def one_line(result: Result) -> str:
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), "no traceback"
    (said,) = result.output.strip().splitlines()
    assert said.startswith("Error: ")
    return said


def test_explain_answers_for_a_client_without_orders(house: Alder, tmp_path: Path) -> None:
    answer = json.loads(explain(tmp_path).stdout)
    assert (answer["verdict"], answer["rule"], answer["strength"]) == ("quiet", "no_relationship", "none")
    assert answer["readings"]["tenure"]["because"] == "No order on record that counts."
    assert all(reading["because"] and not reading["fired"] for reading in answer["readings"].values())


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"shop": "nobody.myshopify.com"}, "not known here"),
        ({"session": ""}, "no event"),
        ({"session": "{"}, "line 1"),
        ({"session": {**EVENT, "at": "2026-11-22T10:00:00Z"}}, "no event"),
        ({"session": {**EVENT, "at": "0001-01-01T00:00:00Z"}}, "year 1 "),
        ({"session": {**EVENT, "kind": "tiara"}}, "tiara"),
        ({"at": "tomorrow"}, "ISO 8601"),
        ({"at": "0001-01-01T00:00:00Z"}, "years 1900 to 2200"),
        ({"at": "9999-12-31T23:59:59Z"}, "years 1900 to 2200"),
    ],
)
def test_explain_says_in_one_line_what_is_wrong(
    house: Alder, tmp_path: Path, given: dict[str, str], word: str
) -> None:
    assert word in one_line(explain(tmp_path, **given))


@pytest.mark.parametrize(
    ("decision_id", "word"),
    [("nonsense", "not the id"), ("5ea5261f-9c9e-4d2a-b080-7fde2a3f9ac2", "there is no decision")],
)
def test_replay_says_in_one_line_what_is_wrong(house: Alder, decision_id: str, word: str) -> None:
    assert word in one_line(CliRunner().invoke(main, ["replay", decision_id]))


def test_replay_tells_a_different_answer_of_another_engine_from_a_fault(
    house: Alder, services: Services
) -> None:
    with services.database.shop(house.shop_id) as tx:
        decision_id = offer_to(tx, "7001", house.ines)
    told = (Session(NOW, NOW), None, Standing(), Policy(), DEFAULT_WEIGHTS, DEFAULT_ADJACENCY)
    given: dict[str, Any] = {"now": NOW, "today": NOW.date(), "draw": 0.5}
    then = decide(*told, **given)
    for decision, engine, code, words in (
        (then, "2026.11", 0, "the same answer"),
        (replace(then, probability=0.5), ENGINE, 1, "a different answer"),
        (replace(then, probability=0.5), "2026.11", 3, f"this is {ENGINE}; the rule is the same"),
        (replace(then, rule="held_out"), "2026.11", 3, "the rule is not the same"),
    ):
        kept = {**record(*told, **given, decision=decision), "engine": engine}
        with services.database.shop(house.shop_id) as tx:
            tx.execute(update(decisions).values(record=kept))
        answer = CliRunner().invoke(main, ["replay", str(decision_id)])
        assert (answer.exit_code, words in answer.output) == (code, True)


def test_replay_of_another_engines_record_says_so_and_quotes_nothing(
    house: Alder, services: Services
) -> None:
    with services.database.shop(house.shop_id) as tx:
        decision_id = offer_to(tx, "7001", house.ines)
        tx.execute(update(decisions).values(record={"engine": "2025.01", "note": "of Alma"}))
    said = one_line(CliRunner().invoke(main, ["replay", str(decision_id)]))
    assert "none this engine reads" in said
    assert "Alma" not in said
