"""Privacy: what clients asked to see, what is kept and how long; and the notices of the first page."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, render_template
from werkzeug.exceptions import NotFound

from app.domain import keeping, wording
from app.domain.kept_dates import refusal
from app.stores import exports, inbox, kept_dates, reconciliations, shops
from app.stores.database import Transaction
from app.stores.exports import Export
from app.stores.inbox import GivenUp
from app.stores.reconciliations import Run
from app.web.admin_privacy_words import parts_of
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.wording import many

# Shopify's time, and the law's, to answer a request (facts/shopify.md).
TO_ANSWER = timedelta(days=30)
# What last night brought is news for a day and a half: until the next night's has been read.
NEWS = timedelta(hours=36)
# The first word of a topic, as a merchant would say what it is about; all else is the shop's own.
ABOUT = {
    "orders": "orders",
    "refunds": "refunds",
    "products": "pieces",
    "customers": "clients",
    "customer.tags_added": "clients",
    "customer.tags_removed": "clients",
    "customers_email_marketing_consent": "consent to letters",
    "customers_marketing_consent": "consent to text messages",
    "bulk_operations": "the order history",
}
LOST, CHANGED = "had not reached us and {} added", "had changed unheard and {} brought up to date"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the merchant should know of, and where it leads; `urgent` where it waits for her."""

    title: str
    words: str
    link: str = ""
    link_words: str = ""
    urgent: bool = False
    does: str = ""  # an address to send to, and the button's words
    does_words: str = ""


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will list the requests, and what is kept, how long and why."""
    with services().database.shop(merchant.shop_id) as tx:
        zone, asked = shops.read(tx).timezone, exports.every(tx)
    lines = [(each, wording.day(each.asked_at, zone), _by_when(each.asked_at, zone)) for each in asked]
    return Response(render_template("admin/privacy.html", lines=lines, kept=keeping.EVERY))


@merchant_signed_in
def one(merchant: Merchant, export_id: UUID) -> Response:
    """This function will show all that is held on a client, as when she asked; the reading is noted."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx, exports.open_one(tx, export_id, now=services().clock()))


@merchant_signed_in
def hand_over(merchant: Merchant, export_id: UUID) -> Response:
    """This function will note that the merchant has given a client what is held on her."""
    now = services().clock()
    with services().database.shop(merchant.shop_id) as tx:
        exports.hand_over(tx, export_id, now=now)
        return _page(tx, exports.open_one(tx, export_id, now=now), said="Noted: you have handed it over.")


def _page(tx: Transaction, export: Export | None, *, said: str = "") -> Response:
    if export is None:
        raise NotFound
    shop = shops.read(tx)
    text = json.dumps(export.content, ensure_ascii=False, indent=2)
    return Response(
        render_template(
            "admin/export.html",
            export=export,
            asked_on=wording.day(export.asked_at, shop.timezone),
            by=_by_when(export.asked_at, shop.timezone),
            parts=parts_of(export.content, shop.zone),
            # In the page itself: a link's own request would carry no session token.
            as_json=b64encode(text.encode()).decode(),
            said=said,
        )
    )


def _by_when(asked_at: datetime, zone: str) -> str:
    return wording.day(asked_at + TO_ANSWER, zone)


def notices(tx: Transaction, *, now: datetime) -> list[Notice]:
    """This function will say what waits for the merchant, and what was mended last night."""
    zone = shops.read(tx).timezone
    repairs = _repairs(reconciliations.latest(tx), now)
    unread = _given_up(inbox.given_up(tx), zone)
    return [*_requests(exports.waiting(tx), zone), *unread, *_unkept(*kept_dates.refused(tx)), *repairs]


def _given_up(messages: list[GivenUp], zone: str) -> list[Notice]:
    """What Shopify told us and we could not take in, as often as we tried; the oldest goes first."""
    if not messages:
        return []
    n, number = len(messages), many(len(messages), "message", "messages").capitalize()
    about = Counter(ABOUT.get(each.topic.partition("/")[0], "the shop") for each in messages).most_common()
    until = wording.day(messages[0].received_at + timedelta(days=keeping.FAILED_MESSAGES.days), zone)
    words = (
        f"About {', '.join(what if few == n else f'{what} ({few} of {n})' for what, few in about)}."
        f" {'It was' if n == 1 else 'Each was'} tried ten times, and what it says is missing here."
        f" You can have {'it' if n == 1 else 'them'} tried again until {until}."
    )
    again = {"does": "/admin/messages/again", "does_words": "Try again"}
    return [Notice(f"{number} from Shopify could not be taken in", words, urgent=True, **again)]


def _unkept(dates: int, code: str) -> list[Notice]:
    words = refusal(dates, code)
    return [Notice("Dates that Shopify does not have yet", words)] if words else []


def _requests(waiting: list[datetime], zone: str) -> list[Notice]:
    if not waiting:
        return []
    asked = "A client has asked" if len(waiting) == 1 else f"{len(waiting)} clients have asked"
    words = f"It is gathered and ready. Hand it over by {_by_when(waiting[0], zone)}."
    return [Notice(f"{asked} what you hold on them", words, "/admin/privacy", "Read it", urgent=True)]


def _repairs(run: Run | None, now: datetime) -> list[Notice]:
    if run is None or run.finished_at is None or now - run.finished_at > NEWS:
        return []
    said = [
        *_repaired(run.orders_added, "order", "orders", LOST),
        *_repaired(run.orders_mended, "order", "orders", CHANGED),
        *_repaired(run.customers_added, "client", "clients", LOST),
        *_repaired(
            run.customers_mended, "client", "clients", "had changed unheard and {} brought up to date"
        ),
    ]
    if not said:
        return []
    words = "; ".join(said) + ". Nothing is left for you to do."
    return [Notice("Compared with Shopify last night", words[0].upper() + words[1:])]


def _repaired(n: int, one_of: str, several: str, what: str) -> list[str]:
    return [f"{many(n, one_of, several)} {what.format('was' if n == 1 else 'were')}"] if n else []
