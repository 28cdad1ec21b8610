"""Shopify's three proofs, against what Shopify published."""

from __future__ import annotations

import base64
import hashlib
import hmac

import jwt
import pytest

from app.sandbox.signatures import host_parameter, proxy_signature, session_token, webhook_hmac

SECRET = "a secret of at least thirty-two bytes"


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("1", "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"),
        ("", "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"),
    ],
)
def test_the_proxy_signature_matches_the_published_vectors(customer: str, expected: str) -> None:
    query = [
        ("extra", "1"),
        ("extra", "2"),
        ("shop", "shop-name.myshopify.com"),
        ("logged_in_customer_id", customer),
        ("path_prefix", "/apps/awesome_reviews"),
        ("timestamp", "1317327555"),
        ("signature", "ignored"),
    ]
    assert proxy_signature(query, "hush") == expected


def test_a_webhook_is_signed_over_its_raw_bytes() -> None:
    body = '{"name":"Zoë"}'.encode()
    expected = base64.b64encode(hmac.new(b"hush", body, hashlib.sha256).digest()).decode()
    assert webhook_hmac(body, "hush") == expected


def test_a_session_token_has_every_claim_and_lives_a_minute() -> None:
    now = 1_790_000_000
    token = session_token(shop="maison-alder.myshopify.com", api_key="key", secret=SECRET, now=now, sid="s")
    claims = jwt.decode(
        token,
        SECRET,
        algorithms=["HS256"],
        audience="key",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert claims.pop("jti")
    assert claims == {
        "iss": "https://maison-alder.myshopify.com/admin",
        "dest": "https://maison-alder.myshopify.com",
        "aud": "key",
        "sub": "1",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "sid": "s",
    }


def test_host_names_the_admin() -> None:
    assert base64.urlsafe_b64decode(host_parameter("maison-alder.myshopify.com") + "==").endswith(
        b"/maison-alder"
    )
