"""Every document we send, held to the schema that Shopify ships, and its scopes to shopify.app.toml."""

from __future__ import annotations

import gzip
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    parse,
    validate,
    visit,
)

from app.shopify.documents import document, names
from app.shopify.graphql import API_VERSION

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / f"node_modules/@shopify/dev-mcp/dist/data/admin_{API_VERSION}.json.gz"

# Scopes that no document needs, and why the app file asks for them all the same.
BESIDE_THE_DOCUMENTS = {
    "write_app_proxy": "the storefront's way in is an app proxy",
    "read_customer_merge": "the topic customers/merge",
    "write_metaobject_definitions": "the shape of a milestone is declared in the app file",
    "read_all_orders": "lets the documents that read orders reach back more than sixty days",
}
# These are sent as the text inside RunBulkQuery, which Shopify reads by rules of its own.
BULK = ("EveryCustomer", "EveryOrder")


@cache
def told() -> dict[str, Any]:
    with gzip.open(SCHEMA) as file:
        content: dict[str, Any] = json.load(file)
    return content


@cache
def schema() -> GraphQLSchema:
    return build_client_schema(told()["data"], assume_valid=True)


@cache
def parsed(name: str) -> DocumentNode:
    return parse(document(name).text)


@pytest.mark.parametrize("name", names())
def test_a_document_is_valid_in_the_version_we_speak(name: str) -> None:
    assert [error.message for error in validate(schema(), parsed(name))] == []


@pytest.mark.parametrize("name", names())
def test_a_document_asks_for_nothing_that_is_to_go(name: str) -> None:
    retired: list[str] = []

    def look(node: FieldNode, info: TypeInfo) -> None:
        field = info.get_field_def()
        if field is not None and field.deprecation_reason is not None:
            retired.append(node.name.value)

    every_field(name, look)
    assert retired == []


@pytest.mark.parametrize("name", names())
def test_a_document_is_called_as_its_file(name: str) -> None:
    (operation,) = parsed(name).definitions
    assert (operation.name.value if operation.name else name) == name  # type: ignore[attr-defined]
    assert (operation.name is None) == (name in BULK), "a bulk query has no name and no variables"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", BULK)
def test_a_bulk_query_keeps_to_shopifys_rules(name: str) -> None:
    """One field at the top, at most five connections, two deep, and an id wherever a connection is nested."""
    (operation,) = parsed(name).definitions
    (top,) = operation.selection_set.selections  # type: ignore[attr-defined]
    connections: list[int] = []
    depth(top, 0, connections)
    assert 1 <= len(connections) <= 5
    assert max(connections) <= 2


def depth(node: Any, level: int, connections: list[int]) -> None:
    selected = (
        {child.name.value: child for child in node.selection_set.selections} if node.selection_set else {}
    )
    inside = level + 1 if "edges" in selected else level
    if "edges" in selected:
        connections.append(inside)
        (inner,) = selected["edges"].selection_set.selections
        assert "id" in {child.name.value for child in inner.selection_set.selections}
        assert set(selected) == {"edges"}
        assert not node.arguments, "it is to hold everything"
    for child in selected.values():
        depth(child, inside, connections)


def test_every_document_is_sent() -> None:
    sources = "".join(
        file.read_text() for folder in ("app", "jobs") for file in (ROOT / folder).rglob("*.py")
    )
    for name in names():
        assert f'"{name}"' in sources, f"{name} is sent by nobody"


def test_the_app_file_asks_for_the_scopes_that_the_documents_need_and_for_no_other() -> None:
    file = tomllib.loads((ROOT / "shopify.app.toml").read_text())["access_scopes"]
    asked = set(file["scopes"].split(",")) | set(file.get("optional_scopes", ()))
    needed = [alternatives for name in names() for alternatives in scopes_of(name)]
    assert [one for one in needed if not satisfied(one, asked)] == [], "missing"
    used = {scope for one in needed for scope in one}
    used |= {scope.replace("read_", "write_", 1) for scope in used}
    assert asked - used - set(BESIDE_THE_DOCUMENTS) == set(), "asked for, and used by nothing"


def test_the_version_is_one_and_the_same_everywhere() -> None:
    file = tomllib.loads((ROOT / "shopify.app.toml").read_text())
    assert file["webhooks"]["api_version"] == API_VERSION


def satisfied(alternatives: frozenset[str], asked: set[str]) -> bool:
    """Any of a node's scopes is enough, and to write implies to read."""
    return any(scope in asked or scope.replace("read_", "write_", 1) in asked for scope in alternatives)


def scopes_of(name: str) -> set[frozenset[str]]:
    """The scopes of every type and field that a document touches; one of each set is needed."""
    access = {
        (each["typeName"], each.get("fieldName")): frozenset(each["offlineScopes"])
        for each in told()["offline_scopes"]["items"]
        if each["offlineScopes"]
    }
    found: set[frozenset[str]] = set()

    def look(node: FieldNode, info: TypeInfo) -> None:
        parent, returned = info.get_parent_type(), info.get_type()
        keys = [(parent.name, node.name.value)] if parent is not None else []
        keys += [(get_named_type(returned).name, None)] if returned is not None else []
        found.update(access[key] for key in keys if key in access)

    every_field(name, look)
    return found


def every_field(name: str, look: Any) -> None:
    info = TypeInfo(schema())

    class Looking(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            look(node, info)

    visit(parsed(name), TypeInfoVisitor(info, Looking()))
