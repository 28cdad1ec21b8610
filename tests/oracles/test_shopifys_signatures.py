"""What Shopify's Node library signs is accepted; what was changed afterwards is 401, and never 500."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import warnings
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import pytest
from flask.testing import FlaskClient
from shopify_app import ShopifyApp
from werkzeug.test import TestResponse

from app.config import SANDBOX_KEY, SANDBOX_SECRET
from app.factory import create_app
from app.shopify.proxy_request import verify_proxy_request
from app.shopify.session_token import REQUIRED_CLAIMS
from app.wiring import Services
from tests.oracles.node import signed_by_shopify
from tests.oracles.shopifys_words import OTHER_SECRET, SHOP, proxied, session, webhook
from tests.usecases.alder import open_alder
from tests.web.proxy import batch

RETRY = "X-Shopify-Retry-Invalid-Session-Request"
# The two that Shopify's documentation publishes; secret `hush`.
PUBLISHED_AT = 1317327555
PUBLISHED = {
    "1": "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb",
    "": "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb",
}


@pytest.fixture
def client(services: Services) -> FlaskClient:
    open_alder(services.database)
    return create_app(services=services).test_client(use_cookies=False)


def by_proxy(client: FlaskClient, query: str) -> TestResponse:
    return client.post(f"/proxy/events?{query}", json=batch())


def by_webhook(client: FlaskClient, body: bytes, headers: dict[str, str]) -> TestResponse:
    return client.post("/webhooks", data=body, headers=headers)


def by_fetch(client: FlaskClient, token: str) -> TestResponse:
    header = f"Bearer {token}".encode().decode("latin-1")
    return client.get("/admin/decisions", headers={"Authorization": header})


def spelled(query: dict[str, Any]) -> str:
    return urlencode(query, doseq=True)


def test_what_shopifys_library_signs_is_accepted(client: FlaskClient) -> None:
    told = signed_by_shopify({"webhook": webhook(), "proxy": proxied(), "token": session()})
    assert all(each["accepted"] for each in told.values())
    assert by_webhook(client, webhook()["body"].encode(), told["webhook"]["headers"]).status_code == 200
    assert by_proxy(client, spelled(told["proxy"]["query"])).status_code in (200, 204)
    token = told["token"]["token"]
    assert client.get(f"/admin?id_token={token}").status_code == 200
    assert by_fetch(client, token).status_code == 200


def test_parameters_of_the_visitors_own_may_repeat_or_be_empty(client: FlaskClient) -> None:
    told = signed_by_shopify(
        {
            "repeated": proxied(extra=["1", "2"]),
            "empty": proxied(extra=""),
            "of any script": proxied(q="für Zoë & 💍=1+1"),
            "anonymous": proxied(logged_in_customer_id=""),
        }
    )
    statuses = {name: by_proxy(client, spelled(each["query"])).status_code for name, each in told.items()}
    assert all(each["accepted"] for each in told.values())
    assert set(statuses.values()) <= {200, 204}


@pytest.mark.parametrize("customer", PUBLISHED)
def test_the_published_vectors_are_accepted(customer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopify_app.verify.app_proxy.time.time", lambda: float(PUBLISHED_AT + 30))
    shop = "shop-name.myshopify.com"
    pairs = f"extra=1&extra=2&shop={shop}&logged_in_customer_id={customer}"
    query = f"{pairs}&path_prefix=%2Fapps%2Fawesome_reviews&timestamp={PUBLISHED_AT}"
    app = ShopifyApp("key", "hush")
    told = verify_proxy_request(app, f"{query}&signature={PUBLISHED[customer]}")
    assert told is not None
    assert (told["shop"], told["logged_in_customer_id"]) == (shop, customer)
    for changed in ("extra=2&extra=1", "extra=1", "extra=1&extra=2&extra=", "Extra=1&extra=2"):
        assert (
            verify_proxy_request(
                app, f"{query}&signature={PUBLISHED[customer]}".replace("extra=1&extra=2", changed)
            )
            is None
        ), changed


def signed_by_hand(pairs: list[tuple[str, str]]) -> str:
    """A query signed with the right secret, whatever stands in it."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    message = "".join(sorted(f"{name}={','.join(many)}" for name, many in values.items()))
    proof = hmac.new(SANDBOX_SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode([*pairs, ("signature", proof)])


def test_every_tampered_proxy_request_is_401(client: FlaskClient) -> None:
    told = signed_by_shopify(
        {
            "good": proxied(extra=["1", "2"]),
            "stale": proxied(age=120),
            "of tomorrow": proxied(age=-120),
            "signed by another": proxied(secret=OTHER_SECRET),
            "of no shop": proxied(shop="evil.example"),
            "of a shop within another host": proxied(shop=f"{SHOP}.evil.example"),
            "of a shop with a path": proxied(shop=f"{SHOP}/admin"),
            "without a time": proxied(timestamp="soon"),
        }
    )
    assert not any(told[name]["accepted"] for name in ("stale", "of tomorrow"))
    good = told.pop("good")["query"]
    query = spelled(good)
    now = good["timestamp"]
    own = [("shop", SHOP), ("path_prefix", "/apps/steward"), ("timestamp", now)]
    bad = {name: spelled(each["query"]) for name, each in told.items()}
    bad |= {
        "another customer": spelled({**good, "logged_in_customer_id": "7002"}),
        "another shop": spelled({**good, "shop": "birch.myshopify.com"}),
        "a parameter more": query + "&more=1",
        "a value more": query + "&extra=3",
        "a parameter less": spelled({name: value for name, value in good.items() if name != "extra"}),
        "values the other way round": spelled({**good, "extra": ["2", "1"]}),
        "names and values exchanged": spelled({**good, "extra": good["shop"], "shop": ["1", "2"]}),
        "a signature not of ASCII": spelled({**good, "signature": "é" * 64}),
        "a signature of raw bytes": spelled(good).replace(good["signature"], "%ff%fe"),
        "an empty signature": spelled({**good, "signature": ""}),
        "no signature": spelled({name: value for name, value in good.items() if name != "signature"}),
        "another spelling of it": spelled({**good, "signature": good["signature"].upper()}),
        "the customer twice": signed_by_hand([*own, ("logged_in_customer_id", "7001")] * 2),
        "two customers": signed_by_hand(
            [*own, ("logged_in_customer_id", "7001"), ("logged_in_customer_id", "7002")]
        ),
        "two shops": signed_by_hand([*own, ("logged_in_customer_id", "7001"), ("shop", SHOP)]),
        "two times": signed_by_hand([*own, ("logged_in_customer_id", "7001"), ("timestamp", now)]),
        "two signatures": query + "&signature=" + good["signature"],
        "no customer": signed_by_hand(own),
        "nothing": "",
        "only noise": "%ff=%00&&==&;",
    }
    answers = {name: by_proxy(client, each).status_code for name, each in bad.items()}
    assert answers == dict.fromkeys(bad, 401)


def test_what_an_anonymous_visitor_had_signed_cannot_be_cut_into_a_customer(client: FlaskClient) -> None:
    """What is signed has no separators, so one signature fits two queries; the second is not believed."""
    smuggled = "1logged_in_customer_id=7001m="
    (told,) = signed_by_shopify({"own": proxied(logged_in_customer_id="", a=smuggled)}).values()
    query = told["query"]
    recut = {
        **query,
        "a": "1",
        "logged_in_customer_id": "7001",
        "m": "logged_in_customer_id=",
    }
    names = [name for name in recut if name != "signature"]
    whole = "".join(sorted(f"{name}={recut[name]}" for name in names))
    proof = hmac.new(SANDBOX_SECRET.encode(), whole.encode(), hashlib.sha256).hexdigest()
    assert proof == query["signature"], "the signature fits: it is for us to see through"
    assert by_proxy(client, spelled(recut)).status_code == 401


def test_every_tampered_webhook_is_401(client: FlaskClient) -> None:
    told = signed_by_shopify({"good": webhook(), "other": webhook(secret=OTHER_SECRET)})
    headers, body = told["good"]["headers"], webhook()["body"].encode()
    proof = headers["X-Shopify-Hmac-Sha256"]

    def with_proof(value: str) -> tuple[bytes, dict[str, str]]:
        return body, {**headers, "X-Shopify-Hmac-Sha256": value}

    bare = {name: value for name, value in headers.items() if "Hmac" not in name}
    bad = {
        "signed by another": (body, told["other"]["headers"]),
        "a body changed by one byte": (body.replace(b'"id": 1', b'"id": 2'), headers),
        "a body with a byte more": (body + b" ", headers),
        "an empty body": (b"", headers),
        "a body that is not UTF-8": (b"\xff" + body, headers),
        "no HMAC": (body, bare),
        "an empty HMAC": with_proof(""),
        "an HMAC not of ASCII": with_proof("é" * 44),
        "an HMAC in hexadecimal": with_proof(base64.b64decode(proof).hex()),
        "an HMAC with a blank in it": with_proof(f"{proof[:9]} {proof[9:]}"),
        "a domain of nobody's": (body, {**headers, "X-Shopify-Shop-Domain": "evil.example"}),
    }
    answers = {name: by_webhook(client, *each).status_code for name, each in bad.items()}
    assert answers == dict.fromkeys(bad, 401)


def _with_algorithm(algorithm: str, claims: dict[str, Any]) -> str:
    with warnings.catch_warnings(action="ignore"):  # the secret is short for HS512
        return jwt.encode(claims, SANDBOX_SECRET if algorithm != "none" else None, algorithm=algorithm)


def _with_payload(token: str, claims: dict[str, Any]) -> str:
    head, _, proof = token.split(".")
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{payload}.{proof}"


def test_every_tampered_session_token_is_401_and_may_try_again(client: FlaskClient) -> None:
    now = int(time.time())
    asked = {f"without {name}": session(**{name: None}) for name in REQUIRED_CLAIMS}
    asked |= {
        "signed by another": session(secret=OTHER_SECRET),
        "for another app": session(aud="another app"),
        "for several apps": session(aud=[SANDBOX_KEY, "another app"]),
        "destined for another shop": session(dest="https://birch.myshopify.com"),
        "issued by another shop": session(iss="https://birch.myshopify.com/admin"),
        "destined for a path": session(dest=f"https://{SHOP}/admin"),
        "destined for a port": session(dest=f"https://{SHOP}:8443"),
        "destined for somebody at a shop": session(dest=f"https://evil@{SHOP}"),
        "destined for plain HTTP": session(dest=f"http://{SHOP}"),
        "destined for two": session(dest=f"https://{SHOP} https://evil.example"),
        "of a shop within another host": session(store=f"{SHOP}.evil"),
        "expired": session(iat=now - 120, nbf=now - 120, exp=now - 60),
        "not yet valid": session(nbf=now + 60),
        "issued tomorrow": session(iat=now + 86_400),
        "with an expiry in words": session(exp="tomorrow"),
        "with a list for a shop": session(dest=[f"https://{SHOP}"]),
    }
    told = signed_by_shopify({"good": session(), **asked})
    good = told.pop("good")["token"]
    claims = jwt.decode(good, options={"verify_signature": False})
    tokens = {name: each["token"] for name, each in told.items()}
    tokens |= {
        "not signed": _with_algorithm("none", claims),
        "signed in another way": _with_algorithm("HS512", claims),
        "with other claims under the old signature": _with_payload(good, {**claims, "sub": "2"}),
        "cut short": good[:-2],
        "not of ASCII": "ä.ö.ü",
        "empty": "",
    }
    answers = {name: by_fetch(client, token) for name, token in tokens.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(tokens, 401)
    assert {answer.headers.get(RETRY) for answer in answers.values()} == {"1"}
    assert by_fetch(client, good).status_code == 200, "nothing else was wrong with them"


def test_both_secrets_are_good_while_one_replaces_the_other(services: Services) -> None:
    open_alder(services.database)
    both = ShopifyApp(SANDBOX_KEY, "the new secret, just begun, long enough", SANDBOX_SECRET)
    object.__setattr__(services, "shopify", both)
    client = create_app(services=services).test_client(use_cookies=False)
    for secret in (SANDBOX_SECRET, "the new secret, just begun, long enough"):
        told = signed_by_shopify(
            {
                "webhook": webhook(secret=secret),
                "proxy": proxied(secret=secret),
                "token": session(secret=secret),
            }
        )
        body = webhook()["body"].encode()
        assert by_webhook(client, body, told["webhook"]["headers"]).status_code == 200
        assert by_proxy(client, spelled(told["proxy"]["query"])).status_code in (200, 204)
        assert by_fetch(client, told["token"]["token"]).status_code == 200


def test_a_stale_document_is_sent_to_fetch_another_token(client: FlaskClient) -> None:
    now = int(time.time())
    (told,) = signed_by_shopify({"old": session(iat=now - 120, nbf=now - 120, exp=now - 60)}).values()
    answer = client.get("/admin", query_string={"id_token": told["token"], "shop": SHOP})
    assert answer.status_code == 302
    assert "id_token" not in parse_qs(answer.headers["Location"])
