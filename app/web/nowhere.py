"""An address that leads nowhere, looked at by a person: a plain page in place of a browser's own words."""

from __future__ import annotations

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException

from app.shopify.proxy_request import verify_proxy_request
from app.web import desk, own_page
from app.web.in_theme import in_theme
from app.web.serving import services

# Of what is only ever posted, a browser asks for the page where somebody goes back or loads it anew.
_LOST = (404, 405)


def nowhere(error: HTTPException) -> Response | None:
    """This function will answer who looked for a page that is not there; None where none was asked for."""
    if error.code not in _LOST or request.method not in ("GET", "HEAD"):
        return None
    if request.path.startswith("/proxy/"):
        return _in_the_shop() if error.code == 404 else None
    if not request.accept_mimetypes.accept_html:
        return None
    hers = request.path.startswith("/desk")
    page = Response(render_template("desk/missing.html" if hers else "nowhere.html"), error.code)
    page.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return desk.seal(page)


def _in_the_shop() -> Response | None:
    reserved = verify_proxy_request(services().shopify, request.query_string.decode("latin-1"))
    if reserved is None:
        return None
    return in_theme("own/nowhere.html", prefix=reserved["path_prefix"], path=own_page.PAGE)
