"""A tiny shop: one page with the rendered extension, and an app proxy that answers what a test says."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.theme_extension.rendering import EXTENSION, render

CHROMIUM = shutil.which("chromium")

OFFER = {
    "id": "offer-1",
    "greeting": "Welcome back, Alma.",
    "invitation": "Ines keeps time for clients she has looked after before. "
    "Would you like to arrange a conversation?",
    "advisor": "Ines",
}
PREFERRED = {"label": "Friday 15 January", "slots": [{"starts": "2027-01-15T16:00:00Z", "label": "4:00 pm"}]}
SLOTS = {
    "advisor": {"name": "Ines Moreau", "first_name": "Ines"},
    "zone": "Europe/London",
    "zone_name": "London time",
    "zones": [
        {"id": "Europe/London", "name": "London time"},
        {"id": "America/New_York", "name": "New York time"},
    ],
    "minutes": 45,
    "places": [
        {"id": "shop", "label": "In the shop"},
        {"id": "phone", "label": "By phone", "asks": "phone"},
        {"id": "video", "label": "By video"},
    ],
    "days": [
        {
            "label": "Thursday 14 January",
            "slots": [
                {"starts": "2027-01-14T10:00:00Z", "label": "10:00 am"},
                {"starts": "2027-01-14T11:00:00Z", "label": "11:00 am"},
            ],
        },
        PREFERRED,
    ],
}

# What Shopify's own script gives every storefront page.
SHOPIFY = """<script>
  window.consent = %s;
  window.Shopify = {
    loadFeatures(features, done) {
      window.asked = features;
      setTimeout(() => done(%s));
    },
    customerPrivacy: {
      analyticsProcessingAllowed: () => window.consent.analytics,
      preferencesProcessingAllowed: () => window.consent.preferences,
    },
  };
  window.answerBanner = (analytics, preferences) => {
    window.consent = { analytics, preferences };
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: {} }));
  };
  window.shifts = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; }))
    .observe({ type: 'layout-shift', buffered: true });
</script>"""

FORM = """<form action="/cart/add" method="post" onsubmit="event.preventDefault()" style="%s">
  <input type="hidden" name="product-id" value="8123">
  <button type="submit" name="add" style="block-size:48px;inline-size:100%%">Add to cart</button>
</form>"""


@dataclass
class Request:
    """What reached the app proxy."""

    method: str
    path: str
    content_type: str
    body: Any


@dataclass
class Shop:
    """The shop's pages and the proxy's answers, changed by a test as it goes."""

    url: str = ""
    html: str = ""
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, Callable[[Request], tuple[int, Any]]] = field(default_factory=dict)
    assets: list[str] = field(default_factory=list)

    def answer(self, path: str, status: int, body: Any = None) -> None:
        self.answers[path] = lambda _request: (status, body)

    def sent(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path.startswith(path)]

    def wait_for(self, path: str, count: int = 1, seconds: float = 5) -> list[Request]:
        """Return the first `count` requests to `path`, once they are there."""
        until = time.monotonic() + seconds
        while len(self.sent(path)) < count:
            assert time.monotonic() < until, f"{count} x {path} never came: {self.requests}"
            time.sleep(0.01)
        return self.sent(path)

    def events(self, batches: int = 1) -> list[dict[str, Any]]:
        """Return every event told so far, once that many batches have come."""
        told = self.wait_for("/apps/steward/events", batches)
        return [event for request in told for event in request.body["events"]]

    def lay_out(
        self,
        *,
        consent: tuple[bool, bool] = (True, True),
        failing: str = "",
        form: str = "",
        style: str = "",
        body: str = "",
        head: str = SHOPIFY,
        direction: str = "ltr",
        **context: Any,
    ) -> None:
        """Write the page that the next visit gets."""
        script = ""
        if head is SHOPIFY:
            granted = json.dumps(dict(zip(("analytics", "preferences"), consent, strict=True)))
            script = head % (granted, json.dumps(failing))
        self.html = f"""<!doctype html><html lang="en" dir="{direction}"><head><title>Maison Alder</title>
          <meta name="viewport" content="width=device-width,initial-scale=1">{script}
          <style>body{{margin:0;font:16px/1.5 sans-serif;color:#222;background:#fff}}
          main{{min-height:2400px;padding:16px}} {style}</style></head>
          <body><main><h1>Eternity band</h1><a href="#care" id="care">Care</a>
          {FORM % form if context.get("page_type", "product") == "product" else ""}{body}</main>
          {render(**context)}</body></html>"""


def handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.send_header("cache-control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path.startswith("/apps/steward"):
                self.proxy(None)
            elif self.path.startswith("/assets/"):
                name = self.path.removeprefix("/assets/")
                shop.assets.append(name)
                text = (EXTENSION / "assets" / name).read_text(encoding="utf-8")
                # Tests do not wait four seconds for a batch; that the constants exist is tested elsewhere.
                text = text.replace("FIRST_BATCH_MS = 1000", "FIRST_BATCH_MS = 40")
                text = text.replace("NEXT_BATCH_MS = 4000", "NEXT_BATCH_MS = 150")
                kind = "text/css" if name.endswith(".css") else "text/javascript"
                self.answer(200, f"{kind}; charset=utf-8", text.encode())
            elif self.path == "/favicon.ico":
                self.answer(204, "image/x-icon", b"")
            else:
                self.answer(200, "text/html; charset=utf-8", shop.html.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            self.proxy(json.loads(body) if body else None)

        def proxy(self, body: Any) -> None:
            path, _, _query = self.path.partition("?")
            kind = self.headers.get("content-type", "")
            request = Request(self.command, self.path, kind, body)
            shop.requests.append(request)
            status, answer = shop.answers.get(path, lambda _: (204, None))(request)
            data = b"" if answer is None else json.dumps(answer).encode()
            self.answer(status, "application/json", data)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserContext]:
    """One browser a module; stopped with it, so that no other test finds its event loop running."""
    assert CHROMIUM is not None, "Debian's chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser.new_context(locale="en-GB", timezone_id="Europe/London")
        browser.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(shop))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    shop.lay_out()
    yield shop
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: BrowserContext) -> Iterator[Page]:
    """A shopper's tab; the test fails if any error of ours reached the page."""
    page = chromium.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_default_timeout(5000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def complain(message: Any) -> None:
        # The browser itself reports a failed request; what counts is what a script wrote.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            errors.append(message.text)

    page.on("console", complain)
    yield page
    page.close()
    assert errors == []
