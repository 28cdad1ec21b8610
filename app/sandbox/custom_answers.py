"""What the Admin API says of entries and of customers' fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.sandbox.custom_data import TYPE, Entry
from app.sandbox.parts import parts

Variables = Mapping[str, Any]
Content = dict[str, Any]
PAGE = 50


def _keep_date(variables: Variables) -> Content:
    under = variables.get("handle") or {}
    values = {field["key"]: field["value"] for field in variables.get("fields") or ()}
    if parts().trouble.comes("refused"):
        return {"metaobjectUpsert": {"metaobject": None, "userErrors": [_error("MAX_OBJECTS_EXCEEDED")]}}
    made = parts().custom.upsert(str(under.get("type")), str(under.get("handle")), values)
    if isinstance(made, str):
        return {"metaobjectUpsert": {"metaobject": None, "userErrors": [_error(made)]}}
    return {"metaobjectUpsert": {"metaobject": {"id": made["id"]}, "userErrors": []}}


def _error(code: str) -> Content:
    return {"code": code, "field": ["metaobject"]}


def _dates_of_customer(variables: Variables) -> Content:
    gid = str(variables.get("id"))
    if not parts().books.knows(gid):
        return {"customer": None}
    listed = [_told(entry) for entry in parts().custom.listed(gid)]
    return {"customer": {"id": gid, "metafield": {"references": {"nodes": listed}} if listed else None}}


def _told(entry: Entry) -> Content:
    fields = [{"key": key, "value": value} for key, value in entry["fields"].items()]
    return {**{name: entry[name] for name in ("id", "handle", "updatedAt")}, "fields": fields}


def _refer_to_dates(variables: Variables) -> Content:
    for field in variables.get("metafields") or ():
        code = parts().custom.set_field(field["ownerId"], field["namespace"], field["key"], field["value"])
        if code:
            return {"metafieldsSet": {"metafields": [], "userErrors": [_error(code)]}}
    return {"metafieldsSet": {"metafields": [], "userErrors": []}}


def _every_date(variables: Variables) -> Content:
    start, entries = int(variables.get("after") or 0), list(parts().custom.entries.values())
    nodes = [_told(entry) | {"referencedBy": _listing(entry)} for entry in entries[start : start + PAGE]]
    info = {"hasNextPage": start + PAGE < len(entries), "endCursor": str(start + PAGE)}
    return {"metaobjects": {"nodes": nodes, "pageInfo": info}}


def _listing(entry: Entry) -> Content:
    owners = parts().custom.listing(entry["id"])
    return {"nodes": [{"key": "milestones", "referencer": {"id": owner}} for owner in owners]}


def _find_date(variables: Variables) -> Content:
    found = parts().custom.find(TYPE, str((variables.get("handle") or {}).get("handle")))
    return {"metaobjectByHandle": {"id": found["id"]} if found else None}


def _remove_date(variables: Variables) -> Content:
    gid = str(variables.get("id"))
    if parts().custom.delete(gid):
        return {"metaobjectDelete": {"deletedId": gid, "userErrors": []}}
    return {"metaobjectDelete": {"deletedId": None, "userErrors": [_error("RECORD_NOT_FOUND")]}}


# What each needs, of the scopes that a shop grants.
NEEDS = "write_metaobjects"
ANSWERS: dict[str, Callable[[Variables], Content]] = {
    "KeepDate": _keep_date,
    "DatesOfCustomer": _dates_of_customer,
    "ReferToDates": _refer_to_dates,
    "EveryDate": _every_date,
    "FindDate": _find_date,
    "RemoveDate": _remove_date,
}
