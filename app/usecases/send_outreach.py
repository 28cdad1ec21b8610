"""Send a letter by mail: at once, or in the morning where she is, if nothing speaks against it by then."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from app.domain.login_links import lead_through_login
from app.mail.personal import personal
from app.queue import Queue
from app.stores import advisors, outbox, outreach
from app.stores.advisors import Advisor
from app.stores.clients import Client
from app.stores.database import Transaction
from app.stores.outreach import Letter
from app.usecases.open_outreach import settle
from app.usecases.weigh_letter import UnableToSendOutreach, weigh_letter
from app.usecases.write_letter import open_letter


def send_outreach(
    tx: Transaction,
    queue: Queue,
    outreach_id: UUID,
    *,
    by: Advisor,
    unsubscribe: str,
    shop_url: str,
    now: datetime,
) -> Letter:
    """This function will hand a letter to the post, or have it wait for the morning where she is.

    `unsubscribe` is her link to say no; links into `shop_url` are led through its login. Raises
    UnableToSendOutreach with a sentence by field, UnableToFindLetter.
    """
    letter = open_letter(tx, outreach_id, by, lock=True)
    client, way = weigh_letter(tx, letter, now=now)
    if letter.channel != "email":
        raise UnableToSendOutreach(
            {"": "Steward sends letters only; open a message in your own application."}
        )
    if not way.email:
        raise UnableToSendOutreach({"": "No address is on record. Write from your own application instead."})
    body = lead_through_login(letter.body, shop_url)
    outreach.change(
        tx,
        outreach_id,
        state="waiting",
        body=body,
        unsubscribe=unsubscribe,
        due_at=way.goes_at,
        held_because="",
        advisor_id=by.advisor_id,
    )
    if way.goes_at <= now:
        _post(tx, queue, open_letter(tx, outreach_id, by), client, way.email, now=now)
    return open_letter(tx, outreach_id, by)


def release_outreach(tx: Transaction, queue: Queue, *, now: datetime, at_most: int) -> int:
    """This function will post what has waited for the morning, if nothing speaks against it by now.

    What may not go any longer becomes a draft again, and says why. Answers how many were looked at.
    """
    due = outreach.due(tx, now=now, at_most=at_most)
    for outreach_id in due:
        letter = outreach.one(tx, outreach_id)
        assert letter is not None, "it was just locked"
        try:
            client, way = weigh_letter(tx, letter, now=now)
        except UnableToSendOutreach as error:
            because = " ".join(error.errors.values())
            outreach.change(tx, outreach_id, state="draft", due_at=None, held_because=because)
            continue
        if way.goes_at > now:  # the hours were changed meanwhile
            outreach.change(tx, outreach_id, due_at=way.goes_at)
        else:
            _post(tx, queue, letter, client, way.email, now=now)
    return len(due)


def _post(
    tx: Transaction, queue: Queue, letter: Letter, client: Client, email: str, *, now: datetime
) -> None:
    said = personal(subject=letter.subject, body=letter.body, unsubscribe=letter.unsubscribe)
    by = advisors.one(tx, letter.advisor_id)
    message_id = outbox.write(
        tx,
        customer_id=client.customer_id,
        recipient=email,
        subject=said.subject,
        body=said.text,
        html=said.html,
        reply_to=by.email if by is not None else "",
        unsubscribe=letter.unsubscribe,
        now=now,
    )
    sent = {"state": "sent", "via": "steward", "sent_at": now, "message_id": message_id}
    outreach.change(tx, letter.outreach_id, **sent)
    settle(tx, letter, now=now)
    tx.after_commit(partial(queue.ask, "jobs.post.send", tx.shop_id, str(message_id)))
