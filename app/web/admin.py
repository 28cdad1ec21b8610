"""The merchant's door, embedded in the Shopify admin: every route of it, and how its errors look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import HTTPException

from app.web import (
    admin_advisors,
    admin_backfill,
    admin_book,
    admin_calendars,
    admin_client_book,
    admin_consultations,
    admin_decisions,
    admin_duplicates,
    admin_gems,
    admin_home,
    admin_last_year,
    admin_learning,
    admin_letters,
    admin_outreach,
    admin_pieces,
    admin_policy,
    admin_privacy,
    admin_readiness,
)
from app.web.embedded import PATCH_PAGE, Merchant, framed, merchant_signed_in, session_page
from app.web.libraries import library, library_url
from app.web.serving import log_broken, services

# Shopify serves its own typeface beside App Bridge; a stand-in's pages make do with the machine's.
SHOPIFY_CDN = "https://cdn.shopify.com/"
INTER = SHOPIFY_CDN + "static/fonts/inter/v4/styles.css"


@merchant_signed_in
def missing(_: Merchant, path: str) -> Response:
    """This function will answer an address of the admin that leads nowhere."""
    return problem_page(404)


def problem_page(status: int) -> Response:
    """This function will answer an error as a page of the admin, with a way on."""
    return Response(render_template("admin/problem.html", status=status, **page_parts()), status)


def on_problem(error: Exception) -> Response | HTTPException:
    """This function will answer what went wrong inside a page; its kind is logged, its words are not."""
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        return _refused_page(error, error.code)
    log_broken("admin.broken", error)
    return problem_page(500)


def _refused_page(error: HTTPException, status: int) -> Response | HTTPException:
    if status < 400:
        return error  # the way to an address's right spelling
    answer = problem_page(status)
    answer.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return answer


def page_parts() -> dict[str, Any]:
    """This function will give what every page of the admin is built with."""
    settings = services().settings
    return {
        "api_key": settings.api_key,
        "app_bridge_url": settings.app_bridge_url,
        "typeface_url": INTER if settings.app_bridge_url.startswith(SHOPIFY_CDN) else "",
        "library_url": library_url,
    }


door = Blueprint("admin", __name__)
door.after_app_request(framed)
door.context_processor(page_parts)
door.register_error_handler(Exception, on_problem)

ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", PATCH_PAGE, session_page),
    ("GET", "/libraries/<name>", library),
    ("GET", "/admin", admin_home.show),
    ("POST", "/admin/embed", admin_home.hear_embed),
    ("POST", "/admin/steps", admin_home.show_steps),
    ("POST", "/admin/messages/again", admin_home.try_messages_again),
    ("GET", "/admin/decisions", admin_decisions.every),
    ("GET", "/admin/decisions/<uuid:decision_id>", admin_decisions.one),
    ("GET", "/admin/advisors", admin_advisors.every),
    ("GET", "/admin/advisors/new", admin_advisors.new),
    ("POST", "/admin/advisors/new", admin_advisors.add),
    ("GET", "/admin/advisors/<int:advisor_id>", admin_advisors.one),
    ("POST", "/admin/advisors/<int:advisor_id>", admin_advisors.change),
    ("POST", "/admin/advisors/<int:advisor_id>/rest", admin_advisors.rest),
    ("POST", "/admin/advisors/<int:advisor_id>/stand-in", admin_book.stand_in),
    ("GET", "/admin/advisors/<int:advisor_id>/book", admin_book.show),
    ("POST", "/admin/advisors/<int:advisor_id>/book", admin_book.hand_over),
    ("GET", "/admin/backfill", admin_backfill.show),
    ("POST", "/admin/backfill", admin_backfill.begin),
    ("POST", "/admin/advisors/<int:advisor_id>/calendars", admin_calendars.add),
    ("POST", "/admin/advisors/<int:advisor_id>/calendars/<uuid:feed_id>/remove", admin_calendars.remove),
    ("GET", "/admin/consultations", admin_consultations.show),
    ("POST", "/admin/consultations", admin_consultations.change),
    ("GET", "/admin/readiness", admin_readiness.show),
    ("GET", "/admin/last-year", admin_last_year.show),
    ("GET", "/admin/letters", admin_letters.show),
    ("POST", "/admin/letters/<uuid:message_id>/send", admin_letters.send),
    ("POST", "/admin/letters/<uuid:message_id>/leave", admin_letters.leave),
    ("GET", "/admin/pieces", admin_pieces.show),
    ("POST", "/admin/pieces", admin_pieces.change),
    ("POST", "/admin/pieces/learned", admin_pieces.approve),
    ("POST", "/admin/pieces/placings", admin_pieces.place),
    ("GET", "/admin/learning", admin_learning.show),
    ("POST", "/admin/learning/approve", admin_learning.approve),
    ("POST", "/admin/learning/dismiss", admin_learning.dismiss),
    ("POST", "/admin/learning/learn", admin_learning.learn),
    ("GET", "/admin/privacy", admin_privacy.show),
    ("GET", "/admin/privacy/exports/<uuid:export_id>", admin_privacy.one),
    ("POST", "/admin/privacy/exports/<uuid:export_id>", admin_privacy.hand_over),
    ("GET", "/admin/outreach", admin_outreach.show),
    ("POST", "/admin/outreach", admin_outreach.change),
    ("POST", "/admin/outreach/templates", admin_outreach.keep),
    ("GET", "/admin/gems", admin_gems.show),
    ("POST", "/admin/gems", admin_gems.change),
    ("GET", "/admin/client-book", admin_client_book.show),
    ("POST", "/admin/client-book", admin_client_book.bring),
    ("GET", "/admin/client-book/duplicates", admin_duplicates.show),
    ("POST", "/admin/client-book/duplicates", admin_duplicates.decide),
    ("GET", "/admin/client-book/<uuid:book_id>", admin_client_book.one),
    ("POST", "/admin/client-book/<uuid:book_id>", admin_client_book.change),
    ("GET", "/admin/client-book/<uuid:book_id>/progress", admin_client_book.progress),
    ("GET", "/admin/client-book/<uuid:book_id>/rejects", admin_client_book.rejects),
    ("POST", "/admin/client-book/<uuid:book_id>/remove", admin_client_book.remove),
    ("GET", "/admin/policy", admin_policy.show),
    ("POST", "/admin/policy", admin_policy.change),
    ("GET", "/admin/<path:path>", missing),
)
for method, address, view in ROUTES:
    room = view.__module__.rpartition(".")[2].removeprefix("admin_")
    door.add_url_rule(address, f"{room}_{view.__name__}", view, methods=[method])
