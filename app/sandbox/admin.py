"""The merchant's side: a small Shopify admin that frames the app, App Bridge, and session tokens."""

from __future__ import annotations

import hashlib
import time
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request, send_from_directory

from app.sandbox.parts import parts
from app.sandbox.signatures import host_parameter, session_token

pages = Blueprint("admin", __name__)


def _token() -> str:
    """A fresh session token, in real time: the app compares it with its own clock."""
    settings = parts().settings
    sid = hashlib.sha256(f"{settings.shop}:sandbox".encode()).hexdigest()
    return session_token(
        shop=settings.shop,
        api_key=settings.api_key,
        secret=settings.api_secret,
        now=int(time.time()),
        sid=sid,
    )


@pages.get("/admin")
def frame() -> str:
    """The admin's chrome around the app; `?path=` opens another page of the app than its home."""
    settings = parts().settings
    path = request.args.get("path", "/admin")
    if not path.startswith("/") or path.startswith("//"):
        path = "/admin"
    query = {
        "shop": settings.shop,
        "host": host_parameter(settings.shop),
        "embedded": "1",
        "id_token": _token(),
    }
    joint = "&" if "?" in path else "?"
    return render_template(
        "admin.html",
        source=f"{settings.app_url}{path}{joint}{urlencode(query)}",
        app_origin=settings.app_origin,
        shop=settings.shop,
        api_key=settings.api_key,
    )


@pages.get("/session-token")
def token() -> Response:
    """What App Bridge asks for on behalf of the app's pages: only the app's origin may read it."""
    response = jsonify({"token": _token()})
    if request.headers.get("Origin") == parts().settings.app_origin:
        response.headers["Access-Control-Allow-Origin"] = parts().settings.app_origin
    response.headers["Vary"] = "Origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/app-bridge.js")
def app_bridge() -> Response:
    """The stand-in for Shopify's App Bridge."""
    return send_from_directory("static", "app-bridge.js", mimetype="text/javascript", max_age=0)
