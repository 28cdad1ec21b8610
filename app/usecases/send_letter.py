"""Send one letter of the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.domain.quiet_hours import after_the_night
from app.mail.envelope import Post, UnableToAddress, seal
from app.mail.sender import Sender, UnableToSend, UnableToSendYet, UnableToTell
from app.stores import outbox, shops
from app.stores.database import Database
from app.stores.outbox import Leased

log = structlog.get_logger(__name__)

# How long to wait after each attempt that nobody took, the last for all that follow: a server's restart, an
# hour's outage, a weekend. Then a person looks at it.
PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
MOST_ATTEMPTS = 20


class UnableToKeepLease(Exception):
    """Another sender has taken the letter up meanwhile; it is theirs."""


def send_letter(
    database: Database,
    post: Sender,
    *,
    shop_id: int,
    message_id: UUID,
    sender: str,
    lease: timedelta,
    now: datetime,
) -> str:
    """This function will send a letter that is due and say what became of it.

    "sent", "postponed", "failed" or "uncertain"; "nothing" where it is not due or somebody else has it.
    `sender` is the address it comes from, `lease` how long nobody else may try.
    """
    with database.shop(shop_id) as tx:
        letter = outbox.lease(tx, message_id, lasts=lease, now=now)
        house = shops.read(tx).name
    if letter is None:
        return "nothing"
    if (morning := _morning(letter, now)) > now:
        return _wait(database, shop_id, letter, morning)
    try:
        became = _try(database, post, letter, shop_id=shop_id, house=house, sender=sender, now=now)
    except UnableToKeepLease:
        became = "nothing"
    log.info("post.tried", shop_id=shop_id, message_id=str(message_id), became=became)
    return became


def _morning(letter: Leased, now: datetime) -> datetime:
    """When it may go: however late a letter is tried, it waits out the night of whoever it must not wake."""
    return after_the_night(now, letter.night) if letter.night else now


def _wait(database: Database, shop_id: int, letter: Leased, until: datetime) -> str:
    with database.shop(shop_id) as tx:
        outbox.postpone(tx, letter, "", until=until)
    return "postponed"


def _try(
    database: Database, post: Sender, letter: Leased, *, shop_id: int, house: str, sender: str, now: datetime
) -> str:
    handed_over = False

    def handing_over() -> None:
        nonlocal handed_over
        with database.shop(shop_id) as tx:
            if not outbox.hand_over(tx, letter):
                raise UnableToKeepLease(str(letter.message_id))
        handed_over = True

    try:
        post.send(seal(_post(letter), house=house, sender=sender, now=now), handing_over=handing_over)
    except (UnableToSend, UnableToAddress) as error:
        return _fail(database, shop_id, letter, str(error))
    except UnableToSendYet as error:
        return _postpone(database, shop_id, letter, str(error), now)
    except UnableToTell as error:
        return _doubt(database, shop_id, letter, str(error))
    except UnableToKeepLease:
        raise
    except Exception as unknown:  # whatever it is, it must end before a person, not be tried for ever
        name = type(unknown).__name__  # its words may name the address
        if handed_over:
            return _doubt(database, shop_id, letter, name)
        return _postpone(database, shop_id, letter, f"the letter could not be handed over ({name})", now)
    with database.shop(shop_id) as tx:
        outbox.sent(tx, letter.message_id, now=now)
    return "sent"


def _post(letter: Leased) -> Post:
    return Post(
        message_id=letter.message_id,
        recipient=letter.recipient,
        subject=letter.subject,
        text=letter.body,
        html=letter.html,
        ics=letter.ics,
        ics_method=letter.ics_method,
        reply_to=letter.reply_to,
        unsubscribe=letter.unsubscribe,
    )


def _fail(database: Database, shop_id: int, letter: Leased, reason: str) -> str:
    with database.shop(shop_id) as tx:
        outbox.fail(tx, letter, reason)
    return "failed"


def _postpone(database: Database, shop_id: int, letter: Leased, reason: str, now: datetime) -> str:
    if letter.attempts >= MOST_ATTEMPTS:
        return _fail(database, shop_id, letter, f"{reason}; given up after {letter.attempts} attempts")
    wait = PATIENCE[min(letter.attempts, len(PATIENCE)) - 1]
    with database.shop(shop_id) as tx:
        outbox.postpone(tx, letter, reason, until=now + wait)
    return "postponed"


def _doubt(database: Database, shop_id: int, letter: Leased, reason: str) -> str:
    with database.shop(shop_id) as tx:
        outbox.doubt(tx, letter.message_id, reason)
    return "uncertain"
