"""Let her send a letter or message from her own application, and log what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.domain.login_links import lead_through_login
from app.domain.worklist import Answered
from app.stores import outreach, worklist
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.stores.outreach import Letter
from app.usecases.weigh_letter import weigh_letter
from app.usecases.write_letter import open_letter


def open_outreach(tx: Transaction, outreach_id: UUID, *, by: Advisor, shop_url: str, now: datetime) -> Letter:
    """This function will let her open it in her own application, where nothing speaks against it.

    Raises UnableToSendOutreach, UnableToFindLetter.
    """
    letter = open_letter(tx, outreach_id, by, lock=True)
    weigh_letter(tx, letter, now=now)
    body = lead_through_login(letter.body, shop_url)
    outreach.change(tx, outreach_id, state="open", body=body, held_because="", advisor_id=by.advisor_id)
    return open_letter(tx, outreach_id, by)


def log_sent(tx: Transaction, outreach_id: UUID, *, by: Advisor, now: datetime) -> Letter:
    """This function will log that she has sent it herself; once. Raises UnableToFindLetter."""
    letter = open_letter(tx, outreach_id, by, lock=True)
    if letter.state == "open":
        outreach.change(tx, outreach_id, state="sent", via="own", sent_at=now)
        settle(tx, letter, now=now)
    return open_letter(tx, outreach_id, by)


def log_answered(tx: Transaction, outreach_id: UUID, *, by: Advisor, now: datetime) -> Letter:
    """This function will log that the client has answered; the first time counts."""
    letter = open_letter(tx, outreach_id, by, lock=True)
    if letter.state == "sent" and letter.answered_at is None:
        outreach.change(tx, outreach_id, answered_at=now)
    return open_letter(tx, outreach_id, by)


def settle(tx: Transaction, letter: Letter, *, now: datetime) -> None:
    """This function will note that what a letter was written for is done, so that it leaves the list."""
    if letter.occasion:
        said = Answered(letter.occasion, letter.year, "done", now)
        worklist.answer(tx, letter.customer_id, said, advisor_id=letter.advisor_id)
