"""Let an advisor rest from consultations, or come back."""

from __future__ import annotations

from app.stores import advisors
from app.stores.advisors import Advisor
from app.stores.database import Transaction


class UnableToRestAdvisor(Exception):
    """The owner leads everyone nobody else leads, so the owner stays."""


def rest_advisor(tx: Transaction, advisor: Advisor, *, active: bool) -> None:
    """This function will make an advisor inactive, or active again; her bookings and her clients stay hers.

    While she is inactive the owner is offered in her place. Raises UnableToRestAdvisor for the owner.
    """
    if advisor.role == "owner" and not active:
        raise UnableToRestAdvisor(advisor.name)
    advisors.change(tx, advisor.advisor_id, active=active)
