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
    """What one message holds; `message_id` stays the same however often it is tried.

    `reply_to` is the address of whoever wrote it, "" where nobody did; `unsubscribe` where the recipient can
    say no to more.
    """

    message_id: UUID
    recipient: str
    subject: str
    text: str
    html: str = ""
    ics: str = ""
    ics_method: str = ""
    reply_to: str = ""
    unsubscribe: str = ""


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
    _say_who_wrote(message, post)
    message.set_content(post.text)
    if post.html:
        message.add_alternative(post.html, subtype="html")
    if post.ics:
        message.add_alternative(post.ics, subtype="calendar", params={"method": post.ics_method})
    return message


def _say_who_wrote(message: EmailMessage, post: Post) -> None:
    if post.reply_to:
        message["Reply-To"] = _recipient(post.reply_to)
    else:
        message["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers it
    if post.unsubscribe:
        message["List-Unsubscribe"] = f"<{post.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058: one POST, no page


def _recipient(address: str) -> Address:
    if not _ADDRESS.fullmatch(address):
        raise UnableToAddress("the recipient's address is not one")
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain)
