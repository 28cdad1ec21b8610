"""Begin, fill and keep a draft to a client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.domain.templates import LONGEST_BODY, LONGEST_SUBJECT, Template, fill
from app.stores import advisors, clients, outreach, outreach_templates, shops
from app.stores.advisors import Advisor
from app.stores.clients import Client
from app.stores.database import Transaction
from app.stores.outreach import Letter
from app.usecases.read_client import UnableToFindClient

NOBODY = "there"  # "Dear there": no name is on record


class UnableToWrite(Exception):
    """Somebody else leads this relationship, and writes. Trying again will not help."""


class UnableToFindLetter(Exception):
    """The house has no such letter, or it is not hers to see."""


def begin_letter(
    tx: Transaction,
    customer_id: str,
    *,
    by: Advisor,
    occasion: str = "",
    year: int = 0,
    link: str,
    now: datetime,
) -> UUID:
    """This function will begin a draft from the house's first template, or give the one begun already.

    `link` is the way to choose a time, through the shop's login. Raises UnableToFindClient, UnableToWrite.
    """
    client = clients.one(tx, customer_id)
    if client is None:
        raise UnableToFindClient("the house has no such client")
    if not may_write(tx, client, by):
        raise UnableToWrite("somebody else leads this relationship")
    for letter in outreach.of(tx, customer_id):
        if letter.state in outreach.UNSENT and (letter.occasion, letter.year) == (occasion, year):
            return letter.outreach_id
    templates = outreach_templates.every(tx)
    template = templates[0] if templates else Template("", "", "", "")
    values = values_for(tx, client, by, link)
    return outreach.begin(
        tx,
        customer_id,
        advisor_id=by.advisor_id,
        channel="email",
        subject=fill(template.subject, values),
        body=fill(template.body, values),
        occasion=occasion[:200],
        year=year,
        now=now,
    )


def may_write(tx: Transaction, client: Client, by: Advisor) -> bool:
    """This function will say who writes: the lead; the owner always, and alone where nobody leads."""
    if by.role == "owner":
        return True
    lead = advisors.one(tx, client.lead_advisor_id) if client.lead_advisor_id is not None else None
    return lead is not None and lead.active and lead.advisor_id == by.advisor_id


def values_for(tx: Transaction, client: Client, by: Advisor, link: str) -> dict[str, str]:
    """This function will give what a template's places are filled with, and nothing else of the record."""
    house = shops.read(tx).name
    return {
        "first_name": client.first_name or NOBODY,
        "advisor": by.first_name,
        "house": house,
        "link": link,
    }


def open_letter(tx: Transaction, outreach_id: UUID, by: Advisor, *, lock: bool = False) -> Letter:
    """This function will find a letter for whoever may write to its client. Raises UnableToFindLetter."""
    letter = outreach.one(tx, outreach_id, lock=lock)
    client = clients.one(tx, letter.customer_id) if letter is not None else None
    if letter is None or client is None or not may_write(tx, client, by):
        raise UnableToFindLetter("there is no such letter for her")
    return letter


def keep_letter(tx: Transaction, outreach_id: UUID, typed: Mapping[str, str], *, by: Advisor) -> Letter:
    """This function will keep what was typed, and the channel, in a draft. Raises UnableToFindLetter."""
    letter = open_letter(tx, outreach_id, by, lock=True)
    if letter.state in outreach.UNSENT:
        channel = typed.get("channel", letter.channel)
        said = {"subject": typed.get("subject", letter.subject), "body": typed.get("body", letter.body)}
        kept = {
            "subject": _plain(said["subject"], LONGEST_SUBJECT).replace("\n", " "),
            "body": _plain(said["body"], LONGEST_BODY),
        }
        if channel in ("email", "sms"):
            kept["channel"] = channel
        outreach.change(tx, outreach_id, state="draft", due_at=None, **kept)
    return open_letter(tx, outreach_id, by)


def refill_letter(tx: Transaction, outreach_id: UUID, template_id: str, *, by: Advisor, link: str) -> None:
    """This function will begin a draft anew from another template. Raises UnableToFindLetter."""
    letter = open_letter(tx, outreach_id, by, lock=True)
    template = next((each for each in outreach_templates.every(tx) if each.template_id == template_id), None)
    client = clients.one(tx, letter.customer_id)
    if template is None or client is None or letter.state not in outreach.UNSENT:
        raise UnableToFindLetter("there is no such template, or the letter has gone")
    values = values_for(tx, client, by, link)
    filled = {"subject": fill(template.subject, values), "body": fill(template.body, values)}
    outreach.change(tx, outreach_id, state="draft", due_at=None, **filled)


def _plain(text: str, longest: int) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:longest]
