"""An order of the Admin API becomes the order that its webhook would have made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.shopify.history import UnableToReadHistory, customer_of, head_of, line_node, order_node, order_of
from app.shopify.result_files import lines_of

GID = "gid://shopify/Order/1"
ORDER: dict[str, Any] = {
    "id": GID,
    "createdAt": "2016-09-12T10:00:00Z",
    "processedAt": "2016-09-12T11:00:00+01:00",
    "updatedAt": "2016-09-20T10:00:00Z",
    "currencyCode": "GBP",
    "sourceName": "pos",
    "displayFinancialStatus": "PAID",
    "returnStatus": "NO_RETURN",
    "totalPriceSet": {"shopMoney": {"amount": "945.0"}},
    "customAttributes": [{"key": "Served_by", "value": "Ines Moreau"}],
    "customer": {"id": "gid://shopify/Customer/7001"},
}
BAND: dict[str, Any] = {
    "id": "gid://shopify/LineItem/10",
    "title": "Court band in gold",
    "quantity": 1,
    "currentQuantity": 1,
    "originalUnitPriceSet": {"shopMoney": {"amount": "900.0"}},
    "customAttributes": [{"key": "_Engraving", "value": "12.09.2016"}],
    "product": {
        "id": "gid://shopify/Product/8009",
        "productType": "Wedding Bands",
        "tags": ["gold"],
        "category": {"id": "gid://shopify/TaxonomyCategory/aa-6-9"},
    },
    "__parentId": GID,
}
CARD = {**BAND, "id": "gid://shopify/LineItem/9", "title": "Gift card", "isGiftCard": True, "product": None}


def order(head: dict[str, Any], *lines: dict[str, Any], placings: dict[str, str] | None = None) -> Any:
    nodes = [line_node(json.dumps(line).encode()) for line in lines]
    return order_of(order_node(json.dumps(head).encode()), nodes, placings or {})


def test_an_order_keeps_who_served_what_was_engraved_and_what_it_is() -> None:
    found = order(ORDER, BAND)
    assert (found.order_id, found.customer_id, found.status, found.staff) == (
        "1",
        "7001",
        "counted",
        "Ines Moreau",
    )
    assert found.ordered_at.isoformat() == "2016-09-12T10:00:00+00:00"
    ((piece, price, many, engraving),) = found.lines
    assert (piece.kind, piece.product_id, piece.product_type) == ("wedding_band", "8009", "Wedding Bands")
    assert (price, many, engraving) == (90_000, 1, "12.09.2016")


def test_lines_stand_by_their_ids_however_they_came() -> None:
    titles = [
        [line[0].title for line in order(ORDER, *lines).lines] for lines in ((BAND, CARD), (CARD, BAND))
    ]
    assert titles == [["Gift card", "Court band in gold"]] * 2


def test_a_gift_card_is_a_service_and_what_was_placed_by_hand_wins() -> None:
    assert order(ORDER, CARD).lines[0][0].kind == "service"
    placed = order(ORDER, BAND, placings={"wedding bands": "eternity_band"})
    assert placed.lines[0][0].kind == "eternity_band"


@pytest.mark.parametrize(
    ("said", "status", "problem"),
    [
        ({}, "counted", False),
        ({"test": True}, "test", False),
        ({"cancelledAt": "2016-09-13T10:00:00Z"}, "cancelled", False),
        ({"displayFinancialStatus": "REFUNDED"}, "returned", False),
        ({"totalPriceSet": {"shopMoney": {"amount": "0.0"}}}, "zero_value", False),
        ({"returnStatus": "RETURN_REQUESTED"}, "counted", True),
        ({"displayFinancialStatus": "VOIDED"}, "counted", True),
        ({"transactions": [{"id": "1", "kind": "REFUND", "status": "PENDING"}]}, "counted", True),
        ({"transactions": [{"id": "1", "kind": "REFUND", "status": "SUCCESS"}]}, "counted", False),
        ({"transactions": [{"id": "1", "kind": "SALE", "status": "PENDING"}]}, "counted", False),
        ({"customer": None}, "counted", False),
        ({"displayFinancialStatus": None, "totalPriceSet": None, "customAttributes": None}, "counted", False),
    ],
    ids=str,
)
def test_what_an_order_counts_as_is_read_from_how_it_stands(
    said: dict[str, Any], status: str, problem: bool
) -> None:
    found = order(ORDER | said, BAND)
    assert (found.status, found.problem) == (status, problem)


def test_of_an_order_that_counts_only_what_was_kept_is_taken() -> None:
    assert len(order(ORDER, BAND, CARD | {"currentQuantity": 0}).lines) == 1
    back = order(ORDER, BAND | {"currentQuantity": 0})
    assert (back.status, len(back.lines)) == ("returned", 1)


def test_a_customer_of_whom_we_may_see_little_is_one_all_the_same() -> None:
    said = {
        "id": "gid://shopify/Customer/7001",
        "createdAt": "2016-01-01T10:00:00Z",
        "updatedAt": "2026-01-01T10:00:00Z",
    }
    bare = customer_of(json.dumps(said | {"firstName": None, "defaultEmailAddress": None}).encode())
    assert (bare.customer_id, bare.first_name, bare.email, bare.orders) == ("7001", "", "", None)
    whole = customer_of(
        json.dumps(said | {"numberOfOrders": "7", "lastOrder": {"processedAt": None}}).encode()
    )
    assert (whole.orders, whole.last_ordered_at) == (7, None)


@pytest.mark.parametrize("line", [b"{", b"[]", b"\xff", b'{"id": 7}'])
def test_what_is_no_node_is_said_to_be_none_without_its_words(line: bytes) -> None:
    with pytest.raises(UnableToReadHistory):
        head_of(line)


def test_lines_are_cut_wherever_the_blocks_end() -> None:
    whole = b'{"id": "a"}\n\n{"id": "b"}\n{"id": "c"}'
    for size in range(1, len(whole) + 1):
        blocks = (whole[at : at + size] for at in range(0, len(whole), size))
        assert [line for batch in lines_of(blocks) for line in batch] == [
            b'{"id": "a"}',
            b'{"id": "b"}',
            b'{"id": "c"}',
        ]
