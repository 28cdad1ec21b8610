"""What learning found, as a merchant reads it: weights side by side, and how they did on later months."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.intervals import Z_95, wilson
from app.web.admin_words import SIGNALS
from scoring.weights import Weights

# A bar is full at this many times as likely; hardly any house's weight lies beyond.
_FULL = math.log(10)
# The history is shown for somebody whose orders alone make her twice as likely.
_TWICE = math.log(2)
NONE = "–"
# A weight that came out as it went in: nothing was there to move it.
KEPT = "as before: only visits can teach this one"


@dataclass(frozen=True, slots=True)
class Weight:
    """What one signal does at its fullest, now and if approved: how many times as likely an order becomes."""

    name: str
    help: str
    now: str
    then: str
    between: str  # where the newest shown lies, 95 of 100 times; "" where that is not known
    now_bar: float  # 0..1
    then_bar: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Clients who were given about the same chance, and how many of them ordered."""

    sentence: str
    given: float
    seen: float
    low: float
    high: float
    label: str


def rows_of(now: Weights, then: Weights | None) -> list[Weight]:
    """This function will lay the weights of each signal out, and of the orders, now and if approved."""
    rows = [_row(name, *SIGNALS[name], now, then, 1.0) for name in SIGNALS]
    about = "for a client twice as likely as others by the orders on record"
    return [_row("history", "What the orders foretell", about, now, then, _TWICE), *rows]


def _row(name: str, title: str, about: str, now: Weights, then: Weights | None, full: float) -> Weight:
    before = now.coefficients.get(name)
    after = then.coefficients.get(name) if then is not None else None
    spread = (then or now).deviations.get(name, 0.0) * full
    shown = after if then is not None else before
    between = _between(shown * full, spread) if shown is not None else ""
    if after is not None and before == after:
        between = KEPT
    said, would = _times(before, full), _times(after, full)
    return Weight(title, about, said, would, between, _bar(before, full), _bar(after, full))


def _times(coefficient: float | None, full: float) -> str:
    """Say a weight as how many times as likely; nothing where it is not used."""
    return NONE if coefficient is None else f"{math.exp(coefficient * full):.1f} ×"


def _between(middle: float, deviation: float) -> str:
    low, high = math.exp(middle - Z_95 * deviation), math.exp(middle + Z_95 * deviation)
    sure = "" if low > 1 or high < 1 else ", inconclusive"
    return f"between {low:.1f} and {high:.1f}{sure}" if deviation else ""


def _bar(coefficient: float | None, full: float) -> float:
    return min(1.0, max(0.0, (coefficient or 0.0) * full / _FULL))


def bins_of(learned: Mapping[str, Any]) -> list[Bin]:
    """This function will say for each span of chances how many of those given it ordered."""
    return [_bin(each) for each in learned.get("reliability", ())]


def _bin(each: Mapping[str, Any]) -> Bin:
    rows, seen = int(each["rows"]), int(each["seen"])
    # One client's months hang together: as wide as for the unrelated cases that these are worth. What was
    # learned before that was counted says nothing of it.
    low, high = wilson(seen, rows, z=Z_95 * math.sqrt(each.get("stretch", 1.0)))
    label = f"{_percent(each['low'])} to {_percent(each['high'])}\u00a0%"
    if each["high"] >= 1:
        label = f"{_percent(each['low'])}\u00a0% and more"
    sentence = (
        f"{_percent(seen / rows)}\u00a0% ordered: {seen:,} of {rows:,} "
        f"(between {_percent(low)} and {_percent(high)}\u00a0%)"
    )
    return Bin(sentence, float(each["chance"]), seen / rows, low, high, label)


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f}" if percent >= 10 or abs(percent - round(percent)) < 0.05 else f"{percent:.1f}"


def one_in(rate: float | None) -> str:
    """This function will say a rate in whole people: "1 in 22"."""
    return f"1 in {round(1 / rate):,}" if rate else NONE


def months(learned: Mapping[str, Any], begins: str, ends: str) -> str:
    """This function will say from which month to which: "September 2011 to August 2012"."""
    if not learned.get(begins):
        return ""
    first, last = date.fromisoformat(learned[begins]), date.fromisoformat(learned[ends])
    return (
        f"{first:%B %Y} to {last:%B %Y}"
        if (first.year, first.month) != (last.year, last.month)
        else f"{first:%B %Y}"
    )


def clients_of(learned: Mapping[str, Any]) -> str:
    """This function will say how many clients were looked at: "562", or "a sample of 5,000 of 12,608"."""
    looked_at = int(learned.get("customers", 0))
    known = int(learned.get("clients", looked_at))
    return f"{looked_at:,}" if known <= looked_at else f"a sample of {looked_at:,} of {known:,}"


def last_known(learned: Mapping[str, Any]) -> str:
    """This function will say the day of the last order that was known; "" where that was not kept."""
    if not learned.get("last_known"):
        return ""
    on = date.fromisoformat(learned["last_known"])
    return f"{on.day} {on:%B %Y}"


# which model → (what it is, in words)
MODELS: Mapping[str, str] = {"logistic": "the simpler model", "boosting": "decision trees"}


@dataclass(frozen=True, slots=True)
class Figures:
    """How one model did on months that it had not seen."""

    name: str
    chosen: bool
    sorts: str
    top: str
    off: str


def figures_of(learned: Mapping[str, Any]) -> list[Figures]:
    """This function will say how each model that was tried did."""
    metrics: Mapping[str, Mapping[str, float | None]] = learned.get("metrics", {})
    return [
        Figures(
            MODELS[name].capitalize(),
            learned.get("chosen") == name,
            _figure(each, "auc", 100, "{:.0f}", "{} of 100"),
            _figure(each, "lift_5pct", 1, "{:.1f}", "{} ×"),
            _figure(each, "ece", 100, "{:.1f}", "{} points"),
        )
        for name, each in metrics.items()
        if name in MODELS
    ]


def _figure(each: Mapping[str, Any], name: str, scale: float, form: str, words: str) -> str:
    """Say a figure, and between which two it lies 95 of 100 times, where that is known."""
    value = each.get(name)
    if value is None:
        return NONE
    said = words.format(form.format(scale * value))
    ends = each.get("intervals", {}).get(name)
    return f"{said} ({' to '.join(form.format(scale * end) for end in ends)})" if ends else said


def why(learned: Mapping[str, Any]) -> str:
    """This function will say which model speaks, and why that one."""
    if learned["chosen"] == "boosting":
        return "Decision trees: on months neither had seen, their chances came nearer to what happened."
    if "boosting" in learned["metrics"]:
        return "The simpler model: decision trees did no better on months neither had seen."
    if learned["metrics"]:
        times = f"{learned['positives']:,} times that a client ordered within 60 days"
        return f"The simpler model: {times} are too few for decision trees."
    return (
        "The signals alone: with less than two years of orders, no model can be tried on months it has not "
        "seen, so what the orders foretell of each client is left out."
    )


def level(learned: Mapping[str, Any]) -> str:
    """This function will say how the level was last set anew by what visits led to; "" where it was not."""
    if not (moved := learned.get("level")):
        return ""
    way = "higher" if moved["shift"] > 0 else "lower"
    visits = "one visit" if moved["sessions"] == 1 else f"{moved['sessions']:,} visits"
    return (
        f"Each month the level alone follows what visits led to: {visits} of half a year, "
        f"{moved['ordered']:,} with an order, set all chances a little {way}."
    )
