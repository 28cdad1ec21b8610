"""The merchant's door, embedded in the Shopify admin: every route of it, and the first page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import HTTPException

from app.domain import wording
from app.domain.intervals import Share
from app.stores import advisors, decisions, shops
from app.stores.decisions import Counts
from app.web import (
    admin_advisors,
    admin_calendars,
    admin_consultations,
    admin_decisions,
    admin_gems,
    admin_outreach,
    admin_pieces,
    admin_policy,
    admin_readiness,
)
from app.web.admin_words import happened
from app.web.embedded import PATCH_PAGE, Merchant, framed, merchant_signed_in, session_page
from app.web.libraries import library, library_url
from app.web.serving import log_broken, services

WEEK = timedelta(days=7)
# Shopify serves its own typeface beside App Bridge; a stand-in's pages make do with the machine's.
SHOPIFY_CDN = "https://cdn.shopify.com/"
INTER = SHOPIFY_CDN + "static/fonts/inter/v4/styles.css"
EMBED_BLOCK = "advisor"  # theme_extension/blocks/advisor.liquid


@merchant_signed_in
def home(merchant: Merchant) -> Response:
    """This function will show what happened this week, and what is still to be done before it can."""
    now = services().clock()
    since = now - WEEK
    with services().database.shop(merchant.shop_id) as tx:
        shop = shops.read(tx)
        week = decisions.counts(tx, since=since, until=now)
        quiet = decisions.quiet_rules(tx, since=since, until=now)
        ever = bool(decisions.recent(tx, limit=1))
        keeps_hours = any(advisor.active and advisor.hours for advisor in advisors.every(tx))
    return Response(
        render_template(
            "admin/home.html",
            since=wording.day(since, shop.timezone),
            week=week,
            ever=ever,
            steps=steps_of(week),
            quiet=[(happened(rule, eligible=True), Share(n, week.decided)) for rule, n in quiet],
            keeps_hours=keeps_hours,
            editor=theme_editor(merchant.shop_domain),
            block=EMBED_BLOCK,
        )
    )


def steps_of(week: Counts) -> list[tuple[str, str, Share]]:
    """This function will give the steps from a visit to a consultation, each beside what it is a part of."""
    return [
        ("Could be invited", "of the visits decided", Share(week.eligible, week.decided)),
        ("Held out, to measure", "of those who could be invited", Share(week.held_out, week.eligible)),
        ("Invited", "of those who could be invited", Share(week.invited, week.eligible)),
        ("Saw the invitation", "of those invited", Share(week.seen, week.invited)),
        ("Said yes", "of those who saw it", Share(week.accepted, max(week.seen, week.accepted))),
        ("Said “not now”", "of those who saw it", Share(week.not_now, max(week.seen, week.not_now))),
        ("Said “don’t ask again”", "of those who saw it", Share(week.never, max(week.seen, week.never))),
        ("Booked a time", "of those who said yes", Share(week.booked, max(week.accepted, week.booked))),
    ]


def theme_editor(shop_domain: str) -> str:
    """This function will give the address that opens the theme editor with our block to be switched on."""
    block = quote(f"{services().settings.api_key}/{EMBED_BLOCK}")
    return (
        f"https://{shop_domain}/admin/themes/current/editor"
        f"?context=apps&template=product&activateAppId={block}"
    )


@merchant_signed_in
def missing(_: Merchant, path: str) -> Response:
    """This function will answer an address of the admin that leads nowhere."""
    return problem_page(404)


def problem_page(status: int) -> Response:
    """This function will answer an error as a page of the admin, with a way on."""
    return Response(render_template("admin/problem.html", status=status), status)


def on_problem(error: Exception) -> Response | HTTPException:
    """This function will answer what went wrong inside a page; its kind is logged, its words are not."""
    if isinstance(error, HTTPException):
        return problem_page(404) if error.code == 404 else error
    log_broken("admin.broken", error)
    return problem_page(500)


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
    ("GET", "/admin", home),
    ("GET", "/admin/decisions", admin_decisions.every),
    ("GET", "/admin/decisions/<uuid:decision_id>", admin_decisions.one),
    ("GET", "/admin/advisors", admin_advisors.every),
    ("GET", "/admin/advisors/new", admin_advisors.new),
    ("POST", "/admin/advisors/new", admin_advisors.add),
    ("GET", "/admin/advisors/<int:advisor_id>", admin_advisors.one),
    ("POST", "/admin/advisors/<int:advisor_id>", admin_advisors.change),
    ("POST", "/admin/advisors/<int:advisor_id>/rest", admin_advisors.rest),
    ("POST", "/admin/advisors/<int:advisor_id>/calendars", admin_calendars.add),
    ("POST", "/admin/advisors/<int:advisor_id>/calendars/<uuid:feed_id>/remove", admin_calendars.remove),
    ("GET", "/admin/consultations", admin_consultations.show),
    ("POST", "/admin/consultations", admin_consultations.change),
    ("GET", "/admin/readiness", admin_readiness.show),
    ("GET", "/admin/pieces", admin_pieces.show),
    ("POST", "/admin/pieces", admin_pieces.change),
    ("POST", "/admin/pieces/learned", admin_pieces.approve),
    ("POST", "/admin/pieces/placings", admin_pieces.place),
    ("GET", "/admin/outreach", admin_outreach.show),
    ("POST", "/admin/outreach", admin_outreach.change),
    ("POST", "/admin/outreach/templates", admin_outreach.keep),
    ("GET", "/admin/gems", admin_gems.show),
    ("POST", "/admin/gems", admin_gems.change),
    ("GET", "/admin/policy", admin_policy.show),
    ("POST", "/admin/policy", admin_policy.change),
    ("GET", "/admin/<path:path>", missing),
)
for method, address, view in ROUTES:
    room = view.__module__.rpartition(".")[2].removeprefix("admin_")
    door.add_url_rule(address, f"{room}_{view.__name__}", view, methods=[method])
