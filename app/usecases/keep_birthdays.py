"""Keep the birthdays that Shopify's own record of customers tells: month and day, and no year."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.kept_dates import birthday, birthday_id, handle_of
from app.domain.known_customer import KnownCustomer
from app.stores import kept_dates
from app.stores.database import Transaction
from app.stores.kept_dates import KeptDate


def keep_birthdays(tx: Transaction, told: Sequence[KnownCustomer]) -> None:
    """This function will put customers' own birthdays on record, each once; all must have a row.

    What an advisor has on record for that day already is not written beside it, and one that is not to be
    used stays so. A birth date taken away at Shopify leaves what is here: that may be for want of permission.
    """
    for person in told:
        if person.birthday is not None and not _is_on_record(tx, person.customer_id, person.birthday):
            milestone_id = birthday_id(person.customer_id)
            found = birthday(*person.birthday)
            kept_dates.put(tx, KeptDate(person.customer_id, milestone_id, handle_of(milestone_id), found))


def _is_on_record(tx: Transaction, customer_id: str, day: tuple[int, int]) -> bool:
    return any(
        date.milestone.occasion.casefold() == "birthday"
        and not date.milestone.person
        and (date.milestone.month, date.milestone.day) == day
        for date in kept_dates.dates_of(tx, customer_id)
    )
