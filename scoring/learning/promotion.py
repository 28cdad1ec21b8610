"""Which of our two models may speak for a shop: trees only where they have proved it on later months."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from scoring.learning import bayesian
from scoring.learning.book import Real
from scoring.learning.boosting import LearnedBoosting, grow
from scoring.learning.learned_logistic import LearnedLogistic, learn_logistic
from scoring.learning.measures import BINS, Yes, calibration_error, log_loss
from scoring.learning.snapshots import Rows, together

# "Trees from ~300 positives" (facts/scoring.md).
LEAST_POSITIVES = 300
# The last year of the training months is judged in three parts, each learned from what was known before it:
# every season is judged once, none from less than a year (months never seen decide else; docs/scoring.md).
_PARTS, _JUDGED_MONTHS, _LEAST_MONTHS = 3, 12, 24


@dataclass(frozen=True, slots=True)
class Proof:
    """How both did on months they had not seen, all from the training months."""

    positives: int
    chosen: Literal["logistic", "boosting"]
    because: str
    rows: int = 0
    logistic_log_loss: float | None = None
    boosting_log_loss: float | None = None
    logistic_ece: float | None = None
    boosting_ece: float | None = None

    def to_record(self) -> dict[str, Any]:
        """Answer values that JSON can say."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The logistic, the trees where there were outcomes enough to grow any, and which one the proof chose."""

    logistic: LearnedLogistic
    boosting: LearnedBoosting | None
    proof: Proof
    trial: Trial | None = None

    @property
    def model(self) -> LearnedLogistic | LearnedBoosting:
        """Answer the model that speaks."""
        return self.boosting if self.proof.chosen == "boosting" and self.boosting else self.logistic

    @property
    def ahead(self) -> Real | None:
        """Answer the log-odds it gave the trial's months before they were known, on the scale it speaks in.

        Trees are calibrated by these very outcomes: good to learn from what goes with their word, as the
        weight of it is learned anew; not to show how well calibrated they are.
        """
        if self.trial is None:
            return None
        if self.boosting is None or self.proof.chosen != "boosting":
            return self.trial.logistic
        return self.boosting.slope * self.trial.boosting + self.boosting.shift


def choose(
    rows: Rows, outcome: Yes, *, horizon: int, upgrade: bool, everyone: Rows, trees_anyway: bool = False
) -> Chosen:
    """Learn both from labelled rows and choose by a rolling split in time, on log loss and calibration.

    Too few outcomes or months grow no trees, unless they are asked for anyway, to be compared: they never
    speak then.
    """
    ours = learn_logistic(rows, outcome, upgrade=upgrade, everyone=everyone)
    positives = int(outcome.sum())
    if min(positives, len(outcome) - positives) < 2:
        return Chosen(ours, None, Proof(positives, "logistic", "too few outcomes to grow any tree"))
    few = f"{positives} rows with an order are fewer than the {LEAST_POSITIVES} that trees need"
    because = few if positives < LEAST_POSITIVES else "fewer than two years to split in time"
    split = _try_in_time(rows, outcome, upgrade, horizon) if positives >= LEAST_POSITIVES else None
    if split is None:
        untried = grow(rows, outcome) if trees_anyway else None
        return Chosen(ours, untried, Proof(positives, "logistic", because))
    trees = grow(rows, outcome).calibrated(split.boosting, split.outcome, rows, outcome)
    return Chosen(ours, trees, _judge(split, positives), split)


@dataclass(frozen=True, slots=True)
class Trial:
    """What both said of months neither had learned from, and what came of them, row by row of `rows`.

    What trees said is not calibrated: that is learned from these outcomes, and would be set against them.
    """

    logistic: Real
    boosting: Real
    outcome: Yes
    rows: Rows


def try_logistic(rows: Rows, outcome: Yes, *, horizon: int) -> Trial | None:
    """Try the logistic alone where outcomes are too few for trees; None where months are too few as well."""
    return _try_in_time(rows, outcome, False, horizon, trees=False)


def _try_in_time(
    rows: Rows, outcome: Yes, upgrade: bool, horizon: int, *, trees: bool = True
) -> Trial | None:
    days = np.unique(rows.day)
    if len(days) < _LEAST_MONTHS:
        return None
    parts = [
        _one_part(rows, outcome, (part[0], part[-1]), upgrade, horizon, trees)
        for part in np.array_split(days[-_JUDGED_MONTHS:], _PARTS)
    ]
    return Trial(
        np.concatenate([part.logistic for part in parts]),
        np.concatenate([part.boosting for part in parts]),
        np.concatenate([part.outcome for part in parts]),
        together([part.rows for part in parts]),
    )


def _one_part(
    rows: Rows, outcome: Yes, between: tuple[int, int], upgrade: bool, horizon: int, trees: bool
) -> Trial:
    # What came of a month is known when its window has ended, not before.
    known, later = rows.day + horizon <= between[0], (rows.day >= between[0]) & (rows.day <= between[1])
    earlier, ahead = rows.where(known), rows.where(later)
    logistic = learn_logistic(earlier, outcome[known], upgrade=upgrade).log_odds(ahead)
    boosting = grow(earlier, outcome[known]).log_odds(ahead) if trees else logistic
    return Trial(logistic, boosting, outcome[later], ahead)


def _judge(split: Trial, positives: int) -> Proof:
    happened = split.outcome
    theirs, trees = bayesian.logistic(split.logistic), bayesian.logistic(split.boosting)
    losses = log_loss(theirs, happened), log_loss(trees, happened)
    errors = calibration_error(theirs, happened), calibration_error(trees, happened)
    better = losses[1] < losses[0], errors[1] <= errors[0] + _chance_error(happened)
    chosen: Literal["logistic", "boosting"] = "boosting" if all(better) else "logistic"
    return Proof(positives, chosen, _WORDS[better], len(happened), *losses, *errors)


def _chance_error(happened: Yes) -> float:
    """Answer the standard error of one bin's rate: two calibration errors nearer than this are the same."""
    rate = float(happened.mean())
    return float(np.sqrt(rate * (1 - rate) * BINS / len(happened)))


_WORDS = {
    (True, True): "trees were better in log loss, and as well or better calibrated, on later months",
    (True, False): "trees were better in log loss, not in calibration, on later months",
    (False, True): "trees were better in calibration, not in log loss, on later months",
    (False, False): "trees were not better on later months",
}
