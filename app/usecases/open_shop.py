"""Open the house: its row, its first rules, and somebody who leads the relationships."""

from __future__ import annotations

from datetime import datetime, time

from app.stores import advisors, rulebook, shops
from app.stores.advisors import Hours
from app.stores.database import Database, Transaction

# Tuesday to Saturday, as jewellers keep shop (Monday is 0). A default to be moved: the owner's page shows it.
FIRST_DAYS = range(1, 6)
FIRST_FROM, FIRST_TO = time(10), time(17)


def open_shop(
    database: Database,
    domain: str,
    *,
    name: str,
    timezone: str,
    currency: str,
    now: datetime,
    owner_name: str = "",
    owner_email: str = "",
) -> int:
    """This function will give a shop all it needs to begin with, and its id; what it has already stays.

    `domain` is a verified myshopify.com domain, `timezone` IANA. The owner is the senior advisor; without a
    name of hers the house's stands in, until she says it.
    """
    shop_id = database.open_shop(domain, name=name, timezone=timezone, currency=currency)
    with database.shop(shop_id) as tx:
        shops.come_back(tx, now)
        furnish(tx, now=now, owner_name=owner_name, owner_email=owner_email)
    return shop_id


def furnish(tx: Transaction, *, now: datetime, owner_name: str = "", owner_email: str = "") -> None:
    """This function will give a shop's house its first rules and an owner; what it has already stays."""
    shops.hold(tx)  # so that two openings at once do not both make an owner
    rulebook.write_first(tx, now=now)
    if not advisors.every(tx):
        _add_owner(tx, owner_name or shops.read(tx).name, owner_name, owner_email)


def _add_owner(tx: Transaction, name: str, own_name: str, email: str) -> None:
    # A person is called by her first name, a house by its whole one.
    first_name = own_name.split()[0] if own_name.strip() else name
    zone = shops.read(tx).timezone
    owner = advisors.add(tx, name=name, first_name=first_name, email=email, role="owner", timezone=zone)
    advisors.set_hours(tx, owner, [Hours(day, FIRST_FROM, FIRST_TO) for day in FIRST_DAYS])
