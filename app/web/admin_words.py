"""What the merchant reads for the names the rules and signals carry."""

from __future__ import annotations

from collections.abc import Mapping

# rule → (what happened, the question it answers)
RULES: Mapping[str, tuple[str, str]] = {
    "opted_out": ("Asked not to be scored", "Has the client asked not to be scored?"),
    "no_relationship": ("No orders on record", "Is there no order on record?"),
    "preferences_not_allowed": (
        "No consent to an invitation",
        "Has the client not agreed to be shown anything personal?",
    ),
    "asked_not_again": ("Asked not to be invited again", "Has the client asked not to be invited again?"),
    "resting_after_dismissal": ("Resting after “not now”", "Did the client lately say “not now”?"),
    "already_booked": ("Has a consultation booked", "Is a consultation booked already?"),
    "order_problem": ("An order needs care first", "Is an order or a return in trouble?"),
    "recent_purchase": ("Bought only just now", "Did the client buy only just now?"),
    "offered_recently": ("Invited a short while ago", "Has the client seen an invitation lately?"),
    "no_opening": ("No opening soon enough", "Does the advisor have no opening soon enough?"),
    "cue_not_reached": ("Too few signals", "Are there fewer signals than you ask for?"),
    "held_out": ("Held out, to measure", "Is the client one of those held out, to measure?"),
    "cue_reached": ("Invited", "Nothing spoke against it: invite."),
}

# signal → (its name, what it reads)
SIGNALS: Mapping[str, tuple[str, str]] = {
    "tenure": ("Years with you", "how long, and how steadily, the client has bought here"),
    "category_continuity": ("Close to earlier pieces", "how near the pieces viewed are to those bought"),
    "anniversary_window": ("An occasion is near", "a date the client told you, or one the orders suggest"),
    "repeat_visits": ("Keeps coming back", "days of visiting since the last order"),
    "price_tier": ("Above the usual price", "prices viewed beside what the client usually spends"),
}

STRENGTHS: Mapping[str, str] = {"none": "No cue", "cue": "Cue", "strong": "Strong cue"}

ANSWERS: Mapping[str, str] = {
    "accepted": "Opened the times",
    "not_now": "Not now",
    "never": "Don’t ask again",
}


def happened(rule: str, *, eligible: bool) -> str:
    """This function will say what a rule came to; a visit that ended first came to nothing."""
    if rule == "cue_reached" and not eligible:
        return "Left before the invitation"
    if rule == "held_out" and not eligible:
        return "Left before being held out"
    return RULES[rule][0] if rule in RULES else rule.replace("_", " ").capitalize()


def answer(said: str | None, *, invited: bool, seen: bool) -> str:
    """This function will say what became of an invitation; "" where there was none."""
    if not invited:
        return ""
    if said is not None:
        return ANSWERS.get(said, said)
    return "No answer yet" if seen else "Not seen"


def client(customer_id: str | None, first_name: str | None, last_name: str | None) -> str:
    """This function will name a client as the record does."""
    if customer_id is None or first_name is None:
        return "Erased"
    return f"{first_name} {last_name or ''}".strip() or "No name on record"
