"""Send an advisor a link to sign in with, and tell nobody whether there is such an advisor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from app.mail import letters
from app.queue import Queue
from app.stores import outbox, shops
from app.stores.attempts import allowed
from app.stores.database import Database
from app.stores.live import Live
from app.usecases.find_seats import Seat, find_seats

# A forgotten tab and a second try are five; a list of addresses is more.
MOST_FOR_AN_ADDRESS, MOST_FROM_A_PLACE = 5, 30
# From all places together: who names her address elsewhere neither locks her out nor fills her letter box.
# Dated guess, 2026-11.
MOST_FROM_ANYWHERE = 20
WITHIN_SECONDS = 15 * 60


def ask_sign_in(
    database: Database,
    live: Live,
    queue: Queue,
    email: str,
    *,
    place: str,
    link_for: Callable[[Sequence[Seat]], str],
    now: datetime,
) -> None:
    """This function will owe an advisor a letter with a link; for any other address it does nothing.

    `place` is where the request came from, `link_for` signs a link for the seats found.
    """
    named = email.strip().casefold()
    counted = (
        ("sign_in_place", place, MOST_FROM_A_PLACE),
        ("sign_in_here", f"{place} {named}", MOST_FOR_AN_ADDRESS),
        ("sign_in", named, MOST_FROM_ANYWHERE),
    )
    for what, whose, most in counted:  # what one refuses, the next never counts
        if not allowed(live.patient, what, whose, most=most, seconds=WITHIN_SECONDS):
            return
    if seats := find_seats(database, email):
        _owe_letter(database, queue, seats, link_for(seats), now)


def _owe_letter(database: Database, queue: Queue, seats: Sequence[Seat], link: str, now: datetime) -> None:
    """Write the letter into the outbox of the first house; it names no client and nothing private."""
    first = seats[0]
    with database.shop(first.shop_id) as tx:
        letter = letters.sign_in(house=shops.read(tx).name, link=link)
        message_id = outbox.write(
            tx,
            recipient=first.advisor.email,
            subject=letter.subject,
            body=letter.text,
            html=letter.html,
            now=now,
        )
        tx.after_commit(lambda: queue.ask("jobs.post.send", tx.shop_id, str(message_id)))
