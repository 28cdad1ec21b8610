"""The browser libraries npm installed: those on the list, and nothing else of node_modules."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, abort, send_file

NODE_MODULES = Path(__file__).parents[2] / "node_modules"
LIBRARIES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "polaris-tokens.css": "@shopify/polaris-tokens/dist/css/styles.css",
}
# The address carries a mark of the content, so what is kept is never stale.
KEPT_SECONDS = 31_536_000


def library(name: str) -> Response:
    """This function will serve one browser library, to be kept for a year."""
    if name not in LIBRARIES:
        abort(404)
    answer = send_file(NODE_MODULES / LIBRARIES[name], max_age=KEPT_SECONDS)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}, immutable"
    return answer


# Public files; the contract test of all routes reads this.
library.guarded_by = "open"  # type: ignore[attr-defined]  # a function takes attributes


@cache
def library_url(name: str) -> str:
    """This function will give a library's address, with a mark of its content."""
    mark = hashlib.sha256((NODE_MODULES / LIBRARIES[name]).read_bytes()).hexdigest()[:12]
    return f"/libraries/{name}?v={mark}"
