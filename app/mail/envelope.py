"""A letter as it goes into the post: headers, text, HTML and, where there is one, the invitation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

# Only what could break a header is refused here; the rest is for the server to judge, in any script.
_ADDRESS = re.compile(r"[^\s@<>(),:;\"\\\[\]]+@[^\s@<>(),:;\"\\\[\]]+")


@dataclass(frozen=True, slots=True)
class Post:
    """What one message holds; `message_id` stays the same however often it is tried."""

    message_id: UUID
    recipient: str
    subject: str
    text: str
    html: str = ""
    ics: str = ""
    ics_method: str = ""


class UnableToAddress(Exception):
    """The recipient is no address that a letter could be sent to. Trying again will not help."""


def address_of(sender: str) -> str:
    """This function will give the bare address of "Steward <steward@localhost>"."""
    return parseaddr(sender)[1]


def seal(post: Post, *, house: str, sender: str, now: datetime) -> EmailMessage:
    """This function will make the message: from the house, by the sender's address.

    Raises UnableToAddress where the recipient is no address.
    """
    message = EmailMessage(policy=SMTP)
    address = address_of(sender)
    message["From"] = Address(display_name=house, addr_spec=address)
    message["To"] = _recipient(post.recipient)
    message["Subject"] = post.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{post.message_id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers it
    message.set_content(post.text)
    if post.html:
        message.add_alternative(post.html, subtype="html")
    if post.ics:
        message.add_alternative(post.ics, subtype="calendar", params={"method": post.ics_method})
    return message


def _recipient(address: str) -> Address:
    if not _ADDRESS.fullmatch(address):
        raise UnableToAddress("the recipient's address is not one")
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain)
