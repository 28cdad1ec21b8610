"""The policy's fields as a merchant reads them: in whole days, percent and plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from app.usecases.change_policy import BOUNDS

# What stands in the field: a count, a number, a share as percent, or a ratio as percent above one.
Scale = Literal["count", "number", "percent", "above"]
DIGITS = 6  # enough for any percentage typed, and free of a float's last bits


@dataclass(frozen=True, slots=True)
class Field:
    """One number of the policy."""

    name: str
    label: str
    help: str
    unit: str
    scale: Scale = "count"

    def shown(self, value: float | None) -> str:
        """This method will write a value of the policy as it stands in the field."""
        if value is None:
            return ""
        return f"{round(self._scaled(value), DIGITS):g}"

    def read(self, entered: str) -> float | int | None:
        """This method will read what was entered as a value of the policy; None where it is no number."""
        try:
            number = float(entered.removesuffix("%").strip().replace(",", "."))
        except ValueError:
            return None
        if not isfinite(number):
            return None
        if self.scale == "count":
            return int(number) if number.is_integer() else None
        if self.scale == "number":
            return number
        return round(number / 100 + (1 if self.scale == "above" else 0), DIGITS)

    @property
    def asked(self) -> str:
        """This property will say what can be entered."""
        least, most = (self.shown(bound) for bound in BOUNDS[self.name])
        what = "a whole number" if self.scale == "count" else "a number"
        return f"Give {what} from {least} to {most}."

    def _scaled(self, value: float) -> float:
        if self.scale == "above":
            return (value - 1) * 100
        return value * 100 if self.scale == "percent" else value


# value → (title, what it means)
OFFER_AT: tuple[tuple[str, str, str], ...] = (
    ("cue", "A cue", "Two or more of the five signals. The house rule."),
    (
        "strong",
        "A strong cue",
        "Three or more signals, or two timely ones: an occasion, repeated visits, a higher price.",
    ),
    (
        "probability",
        "A likelihood",
        "The signals weighed together: a starting guess, until your own consultations have taught it.",
    ),
)

# value → (title, what it means)
WITHOUT_OPENING: tuple[tuple[str, str, str], ...] = (
    ("quiet", "Say nothing", "No invitation until the advisor has time again."),
    (
        "choose",
        "Invite, and let the client choose",
        "To wait (the first opening is named), to see the colleague who has been briefed, or to be called.",
    ),
)

# title → (a sentence, its fields)
GROUPS: Mapping[str, tuple[str, tuple[Field, ...]]] = {
    "What counts as a signal": (
        "Each is read for clients you know, and says why in one sentence.",
        (
            Field("tenure_years", "Years with you", "From the first order on record.", "years", "number"),
            Field(
                "adjacency_at",
                "Closeness to earlier pieces",
                "How near what is viewed must be to what was bought; 100 is the nearest step.",
                "%",
                "percent",
            ),
            Field("window_before_days", "Before an occasion", "How early it begins to count.", "days"),
            Field("window_after_days", "After an occasion", "How long it still counts.", "days"),
            Field(
                "inferred_confidence_at",
                "Sureness of a date nobody told you",
                "How sure a date read from the orders must be.",
                "%",
                "percent",
            ),
            Field("visit_days_at", "Days of visiting", "Different days, with no order since.", "days"),
            Field("visit_span_days", "Spread over at least", "From the first of them to the last.", "days"),
            Field(
                "price_ratio_at",
                "Above the usual price",
                "How far the prices viewed lie above what the client usually spends.",
                "%",
                "above",
            ),
        ),
    ),
    "When to stay quiet": (
        "These come before any invitation, whatever the signals say.",
        (
            Field("rest_days", "After “not now”", "No invitation for this long.", "days"),
            Field("dismissals_stop", "Stop for good after", "So many times “not now”.", "times"),
            Field(
                "offered_rest_days", "Between invitations", "Counted from one that was really seen.", "days"
            ),
            Field("recent_purchase_days", "After a purchase", "Time to enjoy it first.", "days"),
            Field(
                "opening_within_days",
                "Only with an opening within",
                "No invitation while the advisor has no time.",
                "days",
            ),
        ),
    ),
    "When time is short": (
        "Counted over the days above, for each advisor alone: the consultations there is still room for, "
        "less those on offer to others. With 0 nothing is kept back.",
        (
            Field(
                "openings_held_back",
                "Never promised",
                "The last openings, kept for clients who write or call.",
                "openings",
            ),
            Field(
                "openings_for_strong",
                "Kept for strong cues",
                "So many more go to the strongest clients alone.",
                "openings",
            ),
        ),
    ),
    "Measuring": (
        "Some clients who would be invited are not, by chance, so that you can see what an invitation "
        "changes. Each stays in the same group for good; service is the same for all.",
        (Field("holdout_share", "Held out", "10 to 20 is usual.", "%", "percent"),),
    ),
}
LIKELIHOOD = Field(
    "probability_threshold",
    "Invite from a likelihood of",
    "Used only if you invite at a likelihood.",
    "%",
    "percent",
)
FIELDS: Mapping[str, Field] = {
    field.name: field for field in (LIKELIHOOD, *(each for _, group in GROUPS.values() for each in group))
}
