"""What the house's letters begin from: words it edits, with a few places that are filled from the record.

What may not be said has no place to stand in: no occasion, piece, price or person can be filled in, and a
text that names one by itself is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.discretion import said_too_much

PLACES_TO_FILL: Mapping[str, str] = {
    "first_name": "the client’s first name",
    "advisor": "the first name of whoever writes",
    "house": "what the house is called",
    "link": "the way to choose a time, through the shop’s login",
}
# What people reach for, and why there is no such place.
_REFUSED: Mapping[str, str] = {
    "occasion": "would name the occasion",
    "anniversary": "would name the occasion",
    "birthday": "would name the occasion",
    "date": "would name the occasion’s day",
    "years": "would name the occasion",
    "piece": "would name a piece",
    "product": "would name a piece",
    "gem": "would name a piece",
    "price": "would name a price",
    "person": "would name a person",
    "partner": "would name a person",
    "spouse": "would name a person",
}
_BRACES = re.compile(r"\{([^{}]*)\}")
LONGEST_NAME, LONGEST_SUBJECT, LONGEST_BODY = 60, 120, 4_000


@dataclass(frozen=True, slots=True)
class Template:
    """A beginning for a letter; `subject` is not used in text messages."""

    template_id: str
    name: str
    subject: str
    body: str
    retired: bool = False


DEFAULTS: tuple[Template, ...] = (
    Template(
        "time",
        "Offer time",
        "Time for you at {house}",
        "Dear {first_name},\n\nI keep some time free in the coming weeks for clients I have looked after "
        "before. If you would like to talk something over, in the shop or by phone, here is the way to "
        "choose a time:\n\n{link}\n\nIt would be lovely to see you.\n\n{advisor}\n{house}",
    ),
    Template(
        "hello",
        "Ask how things are",
        "A word from {house}",
        "Dear {first_name},\n\nI hope you are well. It has been a while, and I wanted to ask how everything "
        "we chose together is wearing. If anything wants looking at or cleaning, bring it in whenever you "
        "pass.\n\n{advisor}\n{house}",
    ),
    Template(
        "short",
        "A short message",
        "",
        "Hello {first_name}, {advisor} from {house} here. I keep some time free in the coming weeks, "
        "should you like to talk something over: {link}",
    ),
)


def check(template: Template) -> dict[str, str]:
    """This function will say, by field, why a template cannot be kept; nothing where it can."""
    problems = {}
    if not template.name:
        problems["name"] = "Give it a name, so that it can be found."
    if not template.body:
        problems["body"] = "Write at least a line."
    for field, text, longest in (
        ("name", template.name, LONGEST_NAME),
        ("subject", template.subject, LONGEST_SUBJECT),
        ("body", template.body, LONGEST_BODY),
    ):
        if len(text) > longest:
            problems[field] = f"Keep it to {longest:,} characters; it has {len(text):,}."
    for field, text in (("subject", template.subject), ("body", template.body)):
        if wrong := (*_wrong_places(text), *said_too_much(text)):
            said = " ".join(wrong)
            problems[field] = f"{said} Others may see the letter; say it when you meet."
    return problems


def _wrong_places(text: str) -> tuple[str, ...]:
    named = [found.strip() for found in _BRACES.findall(text)]
    wrong = [name for name in dict.fromkeys(named) if name not in PLACES_TO_FILL]
    loose = _BRACES.sub("", text)
    sentences = [_refusal(name) for name in wrong]
    if "{" in loose or "}" in loose:
        sentences.append("A brace stands alone: places are written like {first_name}.")
    return tuple(sentences)


def _refusal(name: str) -> str:
    known = next((reason for word, reason in _REFUSED.items() if word in name.casefold()), "")
    if known:
        return f"{{{name}}} {known}."
    places = ", ".join(f"{{{place}}}" for place in PLACES_TO_FILL)
    return f"There is no {{{name}}}: there are {places}."


def fill(text: str, values: Mapping[str, str]) -> str:
    """This function will fill a template's places; one that is not on the list stays as it was written."""
    return _BRACES.sub(lambda found: values.get(found.group(1).strip(), found.group()), text)
