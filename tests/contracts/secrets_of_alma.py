"""Alma with all that nobody else may hear of: dates, people, pieces, engravings, prices, wishes, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

from sqlalchemy import insert

from app.domain.captures import Capture, CaptureKind
from app.domain.consent import Consent
from app.stores import advisors, calendar_feeds, captures, consents, rulebook
from app.stores.bookings import bookings
from app.stores.customers import forward_items, milestones, notes
from app.stores.database import Database, Transaction
from app.stores.orders import order_lines, orders
from app.stores.relationships import relationships
from scoring.history import Order, OrderLine
from scoring.kinds import NAMES
from scoring.materials import NAMES as MATERIALS
from scoring.relationship import build
from scoring.weights import Policy
from tests.conftest import NOW
from tests.domain.test_brief import BATH
from tests.usecases.alder import Alder, open_alder
from tests.usecases.desk_house import book

ALMA = "7001"
# Found nowhere else in the house, so that each is heard wherever it is said.
PIECES = ("Quillfeather", "Ondine", "Halcyon", "Brackenfell")
PEOPLE = ("Theodora", "Leopold")
WORDS = ("Semper", "palladian", "winterlong")
PRICES = (987_653, 123_457, 345_679)

_OCCASIONS = (
    "anniversar", "birthday", "wedding", "engagement", "honeymoon", "proposal", "valentine", "christening",
    "graduation", "retirement", "jubilee", "milestone", "occasion", "christmas", "gift", "surprise",
    "husband", "wife", "partner", "fianc",
)  # fmt: skip
# A "set" is anything, a "watch" and a "charm" are done, too, and a colour is any thing's.
_NO_PIECES = {
    *("a", "an", "of", "other", "another", "piece", "pieces", "set", "sets", "service", "services"),
    *("watch", "charm", "white", "yellow", "rose", "coloured", "dress"),
}
_PRICE = re.compile(r"[£€¥$]\s?\d|\b\d{1,3},\d{3}\b|\b(?:GBP|EUR|USD)\b")


def open_rich_house(database: Database) -> Alder:
    """This function will open the house with Alma, of whom everything is known, led by Ines."""
    alder = open_alder(database)
    with database.shop(alder.shop_id) as tx:
        known = [
            _order(
                1, "2016-10-28", f"{PIECES[0]} band", "wedding_band", PRICES[0], f"{WORDS[0]} {PEOPLE[0]}"
            ),
            _order(2, "2019-05-09", f"{PIECES[1]} drops", "earrings", PRICES[1], ""),
            _order(3, "2023-02-10", f"{PIECES[2]} drop", "pendant", PRICES[2], PEOPLE[1]),
        ]
        for order in known:
            _keep(tx, order)
        snapshot = build(known, version=1, zone=BATH, shop_median=90_000, currency="GBP").to_record()
        row = {"customer_id": ALMA, "version": 1, "snapshot": snapshot, "lead_advisor_id": alder.ines}
        tx.execute(insert(relationships).values(shop_id=tx.shop_id, lead_reason="", **row))
        # Nobody is held out: she is to be invited in every run.
        rulebook.change_policy(tx, Policy(holdout_share=0), by="a test", now=NOW)
        _dates(tx)
        _an_earlier_visit(tx, alder)
        _a_silent_calendar(tx, alder)
        consents.keep(tx, ALMA, Consent("email", "one_to_one", "by_hand", NOW - timedelta(days=90), WORDS[2]))
    return alder


def _order(n: int, day: str, title: str, kind: str, price: int, engraving: str) -> Order:
    at = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    return Order(f"o{n}", at, "GBP", (OrderLine(kind, price, 1, title, engraving),), staff="Ines Moreau")


def _keep(tx: Transaction, order: Order) -> None:
    head = {"order_id": order.order_id, "customer_id": ALMA, "ordered_at": order.ordered_at}
    tx.execute(insert(orders).values(shop_id=tx.shop_id, currency="GBP", status="counted", **head))
    for n, line in enumerate(order.lines):
        said = {"title": line.title, "kind": line.kind, "price": line.price, "engraving": line.engraving}
        row = {"order_id": order.order_id, "line": n, "quantity": 1}
        tx.execute(insert(order_lines).values(shop_id=tx.shop_id, **row, **said))


def _dates(tx: Transaction) -> None:
    for occasion, person, month in (("anniversary", PEOPLE[0], 12), ("birthday", PEOPLE[1], 1)):
        row = {"milestone_id": uuid4(), "customer_id": ALMA, "occasion": occasion, "person": person}
        row |= {"month": month, "day": 12, "year": 2016, "provenance": "stated", "confidence": 1.0}
        tx.execute(insert(milestones).values(shop_id=tx.shop_id, **row))


def _an_earlier_visit(tx: Transaction, alder: Alder) -> None:
    visit = book(tx, ALMA, alder.ines, NOW - timedelta(days=200), state="completed")
    noted: Sequence[tuple[CaptureKind, str]] = (
        ("liked", f"{PIECES[3]} ring"),
        ("declined", f"{PIECES[1]} cuff"),
        ("person", PEOPLE[1]),
    )
    for kind, what in noted:
        said = Capture(kind, what, NOW - timedelta(days=200), person=PEOPLE[0])
        captures.keep(tx, visit, uuid4(), said, advisor_id=alder.ines, now=NOW)
    note = {
        "note_id": uuid4(),
        "customer_id": ALMA,
        "body": f"Something {WORDS[1]} for {PEOPLE[0]}",
        "at": NOW,
    }
    tx.execute(insert(notes).values(shop_id=tx.shop_id, **note))
    promised = {"item_id": uuid4(), "customer_id": ALMA, "advisor_id": alder.ines, "due_on": NOW.date()}
    tx.execute(
        insert(forward_items).values(shop_id=tx.shop_id, what=f"A {PIECES[3]} for {PEOPLE[0]}", **promised)
    )
    tx.execute(
        bookings.update().where(bookings.c.booking_id == visit).values(zone="Europe/London", note=WORDS[1])
    )


def _a_silent_calendar(tx: Transaction, alder: Alder) -> None:
    before = NOW - timedelta(hours=3)
    advisors.change(tx, alder.margaret, email="margaret@alder.example")
    calendar_feeds.add(
        tx, alder.margaret, f"{PEOPLE[0]} and {PEOPLE[1]}", "https://x.example", [], now=before
    )
    tx.execute(calendar_feeds.calendar_feeds.update().values(problem="It did not answer."))


def said_of_alma(text: str) -> list[str]:
    """This function will find in a text whatever is Alma's own: a piece, a person, a word, a price."""
    told = unescape(text).casefold()
    amounts = [said for price in PRICES for said in (f"{price / 100:,.2f}", f"{price // 100:,}", str(price))]
    named = [each for each in (*PIECES, *PEOPLE, *WORDS) if each.casefold() in told]
    # An amount is no part of a longer number, or of an id.
    return named + [each for each in amounts if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", told)]


def said_of_anyone(text: str) -> list[str]:
    """This function will find in a text's visible words an occasion, a kind of piece, a material, a price."""
    told = words_of(text)
    return [found.group() for pattern in (_GENERAL, _PRICE) for found in pattern.finditer(told)]


def words_of(text: str) -> str:
    """This function will give what a page shows and what a screen reader speaks of it, without its tags."""
    spoken = re.findall(r"(?:alt|title|aria-label|placeholder)=\"([^\"]*)\"", text)
    shown = re.sub(r"<(style|script)\b.*?</\1>", " ", text, flags=re.S)
    return unescape(" ".join((re.sub(r"<[^>]+>", " ", shown), *spoken)))


def _vocabulary() -> list[str]:
    kinds = {word for names in NAMES.values() for name in names for word in name.lower().split()}
    materials = {word for name in MATERIALS.values() for word in name.lower().split()}
    return sorted((kinds | materials) - _NO_PIECES, key=len, reverse=True)


_GENERAL = re.compile(
    rf"\b(?:{'|'.join(_OCCASIONS)})\w*|\b(?:{'|'.join(map(re.escape, _vocabulary()))})(?:s|es)?\b",
    re.IGNORECASE,
)
