"""A sandbox with a small extension of its own, and an app that only echoes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.sandbox.parts import Parts
from app.sandbox.serve import create_app, make_parts
from app.sandbox.settings import Settings

BLOCK = """{% if customer %}
<div data-steward data-first="{{ customer.first_name | escape }}" data-page="{{ request.page_type }}"
  data-product="{{ product.id }}" data-words="{{ block.settings.words }}" {{ block.shopify_attributes }}>
  {{ 'offer.greeting' | t: name: customer.first_name }}</div>
<script src="{{ 'observe.js' | asset_url }}" defer></script>
{% endif %}
{% schema %}
{"name": "Advisor", "target": "body", "settings": [
  {"type": "text", "id": "words", "label": "Words", "default": "quiet"},
  {"type": "color", "id": "ink", "label": "Ink"}]}
{% endschema %}
"""

# What an app may answer for the theme: Liquid, and beside it the same as text.
LIQUID = "<p>Good day from {{ shop.name }}.</p> <b>&#123;&#123; shop.name &#125;&#125;</b>"


@dataclass
class Echo:
    """An app that answers what it heard, with a status the test may choose."""

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    wait: threading.Event = field(default_factory=threading.Event)


def _handler(echo: Echo) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            echo.heard.append(
                {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
            )
            if "slow" in self.path:
                echo.wait.wait(3)
            liquid = "liquid" in self.path
            said = LIQUID.encode() if liquid else json.dumps({"path": self.path}).encode()
            self.send_response(echo.statuses.pop(0) if echo.statuses else 200)
            self.send_header("Content-Type", f"application/{'liquid' if liquid else 'json'}")
            self.send_header("Set-Cookie", "leak=1")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            with suppress(BrokenPipeError):  # who asked may have gone meanwhile
                self.wfile.write(said)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815  the server's names

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def echo() -> Iterator[Echo]:
    echo = Echo()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(echo))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    echo.url = f"http://127.0.0.1:{server.server_port}"
    yield echo
    echo.wait.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    folder = tmp_path / "extension"
    for name in ("blocks", "assets", "locales", "snippets"):
        (folder / name).mkdir(parents=True)
    (folder / "blocks" / "advisor.liquid").write_text(BLOCK)
    (folder / "assets" / "observe.js").write_text("/* watches */")
    (folder / "locales" / "en.default.json").write_text(
        '{"offer": {"greeting": "Welcome back, {{ name }}."}}'
    )
    return folder


@pytest.fixture
def parts(tmp_path: Path, extension: Path, echo: Echo) -> Parts:
    return make_parts(
        Settings(app_url=echo.url, data=tmp_path / "data", extension=extension, api_secret="hush")
    )


@pytest.fixture
def shop(parts: Parts) -> FlaskClient:
    return create_app(parts).test_client()


@pytest.fixture
def as_alma(shop: FlaskClient) -> FlaskClient:
    shop.post("/account/login", data={"customer": "7001"})
    return shop
