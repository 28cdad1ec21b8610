"""A mail server for tests that speaks real SMTP and behaves as told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice:
    """Takes letters, unless told how to answer; with `dies` it takes one and closes before it answers.

    With `stalls` it takes one and then thinks about its answer for so many seconds.
    """

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.to_recipient = ""
        self.to_letter = ""
        self.dies = False
        self.stalls = 0.0
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(envelope.content, policy=default) for envelope in self.taken]  # type: ignore

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_letter:
            return self.to_letter
        self.taken.append(envelope)
        if self.stalls:
            await asyncio.sleep(self.stalls)
        if self.dies:
            assert server.transport is not None
            server.transport.abort()
        return "250 2.0.0 taken"


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """This function will run a mail server on a free port of this machine."""
    office = PostOffice()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        office.port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=office.port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
