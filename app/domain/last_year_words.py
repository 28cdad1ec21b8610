"""What a replayed year says to a merchant: shares and their ranges, hours, the likelihood that fits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Literal

from app.domain.intervals import Z_95, wilson
from app.domain.open_hours import Week
from scoring.money import money
from scoring.replayed import FOLLOWED_DAYS, POLICIES, LastYear, Outcome, PolicyName, Proportion, Step

Verdict = Literal["more", "less", "inconclusive"]

TITLES: Mapping[str, str] = {"cue": "Cue", "strong": "Strong cue", "probability": "Likelihood"}
# Fewer greetings than this say nothing, whatever came of them (facts/scoring.md: below about 30 no model is
# better than the rule).
LEAST_GREETINGS = 30
# Hours a week for which the fitting likelihood is always shown.
HOURS_SHOWN = (5, 10, 20, 40)
# With one client in fifty coming by in a week, one invitation a week. Dated guess, 2026-11.
INVITED_FOR_ONE_A_WEEK = 50
MOST_HOURS = 1000


@dataclass(frozen=True, slots=True)
class Meant:
    """What a policy would have meant: `title`, and its figures in words."""

    name: PolicyName
    title: str
    clients: str
    weekly: str
    hours: str
    came: str
    rest: str
    worth: str
    verdict: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """The likelihood from which inviting fits some hours a week; `threshold` is "" where none does."""

    hours: str
    threshold: str
    weekly: str
    needs: str
    came: str


def meant(year: LastYear, week: Week, currency: str, *, in_force: str) -> list[Meant]:
    """This function will say what each policy would have done."""
    return [_meant(name, year, week, currency, in_force=in_force) for name in POLICIES]


def _meant(name: PolicyName, year: LastYear, week: Week, currency: str, *, in_force: str) -> Meant:
    outcome = year.policies[name]
    a_week = outcome.invited / len(year.weeks)
    at = f" from {round(100 * year.threshold)}\u00a0%" if name == "probability" else ""
    return Meant(
        name,
        TITLES[name] + at,
        f"{outcome.clients:,} of {year.clients:,} clients",
        number(a_week),
        number(week.hours(a_week)),
        share(outcome.came),
        share(outcome.rest),
        _worth(outcome, currency),
        _VERDICTS[verdict(outcome)] if _enough(outcome) else f"Inconclusive: {_too_few(outcome)}.",
        name == in_force,
    )


_VERDICTS: Mapping[Verdict, str] = {
    "more": "Ordered more often than the others.",
    "less": "Ordered less often than the others.",
    "inconclusive": "Inconclusive: the ranges overlap.",
}


def verdict(outcome: Outcome) -> Verdict:
    """This function will compare those greeted with the rest: inconclusive where the ranges meet, or few."""
    if not _enough(outcome):
        return "inconclusive"
    (low, high), (rest_low, rest_high) = _range(outcome.came), _range(outcome.rest)
    return "more" if low > rest_high else "less" if high < rest_low else "inconclusive"


def _enough(outcome: Outcome) -> bool:
    return outcome.came.whole >= LEAST_GREETINGS and outcome.rest.whole > 0


def _too_few(outcome: Outcome) -> str:
    if outcome.came.whole >= LEAST_GREETINGS:
        return "there are no others to compare with"
    return f"{outcome.came.whole} are too few to say"


def finding(year: LastYear, offer_at: str) -> str:
    """This function will say in words what was found for one policy, with what it is a part of."""
    outcome = year.policies[offer_at]
    came, rest = outcome.came, outcome.rest
    if not outcome.invited:
        return "Nobody would have been greeted in this year under your policy."
    greeted = f"{came.part:,} of {came.whole:,} greetings {'was' if came.part == 1 else 'were'}"
    found = f"{greeted} followed by an order within {FOLLOWED_DAYS} days {_brackets(came)}"
    if rest.whole:
        found += f"; of the other active clients in the same weeks, {share(rest)}"
    if not _enough(outcome):
        return f"{found}. That is inconclusive: {_too_few(outcome)}."
    return f"{found}. {_FOUND[verdict(outcome)]}"


_FOUND: Mapping[Verdict, str] = {
    "more": "So those greeted ordered more often.",
    "less": "So those greeted ordered less often.",
    "inconclusive": "That is inconclusive: the two ranges overlap.",
}


def share(of: Proportion) -> str:
    """This function will say a proportion in full: "9 of 24 (38 %, between 21 and 57 %)"."""
    return f"{of.part:,} of {of.whole:,} {_brackets(of)}" if of.whole else "None to count"


def _brackets(of: Proportion) -> str:
    if not of.whole:
        return ""
    low, high = (100 * end for end in _range(of))
    return f"({percent(100 * of.part / of.whole)}\u00a0%, between {percent(low)} and {percent(high)}\u00a0%)"


def _range(of: Proportion) -> tuple[float, float]:
    # Wilson's interval for as many unrelated cases as these are worth.
    return wilson(of.part, of.whole, z=Z_95 * sqrt(of.stretch))


def percent(value: float) -> str:
    """This function will write a percentage: whole, or with one decimal below ten."""
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"


def number(value: float) -> str:
    """This function will write a figure that is an average: "0.4", "12", "1,204"."""
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:,.0f}"


def _worth(outcome: Outcome, currency: str) -> str:
    if outcome.median is None:
        return "No order followed"
    beside = f"; {money(outcome.rest_median, currency)} of the others" if outcome.rest_median else ""
    return f"{money(outcome.median, currency)} the median order{beside}"


def fit(year: LastYear, week: Week, hours: float) -> Fit:
    """This function will find the lowest likelihood whose invitations fit the hours, one talk each."""
    weeks = len(year.weeks)
    fitting = (step for step in year.curve if week.hours(step.invited / weeks) <= hours)
    step = next(fitting, None)
    if step is None:
        return Fit(number(hours), "", "", "", "")
    return _fit(step, weeks, week, hours, year.policies["probability"].came.stretch)


def _fit(step: Step, weeks: int, week: Week, hours: float, stretch: float) -> Fit:
    a_week = step.invited / weeks
    came = Proportion(step.came, step.invited, stretch)
    return Fit(
        number(hours),
        f"{round(100 * step.threshold)}",
        number(a_week),
        number(week.hours(a_week)),
        share(came),
    )


def fits(year: LastYear, week: Week) -> Sequence[Fit]:
    """This function will give the fitting likelihood for some usual hours."""
    return [fit(year, week, hours) for hours in HOURS_SHOWN]


def read_hours(entered: str) -> float | None:
    """This function will read hours a week as typed; None where they are none, or no week has as many."""
    try:
        hours = float(entered.strip().replace(",", "."))
    except ValueError:
        return None
    return hours if 0 < hours <= MOST_HOURS else None


def soon(year: LastYear, offer_at: str) -> bool:
    """This function will say whether a first invitation is to be expected within a week of switching on."""
    return year.policies[offer_at].invited >= INVITED_FOR_ONE_A_WEEK * len(year.weeks)


def long_day(day: date) -> str:
    """This function will write out a day with its year: "7 November 2025"."""
    return f"{day.day} {day:%B} {day.year}"


def dates_kept(year: LastYear) -> str:
    """This function will say for how many clients a date that orders suggested came true."""
    kept = year.dates_kept
    return f"{kept.part:,} of {kept.whole:,} clients {_brackets(kept)}"
