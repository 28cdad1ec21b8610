"""The consultation's four stages, and what it takes to close one: an outcome, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast, get_args

from app.domain.learned import LearnedDate, read_learned
from scoring.records import Recorded

Stage = Literal["opening", "discovery", "recommendation", "decision"]
STAGES: dict[Stage, str] = {
    "opening": "Opening",
    "discovery": "Milestone discovery",
    "recommendation": "Recommendation, led by taste",
    "decision": "Decision and what comes next",
}
Outcome = Literal["bought", "will_decide", "custom_piece", "not_now", "no_show"]
OUTCOMES: dict[Outcome, str] = {
    "bought": "Bought",
    "will_decide": "Will decide",
    "custom_piece": "Custom piece",
    "not_now": "Not now",
    "no_show": "Did not come",
}
# More than a form needs and a person promises in one conversation.
MOST_FORWARD_ITEMS = 3
# Longer is a typing error, or another day.
MOST_MINUTES = 600
# Later, the clock says only that nobody closed it: a conversation, its preparation and notes end within that.
LONGEST_RUN = 240
# A promise further off than this is a typing error in the year.
MOST_YEARS_AHEAD = 30
LONGEST_NOTE = 8_000
LONGEST_LINE = 300


class UnableToClose(Exception):
    """The consultation lacks something; `errors` says what, by field. Nothing that was typed is lost."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(sorted(errors)))
        self.errors = dict(errors)


class UnableToSave(Exception):
    """Nothing to save to: the consultation has not begun, or is closed. Trying again will not help."""


@dataclass(frozen=True, slots=True)
class ForwardItem(Recorded):
    """What is coming next, and by when."""

    what: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Closing:
    """A consultation's end: either `forward` has an item, or `nothing_because` says why not."""

    outcome: Outcome
    forward: tuple[ForwardItem, ...]
    nothing_because: str
    minutes: int | None
    learned: LearnedDate | None = None


def kept_fields(typed: Mapping[str, str]) -> dict[str, str]:
    """This function will pick, of what a form sent, what a consultation keeps, each cut to its length."""
    names = {*(f"note_{stage}" for stage in STAGES), *_CLOSING_FIELDS}
    return {
        name: _plain(text)[: LONGEST_NOTE if name.startswith("note_") else LONGEST_LINE]
        for name, text in typed.items()
        if name in names
    }


def _plain(text: str) -> str:
    """Write line ends one way: a form sends them as CRLF, the page's script as they were typed."""
    return text.replace("\x00", "").replace("\r\n", "\n")


_CLOSING_FIELDS = (
    "outcome",
    "nothing_because",
    "minutes",
    *(f"{part}_{n}" for n in range(1, MOST_FORWARD_ITEMS + 1) for part in ("what", "due")),
    *(
        f"learned_{part}"
        for part in ("occasion", "person", "day", "month", "year", "about", "told", "handling")
    ),
)


def closing_of(typed: Mapping[str, str], *, today: date, spent: int | None) -> Closing:
    """This function will read how a consultation ends from what was typed, by field.

    `today` is the advisor's day: what comes next comes after it. Where she typed no minutes they are `spent`,
    those since it began (see minutes_since). Raises UnableToClose with a sentence for each field that stands
    in the way.
    """
    errors: dict[str, str] = {}
    outcome = _outcome(typed, errors)
    forward = _forward(typed, today, errors)
    because = typed.get("nothing_because", "").strip()
    _continuity(typed, forward, because, errors)
    minutes = _minutes(typed, spent, errors)
    learned = read_learned(typed, errors, today=today)
    if errors or outcome is None:
        raise UnableToClose(errors)
    return Closing(outcome, forward, because, minutes, learned)


def missing_of(typed: Mapping[str, str], *, today: date, spent: int | None) -> Mapping[str, str]:
    """This function will say, by field, what stands between what was typed and a close; {} for nothing."""
    try:
        closing_of(typed, today=today, spent=spent)
    except UnableToClose as error:
        return error.errors
    return {}


def _outcome(typed: Mapping[str, str], errors: dict[str, str]) -> Outcome | None:
    if (outcome := typed.get("outcome", "")) in get_args(Outcome):
        return cast(Outcome, outcome)
    errors["outcome"] = "Choose how the conversation ended."
    return None


def _forward(typed: Mapping[str, str], today: date, errors: dict[str, str]) -> tuple[ForwardItem, ...]:
    items = []
    for n in range(1, MOST_FORWARD_ITEMS + 1):
        what, due = typed.get(f"what_{n}", "").strip(), typed.get(f"due_{n}", "").strip()
        if due and not what:
            errors[f"what_{n}"] = "Say what will happen on that day."
        if what and (day := _due(due, today, f"due_{n}", errors)):
            items.append(ForwardItem(what, day))
    return tuple(items)


def _due(text: str, today: date, field: str, errors: dict[str, str]) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        errors[field] = "Say by which day."
        return None
    if not today <= day or day.year > today.year + MOST_YEARS_AHEAD:
        errors[field] = "Choose a day from today on."
        return None
    return day


def _continuity(
    typed: Mapping[str, str], forward: tuple[ForwardItem, ...], because: str, errors: dict[str, str]
) -> None:
    """Hold the founding rule: nothing closes without an answer to what comes next."""
    begun = any(field.startswith(("what_", "due_")) for field in errors)
    if forward and because:
        errors["nothing_because"] = "Something does follow, above: leave this empty, or clear what is above."
    elif not forward and not because and not begun:
        errors["what_1"] = "Say what comes next and when; or say below why nothing follows."


def _minutes(typed: Mapping[str, str], spent: int | None, errors: dict[str, str]) -> int | None:
    text = typed.get("minutes", "").strip()
    if not text:
        if spent is None:
            errors["minutes"] = "It began hours ago. Say about how many minutes it took."
        return spent
    if text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= MOST_MINUTES:
        return int(text)
    since = "; or leave it empty for the time since it began" if spent is not None else ""
    errors["minutes"] = f"Minutes as a number, up to {MOST_MINUTES}{since}."
    return None


def minutes_since(started_at: datetime, now: datetime) -> int | None:
    """This function will give the whole minutes since a consultation began; None where that tells nothing."""
    minutes = max(0, int((now - started_at).total_seconds() // 60))
    return minutes if minutes <= LONGEST_RUN else None
