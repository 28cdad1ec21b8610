"""How her own page speaks to a client of what is remembered: in the second person, and plainly."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.domain.consent import Consent
from scoring.history import Milestone
from scoring.wording import month_name

_STATES: Mapping[str, str] = {
    "one_to_one": "Your advisor may write to you personally.",
    "marketing": "You get the shop’s news, and your advisor may write to you personally.",
    "unsubscribed": "Nobody of the house writes to you this way.",
}
_SOURCES: Mapping[str, str] = {
    "by_hand": "An advisor noted it on {day}, when you said so.",
    "shopify": "It comes from your account with the shop, {day}.",
    "customer": "You said so yourself on {day}, by the link in a letter.",
}
# An advisor may have written down whose day it is as one speaks of a client: "Leila, his wife", "herself".
_OF_THE_CLIENT = re.compile(r"\b(?:his|her|their)\b(?= \w)", re.IGNORECASE)
_HERSELF = frozenset({"herself", "himself", "themself", "themselves", "self"})
UNSAID = "You haven’t told us, so nobody writes to you this way unasked."


def date_name(milestone: Milestone) -> str:
    """This function will name a date: "Anniversary"."""
    said = milestone.occasion.replace("_", " ").strip() or "a day"
    return said[0].upper() + said[1:]


def date_when(milestone: Milestone) -> str:
    """This function will say when a date is, as it was told: "14 June 2016", "about 14 June", "in June"."""
    month = month_name(milestone.month)
    year = f" {milestone.year}" if milestone.year is not None else ""
    if milestone.day is None:
        return f"in {month}{year}"
    return f"{'about ' if milestone.spread_days else ''}{milestone.day} {month}{year}"


def date_person(milestone: Milestone) -> str:
    """This function will say to her whose day it is: "Leila, your wife"; "" where it is her own."""
    person = milestone.person.strip()
    return "" if person.casefold() in _HERSELF else _OF_THE_CLIENT.sub("your", person)


def date_in_a_line(milestone: Milestone) -> str:
    """This function will say a date in one line: "Anniversary (Leila), 14 June"."""
    whose = date_person(milestone)
    person = f" ({whose})" if whose else ""
    return f"{date_name(milestone)}{person}, {date_when(milestone)}"


def consent_line(consent: Consent | None) -> str:
    """This function will say what stands for one way of writing to her, and how we know."""
    if consent is None:
        return UNSAID
    on = f"{consent.said_at.day} {month_name(consent.said_at.month)} {consent.said_at.year}"
    return f"{_STATES[consent.state]} {_SOURCES[consent.source].format(day=on)}"
