"""A letter as it goes into the post: headers, text, HTML and, where there is one, the invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID


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


def address_of(sender: str) -> str:
    """This function will give the bare address of "Steward <steward@localhost>"."""
    return parseaddr(sender)[1]


def seal(post: Post, *, house: str, sender: str, now: datetime) -> EmailMessage:
    """This function will make the message: from the house, by the sender's address.

    Raises ValueError where the recipient is no address a message can be sent to.
    """
    message = EmailMessage(policy=SMTP)
    address = address_of(sender)
    message["From"] = Address(display_name=house, addr_spec=address)
    message["To"] = Address(addr_spec=post.recipient)
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
