"""What each of the two houses has said and left open, written the way the product writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import Range

from app.domain.outreach_rules import OutreachRules
from app.domain.upgrades import HouseTerms
from app.stores import client_books, gems, last_years, learnings, outreach_rules, rulebook, terms
from app.stores.database import Transaction
from app.stores.tables import metadata
from app.usecases.read_client_book import read_client_book
from scoring.replayed import Week
from scoring.weights import Policy
from tests.conftest import NOW
from tests.usecases.test_erase_customer import a_year_with
from tests.web.test_admin_learning import FIGURES, LEARNED


def say_in_versions(tx: Transaction, who: str) -> None:
    """This function will give a house its own first version of all that is kept in versions."""
    rulebook.change_policy(tx, Policy(), by=f"Margaret {who}", now=NOW)
    assert terms.add(tx, HouseTerms(version=1), by=f"{who} house_terms")
    assert outreach_rules.add(tx, OutreachRules(version=1), by=f"{who} outreach_rules")
    lists = gems.shipped()
    own = replace(lists, version=1, sources={**lists.sources, "jewellers": f"{who} gem_lists"})
    assert gems.add(tx, own, by=f"{who} gem_lists")


def look_back(tx: Transaction, customer_id: str) -> None:
    """This function will keep a last year in which one client would have been greeted."""
    found = a_year_with(customer_id)
    assert found.year is not None
    week = Week(found.year.first, cue=1, strong=1, probability=1)
    last_years.put(tx, replace(found, year=replace(found.year, weeks=(week,))), {}, made_at=NOW)


def write_a_letter(tx: Transaction, row: dict[str, Any]) -> None:
    """This function will leave a letter that the post could not deliver, like one given."""
    unsent = {**row, "message_id": uuid4(), "state": "failed", "due_at": NOW}
    tx.execute(insert(metadata.tables["outbox"]).values(unsent))


def book_once_more(tx: Transaction, row: dict[str, Any], starts_at: datetime) -> None:
    """This function will leave a booking of an hour, like one given, at another time."""
    ends_at = starts_at + timedelta(hours=1)
    times = {"starts_at": starts_at, "ends_at": ends_at, "busy": Range(starts_at, ends_at)}
    known = {"booking_id": uuid4(), "key": uuid4().hex, "uid": uuid4().hex, "decision_id": None}
    tx.execute(insert(metadata.tables["bookings"]).values({**row, **times, **known}))


def wait_for_the_morning(tx: Transaction, row: dict[str, Any]) -> None:
    """This function will leave a letter to a client that was to wait for the morning, which has come."""
    waits = {
        "outreach_id": uuid4(),
        "state": "waiting",
        "due_at": NOW - timedelta(hours=1),
        "message_id": None,
    }
    tx.execute(insert(metadata.tables["outreach"]).values({**row, **waits}))


def propose(tx: Transaction) -> None:
    """This function will leave learned weights waiting for somebody's yes."""
    learnings.propose(tx, LEARNED, history={}, learned=FIGURES, now=NOW)


def have_learned(tx: Transaction) -> None:
    """This function will let what was to be learned be done, so that it can be asked for again."""
    tx.execute(text("update learnings set asked_at = null, done_at = now() where work = 'learn'"))


NEXT_MONTH, THE_DAY_AFTER = NOW + timedelta(days=40), NOW + timedelta(days=41)
BOOK = "Name,Email,Notes\nZoe {who},zoe@{who}.example,Before noon\n"


def bring_a_book(tx: Transaction, who: str) -> UUID:
    """This function will leave a client book whose columns nobody has said yes to, in place of any other."""
    tx.execute(text("delete from client_books"))
    file = BytesIO(BOOK.format(who=who).encode())
    book_id = read_client_book(tx, file, f"{who}.csv", by=f"Margaret {who}", now=NOW)
    left_out = {"line": 2, "taken_in": False, "reason": "No name.", "text": f"{who} client_book_rejects"}
    client_books.keep_rejects(tx, book_id, [left_out])
    return book_id


def have_a_book_wait(tx: Transaction, who: str) -> None:
    """This function will leave a client book that waits to be taken in."""
    assert client_books.ask(tx, bring_a_book(tx, who), now=NOW)


Row = dict[str, Any]
# endpoint or job → what a house leaves for it at its turn, because an earlier try may have used it up; given
# the house's name, and its rows by table.
LEFT_FOR: dict[str, Callable[[Transaction, str, dict[str, Row]], object]] = {
    "admin.client_book_change": lambda tx, who, _: bring_a_book(tx, who),
    "admin.client_book_remove": lambda tx, who, _: bring_a_book(tx, who),
    "admin.learning_approve": lambda tx, *_: propose(tx),
    "admin.learning_dismiss": lambda tx, *_: propose(tx),
    "admin.learning_learn": lambda tx, *_: have_learned(tx),
    "admin.letters_send": lambda tx, _, rows: write_a_letter(tx, rows["outbox"]),
    "desk.bookings.cancel": lambda tx, _, rows: book_once_more(tx, rows["bookings"], NEXT_MONTH),
    "own_page.cancel": lambda tx, _, rows: book_once_more(tx, rows["bookings"], THE_DAY_AFTER),
    "jobs.client_book.sweep": lambda tx, who, _: have_a_book_wait(tx, who),
    "jobs.client_book.take_in": lambda tx, who, _: have_a_book_wait(tx, who),
}
