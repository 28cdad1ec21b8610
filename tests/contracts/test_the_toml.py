"""shopify.app.toml against the rules that Shopify's own tool would refuse it by.

`shopify app config validate` needs a login, so its published rules are written down here again.
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "node_modules/@shopify/dev-mcp/dist/data/admin_2026-10.json.gz"
COMPLIANCE = {"customers/data_request", "customers/redact", "shop/redact"}
# The one topic we narrow whose body has no updated_at.
WITHOUT_UPDATED_AT = {"refunds/create"}
# topic → the scope its description in the schema asks for
NEEDS = {
    "orders/": "read_orders",
    "refunds/": "read_orders",
    "customers/merge": "read_customer_merge",
    "customers/": "read_customers",
    "customer.": "read_customers",
    "customers_": "read_customers",
    "products/": "read_products",
}
TYPES = {"single_line_text_field", "date", "boolean", "list.metaobject_reference<$app:milestone>"}


@pytest.fixture(scope="module")
def file() -> dict[str, Any]:
    return tomllib.loads((ROOT / "shopify.app.toml").read_text())


@pytest.fixture(scope="module")
def subscriptions(file: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = file["webhooks"]["subscriptions"]
    return found


@pytest.fixture(scope="module")
def known_topics() -> set[str]:
    """Every topic of the version, spelled as the schema's enum does."""
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))["data"]["__schema"]
    kinds = {kind["name"]: kind for kind in schema["types"]}
    return {value["name"] for value in kinds["WebhookSubscriptionTopic"]["enumValues"]}


def granted(file: dict[str, Any]) -> set[str]:
    scopes = set(file["access_scopes"]["scopes"].split(","))
    return scopes | {scope.replace("write_", "read_", 1) for scope in scopes}


def test_the_version_is_the_clients(file: dict[str, Any]) -> None:
    from app.shopify.graphql import API_VERSION

    assert file["webhooks"]["api_version"] == API_VERSION == "2026-10"


def test_every_topic_is_one_of_the_versions(
    subscriptions: list[dict[str, Any]], known_topics: set[str]
) -> None:
    for topic in (topic for each in subscriptions for topic in each.get("topics", [])):
        assert re.sub(r"[/.]", "_", topic).upper() in known_topics, topic


def test_no_topic_is_asked_for_twice_at_one_address(subscriptions: list[dict[str, Any]]) -> None:
    asked = Counter(
        (topic, each["uri"], each.get("filter", ""))
        for each in subscriptions
        for topic in (*each.get("topics", []), *each.get("compliance_topics", []))
    )
    assert [key for key, n in asked.items() if n > 1] == []


def test_each_subscription_has_topics_of_one_sort_and_an_address(
    subscriptions: list[dict[str, Any]],
) -> None:
    for each in subscriptions:
        assert ("topics" in each) != ("compliance_topics" in each)
        assert set(each) <= {"topics", "compliance_topics", "uri", "include_fields", "filter"}
        assert each["uri"].startswith(("/", "https://"))


def test_the_compliance_topics_are_all_there_and_come_whole(subscriptions: list[dict[str, Any]]) -> None:
    (compliance,) = [each for each in subscriptions if "compliance_topics" in each]
    assert set(compliance["compliance_topics"]) == COMPLIANCE
    assert "include_fields" not in compliance


def test_what_is_narrowed_keeps_updated_at_and_what_its_filter_uses(
    subscriptions: list[dict[str, Any]],
) -> None:
    for each in (one for one in subscriptions if "include_fields" in one):
        fields = each["include_fields"]
        assert len(fields) == len(set(fields))
        if not set(each["topics"]) <= WITHOUT_UPDATED_AT:
            assert "updated_at" in fields, each["topics"]
        used = set(re.findall(r"([a-z_.]+):", each.get("filter", "")))
        assert {name.partition(".")[0] for name in used} <= set(fields)


def test_every_topic_has_the_scope_it_needs(
    file: dict[str, Any], subscriptions: list[dict[str, Any]]
) -> None:
    for topic in (topic for each in subscriptions for topic in each.get("topics", [])):
        scope = next((scope for start, scope in NEEDS.items() if topic.startswith(start)), None)
        assert scope is None or scope in granted(file), topic


def test_no_scope_is_asked_for_twice_nor_read_beside_write(file: dict[str, Any]) -> None:
    scopes = file["access_scopes"]["scopes"].split(",")
    assert len(scopes) == len(set(scopes))
    assert all(scope == scope.strip() and scope for scope in scopes)
    for scope in scopes:
        assert (
            scope.replace("read_", "write_", 1) == scope or scope.replace("read_", "write_", 1) not in scopes
        )
    assert file["access_scopes"]["optional_scopes"] == ["read_all_orders"]
    assert not set(file["access_scopes"]["optional_scopes"]) & set(scopes)


def test_an_app_embedded_in_the_admin_says_so_and_its_addresses_are_safe(file: dict[str, Any]) -> None:
    assert file["embedded"] is True
    addresses = [file["application_url"], *file["auth"]["redirect_urls"], file["app_proxy"]["url"]]
    for address in addresses:
        assert urlsplit(address).scheme == "https"
    assert len(file["name"]) <= 30
    assert len({urlsplit(address).netloc for address in addresses}) == 1


def test_the_proxy_stands_where_shopify_allows_one(file: dict[str, Any]) -> None:
    assert file["app_proxy"]["prefix"] in {"a", "apps", "community", "tools"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,30}", file["app_proxy"]["subpath"])
    assert file["app_proxy"]["subpath"] not in {"admin", "services", "password", "login"}
    assert "write_app_proxy" in file["access_scopes"]["scopes"]


def test_what_we_keep_in_the_shop_is_whole_and_hidden_from_the_storefront(file: dict[str, Any]) -> None:
    milestone = file["metaobjects"]["app"]["milestone"]
    assert set(milestone["fields"]) == {"occasion", "person", "date", "precision", "source", "sensitive"}
    assert milestone["display_name_field"] in milestone["fields"]
    metafield = file["customer"]["metafields"]["app"]["milestones"]
    for each in (milestone, metafield):
        assert each["access"] == {"admin": "merchant_read_write", "storefront": "none"}
    assert {field["type"] for field in (*milestone["fields"].values(), metafield)} == TYPES


def test_what_is_declared_has_the_scopes_a_deployment_asks_for(file: dict[str, Any]) -> None:
    scopes = set(file["access_scopes"]["scopes"].split(","))
    assert {"write_customers", "write_metaobjects", "write_metaobject_definitions"} <= scopes


def test_nothing_is_declared_that_the_tool_does_not_know(file: dict[str, Any]) -> None:
    known = """client_id name application_url embedded extension_directories access access_scopes auth
    app_proxy metaobjects customer webhooks"""
    assert set(file) == set(known.split())
    assert set(file["access"]["admin"]) <= {"direct_api_mode", "embedded_app_direct_api_access"}
