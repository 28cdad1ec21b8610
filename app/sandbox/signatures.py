"""The three proofs that Shopify gives an app: proxy signature, webhook HMAC, session token. All pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import uuid4

TOKEN_SECONDS = 60  # Shopify's session tokens live one minute


def proxy_signature(parameters: Iterable[tuple[str, str]], secret: str) -> str:
    """Sign an app-proxy query: repeated values joined by a comma, pairs sorted, no separator, hex."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in parameters:
        if name != "signature":
            values[name].append(value)
    message = "".join(sorted(f"{name}={','.join(many)}" for name, many in values.items()))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def webhook_hmac(body: bytes, secret: str) -> str:
    """Sign the raw bytes of a webhook's body, base64, as X-Shopify-Hmac-Sha256 carries it."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def session_token(*, shop: str, api_key: str, secret: str, now: int, sid: str, user: str = "1") -> str:
    """Mint the JWT that App Bridge would hand to an embedded page; `now` is real time, in seconds."""
    claims = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": api_key,
        "sub": user,
        "exp": now + TOKEN_SECONDS,
        "nbf": now,
        "iat": now,
        "jti": str(uuid4()),
        "sid": sid,
    }
    signed = f"{_segment({'alg': 'HS256', 'typ': 'JWT'})}.{_segment(claims)}"
    proof = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_urlsafe(proof)}"


def _segment(content: Mapping[str, object]) -> str:
    return _urlsafe(json.dumps(content, separators=(",", ":")).encode())


def _urlsafe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def host_parameter(shop: str) -> str:
    """Name the admin's address the way Shopify does in `host`: base64 without padding."""
    handle = shop.removesuffix(".myshopify.com")
    return _urlsafe(f"admin.shopify.com/store/{handle}".encode())
