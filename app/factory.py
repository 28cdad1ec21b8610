"""Composition of the web process: the doors, hung on one Flask application."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from hmac import compare_digest
from pathlib import Path

from flask import Flask, Request, Response, abort, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings, read_settings
from app.web import admin, appointment, bookings, desk, feed, own_times, storefront, unsubscribe
from app.web.embedded import is_admins
from app.web.nowhere import nowhere
from app.web.serving import EXTENSION, log_broken, refusal
from app.wiring import Services, connect
from webhooks import receiver

# A webhook of an order with 500 lines stays below a megabyte; the storefront's doors set lower limits.
MOST_BYTES = 2 * 1024 * 1024
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
SIGNED_IN_FOR = timedelta(hours=12)  # an advisor's day


def create_app(settings: Settings | None = None, services: Services | None = None) -> Flask:
    """This function will build the web application on services given, or on those of the environment."""
    services = services or connect(settings or read_settings())
    app = Flask("app", root_path=str(Path(__file__).parent / "web"))
    app.config.update(
        SECRET_KEY=services.settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.is_production,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if proxies := services.settings.trusted_proxies:
        # Where a request came from, and nothing else: our own address is a setting.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.extensions[EXTENSION] = services
    app.session_interface = DeskSessions()
    csrf = CSRFProtect(app)
    # Signed by Shopify or us, or carrying a token, and without a cookie: nothing for a forger to ride on.
    for door in (
        storefront.door,
        bookings.door,
        own_times.door,  # her own page's, with its times
        appointment.door,
        feed.door,
        receiver.door,
        admin.door,
        unsubscribe.door,
    ):
        csrf.exempt(door)
        app.register_blueprint(door)
    app.register_blueprint(desk.door)
    app.add_url_rule("/health", view_func=health)
    if services.settings.metrics_token:
        app.add_url_rule("/metrics", view_func=metrics)
    app.register_error_handler(Exception, broken)
    return app


class DeskSessions(SecureCookieSessionInterface):
    """Cookies for the desk alone: Shopify strips them at its doors, and reading them costs."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """This method will read the advisor's cookie where there may be one."""
        return super().open_session(app, request) if request.path.startswith("/desk") else None


def open_to_all(view: Callable[[], Response]) -> Callable[[], Response]:
    """This function will mark a view that anyone may reach, so that the contract test knows it is meant."""
    vars(view)["guarded_by"] = "open"  # read by the contract test of all routes
    return view


@open_to_all
def health() -> Response:
    """This function will say that the process serves."""
    return Response("ok\n", mimetype="text/plain")


def metrics() -> Response:
    """This function will give a monitor that has the token the figures of all web processes.

    They meet in the folder of PROMETHEUS_MULTIPROC_DIR, which `steward run` sets; without it the figures are
    this one process's, and the first line says so.
    """
    token = current_app.extensions[EXTENSION].settings.metrics_token
    given = request.headers.get("Authorization", "").encode()
    if not compare_digest(given, f"Bearer {token}".encode()):
        abort(401)
    if not os.environ.get(MULTIPROCESS):
        said = b"# Of one process alone: set PROMETHEUS_MULTIPROC_DIR for the sum of all.\n"
        return Response(said + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
    return Response(generate_latest(together), content_type=CONTENT_TYPE_LATEST)


vars(metrics)["guarded_by"] = "monitor"  # read by the contract test of all routes


def broken(error: Exception) -> Response | HTTPException:
    """This function will answer an unexpected error: its kind and place are logged, its words are not."""
    if is_admins(request.path):
        return admin.on_problem(error)
    if isinstance(error, HTTPException):
        return nowhere(error) or error
    log_broken("web.broken", error)
    return refusal("broken", "Something went wrong on our side. Nothing you sent was kept.", 500)
