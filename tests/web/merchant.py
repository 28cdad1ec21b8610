"""A merchant at the admin's door: session tokens as Shopify mints them, and as it never would."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import Settings

SHOP = "maison-alder.myshopify.com"
OTHER_SHOP = "birch.myshopify.com"
USER_ID = "902541635"


def session_claims(settings: Settings, shop: str = SHOP) -> dict[str, Any]:
    """This function will give the claims of a good token, of one minute from now."""
    now = int(time.time())
    return {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": settings.api_key,
        "sub": USER_ID,
        "exp": now + 60,
        "nbf": now - 5,
        "iat": now - 5,
        "jti": str(uuid4()),
        "sid": "a session of Shopify's",
    }


def signed(settings: Settings, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, settings.api_secret, algorithm="HS256")


def good_token(settings: Settings, shop: str = SHOP) -> str:
    return signed(settings, session_claims(settings, shop))


class Merchant:
    """Opens pages as documents and sends forms as htmx does, with a fresh token each time."""

    def __init__(self, client: FlaskClient, token: Callable[[], str]) -> None:
        self.client, self.token = client, token

    def opens(self, path: str, **query: str) -> TestResponse:
        return self.client.get(path, query_string={**query, "id_token": self.token()})

    def sends(self, path: str, form: dict[str, str]) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token()}", "HX-Request": "true"}
        return self.client.post(path, data=form, headers=headers)
