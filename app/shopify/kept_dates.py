"""The shop's own record of dates: entries of our kind, and the list of hers that each customer carries.

An answer with a part missing is none here: what we do not see we might take for gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.shopify.documents import document
from app.shopify.errors import UnableToAskShopify, UnableToBeUnderstood, UnableToReachShopify
from app.shopify.graphql import AdminClient
from app.shopify.history import id_of

# Shopify's short words for what is ours alone (facts/shopify.md); shopify.app.toml declares both.
TYPE, NAMESPACE, KEY = "$app:milestone", "$app", "milestones"
GONE = "RECORD_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the shop has it. `customers` are the ids of those whose list names it."""

    gid: str
    handle: str
    updated_at: datetime
    fields: Mapping[str, str]
    customers: tuple[str, ...] = ()


class UnableToKeepDate(UnableToAskShopify):
    """Shopify answered that it will not take a date, by its own code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def entries_of(client: AdminClient, customer_id: str) -> list[Entry] | None:
    """This function will read what a customer's list names; None where Shopify does not know her."""
    told = _ask(client, "DatesOfCustomer", {"id": _gid(customer_id)}).get("customer")
    if told is None:
        return None
    references = ((told.get("metafield") or {}).get("references") or {}).get("nodes") or ()
    return [_entry(node) for node in references if node and "handle" in node]


def every_entry(client: AdminClient) -> Iterator[list[Entry]]:
    """This function will read all the shop has, a page at a time."""
    after = None
    while True:
        page = _ask(client, "EveryDate", {"after": after}).get("metaobjects") or {}
        yield [_entry(node) for node in page.get("nodes") or ()]
        further = page.get("pageInfo") or {}
        if not further.get("hasNextPage"):
            return
        after = further["endCursor"]


def keep(client: AdminClient, handle: str, fields: Mapping[str, str]) -> str:
    """This function will write an entry, new or not, and give Shopify's id of it. Raises UnableToKeepDate."""
    named = [{"key": key, "value": value} for key, value in fields.items()]
    said = _ask(client, "KeepDate", {"handle": {"type": TYPE, "handle": handle}, "fields": named})
    return str(_done(said, "metaobjectUpsert")["metaobject"]["id"])


def refer(client: AdminClient, customer_id: str, gids: Sequence[str]) -> None:
    """This function will write a customer's list. Raises UnableToKeepDate."""
    field = {"ownerId": _gid(customer_id), "namespace": NAMESPACE, "key": KEY}
    field |= {"type": "list.metaobject_reference", "value": json.dumps(list(gids))}
    _done(_ask(client, "ReferToDates", {"metafields": [field]}), "metafieldsSet")


def find(client: AdminClient, handle: str) -> str | None:
    """This function will give Shopify's id of an entry; None where there is none."""
    told = _ask(client, "FindDate", {"handle": {"type": TYPE, "handle": handle}}).get("metaobjectByHandle")
    return str(told["id"]) if told else None


def remove(client: AdminClient, gid: str) -> None:
    """This function will remove an entry; one that is gone already is no error. Raises UnableToKeepDate."""
    try:
        _done(_ask(client, "RemoveDate", {"id": gid}), "metaobjectDelete")
    except UnableToKeepDate as error:
        if error.code != GONE:
            raise


def _ask(client: AdminClient, name: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = client.ask(document(name), variables)
    if answer.is_partial:
        codes = {str((error.get("extensions") or {}).get("code")) for error in answer.errors}
        if "ACCESS_DENIED" in codes and not any(answer.data.values()):
            raise UnableToBeUnderstood(name, codes)
        raise UnableToReachShopify(f"{name}: only a part")
    return answer.data


def _done(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    payload: Mapping[str, Any] | None = said.get(name)
    if payload is None:
        raise UnableToReachShopify(f"{name}: nothing")
    errors = payload.get("userErrors") or ()
    if errors:
        raise UnableToKeepDate(str(errors[0].get("code") or "INVALID"))
    return payload


def _entry(node: Mapping[str, Any]) -> Entry:
    relations = (node.get("referencedBy") or {}).get("nodes") or ()
    whose = [(each.get("referencer") or {}).get("id") for each in relations if each.get("key") == KEY]
    return Entry(
        gid=str(node["id"]),
        handle=str(node["handle"]),
        updated_at=datetime.fromisoformat(node["updatedAt"]).astimezone(UTC),
        fields={field["key"]: field["value"] or "" for field in node.get("fields") or ()},
        customers=tuple(dict.fromkeys(id_of(gid) for gid in whose if gid)),
    )


def _gid(customer_id: str) -> str:
    return f"gid://shopify/Customer/{customer_id}"
