"""Composition of the web process: the doors, hung on one Flask application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import HTTPException

from app.config import Settings, read_settings
from app.web import admin, appointment, bookings, desk, storefront, unsubscribe
from app.web.serving import EXTENSION, log_broken, refusal
from app.wiring import Services, connect
from webhooks import receiver

# A webhook of an order with 500 lines stays below a megabyte; the storefront's doors set lower limits.
MOST_BYTES = 2 * 1024 * 1024
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
    app.extensions[EXTENSION] = services
    app.session_interface = DeskSessions()
    csrf = CSRFProtect(app)
    # Signed by Shopify or us, or carrying a token, and without a cookie: nothing for a forger to ride on.
    for door in (
        storefront.door,
        bookings.door,
        appointment.door,
        receiver.door,
        admin.door,
        unsubscribe.door,
    ):
        csrf.exempt(door)
        app.register_blueprint(door)
    app.register_blueprint(desk.door)
    app.add_url_rule("/health", view_func=health)
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


@open_to_all
def metrics() -> Response:
    """This function will give this process's figures to a monitor."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def broken(error: Exception) -> Response | HTTPException:
    """This function will answer an unexpected error: its kind and place are logged, its words are not."""
    if isinstance(error, HTTPException):
        return error
    log_broken("web.broken", error)
    return refusal("broken", "Something went wrong on our side. Nothing you sent was kept.", 500)
