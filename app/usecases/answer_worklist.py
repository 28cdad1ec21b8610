"""Say to an item of the worklist that it is done, sleeps for a while, or does not matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.worklist import SNOOZE_DAYS, Answer, Answered
from app.stores import clients, worklist
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.usecases.read_client import UnableToFindClient


def answer_worklist(
    tx: Transaction,
    customer_id: str,
    key: str,
    year: int,
    answer: Answer,
    *,
    advisor: Advisor,
    now: datetime,
) -> None:
    """This function will keep an answer; "not relevant" is remembered for every year of that occasion.

    Raises UnableToFindClient.
    """
    if clients.one(tx, customer_id) is None:
        raise UnableToFindClient("the house has no such client")
    today = now.astimezone(ZoneInfo(advisor.timezone)).date()
    until = today + timedelta(days=SNOOZE_DAYS) if answer == "snoozed" else None
    said = Answered(key[:200], year, answer, now, until)
    worklist.answer(tx, customer_id, said, advisor_id=advisor.advisor_id)
