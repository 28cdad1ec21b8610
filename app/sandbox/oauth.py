"""Where an app comes for its access token: POST /admin/oauth/access_token, and the trouble on demand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt
from flask import Blueprint, Response, jsonify, request

from app.sandbox.parts import parts

pages = Blueprint("oauth", __name__)

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105  a name, not a secret
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"


@pages.post("/admin/oauth/access_token")
def access_token() -> Response:
    """Exchange a session token, or renew a pair; each refusal says why in OAuth's word."""
    asked = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(asked, dict):
        return _refused("invalid_request")
    settings = parts().settings
    if (asked.get("client_id"), asked.get("client_secret")) != (settings.api_key, settings.api_secret):
        return _refused("invalid_client", 401)
    if asked.get("grant_type") == EXCHANGE:
        return _exchange(asked)
    if asked.get("grant_type") == "refresh_token":
        renewed = parts().tokens.renew(str(asked.get("refresh_token")))
        return _answer(renewed) if renewed else _refused("invalid_grant")
    return _refused("unsupported_grant_type")


def _exchange(asked: Mapping[str, Any]) -> Response:
    if asked.get("subject_token_type") != ID_TOKEN or asked.get("requested_token_type") != OFFLINE:
        return _refused("invalid_request")
    if str(asked.get("expiring")) != "1":  # apps made since April 2026 get no other
        return _refused("non_expiring_tokens_not_allowed", 403)
    return _answer(parts().tokens.give()) if _vouched(asked) else _refused("invalid_subject_token")


def _vouched(asked: Mapping[str, Any]) -> bool:
    settings = parts().settings
    try:
        claims = jwt.decode(
            str(asked.get("subject_token")),
            settings.api_secret,
            algorithms=["HS256"],
            audience=settings.api_key,
        )
    except jwt.PyJWTError:
        return False
    return claims.get("dest") == f"https://{settings.shop}"


@pages.post("/sandbox/tokens")
def trouble() -> Response:
    """Make trouble: {"expire": true}, {"revoke": true}, or {"invalid_grant": how many times}."""
    asked = request.get_json()
    if asked.get("expire"):
        parts().tokens.expire()
    if asked.get("revoke"):
        parts().tokens.revoke()
    parts().tokens.refusals = int(asked.get("invalid_grant", 0))
    return jsonify({"done": True})


def _answer(content: Mapping[str, object]) -> Response:
    response = jsonify(content)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(error: str, status: int = 400) -> Response:
    response = jsonify({"error": error, "error_description": f"Refused by the sandbox: {error}."})
    response.status_code = status
    return response
