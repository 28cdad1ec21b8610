"""Letters that did not go out: why, in words, and whether sending one again still makes sense."""

from __future__ import annotations

from datetime import datetime

# What app/mail/ and app/usecases/send_letter.py say went wrong, by a piece of it that stays the same.
_REASONS = (
    ("address is not one", "The address is not one a letter can go to."),
    ("in this script", "The mail server cannot write to an address in this script."),
    ("could not be handed over", "It could not be sent, however often we tried: the reason is on our side."),
    ("given up after", "The mail server could not take it, however often we tried."),
    ("RCPT", "The other side takes no letters for this address."),
    ("MAIL", "The mail server takes no letters from us."),
)
MAY_HAVE_ARRIVED = (
    "The mail server was given the letter, and fell silent before it said whether it took it."
    " It may have arrived."
)
REFUSED = "The mail server refused it."


def why(state: str, failure: str) -> str:
    """This function will say why a letter needs a look; `state` is failed or uncertain."""
    if state == "uncertain":
        return MAY_HAVE_ARRIVED
    return next((words for mark, words in _REASONS if mark in failure), REFUSED)


def overtaken(
    *,
    invites: bool,
    link_ran_out: bool,
    booking_state: str | None,
    ends_at: datetime | None,
    outdated: bool = False,
    now: datetime,
) -> str:
    """This function will say why a letter should not go out any more; "" where it still may.

    `invites` tells a letter that keeps a time from one that gives it back; `outdated` one that tells an
    earlier state of an appointment.
    """
    if link_ran_out:
        return "The link in it has run out. A new one can be asked for at the desk’s door."
    if ends_at is not None and ends_at <= now:
        return "The appointment is over."
    if invites and booking_state == "cancelled":
        return "The appointment was cancelled since."
    if outdated:
        return "The appointment was changed since, and another letter says how."
    return ""
