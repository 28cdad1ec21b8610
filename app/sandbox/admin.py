"""The merchant's side: a small Shopify admin that frames the app, App Bridge, and session tokens."""

from __future__ import annotations

import hashlib
import time
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from app.sandbox.parts import parts
from app.sandbox.signatures import host_parameter, session_token
from app.sandbox.theme import EMBEDS

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
    """What App Bridge asks for on behalf of the app's pages."""
    return _for_the_app({"token": _token()})


@pages.get("/extensions.json")
def extensions() -> Response:
    """What App Bridge tells of the app's extensions: the theme's blocks, and whether the embed is on."""
    blocks = [_activation(block.name, block.schema) for block in parts().extension.blocks()]
    return _for_the_app([{"handle": "steward", "type": "theme_app_extension", "activations": blocks}])


def _activation(handle: str, schema: dict[str, Any]) -> dict[str, object]:
    """One block as App Bridge tells it; placed nowhere, it is `available`."""
    target = str(schema.get("target", "section"))
    is_on = target in EMBEDS and parts().theme.embed_on
    placed = [{"target": "theme", "themeId": "gid://shopify/OnlineStoreTheme/1"}] if is_on else []
    status = "active" if is_on else "available"
    return {"handle": handle, "name": "Steward", "target": target, "status": status, "activations": placed}


def _for_the_app(content: object) -> Response:
    """Answer what only the app's origin may read."""
    response = jsonify(content)
    if request.headers.get("Origin") == parts().settings.app_origin:
        response.headers["Access-Control-Allow-Origin"] = parts().settings.app_origin
    response.headers["Vary"] = "Origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/admin/themes/current/editor")
def theme_editor() -> str:
    """The theme editor, as far as the app's embed goes."""
    return render_template("editor.html", on=parts().theme.embed_on)


@pages.post("/admin/themes/current/editor")
def save_theme() -> AnyResponse:
    """Save the theme with the embed on or off."""
    parts().theme.switch(on=bool(request.form.get("on")))
    return redirect(request.full_path.rstrip("?"), 303)


@pages.get("/app-bridge.js")
def app_bridge() -> Response:
    """The stand-in for Shopify's App Bridge."""
    return send_from_directory("static", "app-bridge.js", mimetype="text/javascript", max_age=0)
