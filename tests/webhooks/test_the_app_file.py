"""shopify.app.toml asks for what the code handles, and for nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from webhooks.topics import READS, TOPICS

ROOT = Path(__file__).parents[2]
COMPLIANCE = {"customers/data_request", "customers/redact", "shop/redact"}


@pytest.fixture
def file() -> dict[str, Any]:
    return tomllib.loads((ROOT / "shopify.app.toml").read_text())


def test_every_topic_handled_is_subscribed_once_and_no_other(file: dict[str, Any]) -> None:
    subscriptions = file["webhooks"]["subscriptions"]
    topics = [topic for each in subscriptions for topic in each.get("topics", [])]
    compliance = [topic for each in subscriptions for topic in each.get("compliance_topics", [])]
    assert set(compliance) == COMPLIANCE
    assert sorted(topics + compliance) == sorted(TOPICS)
    assert {each["uri"] for each in subscriptions} == {"/webhooks"}


def test_what_is_read_is_sent_and_what_is_not_read_stays_there(file: dict[str, Any]) -> None:
    sent = {
        topic: set(each["include_fields"])
        for each in file["webhooks"]["subscriptions"]
        if "include_fields" in each
        for topic in each["topics"]
    }
    assert set(sent) == set(READS)
    for topic, kind in READS.items():
        fields = {field.name for field in msgspec.structs.fields(kind)}
        assert sent[topic] - {"id"} == fields - {"id"}, topic
        assert "id" in sent[topic]


def test_every_scope_says_what_it_is_for(file: dict[str, Any]) -> None:
    text = (ROOT / "shopify.app.toml").read_text()
    asked = file["access_scopes"]
    for scope in (*asked["scopes"].split(","), *asked["optional_scopes"]):
        assert f"# {scope} " in text, scope


def test_the_proxy_and_the_extension_are_where_they_are_said_to_be(file: dict[str, Any]) -> None:
    proxy = file["app_proxy"]
    assert (proxy["prefix"], proxy["subpath"]) == ("apps", "steward")
    assert proxy["url"].endswith("/proxy")
    assert all((ROOT / folder).is_dir() for folder in file["extension_directories"])
