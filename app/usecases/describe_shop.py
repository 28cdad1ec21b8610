"""Take in what a shop says of itself: its name, its zone, its currency."""

from __future__ import annotations

from zoneinfo import available_timezones

from app.stores import advisors, shops
from app.stores.database import Transaction

LONGEST_NAME = 120


def describe_shop(tx: Transaction, *, name: str, timezone: str, currency: str) -> None:
    """This function will record what a house is called, whose clock it keeps and what it sells in.

    What is empty, or no zone and no currency, leaves what is known. An owner who still goes by the house's
    name and clock follows it.
    """
    known = shops.read(tx)
    said = name.replace("\0", "").strip()[:LONGEST_NAME] or known.name
    zone = timezone if timezone in available_timezones() else known.timezone
    money = currency.upper() if len(currency) == 3 and currency.isalpha() else known.currency
    shops.describe(tx, name=said, timezone=zone, currency=money)
    for advisor in advisors.every(tx):
        if advisor.role == "owner" and advisor.name == known.name:
            advisors.change(tx, advisor.advisor_id, name=said, first_name=said)
            if advisor.timezone == known.timezone:
                advisors.change(tx, advisor.advisor_id, timezone=zone)
