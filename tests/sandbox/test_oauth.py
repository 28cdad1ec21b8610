"""The sandbox gives tokens as Shopify documents: they expire, both are renewed, and an old one is dead."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.sandbox.parts import Parts
from app.sandbox.serve import make_parts
from app.sandbox.settings import Settings
from app.sandbox.tokens import Tokens


@pytest.fixture
def parts(tmp_path: Path, extension: Path) -> Parts:
    return make_parts(Settings(data=tmp_path / "data", extension=extension))


@pytest.fixture
def asked(parts: Parts) -> dict[str, Any]:
    """A token exchange as it should be."""
    settings = parts.settings
    now = int(time.time())
    claims = {"dest": f"https://{settings.shop}", "aud": settings.api_key, "nbf": now, "exp": now + 60}
    return {
        "client_id": settings.api_key,
        "client_secret": settings.api_secret,
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": jwt.encode(claims, settings.api_secret, algorithm="HS256"),
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        "expiring": 1,
    }


def post(shop: FlaskClient, body: dict[str, Any]) -> TestResponse:
    return shop.post("/admin/oauth/access_token", json=body)


def renewal(asked: dict[str, Any], token: str) -> dict[str, Any]:
    named = {name: asked[name] for name in ("client_id", "client_secret")}
    return {**named, "grant_type": "refresh_token", "refresh_token": token}


def test_an_exchange_gives_a_pair_that_expires(
    shop: FlaskClient, parts: Parts, asked: dict[str, Any]
) -> None:
    told = post(shop, asked).get_json()
    assert (told["expires_in"], told["refresh_token_expires_in"]) == (3600, 7_776_000)
    assert parts.tokens.state_of(told["access_token"]) == "good"


def test_a_renewal_gives_a_new_pair_and_the_old_one_is_dead(
    shop: FlaskClient, parts: Parts, asked: dict[str, Any]
) -> None:
    first = post(shop, asked).get_json()
    second = post(shop, renewal(asked, first["refresh_token"])).get_json()
    assert not {first["access_token"], first["refresh_token"]} & set(map(str, second.values()))
    assert parts.tokens.state_of(first["access_token"]) == "unknown"
    again = post(shop, renewal(asked, first["refresh_token"]))
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "a token that never expires": ({"expiring": 0}, 403, "non_expiring_tokens_not_allowed"),
    "nothing said of expiring": ({"expiring": None}, 403, "non_expiring_tokens_not_allowed"),
    "another secret": ({"client_secret": "-"}, 401, "invalid_client"),
    "no session token": ({"subject_token": "a.b.c"}, 400, "invalid_subject_token"),
    "another kind of token": ({"requested_token_type": "online"}, 400, "invalid_request"),
    "another grant": ({"grant_type": "password"}, 400, "unsupported_grant_type"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_shopify_would_refuse_is_refused(shop: FlaskClient, asked: dict[str, Any], case: str) -> None:
    change, status, error = REFUSED[case]
    answer = post(shop, {**asked, **change})
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)


def test_trouble_comes_on_demand(shop: FlaskClient, parts: Parts, asked: dict[str, Any]) -> None:
    first = post(shop, asked).get_json()
    shop.post("/sandbox/tokens", json={"expire": True})
    assert parts.tokens.state_of(first["access_token"]) == "expired"
    shop.post("/sandbox/tokens", json={"invalid_grant": 1})
    answers = [post(shop, renewal(asked, first["refresh_token"])).status_code for _ in range(2)]
    assert answers == [400, 200]
    shop.post("/sandbox/tokens", json={"revoke": True})
    assert post(shop, renewal(asked, first["refresh_token"])).status_code == 400


def test_a_pair_outlives_a_restart_of_the_sandbox(
    shop: FlaskClient, parts: Parts, asked: dict[str, Any]
) -> None:
    told = post(shop, asked).get_json()
    restarted = Tokens(parts.settings.data)
    assert restarted.state_of(told["access_token"]) == "good"
    assert restarted.renew(told["refresh_token"])
