"""Forget a customer, everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

from app.domain.book_phones import provisional_id_of_phone
from app.domain.order_values import provisional_customer_id
from app.stores import aliases, client_books, customers, erasures, exports, inbox, kept_dates, shops
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.update_relationship import update_relationship

# Of a telephone number, however its country and its noughts are written before them.
_LAST_DIGITS = 9
# A shorter number may be anybody's telephone's; Shopify's have twelve digits and more.
_LEAST_DIGITS = 10
# How customers/merge names the two it is about.
_MERGED = ("admin_graphql_api_customer_kept_id", "admin_graphql_api_customer_deleted_id")


def erase_customer(
    tx: Transaction,
    live: Live,
    customer_id: str,
    *,
    now: datetime,
    email: str = "",
    order_ids: Collection[str] = (),
    asked_at: datetime | None = None,
) -> None:
    """This function will remove every trace of a customer: rows, waiting webhooks, live state.

    Her decisions stay as counts without her. `email` and `order_ids` are what the request knows beyond our
    rows; `asked_at` is when it was made, by the clock of the webhooks: older words on her are not taken in.
    Raises redis.exceptions.RedisError where Redis is away; then nothing is done, and it must be asked again.
    """
    emails = _addresses(tx, customer_id, email)
    # The ids she had before a merge were hers, too: a late word about one of them must not bring her back.
    ids = {customer_id, *aliases.of(tx, customer_id), *map(provisional_customer_id, emails)}
    row = customers.one(tx, customer_id)
    ids |= {provisional_id_of_phone(row.phone)} if row and row.phone else set()
    erasures.wait_for_imports(tx)
    # Before all rows, so that a job in the middle of one of these is waited for, and its rows are seen below.
    _empty_webhooks(tx, ids, emails)
    aliases.hold(tx, ids)
    client_books.forget(tx, _names_her(row, ids, emails))
    others = erasures.remove_from_others(tx, customer_id)
    known = [erasures.remove(tx, each) for each in sorted(ids)]
    erasures.remove_orders(tx, order_ids)
    exports.remove(tx, ids, emails)
    erasures.remember(tx, sorted(ids), at=asked_at or now)
    if any(known):
        shops.count(tx, "erased", shops.read(tx).day(now))
    for other in sorted(others - ids):
        kept_dates.owe(tx, other)
        update_relationship(tx, live, other, now=now)
    _erase_live(live, tx.shop_id, ids)
    # Again: a visit before the commit may have loaded her once more.
    tx.after_commit(lambda: _erase_live(live, tx.shop_id, ids))


def _names_her(row: Any, ids: Collection[str], emails: Collection[str]) -> Callable[[str], bool]:
    """Whether a line of a client book names her: number, address, telephone or full name."""
    words = {*emails, *(each for each in ids if each.isdigit() and len(each) >= _LEAST_DIGITS)}
    digits = str(row.phone)[-_LAST_DIGITS:] if row and len(row.phone) > _LAST_DIGITS else ""
    names = [name.casefold() for name in (row.first_name, row.last_name)] if row else []

    def names_her(text: str) -> bool:
        plain = text.casefold()
        figures = "".join(letter for letter in plain if letter.isdigit()) if digits else ""
        named = bool(names) and all(name and _is_word(name, plain) for name in names)
        return named or any(word in plain for word in words) or bool(digits and digits in figures)

    return names_her


def _is_word(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _addresses(tx: Transaction, customer_id: str, email: str) -> set[str]:
    known = customers.one(tx, customer_id)
    both = {email, known.email if known else ""}
    return {address.strip().lower() for address in both} - {""}


def _erase_live(live: Live, shop_id: int, ids: Collection[str]) -> None:
    for customer_id in ids:
        live.erase(shop_id, customer_id)


def _empty_webhooks(tx: Transaction, ids: Collection[str], emails: Collection[str]) -> None:
    """Finish, unread, the waiting webhooks about her: worked on later, they would bring her back."""
    words = [*ids, *emails, *(json.dumps(email)[1:-1] for email in emails)]
    waiting = inbox.undone_containing(tx, words)
    # The search is rough, and an order number may look like an id: only what speaks of her goes.
    hers = [row.webhook_id for row in waiting if _speaks_of(row.topic, row.body, ids, emails)]
    inbox.finish(tx, *hers)


def _speaks_of(topic: str, body: str, ids: Collection[str], emails: Collection[str]) -> bool:
    payload = json.loads(body)
    if topic.startswith("customers") and isinstance(payload, dict) and _is_one_of(payload.get("id"), ids):
        return True
    return any(_is_hers(name, value, ids, emails) for name, value in _fields(payload))


def _is_hers(name: str, value: Any, ids: Collection[str], emails: Collection[str]) -> bool:
    if name == "customer" and isinstance(value, dict):
        return _is_one_of(value.get("id"), ids)
    if name in ("customer_id", "customerId", *_MERGED):
        return _is_one_of(value, ids)
    return isinstance(value, str) and value.strip().lower() in emails


def _is_one_of(value: Any, ids: Collection[str]) -> bool:
    return value is not None and str(value).rpartition("/")[2] in ids


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Walk through every named value of a document, however deep it lies."""
    if isinstance(value, dict):
        yield from value.items()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _fields(child)
