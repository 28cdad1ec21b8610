"""The sandbox's Admin API answers as Shopify documents it, and fails when it is asked to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.sandbox.parts import Parts
from app.shopify.documents import document, names
from app.shopify.graphql import API_VERSION

PATH = f"/admin/api/{API_VERSION}/graphql.json"
# These are sent inside RunBulkQuery.
BULK = ("EveryCustomer", "EveryOrder")


class Admin:
    def __init__(self, shop: FlaskClient, parts: Parts) -> None:
        self.shop, self.token = shop, str(parts.tokens.give()["access_token"])

    def ask(self, name: str, **variables: Any) -> Any:
        body = {"query": document(name).text, "variables": variables}
        return self.shop.post(PATH, json=body, headers={"X-Shopify-Access-Token": self.token})

    def run(self, name: str) -> Any:
        run = self.ask("RunBulkQuery", query=document(name).text).json["data"]["bulkOperationRunQuery"]
        assert run["userErrors"] == []
        return run["bulkOperation"]

    def look(self, gid: str) -> Any:
        return self.ask("BulkOperation", id=gid).json["data"]["bulkOperation"]


@pytest.fixture
def admin(shop: FlaskClient, parts: Parts) -> Admin:
    parts.bulk.runs_for = 0
    return Admin(shop, parts)


@pytest.mark.parametrize("name", [name for name in names() if name not in BULK])
def test_every_document_we_send_is_answered_with_what_it_cost(admin: Admin, name: str) -> None:
    said = admin.ask(name).json
    assert "errors" not in said
    assert said["extensions"]["cost"]["throttleStatus"]["restoreRate"] > 0


@pytest.mark.parametrize("token", ["", "shpat_another"])
def test_without_its_token_nobody_is_answered(admin: Admin, token: str) -> None:
    admin.token = token
    assert admin.ask("ShopDetails").status_code == 401


@pytest.mark.parametrize(("kind", "status"), [("unavailable", 502), ("retry_after", 429), ("expired", 401)])
def test_trouble_comes_as_often_as_it_was_asked_for(
    admin: Admin, shop: FlaskClient, kind: str, status: int
) -> None:
    assert shop.post("/sandbox/trouble", json={"kind": kind, "times": 2}).status_code == 200
    assert [admin.ask("ShopDetails").status_code for _ in range(3)] == [status, status, 200]


def test_throttled_is_an_answer_with_an_error_and_an_empty_bucket(admin: Admin, parts: Parts) -> None:
    parts.trouble.ask("throttled", 1)
    answer = admin.ask("ShopDetails")
    assert answer.status_code == 200
    assert answer.json["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answer.json["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0


def test_partial_data_comes_with_its_error(admin: Admin, parts: Parts) -> None:
    parts.trouble.ask("partial", 1)
    said = admin.ask("WhatIsThere").json
    assert said["data"]["customersCount"] is None
    assert said["data"]["currentAppInstallation"] is not None
    assert said["errors"][0]["path"] == ["customersCount"]


def test_a_trouble_nobody_knows_is_refused(shop: FlaskClient) -> None:
    assert shop.post("/sandbox/trouble", json={"kind": "flood"}).status_code == 400


def test_an_operation_ends_in_a_file_of_lines_that_name_their_parents(
    admin: Admin, shop: FlaskClient, parts: Parts
) -> None:
    shop.post("/sandbox/webhooks/orders/create", data={"customer": "7001"})
    told = admin.look(admin.run("EveryOrder")["id"])
    assert (told["status"], told["rootObjectCount"], told["objectCount"]) == ("COMPLETED", "1", "2")
    file = shop.get(told["url"].removeprefix(f"https://{parts.settings.shop}")).data
    assert int(told["fileSize"]) == len(file)
    nodes = [json.loads(line) for line in file.splitlines()]
    (order,) = [node for node in nodes if "__parentId" not in node]
    (line,) = [node for node in nodes if "__parentId" in node]
    assert line["__parentId"] == order["id"]
    assert "lines" not in order
    assert parts.sender.log[0].topic == "bulk_operations/finish"


def test_where_there_is_nothing_there_is_no_file(admin: Admin) -> None:
    told = admin.look(admin.run("EveryCustomer")["id"])
    assert (told["status"], told["url"], told["fileSize"]) == ("COMPLETED", None, None)


def test_what_has_changed_comes_in_pages_the_oldest_change_first(
    admin: Admin, shop: FlaskClient, parts: Parts
) -> None:
    for _ in range(12):
        shop.post("/sandbox/webhooks/orders/create", data={"customer": "7001"})
    first = admin.ask("ChangedOrders", which="updated_at:>='2020-01-01T00:00:00Z'").json["data"]["orders"]
    assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (10, True)
    assert first["nodes"][0]["lineItems"]["nodes"]
    rest = admin.ask("ChangedOrders", which="", after=first["pageInfo"]["endCursor"]).json["data"]["orders"]
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (2, False)
    none = admin.ask("ChangedOrders", which="updated_at:>='2100-01-01T00:00:00Z'").json["data"]["orders"]
    assert none["nodes"] == []


def test_no_more_than_five_run_at_once(admin: Admin, parts: Parts) -> None:
    parts.bulk.runs_for = 3600
    for _ in range(5):
        admin.run("EveryOrder")
    refused = admin.ask("RunBulkQuery", query=document("EveryOrder").text).json["data"]
    assert refused["bulkOperationRunQuery"]["userErrors"][0]["code"] == "LIMIT_REACHED"
