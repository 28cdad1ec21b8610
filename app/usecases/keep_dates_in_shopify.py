"""Write the dates of one customer into the shop's own record, so that they outlive us."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from app.domain.kept_dates import birthday_id, fields_of, id_of_handle, is_kept
from app.shopify import kept_dates as shopify
from app.shopify.errors import UnableToAskShopify, UnableToBeUnderstood
from app.shopify.graphql import AdminClient
from app.shopify.kept_dates import Entry, UnableToKeepDate
from app.stores import aliases, date_removals, kept_dates
from app.stores.database import Database
from app.stores.kept_dates import Held, KeptDate

log = structlog.get_logger(__name__)

# Longer than the few questions take, Shopify's patience included.
LEASE_SECONDS = 300
# What Shopify refuses it mostly refuses again, until a person has done something.
DAY_SECONDS = 86_400
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 60, 3600
MOST_DOUBLINGS = 10


@dataclass
class _Done:
    """What came of it: ids of Shopify's for her list, handles we wrote, codes of what was refused."""

    listed: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


def keep_dates_in_shopify(database: Database, client: AdminClient, shop_id: int, customer_id: str) -> None:
    """This function will let Shopify have a customer's dates as they are on record, if that is owed.

    What she or an advisor told is written; a guess is not; of a date not to be used nothing is left there.
    An entry that we do not know is left alone. Twice does no more than once, and whoever is killed in the
    middle is followed by somebody who does the rest.
    """
    with database.shop(shop_id) as tx:
        held = kept_dates.take(tx, customer_id, lease_seconds=LEASE_SECONDS)
        dates = _ours(kept_dates.dates_of(tx, customer_id), {customer_id, *aliases.of(tx, customer_id)})
    if held is None:
        return
    done = _Done()
    try:
        _bring_up_to_date(client, customer_id, dates, done)
    except UnableToAskShopify as error:
        _put_off(database, shop_id, held, error, sum(is_kept(each.milestone) for each in dates))
        _take_back_if_gone(database, shop_id, held, done)
        return
    _finish(database, shop_id, held, done)


def _ours(dates: Sequence[KeptDate], ids: Collection[str]) -> list[KeptDate]:
    """Leave out the birthdays that Shopify told us: it has them."""
    shopifys = set(map(birthday_id, ids))
    return [each for each in dates if each.milestone_id not in shopifys]


def _bring_up_to_date(client: AdminClient, customer_id: str, dates: Sequence[KeptDate], done: _Done) -> None:
    there = shopify.entries_of(client, customer_id)
    if there is None:  # she is gone at Shopify, and her list with her
        return
    by_id: dict[UUID, Entry] = {id_of_handle(entry.handle): entry for entry in there}
    out = {each.milestone_id for each in dates if not is_kept(each.milestone)}
    for milestone_id, entry in by_id.items():
        if milestone_id not in out:
            done.listed.append(entry.gid)
    for each in dates:
        if is_kept(each.milestone):
            _write(client, each, by_id, done)
    if done.listed != [entry.gid for entry in there]:
        _try(done, lambda: shopify.refer(client, customer_id, done.listed))
    for each in dates:
        if each.milestone_id in out:
            _remove(client, each, by_id, done)


def _write(client: AdminClient, date: KeptDate, there: Mapping[UUID, Entry], done: _Done) -> None:
    entry, fields = there.get(date.milestone_id), fields_of(date.milestone)
    if entry is not None and {name: entry.fields.get(name, "") for name in fields} == fields:
        return
    done.written.add(date.handle)

    def write() -> None:
        gid = shopify.keep(client, date.handle, fields)
        if gid not in done.listed:
            done.listed.append(gid)

    _try(done, write)


def _remove(client: AdminClient, date: KeptDate, there: Mapping[UUID, Entry], done: _Done) -> None:
    """Remove an entry, also one that stands in no list because somebody was killed before writing it."""
    entry = there.get(date.milestone_id)
    gid = entry.gid if entry is not None else shopify.find(client, date.handle)
    if gid is not None:
        _try(done, lambda: shopify.remove(client, gid))


def _try(done: _Done, ask: Callable[[], None]) -> None:
    """Ask for one thing; where Shopify will not, the others are asked all the same."""
    try:
        ask()
    except UnableToKeepDate as error:
        done.refused.append(error.code)


def _finish(database: Database, shop_id: int, held: Held, done: _Done) -> None:
    code = min(done.refused, default="")
    many = len(done.refused)
    with database.shop(shop_id) as tx:
        kept_dates.finish(tx, held, refused=many, failure=code, rest_seconds=DAY_SECONDS)
    _take_back_if_gone(database, shop_id, held, done)
    log.info("dates.kept", shop_id=shop_id, written=len(done.written), refused=many, code=code)


def _take_back_if_gone(database: Database, shop_id: int, held: Held, done: _Done) -> None:
    """Let go of what was written of somebody who was forgotten, or became another, meanwhile.

    Of one who became another the entries stay: they are on her record under the id that was kept.
    """
    with database.shop(shop_id) as tx:
        if not kept_dates.is_there(tx, held.customer_id):
            gone = {handle for handle in done.written if kept_dates.find(tx, id_of_handle(handle)) is None}
            date_removals.let_go(tx, gone)


def _put_off(database: Database, shop_id: int, held: Held, error: UnableToAskShopify, dates: int) -> None:
    codes = error.codes if isinstance(error, UnableToBeUnderstood) else frozenset()
    denied = "ACCESS_DENIED" in codes
    doubled = FIRST_REST_SECONDS * 2 ** min(held.attempts - 1, MOST_DOUBLINGS)
    rest = min(doubled, LONGEST_REST_SECONDS) if error.again else DAY_SECONDS
    failure = "ACCESS_DENIED" if denied else type(error).__name__
    log.warning("dates.put_off", shop_id=shop_id, error=type(error).__name__, again=error.again)
    with database.shop(shop_id) as tx:
        kept_dates.put_back(tx, held, failure, rest_seconds=rest, refused=dates if denied else 0)
