"""The steps of a house's way in, each read from what is there; nobody ticks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.backfill import Told
from scoring.wording import many

State = Literal["done", "to_do", "busy", "asking", "unknown"]


@dataclass(frozen=True, slots=True)
class Note:
    """What was noted on the way in, and when."""

    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """An advisor who works here: whether she has a name of her own and an address, and keeps hours."""

    named: bool
    reachable: bool
    keeps_hours: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the steps are read from. `editor` is the address that switches the theme block on.

    `unanswered` says that Shopify has just been asked for the block and did not tell, `told_when` when it
    last did, in words. `has_last_year` says whether a replayed year can be looked at here.
    """

    notes: Mapping[str, Note]
    history: Told | None
    people: Sequence[Person]
    policy: str
    policy_by_hand: bool
    editor: str
    told_when: str = ""
    unanswered: bool = False
    has_last_year: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, how it stands, and where it is done."""

    name: str
    title: str
    state: State
    words: str
    link: str = ""
    link_words: str = ""

    @property
    def done(self) -> bool:
        """This property will say whether nothing is left to do."""
        return self.state == "done"


def steps(facts: Facts) -> list[Step]:
    """This function will give the steps in the order in which a house takes them."""
    taken = [embed(facts), _history(facts.history), _advisors(facts.people)]
    if facts.has_last_year:
        taken.append(_last_year(facts))
    return [*taken, _policy(facts)]


def embed(facts: Facts) -> Step:
    """This function will say whether the block that invites is switched on in the published theme."""
    note, told_when = facts.notes.get("embed"), facts.told_when
    as_of = f" Shopify last said so on {told_when}." if told_when else ""
    if facts.unanswered:
        last = f" When it last did, on {told_when}, it was {note.state}." if note else ""
        said: tuple[State, str] = (
            "unknown",
            f"Shopify didn’t say just now.{last} The theme editor shows it.",
        )
    elif note is None:
        said = ("asking", "Asking Shopify whether it is on in your published theme.")
    elif note.state == "on":
        said = ("done", f"Clients you know can be invited on your published theme.{as_of}")
    else:
        said = ("to_do", f"Until it is on and saved in your theme, nobody is invited.{as_of}")
    words = "Switch it on in your theme" if said[0] == "to_do" else "Open the theme editor"
    return Step("embed", "Invitations in your theme", *said, facts.editor, words)


def _history(told: Told | None) -> Step:
    title = "Your history from Shopify"
    if told is None:
        words = "It begins by itself when Shopify has let us in. Opening this page again asks anew."
        return Step("history", title, "to_do", words)
    if told.tone == "wrong":
        return Step("history", title, "to_do", "It has stopped. Below is what to do.", "#history", "See why")
    if told.moving:
        return Step("history", title, "busy", "Orders and clients are coming in. Below is how far they are.")
    words = "The last 60 days are here." if told.tone == "partial" else told.sentence
    return Step("history", title, "done", words, "/admin/readiness", "See what it holds")


def _advisors(people: Sequence[Person]) -> Step:
    keep = sum(person.keeps_hours for person in people)
    title, link = "Your advisors and their hours", ("/admin/advisors", "See the advisors")
    if not keep:
        words = "Nobody keeps hours yet. A client is invited only while an advisor has an opening."
        return Step("advisors", title, "to_do", words, *link)
    if nameless := sum(not (person.named and person.reachable) for person in people):
        who = "One of them still lacks" if nameless == 1 else f"{nameless} of them still lack"
        words = (
            f"{who} a name of their own or an address: a client is told whom to expect, and letters go out."
        )
        return Step("advisors", title, "to_do", words, *link)
    words = f"{many(len(people), 'advisor', 'advisors')}, {keep} of {len(people)} with weekly hours."
    return Step("advisors", title, "done", words[0].upper() + words[1:], *link)


def _last_year(facts: Facts) -> Step:
    title, link = "A look at last year", ("/admin/last-year", "Look at last year")
    if "last_year" in facts.notes:
        words = "You have seen whom each policy would have invited, and the hours it would have taken."
        return Step("last_year", title, "done", words, *link)
    words = "See whom each policy would have invited last year, and how many advisor hours that is."
    return Step("last_year", title, "to_do", words, *link)


# policy → when it invites, in the words of the policy's own page
INVITES = {
    "cue": "when two of the five signals speak",
    "strong": "when the signs are strong",
    "probability": "when a visit is likely enough to lead to a conversation",
}


def _policy(facts: Facts) -> Step:
    title, link = "When to invite", ("/admin/policy", "See the policy")
    invites = INVITES[facts.policy]
    if facts.policy_by_hand or "policy" in facts.notes:
        return Step("policy", title, "done", f"You chose to invite {invites}.", *link)
    words = f"Steward begins by inviting {invites}. Choose another, or save it as it is."
    return Step("policy", title, "to_do", words, link[0], "Choose the policy")
