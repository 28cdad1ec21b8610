"""Puts the sandbox together and serves it, on loopback only."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.sandbox import admin, desk, graphql, mailbox_pages, oauth, proxy, storefront
from app.sandbox.books import Books
from app.sandbox.bulk import Bulk
from app.sandbox.clock import Clock
from app.sandbox.custom_data import CustomData
from app.sandbox.extension import Extension
from app.sandbox.mailbox import Mailbox
from app.sandbox.orders import Orders
from app.sandbox.parts import KEY, Parts, parts
from app.sandbox.settings import Settings
from app.sandbox.theme import Theme
from app.sandbox.tokens import Tokens
from app.sandbox.trouble import Trouble
from app.sandbox.webhooks import Sender

HOST = "127.0.0.1"
LARGEST = 5 * 1024 * 1024  # bytes of a request


def make_parts(settings: Settings, *, block_settings: Mapping[str, object] | None = None) -> Parts:
    """Make every part; nothing listens or sends yet."""
    clock = Clock(settings.data)
    sender = Sender(settings)
    orders = Orders(settings.data, clock, sender, settings.shop)
    custom = CustomData(settings.data, clock)
    books, trouble = Books(settings.house, orders, custom), Trouble()
    return Parts(
        settings=settings,
        clock=clock,
        extension=Extension(settings.extension),
        theme=Theme(settings.data),
        mailbox=Mailbox(settings.data, clock),
        sender=sender,
        orders=orders,
        tokens=Tokens(settings.data),
        custom=custom,
        books=books,
        bulk=Bulk(books, clock, sender, trouble, settings.shop),
        trouble=trouble,
        block_settings=block_settings or {},
    )


def create_app(made: Parts) -> Flask:
    """Compose the pages over the parts."""
    flask = Flask(__name__)
    flask.config["MAX_CONTENT_LENGTH"] = LARGEST
    flask.extensions[KEY] = made
    for blueprint in (
        storefront.pages,
        proxy.pages,
        admin.pages,
        oauth.pages,
        graphql.pages,
        mailbox_pages.pages,
        desk.pages,
    ):
        flask.register_blueprint(blueprint)
    flask.jinja_env.filters["pounds"] = lambda pence: f"£{pence / 100:,.2f}".removesuffix(".00")
    flask.jinja_env.filters["london"] = lambda moment: moment.astimezone(ZoneInfo("Europe/London")).strftime(
        "%A %-d %B %Y, %H:%M"
    )

    @flask.context_processor
    def bar() -> dict[str, object]:
        """What the sandbox's bar shows on every page."""
        return {
            "clock_now": parts().clock.now(),
            "clock_offset": parts().clock.offset_ms,
            "app_url": parts().settings.app_url,
        }

    return flask


class Quiet(WSGIRequestHandler):
    """Says only what went wrong."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of an ordinary request."""
        if str(code).startswith("5"):
            super().log_request(code, size)


def serve(settings: Settings) -> None:
    """Listen until asked to stop."""
    made = make_parts(settings)
    server = make_server(HOST, settings.port, create_app(made), threaded=True, request_handler=Quiet)
    made.mailbox.start(settings.smtp_port)
    made.sender.start()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    print(
        f"Sandbox: http://{HOST}:{settings.port}/sandbox (mail on port {settings.smtp_port})", file=sys.stderr
    )
    try:
        server.serve_forever()
    finally:
        server.server_close()
        made.sender.stop()
        made.mailbox.stop()
