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
    redis = live.patient
    within = {"seconds": WITHIN_SECONDS}
    if not allowed(redis, "sign_in_place", place, most=MOST_FROM_A_PLACE, **within):
        return
    if not allowed(redis, "sign_in", email.strip().casefold(), most=MOST_FOR_AN_ADDRESS, **within):
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
