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
    days = {one.customer_id: one.birthday for one in told if one.birthday is not None}
    if not days:
        return
    known = kept_dates.days_of(tx, days, "birthday")
    kept_dates.put(
        tx, [_date(customer_id, day) for customer_id, day in days.items() if (customer_id, *day) not in known]
    )


def _date(customer_id: str, day: tuple[int, int]) -> KeptDate:
    milestone_id = birthday_id(customer_id)
    return KeptDate(customer_id, milestone_id, handle_of(milestone_id), birthday(*day))
