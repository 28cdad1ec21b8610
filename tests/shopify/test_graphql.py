"""Asking Shopify: patient where it asks for patience, and never in doubt about what came."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import structlog.testing

from app.shopify.documents import Document
from app.shopify.errors import (
    UnableToAskShopify,
    UnableToAuthenticate,
    UnableToBeUnderstood,
    UnableToKeepUp,
    UnableToReachShopify,
)
from app.shopify.graphql import API_VERSION, MOST_TRIES, AdminClient

ASKED = Document("Asked", "query Asked { shop { name } }")
TOKEN = "shpat_0123456789abcdef"
GOOD = {"data": {"shop": {"name": "Alder"}}}


def cost(left: float, needed: float = 50.0) -> dict[str, Any]:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": 100.0}
    return {"extensions": {"cost": {"requestedQueryCost": needed, "throttleStatus": status}}}


THROTTLED = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], **cost(10.0, 60.0)}


class Shop:
    """Answers in turn, and remembers what was asked; its time moves only by sleeping."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), list[httpx.Request]()
        self.slept: list[float] = []
        self.tokens = [TOKEN]

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)

    def client(self, renew: Callable[[str], str] | None = None) -> AdminClient:
        return AdminClient(
            httpx.Client(transport=httpx.MockTransport(self.answer)),
            "alder.myshopify.com",
            lambda: self.tokens[-1],
            sleep=self.slept.append,
            clock=lambda: sum(self.slept),
            draw=lambda: 0.5,
            renew=renew,
        )

    def ask(self) -> Any:
        return self.client().ask(ASKED)


def test_a_question_goes_to_its_shop_in_the_version_we_speak_with_the_token_of_now() -> None:
    shop = Shop(GOOD)
    assert shop.client().ask(ASKED, {"id": 7}).data == GOOD["data"]
    (request,) = shop.asked
    assert str(request.url) == f"https://alder.myshopify.com/admin/api/{API_VERSION}/graphql.json"
    assert request.headers["X-Shopify-Access-Token"] == TOKEN
    assert json.loads(request.content) == {"query": ASKED.text, "variables": {"id": 7}}


@pytest.mark.parametrize(
    "shop", ["evil.example", "alder.myshopify.com.evil.example", "alder.myshopify.com/", ""]
)
def test_ssrf_request_forgery_a_client_is_made_for_a_shop_of_shopifys_alone(shop: str) -> None:
    with pytest.raises(ValueError, match="shop"):
        AdminClient(
            httpx.Client(), shop, lambda: "", sleep=lambda _: None, clock=lambda: 0.0, draw=lambda: 0.0
        )


def test_partial_data_comes_together_with_what_is_missing_of_it() -> None:
    denied = {"message": "Access denied", "path": ["customer"], "extensions": {"code": "ACCESS_DENIED"}}
    answer = Shop({"data": {"shop": {"name": "Alder"}, "customer": None}, "errors": [denied]}).ask()
    assert answer.is_partial
    assert (answer.data["shop"], answer.data["customer"]) == ({"name": "Alder"}, None)
    assert answer.errors == (denied,)


def test_throttled_waits_until_the_bucket_holds_what_is_needed_and_asks_again() -> None:
    shop = Shop(THROTTLED, GOOD)
    assert shop.ask().data == GOOD["data"]
    assert shop.slept == [pytest.approx((60 - 10) / 100)]


def test_before_asking_again_it_waits_for_what_the_document_cost_the_last_time() -> None:
    shop = Shop({**GOOD, **cost(20.0, 50.0)})
    client = shop.client()
    client.ask(ASKED)
    client.ask(ASKED)
    assert shop.slept == [pytest.approx((50 - 20) / 100)]


def test_retry_after_is_honoured() -> None:
    shop = Shop(httpx.Response(429, headers={"Retry-After": "2.5"}), GOOD)
    shop.ask()
    assert shop.slept == [2.5]


def test_whoever_holds_a_lease_is_not_made_to_wait_for_ever() -> None:
    shop = Shop(httpx.Response(429, headers={"Retry-After": "900"}))
    with pytest.raises(UnableToKeepUp) as told:
        shop.ask()
    assert told.value.again
    assert shop.slept == []


@pytest.mark.parametrize(
    "failure",
    [
        httpx.Response(502, text="<html>"),
        httpx.Response(503),
        httpx.ConnectError("no"),
        httpx.ReadTimeout("no"),
        {"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]},
        {
            "data": {"customers": None},
            "errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}],
        },
    ],
    ids=[
        "502",
        "503",
        "connect",
        "timeout",
        "internal error",
        "internal error, and nothing that was asked for",
    ],
)
def test_what_may_pass_is_asked_again_with_growing_rests(failure: Any) -> None:
    shop = Shop(failure, failure, GOOD)
    assert shop.ask().data == GOOD["data"]
    assert shop.slept == [0.375, 0.75]


def test_what_does_not_pass_is_given_up_and_may_be_tried_later() -> None:
    shop = Shop(httpx.Response(502))
    with pytest.raises(UnableToReachShopify) as told:
        shop.ask()
    assert told.value.again
    assert len(shop.asked) == MOST_TRIES


def test_a_token_that_is_refused_is_renewed_once() -> None:
    shop, refused = Shop(httpx.Response(401), GOOD), list[str]()

    def renew(token: str) -> str:
        refused.append(token)
        return "shpat_fresh"

    assert shop.client(renew).ask(ASKED).data == GOOD["data"]
    assert refused == [TOKEN]
    assert shop.asked[1].headers["X-Shopify-Access-Token"] == "shpat_fresh"


@pytest.mark.parametrize("fresh", ["shpat_fresh", TOKEN], ids=["another", "the same"])
def test_a_fresh_token_that_is_refused_too_ends_it(fresh: str) -> None:
    shop = Shop(httpx.Response(401))
    with pytest.raises(UnableToAuthenticate) as told:
        shop.client(lambda _: fresh).ask(ASKED)
    assert not told.value.again
    assert len(shop.asked) == (1 if fresh == TOKEN else 2)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403),
        httpx.Response(404),
        httpx.Response(402),
        httpx.Response(302, headers={"Location": "https://evil.example/"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=["no object"]),
        {"errors": [{"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}]},
        {"errors": "Not Found"},
        {"data": None},
    ],
    ids=["403", "404", "402", "302", "html", "list", "undefined field", "text", "null"],
)
def test_what_shopify_does_not_understand_is_not_asked_again(answer: Any) -> None:
    shop = Shop(answer)
    with pytest.raises(UnableToBeUnderstood) as told:
        shop.ask()
    assert not told.value.again
    assert len(shop.asked) == 1


@pytest.mark.parametrize("answer", [httpx.Response(401), httpx.Response(502), THROTTLED, GOOD], ids=str)
def test_credential_log_leakage_no_token_and_no_word_of_shopifys_is_logged_or_shown(answer: Any) -> None:
    shop = Shop(answer)
    client = shop.client()
    said = ""
    with structlog.testing.capture_logs() as logs:
        try:
            client.ask(ASKED)
        except UnableToAskShopify as error:
            said = f"{error!r} {error}"
    assert TOKEN not in f"{logs} {said} {client!r} {vars(client).get('_url')}"
