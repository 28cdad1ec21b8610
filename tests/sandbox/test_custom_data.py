"""The sandbox keeps entries and customers' fields as the shop's own, and refuses what Shopify would."""

from __future__ import annotations

from typing import Any

import pytest

from app.sandbox.custom_data import CustomData, Entry
from app.sandbox.parts import Parts

DATE = {"occasion": "anniversary", "date": "2016-09-12", "precision": "day", "source": "Told by the client"}
ALMA = "gid://shopify/Customer/7001"


def made(parts: Parts, **changed: str) -> Any:
    return parts.custom.upsert("$app:milestone", "one", {**DATE, **changed})


def entry(parts: Parts, **changed: str) -> Entry:
    told = made(parts, **changed)
    assert not isinstance(told, str)
    return told


def test_a_handle_names_one_entry_and_what_is_not_said_stays(parts: Parts) -> None:
    first = dict(entry(parts, person="Bruno"))
    second = entry(parts, occasion="birthday")
    assert second["id"] == first["id"]
    assert (second["fields"]["occasion"], second["fields"]["person"]) == ("birthday", "Bruno")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"nickname": "A"}, "UNDEFINED_OBJECT_FIELD"),
        ({"occasion": ""}, "OBJECT_FIELD_REQUIRED"),
        ({"date": "12 September"}, "INVALID_VALUE"),
        ({"precision": "roughly"}, "INVALID_VALUE"),
        ({"sensitive": "perhaps"}, "INVALID_VALUE"),
    ],
)
def test_what_the_declaration_does_not_allow_is_refused(
    parts: Parts, changed: dict[str, str], code: str
) -> None:
    assert made(parts, **changed) == code


def test_another_type_is_unknown(parts: Parts) -> None:
    assert parts.custom.upsert("milestone", "one", DATE) == "UNDEFINED_OBJECT_TYPE"


def test_a_list_names_only_what_is_there_and_forgets_what_goes(parts: Parts) -> None:
    gid = entry(parts)["id"]
    assert parts.custom.set_field(ALMA, "$app", "milestones", '["gid://shopify/Metaobject/1"]')
    assert parts.custom.set_field(ALMA, "$app", "milestones", f'["{gid}"]') is None
    assert parts.custom.listing(gid) == [ALMA]
    assert parts.custom.delete(gid)
    assert not parts.custom.delete(gid)
    assert parts.custom.field(ALMA, "$app", "milestones") == "[]"


def test_it_is_still_there_after_a_restart(parts: Parts) -> None:
    gid = entry(parts)["id"]
    parts.custom.set_field(ALMA, "facts", "birth_date", "1984-06-03")
    again = CustomData(parts.settings.data, parts.clock)
    assert again.entries[gid]["handle"] == "one"
    assert again.field(ALMA, "facts", "birth_date") == "1984-06-03"
