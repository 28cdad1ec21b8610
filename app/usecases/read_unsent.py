"""Read the letters that need a person's look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.unsent import overtaken, why
from app.mail import letters
from app.stores import unsent
from app.stores.database import Transaction
from app.stores.unsent import Unsent


@dataclass(frozen=True, slots=True)
class UnsentLetter:
    """A letter as the merchant reads of it; `overtaken` says why it should not go out any more, or "".

    `may_have_arrived` tells a letter that was handed over, without an answer, from one that was refused.
    """

    message_id: UUID
    name: str
    domain: str
    subject: str
    at: datetime
    why: str
    overtaken: str
    may_have_arrived: bool


def read_unsent(tx: Transaction, *, now: datetime) -> list[UnsentLetter]:
    """This function will list the letters that failed or may not have arrived, the latest first."""
    return [described(each, now=now) for each in unsent.every(tx)]


def described(letter: Unsent, *, now: datetime) -> UnsentLetter:
    """This function will put what is known of an unsent letter into words."""
    return UnsentLetter(
        letter.message_id,
        letter.name,
        letter.domain,
        letter.subject,
        letter.due_at,
        why(letter.state, letter.failure),
        overtaken(
            invites=letter.ics_method == "REQUEST",
            link_ran_out=letter.subject == letters.SIGN_IN,
            booking_state=letter.booking_state,
            ends_at=letter.ends_at,
            outdated=letter.outdated,
            now=now,
        ),
        letter.state == "uncertain",
    )
