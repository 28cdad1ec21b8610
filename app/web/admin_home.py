"""The first page: the steps of the way in, what waits for the merchant, and what happened this week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, render_template, request

from app.domain import last_year_words, wording
from app.domain.intervals import Share
from app.domain.onboarding import INVITES, Facts, Note, Person, Step, steps
from app.domain.week import first_day, week
from app.stores import advisors, decisions, onboarding, rulebook, shops, unsent
from app.stores.database import Transaction
from app.stores.decisions import Counts
from app.stores.shops import Shop
from app.usecases import try_messages_again as again
from app.usecases.read_last_year import read_last_year
from app.web import admin_backfill, admin_privacy
from app.web.admin_words import happened
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import refusal, services

EMBED_BLOCK = "advisor"  # theme_extension/blocks/advisor.liquid
LAST_YEAR = "admin.last_year_show"
TRIED_AGAIN = "It is being tried again. What cannot be taken in comes back here in about two hours."
ANSWERS = ("on", "off", "unknown")


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show what is still to be done, and what happened this week."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx, merchant)


@merchant_signed_in
def try_messages_again(merchant: Merchant) -> Response:
    """This function will have the messages tried again that could not be taken in, and say so."""
    with services().database.shop(merchant.shop_id) as tx:
        freed = again.try_messages_again(tx, services().queue)
        return _page(tx, merchant, said=TRIED_AGAIN if freed else "")


def _page(tx: Transaction, merchant: Merchant, *, said: str = "") -> Response:
    now, shop = services().clock(), shops.read(tx)
    page = {
        **_setup(tx, merchant, shop),
        **_week(tx, shop, now=now),
        "notices": admin_privacy.notices(tx, now=now),
        "unsent": unsent.count(tx),
        "said": said,
    }
    return Response(render_template("admin/home.html", house=shop.name, **page))


@merchant_signed_in
def hear_embed(merchant: Merchant) -> Response:
    """This function will keep what Shopify said of the theme block, and say it.

    The page asks App Bridge, because that needs no scope. What a page says of its own shop may be wrong, and
    then only that shop's own page is.
    """
    said = request.form.get("state", "")
    if said not in ANSWERS:
        return refusal("malformed", "Say on, off or unknown.", 400)
    with services().database.shop(merchant.shop_id) as tx:
        if said != "unknown":
            onboarding.note(tx, "embed", said, now=services().clock())
        return _setup_part(tx, merchant, unanswered=said == "unknown")


@merchant_signed_in
def show_steps(merchant: Merchant) -> Response:
    """This function will put the steps away for the house, or bring them back."""
    wanted = "hidden" if request.form.get("steps") == "hidden" else "shown"
    with services().database.shop(merchant.shop_id) as tx:
        onboarding.note(tx, "steps", wanted, now=services().clock())
        return _setup_part(tx, merchant, moved=True)


def _setup_part(
    tx: Transaction, merchant: Merchant, *, unanswered: bool = False, moved: bool = False
) -> Response:
    parts = _setup(tx, merchant, shops.read(tx), unanswered=unanswered)
    return Response(render_template("admin/_setup.html", moved=moved, **parts))


@dataclass(frozen=True, slots=True)
class Setup:
    """The steps as they stand; `hidden` once somebody has put them away."""

    steps: list[Step]
    hidden: bool

    @property
    def embed(self) -> Step:
        return self.steps[0]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.state == "to_do"), None)


def _setup(tx: Transaction, merchant: Merchant, shop: Shop, *, unanswered: bool = False) -> dict[str, Any]:
    now, notes = services().clock(), onboarding.read(tx)
    history, newest = admin_backfill.history_of(tx, now=now), rulebook.policy_versions(tx, limit=1)[0]
    facts = Facts(
        notes=notes,
        history=history,
        people=_people(tx, shop),
        policy=str(newest.content["offer_at"]),
        policy_by_hand=newest.created_by != rulebook.HOUSE,
        editor=theme_editor(merchant.shop_domain),
        told_when=_told_when(notes, shop.timezone),
        unanswered=unanswered,
        has_last_year=LAST_YEAR in current_app.view_functions,
    )
    hidden = "steps" in notes and notes["steps"].state == "hidden"
    return {
        "setup": Setup(steps(facts), hidden),
        "keeps_hours": any(person.keeps_hours for person in facts.people),
        "invites": INVITES[facts.policy],
        "history": history,
        "block": EMBED_BLOCK,
    }


def _people(tx: Transaction, shop: Shop) -> list[Person]:
    working = (advisor for advisor in advisors.every(tx) if advisor.active)
    return [Person(each.name != shop.name, bool(each.email), bool(each.hours)) for each in working]


def _told_when(notes: Mapping[str, Note], zone: str) -> str:
    return wording.when(notes["embed"].at, zone) if "embed" in notes else ""


def theme_editor(shop_domain: str) -> str:
    """This function will give the address that opens the theme editor with our block to be switched on."""
    block = quote(f"{services().settings.api_key}/{EMBED_BLOCK}")
    return (
        f"https://{shop_domain}/admin/themes/current/editor"
        f"?context=apps&template=product&activateAppId={block}"
    )


def _week(tx: Transaction, shop: Shop, *, now: datetime) -> dict[str, Any]:
    """What happened in the seven days of the house that end today."""
    today = shop.day(now)
    since = datetime.combine(first_day(today), time(), shop.zone)
    counted = decisions.counts(tx, since=since, until=now)
    quiet = decisions.quiet_rules(tx, since=since, until=now)
    ever = bool(counted.decided or decisions.recent(tx, limit=1))
    return {
        "since": wording.day(since, shop.timezone),
        "week": counted,
        "picture": week(decisions.by_day(tx, since=since, until=now), today=today),
        "ever": ever,
        "soon": not ever and _comes_soon(tx),
        "steps": steps_of(counted),
        "quiet": [(happened(rule, eligible=True), Share(n, counted.decided)) for rule, n in quiet],
    }


def _comes_soon(tx: Transaction) -> bool:
    """Say whether last year, replayed, promises the first invitation within a week."""
    year = read_last_year(tx).year
    return year is not None and last_year_words.soon(year, rulebook.read(tx).policy.offer_at)


def steps_of(week: Counts) -> list[tuple[str, str, Share]]:
    """This function will give the steps from a visit to a consultation, each beside what it is a part of."""
    return [
        ("Could be invited", "of the visits decided", Share(week.eligible, week.decided)),
        ("Held out, to measure", "of those who could be invited", Share(week.held_out, week.eligible)),
        ("Invited", "of those who could be invited", Share(week.invited, week.eligible)),
        ("Saw the invitation", "of those invited", Share(week.seen, week.invited)),
        ("Opened the times", "of those who saw it", Share(week.accepted, max(week.seen, week.accepted))),
        ("Said “not now”", "of those who saw it", Share(week.not_now, max(week.seen, week.not_now))),
        ("Said “don’t ask again”", "of those who saw it", Share(week.never, max(week.seen, week.never))),
        ("Booked a time", "of those who opened them", Share(week.booked, max(week.accepted, week.booked))),
    ]
