"""The fields of what leads to what, as a merchant reads and fills them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from app.usecases.change_adjacency import PIECES
from app.usecases.learn_adjacency import Proposal, near
from scoring.adjacency import Step
from scoring.kinds import KINDS, NAMES
from scoring.weights import Adjacency

ASKED = "Give a number from 0 to 1."
CHOOSE = "Choose the kind that follows."
TWICE = "This kind has a field of its own here."
# A step that one or two orders took is chance, and fifteen fields of it a kind would hide the others.
SHOWN_FROM = 3
# Where chance alone would bring less than this, none seen says nothing.
LEAST_CHANCE = 1.0

PIECE_NAMES = {kind: NAMES[kind][1].capitalize() for kind in PIECES}
# What a merchant may say a product is; the last two lead nowhere.
PLACES = {kind: NAMES[kind][1].capitalize() for kind in KINDS} | {
    "service": "A service: repair, voucher, care plan",
    "other": "Something else",
}


@dataclass(frozen=True, slots=True)
class StepField:
    """One step of the table: its field, and what the orders say beside it."""

    name: str
    label: str
    value: str
    problem: str
    learned: str


@dataclass(frozen=True, slots=True)
class Group:
    """All that follows on from one kind, and a line to add what does not stand there yet."""

    kind: str
    title: str
    orders: int  # how many next orders of those who bought it are on record
    steps: tuple[StepField, ...]
    add_to: str
    add_strength: str
    problem: str


def shown(strength: float) -> str:
    """This function will write a strength as it stands in a field."""
    return f"{round(strength, 2):g}"


def groups(proposal: Proposal, entries: Mapping[str, str], problems: Mapping[str, str]) -> list[Group]:
    """This function will lay the table out, what was entered before what is in force."""
    steps = {(step.bought, step.then): step for step in proposal.steps}
    orders = {step.bought: step.of for step in proposal.steps}
    return [
        Group(
            bought,
            f"After {NAMES[bought][0]}",
            orders.get(bought, 0),
            tuple(_fields(bought, proposal, steps, entries, problems)),
            entries.get(f"{bought}.add", ""),
            entries.get(f"{bought}.add_strength", ""),
            problems.get(f"{bought}.add", ""),
        )
        for bought in PIECES
    ]


def _fields(
    bought: str,
    proposal: Proposal,
    steps: Mapping[tuple[str, str], Step],
    entries: Mapping[str, str],
    problems: Mapping[str, str],
) -> Iterator[StepField]:
    rows = [(near(proposal.in_force, bought, then), then) for then in PIECES]
    for strength, then in sorted(rows, key=lambda row: (-row[0], PIECES.index(row[1]))):
        name, step = f"{bought}.{then}", steps.get((bought, then))
        told = step is not None and (step.strength > 0 and step.seen >= SHOWN_FROM)
        if strength > 0 or told or name in entries:
            value = entries.get(name, shown(strength))
            yield StepField(name, PIECE_NAMES[then], value, problems.get(name, ""), _said(step))


def _said(step: Step | None) -> str:
    """Say what the orders hold of a step, with its denominator; "" where there are none."""
    if step is None or not step.of:
        return ""
    chance = f"{step.chance:.0f}" if step.chance >= 10 else f"{step.chance:.1f}"
    counted = f"{step.seen:,} of {step.of:,} next orders"
    if step.chance < LEAST_CHANCE and step.seen < SHOWN_FROM:
        return f"Your orders cannot tell: {counted}, {chance} by chance. The starting guess stays"
    times = f"{step.seen / step.chance:.1f} times as often as by chance ({chance})"
    return f"Your orders say {shown(step.strength)}: {counted}, {times}"


def crossing(proposal: Proposal, bound: float) -> list[str]:
    """This function will say which steps would begin or cease to count as a signal, were the table used."""
    begins, ceases = proposal.across(bound)
    said = [("would count as a signal", begins), ("would count no longer", ceases)]
    return [f"{', '.join(_step_name(*pair) for pair in pairs)} {what}." for what, pairs in said if pairs]


def _step_name(bought: str, then: str) -> str:
    return f"{NAMES[then][1]} after {NAMES[bought][0]}"


def read_entries(entries: Mapping[str, str]) -> tuple[Adjacency, dict[str, str]]:
    """This function will read what was entered; a field that is no strength is a problem."""
    table: dict[str, dict[str, float]] = {}
    problems: dict[str, str] = {}
    for bought in PIECES:
        table[bought] = {}
        for then in PIECES:
            name = f"{bought}.{then}"
            if name in entries:
                _take(table[bought], then, entries[name], name, problems)
        _read_added(bought, entries, table[bought], problems)
    return Adjacency(table=table), problems


def _read_added(
    bought: str, entries: Mapping[str, str], steps: dict[str, float], problems: dict[str, str]
) -> None:
    then, strength = entries.get(f"{bought}.add", ""), entries.get(f"{bought}.add_strength", "")
    if not then and not strength:
        return
    if then not in PIECES:
        problems[f"{bought}.add"] = CHOOSE
    elif f"{bought}.{then}" in entries:
        problems[f"{bought}.add"] = TWICE
    else:
        _take(steps, then, strength, f"{bought}.add", problems)


def _take(steps: dict[str, float], then: str, entered: str, name: str, problems: dict[str, str]) -> None:
    try:
        strength = float(entered.replace(",", ".")) if entered else 0.0
    except ValueError:
        strength = float("nan")
    if isfinite(strength) and 0 <= strength <= 1:
        steps[then] = round(strength, 4)
    else:
        problems[name] = ASKED
