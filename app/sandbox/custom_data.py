"""What apps and the merchant add to the shop's record: entries under handles, and fields of customers.

It is the shop's: an app that is removed and forgotten leaves it as it is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.sandbox.clock import Clock

Entry = dict[str, Any]

# The declarations of shopify.app.toml, as a deployment makes them known to the shop; a test compares.
TYPE = "$app:milestone"
FIELDS = ("occasion", "person", "date", "precision", "source", "sensitive")
REQUIRED = ("occasion", "date", "precision", "source")
PRECISIONS = ("day", "month", "day without year", "month without year")
LIST = ("$app", "milestones")
BIRTH_DATE = ("facts", "birth_date")
# A merchant's own field for who looks after a client.
ADVISOR = ("custom", "advisor")


class CustomData:
    """The entries and the customers' fields, kept in a file."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._file, self._clock = folder / "custom_data.json", clock
        self._lock = threading.Lock()
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            told = {"made": 0, "entries": {}, "fields": {}}
        self._made: int = told["made"]
        self.entries: dict[str, Entry] = told["entries"]  # by id
        self._fields: dict[str, str] = told["fields"]  # by owner, namespace and key

    def upsert(self, type_: str, handle: str, values: Mapping[str, str]) -> Entry | str:
        """Write an entry, new or not; or the code of why not."""
        if type_ != TYPE:
            return "UNDEFINED_OBJECT_TYPE"
        with self._lock:
            known = self._by_handle(handle)
            fields = {**(known["fields"] if known else {}), **values}
            if wrong := _wrong(fields):
                return wrong
            if known is None:
                self._made += 1
                known = {"id": f"gid://shopify/Metaobject/{9_000_000 + self._made}", "handle": handle}
            known |= {"fields": fields, "updatedAt": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
            self.entries[known["id"]] = known
            self._keep()
            return known

    def find(self, type_: str, handle: str) -> Entry | None:
        """The entry under a handle."""
        return self._by_handle(handle) if type_ == TYPE else None

    def delete(self, gid: str) -> bool:
        """Delete an entry, and its place in every list; False where there is none."""
        with self._lock:
            there = self.entries.pop(gid, None) is not None
            for name, value in self._fields.items():
                if gid in value:
                    self._fields[name] = json.dumps([one for one in json.loads(value) if one != gid])
            self._keep()
            return there

    def set_field(self, owner: str, namespace: str, key: str, value: str) -> str | None:
        """Write a field of a customer; the code of why not, or None."""
        if (namespace, key) == LIST and any(gid not in self.entries for gid in json.loads(value)):
            return "INVALID_VALUE"
        with self._lock:
            self._fields[_name(owner, namespace, key)] = value
            self._keep()
            return None

    def field(self, owner: str, namespace: str, key: str) -> str | None:
        """A field of a customer, as it is written."""
        return self._fields.get(_name(owner, namespace, key))

    def listed(self, owner: str) -> list[Entry]:
        """The entries that a customer's list names."""
        gids = json.loads(self.field(owner, *LIST) or "[]")
        return [self.entries[gid] for gid in gids if gid in self.entries]

    def listing(self, gid: str) -> Sequence[str]:
        """The customers whose list names an entry."""
        end = _name("", *LIST)
        return [
            name.removesuffix(end)
            for name, value in self._fields.items()
            if name.endswith(end) and gid in json.loads(value)
        ]

    def _by_handle(self, handle: str) -> Entry | None:
        return next((entry for entry in self.entries.values() if entry["handle"] == handle), None)

    def _keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        told = {"made": self._made, "entries": self.entries, "fields": self._fields}
        part.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        part.replace(self._file)


def _name(owner: str, namespace: str, key: str) -> str:
    return f"{owner} {namespace}.{key}"


def _wrong(fields: Mapping[str, str]) -> str:
    """Say by Shopify's code what is wrong with an entry; "" where nothing is."""
    if set(fields) - set(FIELDS):
        return "UNDEFINED_OBJECT_FIELD"
    if not all(fields.get(name) for name in REQUIRED):
        return "OBJECT_FIELD_REQUIRED"
    try:
        date.fromisoformat(fields["date"])
    except ValueError:
        return "INVALID_VALUE"
    is_one = fields["precision"] in PRECISIONS and fields.get("sensitive", "false") in ("true", "false")
    return "" if is_one and "\n" not in "".join(fields.values()) else "INVALID_VALUE"
