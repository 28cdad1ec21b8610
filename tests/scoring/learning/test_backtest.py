"""The backtest answers DESIGN.md's form, judges what nobody saw, and promotes trees only on proof."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from app.cli import main
from app.usecases.draw_backtest import draw_backtest
from scoring.learning.backtest import DRAWN, Plan, UnableToBacktest, backtest
from scoring.learning.learned_logistic import learn_logistic
from scoring.learning.months import read_months
from scoring.learning.orders import UnableToReadHistory, read_orders
from scoring.learning.promotion import LEAST_POSITIVES, choose
from scoring.learning.report import in_words
from scoring.learning.rivals import fired, rule
from scoring.learning.snapshots import Rows, take_snapshots
from scoring.learning.tables import UnableToWriteTables, write_tables
from scoring.learning.targets import TARGETS

from .histories import REAL, drawn, some_of

MODELS = [
    *("rule", "count", "recency", "frequency_recency", "bg_nbd", "logistic", "boosting", "steward"),
]  # fmt: skip
FIGURES = {
    *("auc", "auc_within_month", "lift_5pct", "average_precision", "brier", "ece", "log_loss"),
    *("flag_rate", "precision", "recall", "intervals", "seconds"),
}
DOCS = Path(__file__).parents[3] / "docs"
TODAY = date(2026, 11, 21)
TRAIN, TEST = read_months("2009-01:2010-12"), read_months("2011-04:2012-06")


@pytest.fixture(scope="module")
def answer():
    return backtest(drawn(300), Plan(TRAIN, TEST, resamples=10))


def test_the_form_is_the_one_that_was_promised(answer) -> None:
    assert {"targets", "active", "seconds"} <= answer.keys()
    for part in ("targets", "active"):
        assert list(answer[part]) == ["order_30d", "order_60d", "order_90d", "upgrade_90d"]
        for target in answer[part].values():
            assert 0 < target["base_rate"] < 1
            assert list(target["models"]) == MODELS
            for figures in target["models"].values():
                assert figures.keys() >= FIGURES
    json.dumps(answer, allow_nan=False)


def test_ours_names_what_the_proof_chose(answer) -> None:
    for target in answer["targets"].values():
        ours = target["models"]["steward"]
        assert ours["auc"] == target["models"][ours["chosen"]]["auc"]
        assert ours["promotion"]["because"]


def test_ours_sees_the_habit_that_others_cannot(answer) -> None:
    models = answer["targets"]["order_30d"]["models"]
    for rival in ("rule", "count", "recency", "frequency_recency", "bg_nbd"):
        assert models["steward"]["auc"] > models[rival]["auc"] + 0.05, rival


def test_pictures_can_be_drawn_of_what_is_answered(answer, tmp_path: Path) -> None:
    for part in ("targets", "active"):
        for target in answer[part].values():
            ours = target["models"]["steward"]
            assert sum(rows for _, _, rows in ours["reliability"]) == target["rows"]
            for name in DRAWN:
                assert target["models"][name]["lift_curve"][-1] == (1.0, 1.0)
            assert "lift_curve" not in target["models"]["rule"]
    written = draw_backtest(json.loads(json.dumps(answer)), None, tmp_path / "pictures")
    assert sorted(path.name for path in written) == sorted(
        f"{what}-{name}.svg"
        for what in ("reliability", "lift")
        for name in ("order-30d", "order-60d", "order-90d", "upgrade-90d")
    )
    assert all(path.read_text().startswith("<svg") for path in written)


def test_two_processes_answer_what_one_does(answer) -> None:
    def without_seconds(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: without_seconds(value) for name, value in part.items() if name != "seconds"}
        return part

    again = backtest(drawn(300), Plan(TRAIN, TEST, resamples=10, processes=2))
    assert without_seconds(again) == without_seconds(answer)


def test_the_tables_are_written_where_the_document_has_room(answer) -> None:
    page = (
        "Before.\n<!-- results -->\nold\n<!-- /results -->\n<!-- promotion -->\n<!-- /promotion -->\nAfter.\n"
    )
    written = write_tables(page, answer)
    assert written.startswith("Before.")
    assert written.endswith("After.\n")
    assert "old" not in written
    auc = answer["targets"]["order_30d"]["models"]["recency"]["auc"]
    assert f"| recency | {auc:.3f} (" in written
    assert write_tables(written, answer) == written
    with pytest.raises(UnableToWriteTables, match="results"):
        write_tables("no room", answer)


def test_the_document_shows_the_figures_of_its_json() -> None:
    document = (DOCS / "scoring.md").read_text()
    assert write_tables(document, json.loads((DOCS / "backtest.json").read_text())) == document


def test_it_reads_like_a_report(answer) -> None:
    text = in_words(answer)
    assert "order_30d, all customers" in text
    assert "cannot know" in text


def test_what_comes_after_the_training_months_is_not_learned(answer) -> None:
    orders = drawn(300)
    first = int(np.datetime64(date(2011, 4, 1)).astype("datetime64[D]").astype(int))
    cut = backtest(orders.before(first + 200), Plan(TRAIN, TEST, resamples=0))
    for name, target in answer["targets"].items():
        was = target["models"]["steward"]["promotion"]
        assert cut["targets"][name]["models"]["steward"]["promotion"] == was


def test_test_months_must_come_after() -> None:
    with pytest.raises(UnableToBacktest, match="after"):
        backtest(drawn(50), Plan(TEST, TRAIN))


def test_without_the_rival_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "lifetimes", None)
    target = backtest(drawn(120), Plan(TRAIN, TEST, labelled=200, resamples=0))["targets"]["order_30d"]
    assert target["models"]["bg_nbd"] is None
    assert "lifetimes" in target["missing"]["bg_nbd"]


def test_the_same_seed_labels_the_same_rows() -> None:
    def once(seed: int) -> float:
        plan = Plan(TRAIN, TEST, labelled=150, seed=seed, resamples=0)
        return backtest(drawn(120), plan)["targets"]["order_30d"]["models"]["logistic"]["log_loss"]

    assert once(1) == once(1)


def test_few_orders_never_promote_trees() -> None:
    rows = take_snapshots(drawn(60), TRAIN, TARGETS[:1])
    few = rows.where(np.arange(len(rows.customer)) % 3 == 0)
    assert few.outcome["order_30d"].sum() < LEAST_POSITIVES
    chosen = choose(few, few.outcome["order_30d"], horizon=30, upgrade=False, everyone=rows)
    assert chosen.proof.chosen == "logistic"
    assert str(LEAST_POSITIVES) in chosen.proof.because


@pytest.fixture(scope="module")
def real() -> tuple[Rows, Rows]:
    if not REAL.exists():
        pytest.skip("the real history is not here")
    orders = some_of(read_orders(REAL, today=TODAY).orders, 2)
    learn = take_snapshots(orders, read_months("2009-01:2010-09"), TARGETS[:1])
    judge = take_snapshots(orders, read_months("2011-01:2012-09"), TARGETS[:1])
    return learn, judge.where(judge.active)


@pytest.mark.parametrize(("labelled", "least"), [(0, 0.70), (100, 0.70), (1_000, 0.72)])
def test_with_few_labels_ours_is_never_below_the_untrained_rule(real, labelled: int, least: float) -> None:
    from sklearn.metrics import roc_auc_score

    learn, judge = real
    happened = judge.outcome["order_30d"]
    untrained = max(roc_auc_score(happened, score(judge)) for score in (rule, fired))
    for seed in range(3):
        drawn_rows = np.random.default_rng(seed).choice(len(learn.customer), labelled, replace=False)
        some = learn.where(drawn_rows)
        model = learn_logistic(some, some.outcome["order_30d"], upgrade=False, everyone=learn)
        auc = roc_auc_score(happened, model.log_odds(judge))
        assert auc > max(untrained, least), f"seed {seed}"


def test_nearer_oftener_and_finer_never_lower_the_odds(real) -> None:
    learn, _ = real
    some = learn.where(np.arange(0, len(learn.customer), 50))
    learned = learn_logistic(some, some.outcome["order_30d"], upgrade=False)
    coefficients = dict(zip(learned.names, learned.posterior.mean[1:], strict=True))
    assert learned.scale.min() > 0
    assert all(coefficients[name] >= 0 for name in ("anniversaries", "near_lift", "last_ratio"))


def test_the_command_answers_json(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    orders = drawn(60)
    lines = [
        f"O{number},{customer},{np.datetime64(int(day), 'D')},{amount / 100},EUR,1"
        for number, (customer, day, amount) in enumerate(
            zip(orders.customer, orders.day, orders.amount, strict=True)
        )
    ]
    file.write_text("\n".join(["order_id,customer_id,ordered_at,price,currency,quantity", *lines]))
    asked = ["backtest", str(file), "--train", "2009-01:2010-12", "--test", "2011-04:2012-06"]
    pictures = ["--pictures", str(tmp_path / "pictures")]
    found = CliRunner().invoke(main, [*asked, "--labelled", "100", "--seed", "4", "--json", *pictures])
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert answer["targets"]["order_30d"]["trained_on"] == 100
    assert not math.isnan(answer["seconds"])
    assert (tmp_path / "pictures" / "recovered-calendar.svg").exists()
    refused = CliRunner().invoke(main, [*asked[:2], "--train", "soon", "--test", "2011-01:2011-02"])
    assert refused.exit_code == 1
    assert "2008-01:2010-09" in refused.output


def test_only_what_counts_is_read(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "order_id,customer_id,ordered_at,title,price,currency,quantity,status\n"
        "A,alma,2011-01-01T23:30:00-05:00,Ring,10.50,EUR,2,\n"
        "A,alma,2011-01-01T23:30:00-05:00,Box,1,EUR,1,\n"
        "B,alma,2011-02-01,Ring,10,EUR,-1,\n"
        "C,alma,2011-02-01,Ring,10,EUR,1,cancelled\n"
        "D,,2011-02-01,Ring,10,EUR,1,\n"
        "E,alma,2011-02-01,Ring,10,USD,1,\n"
        "F,alma,2011-02-01,Ring,0,EUR,1,\n"
        "G,alma,not a day,Ring,10,EUR,1,\n"
        "H,alma,2031-01-01,Ring,10,EUR,1,\n"
        "I,alma,2011-02-01,Ring,inf,EUR,1,\n"
        "J,alma,2011-02-01,Ring,1e30,EUR,1,\n"
    )
    read = read_orders(file, today=TODAY)
    assert read.orders.names == ("alma",)
    assert read.orders.amount.tolist() == [2_200]
    assert read.orders.day.tolist() == [int(np.datetime64("2011-01-01", "D").astype(int))]
    assert read.note == (
        "Lines left out: 1 without a customer, 1 cancelled, returned or a test, 1 without a date, "
        "1 dated after today, 2 without a price, 1 a return, 1 in another currency."
    )


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "order_id,customer_id,ordered_at,price\n"])
def test_what_is_no_history_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(text)
    with pytest.raises(UnableToReadHistory):
        read_orders(file, today=TODAY)
