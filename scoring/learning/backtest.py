"""What would have been foretold, and what came: every model on months that none of them had seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from threadpoolctl import threadpool_limits

from scoring.learning.bayesian import logistic
from scoring.learning.book import Real
from scoring.learning.measures import Foretold, Yes, intervals, lift_curve, measure, reliability, top_share
from scoring.learning.orders import Orders, as_day
from scoring.learning.promotion import choose
from scoring.learning.rivals import UNTRAINED, Foretell, UnableToCompare, bg_nbd, cue_share, rule
from scoring.learning.snapshots import Rows, take_snapshots
from scoring.learning.targets import TARGETS, Target

# Said with the figures, because a figure without it would be misread.
NOT_KNOWN = (
    "Category continuity and repeat visits need a session: an order history cannot know them. In rule and "
    "count, two orders within a year stand in for visits, and the last step in price for the price looked at."
)
FLAGGED = "The rule flags a cue; every other model flags as many customers as the rule, its highest scores."


@dataclass(frozen=True, slots=True)
class Plan:
    """Months to learn from and to judge by; how many rows are labelled (None: all), drawn by a seed.

    `processes` share the work by horizon: two of them are busy to the end, more are not.
    """

    train: Sequence[date]
    test: Sequence[date]
    labelled: int | None = None
    seed: int = 0
    resamples: int = 100
    processes: int = 1


class UnableToBacktest(ValueError):
    """These months cannot be tested. Trying again will not help: choose others."""


@dataclass(slots=True)
class _Trial:
    """One target: what may be learned from, what is judged, and what each model said of it."""

    target: Target
    train: Rows
    labelled: Rows
    test: Rows
    said: dict[str, Foretold] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def learned(self) -> Yes:
        return self.labelled.outcome[self.target.name]

    @property
    def outcome(self) -> Yes:
        return self.test.outcome[self.target.name]


def backtest(
    orders: Orders, plan: Plan, *, on_progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Learn on the training months, foretell the test months once, and answer DESIGN.md's form of figures."""
    if max(plan.train) >= min(plan.test):
        raise UnableToBacktest("the test months must come after the training months")
    began = time.perf_counter()
    found: dict[str, _Both] = {}
    for named in _every_horizon(orders, plan):
        on_progress(f"{', '.join(named)}: done")
        found |= named
    order = [target.name for target in TARGETS]
    return {
        "targets": {name: found[name][0] for name in order},
        "active": {name: found[name][1] for name in order},
        "train": _months(plan.train),
        "test": _months(plan.test),
        "labelled": plan.labelled,
        "seed": plan.seed,
        "notes": [NOT_KNOWN, FLAGGED],
        "seconds": time.perf_counter() - began,
    }


_Both = tuple[dict[str, Any], dict[str, Any]]  # figures of everyone, of the active


def _every_horizon(orders: Orders, plan: Plan) -> Iterator[dict[str, _Both]]:
    """Try the targets horizon by horizon, the longest first: two of the four targets are its own."""
    horizons = sorted({target.horizon for target in TARGETS}, reverse=True)
    if plan.processes == 1:
        yield from (_try_horizon(orders, plan, horizon) for horizon in horizons)
        return
    # Spawned, not forked: a fork would copy the locks of threads that it has not got.
    with ProcessPoolExecutor(plan.processes, mp_context=get_context("spawn")) as processes:
        asked = [processes.submit(_try_horizon, orders, plan, horizon) for horizon in horizons]
        yield from (one.result() for one in as_completed(asked))


def _try_horizon(orders: Orders, plan: Plan, horizon: int) -> dict[str, _Both]:
    targets = [target for target in TARGETS if target.horizon == horizon]
    # One thread: where others work too, waiting threads took ten times what one takes (docs/scoring.md).
    with threadpool_limits(1):
        train, test = _rows(orders, plan, targets)
        rival = _fit_bg_nbd(orders, plan)
        return {target.name: _figures(_try(target, train, test, plan, rival), plan) for target in targets}


def _figures(trial: _Trial, plan: Plan) -> _Both:
    everyone = np.ones(len(trial.test.customer), dtype=bool)
    return _report(trial, everyone, plan), _report(trial, trial.test.active, plan)


def _rows(orders: Orders, plan: Plan, targets: Sequence[Target]) -> tuple[Rows, Rows]:
    """Take both sets of snapshots; what is learned was known before the first test month began."""
    train = take_snapshots(orders, plan.train, targets, known_by=as_day(min(plan.test)))
    return train, take_snapshots(orders, plan.test, targets)


def _fit_bg_nbd(orders: Orders, plan: Plan) -> Foretell | str:
    """Fit the rival on what was known in the last training month; or say why it cannot be had."""
    try:
        return bg_nbd(take_snapshots(orders, plan.train[-1:], TARGETS[:1]))
    except UnableToCompare as error:
        return str(error)


def _months(days: Sequence[date]) -> str:
    return f"{min(days):%Y-%m}:{max(days):%Y-%m}"


def _try(target: Target, train: Rows, test: Rows, plan: Plan, rival: Foretell | str) -> _Trial:
    labelled = train
    if plan.labelled is not None and plan.labelled < len(train.customer):
        drawn = np.random.default_rng(plan.seed).choice(len(train.customer), plan.labelled, replace=False)
        labelled = train.where(np.sort(drawn))
    trial = _Trial(target, train, labelled, test)
    share = cue_share(rule(test) > 0)
    for name, score in UNTRAINED.items():
        _hear(trial, name, score, share)
    _hear_bg_nbd(trial, rival, share)
    _hear_ours(trial, share)
    return trial


def _hear(trial: _Trial, name: str, score: Callable[[Rows], Real], share: float) -> None:
    """Let an untrained score speak; labelled rows give it a chance per score, its order unchanged."""
    began = time.perf_counter()
    scored = score(trial.test)
    chance = _as_chance(score(trial.labelled), trial.learned, scored)
    flagged = scored > 0 if name == "rule" else top_share(scored, share)
    trial.said[name] = Foretold(scored, chance, flagged)
    trial.notes[name] = {"seconds": time.perf_counter() - began}


def _as_chance(seen: Real, outcome: Yes, scored: Real) -> Real:
    """Answer the rate that went with a score, never falling as the score rises."""
    steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    rate = (outcome.sum() + 1) / (len(outcome) + 2)
    found = steps.fit(seen, outcome.astype(np.float64)).predict(scored)
    # A step of few rows may say never or always; a thousandth of the base rate keeps it from certainty.
    return np.clip(np.asarray(found, dtype=np.float64), rate / 1000, 1 - rate / 1000)


def _hear_bg_nbd(trial: _Trial, foretell: Foretell | str, share: float) -> None:
    if isinstance(foretell, str):
        trial.notes["bg_nbd"] = {"because": foretell}
        return
    _hear(trial, "bg_nbd", lambda rows: foretell(rows, trial.target.horizon), share)


def _hear_ours(trial: _Trial, share: float) -> None:
    target = trial.target
    began = time.perf_counter()
    chosen = choose(
        trial.labelled,
        trial.learned,
        horizon=target.horizon,
        upgrade=target.upgrade,
        everyone=trial.train,
        trees_anyway=True,
    )
    learned = time.perf_counter() - began
    for name, model in (("logistic", chosen.logistic), ("boosting", chosen.boosting)):
        if model is None:
            trial.notes[name] = {"because": chosen.proof.because}
            continue
        began = time.perf_counter()
        log_odds = model.log_odds(trial.test)
        trial.said[name] = Foretold(log_odds, logistic(log_odds), top_share(log_odds, share))
        trial.notes[name] = {"seconds": time.perf_counter() - began}
    trial.said["steward"] = trial.said[chosen.proof.chosen]
    # Learning both, the proof and foretelling; the other two only foretell.
    seconds = trial.notes[chosen.proof.chosen]["seconds"] + learned
    promotion = chosen.proof.to_record()
    trial.notes["steward"] = {"seconds": seconds, "chosen": chosen.proof.chosen, "promotion": promotion}


def _report(trial: _Trial, which: Yes, plan: Plan) -> dict[str, Any]:
    """Answer the figures of every model on some of the test rows."""
    outcome, day, customer = trial.outcome[which], trial.test.day[which], trial.test.customer[which]
    said = {name: _some(one, which) for name, one in trial.said.items()}
    ranges = intervals(list(said.values()), outcome, customer, times=plan.resamples, seed=plan.seed)
    models: dict[str, Any] = dict.fromkeys(_MODELS)
    for (name, one), sure in zip(said.items(), ranges, strict=True):
        models[name] = {**measure(one, outcome, day), "intervals": sure, **trial.notes[name]}
        models[name] |= _curves(name, one, outcome)
    missing = {name: trial.notes[name]["because"] for name in _MODELS if models[name] is None}
    return {
        "base_rate": float(outcome.mean()) if len(outcome) else None,
        "rows": len(outcome),
        "customers": len(np.unique(customer)),
        "trained_on": len(trial.labelled.customer),
        "models": models,
        **({"missing": missing} if missing else {}),
    }


def _curves(name: str, said: Foretold, outcome: Yes) -> dict[str, Any]:
    """Answer what pictures are drawn from: our reliability, and the curves that stand beside each other."""
    if name not in DRAWN or not outcome.any():
        return {}
    curve = [(share, round(reached, 4)) for share, reached in lift_curve(said.score, outcome)]
    if name != "steward":
        return {"lift_curve": curve}
    bins = [
        (round(chance, 5), round(seen, 5), rows) for chance, seen, rows in reliability(said.chance, outcome)
    ]
    return {"lift_curve": curve, "reliability": bins}


# Whose curves are kept: ours, and the two that anyone would take first.
DRAWN = ("steward", "bg_nbd", "recency")
_MODELS = (*UNTRAINED, "bg_nbd", "logistic", "boosting", "steward")


def _some(said: Foretold, which: Yes) -> Foretold:
    return Foretold(said.score[which], said.chance[which], said.flagged[which])
