"""How early the house thinks of a client, how often it may write, and when it keeps quiet: its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from scoring.records import Recorded


@dataclass(frozen=True, slots=True)
class OutreachRules(Recorded):
    """The figures in one version of them: days, and hours of the client's own day (half-open)."""

    version: int = 0
    # facts/jewellery.md, "Dates": −45 days around a date, custom pieces −60/−90.
    anniversary_days: int = 45
    custom_days: int = 75
    # Dated guesses, 2026-11.
    birthday_days: int = 30
    recurring_days: int = 30
    other_days: int = 30
    promised_days: int = 14
    # Across all channels. Dated guess, 2026-11: as long as two of the storefront's rests of 30 days.
    cap_days: int = 60
    # Within days of a purchase nobody is asked for the next one. Dated guess, 2026-11.
    after_purchase_days: int = 21
    # Clientbook sends from 9 to 19 local time only (facts/jewellery.md).
    quiet_until: int = 9
    quiet_from: int = 19

    def lead_days(self, kind: str, *, custom: bool = False) -> int:
        """This method will say how early to think of an occasion; a custom piece needs longer."""
        usual = int(getattr(self, f"{kind}_days"))
        return max(usual, self.custom_days) if custom and kind != "promised" else usual


# field → (label, unit, least, most)
FIELDS: Mapping[str, tuple[str, str, int, int]] = {
    "anniversary_days": ("Before an anniversary", "days", 1, 180),
    "birthday_days": ("Before a birthday", "days", 1, 180),
    "recurring_days": ("Before a client’s own season", "days", 1, 180),
    "other_days": ("Before any other date", "days", 1, 180),
    "custom_days": ("Where a custom piece was spoken of", "days", 1, 365),
    "promised_days": ("Before something promised", "days", 0, 90),
    "cap_days": ("Between two letters to one client", "days", 7, 365),
    "after_purchase_days": ("After a purchase", "days", 0, 180),
    "quiet_until": ("Letters go from", "o’clock", 7, 12),
    "quiet_from": ("… until", "o’clock", 13, 21),
}


def read_rules(entries: Mapping[str, str], version: int) -> tuple[OutreachRules, dict[str, str]]:
    """This function will read the figures as a form has them; a sentence by field for what cannot be."""
    found: dict[str, int] = {}
    problems: dict[str, str] = {}
    for name, (_, _, least, most) in FIELDS.items():
        text = entries.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most:
            found[name] = int(text)
        else:
            problems[name] = f"A whole number from {least} to {most}."
    return replace(OutreachRules(version=version), **found), problems


def shown(rules: OutreachRules) -> dict[str, str]:
    """This function will give the figures as they stand in the form's fields."""
    return {name: str(value) for name, value in asdict(rules).items() if name in FIELDS}
