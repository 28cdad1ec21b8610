"""The way to the post: SMTP, in steps, so that it is known what became of a letter when something breaks.

The twin is another server, not another class: the sandbox's mailbox and the tests' server speak SMTP, too.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from app.mail.envelope import address_of

# A step takes a second on a slow server; eight of them must end before the lease on the letter does (60 s).
TIMEOUT_SECONDS = 7.0

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


class UnableToSendYet(Exception):
    """Nobody took the letter, and trying again later may help."""


class UnableToSend(Exception):
    """The letter was refused for good."""


class UnableToTell(Exception):
    """The letter was handed over and no answer came: it may have been taken. Only a person can tell."""


class Sender(Protocol):
    """What takes a letter to a mail server."""

    def send(self, message: EmailMessage, *, handing_over: Callable[[], None]) -> None:
        """This method will send one message, or raise one of the errors above, which name no address.

        `handing_over` is called when the server stands ready and nothing of the letter has been said yet;
        what raises there stops the sending.
        """


class SmtpSender:
    """Sends by SMTP to `smtp://`, `smtp+starttls://` or `smtps://`, then user:password@host:port.

    `smtp://` takes STARTTLS where it is offered, and with a password insists on it, except on this machine.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout

    def send(self, message: EmailMessage, *, handing_over: Callable[[], None]) -> None:
        recipient = address_of(str(message["To"]))
        # Before the server is asked: what cannot be spelled out is known to have gone to nobody.
        letter = message.as_bytes(policy=SMTP if recipient.isascii() else SMTPUTF8)
        with self._server() as server:
            _announce(server, address_of(str(message["From"])), recipient)
            handing_over()
            _hand_over(server, letter)

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """A server that let us in; what breaks before a letter is handed over may be tried again."""
        server = None
        try:
            server = self._connect(self._url)
            self._enter(server, self._url)
            yield server
            _leave(server)
        except smtplib.SMTPResponseException as error:
            # A greeting or a log-in refused, for good or not, says nothing about the letter.
            raise UnableToSendYet(f"the mail server did not let us in ({error.smtp_code})") from None
        except (OSError, smtplib.SMTPException) as error:
            raise UnableToSendYet(f"the mail server was not reached ({type(error).__name__})") from None
        finally:
            if server is not None:
                server.close()  # and not QUIT: a server that waits for a letter would take that for its text

    def _connect(self, url: SplitResult) -> smtplib.SMTP:
        host = url.hostname or "localhost"
        if url.scheme == "smtps":
            encrypted = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, url.port or 465, timeout=self._timeout, context=encrypted)
        return smtplib.SMTP(host, url.port or 25, timeout=self._timeout)

    def _enter(self, server: smtplib.SMTP, url: SplitResult) -> None:
        server.ehlo_or_helo_if_needed()
        if url.scheme == "smtp+starttls" or (url.scheme == "smtp" and self._prefers_encryption(server, url)):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))

    def _prefers_encryption(self, server: smtplib.SMTP, url: SplitResult) -> bool:
        return url.hostname not in _LOOPBACK and (bool(url.username) or server.has_extn("starttls"))


def _announce(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Name sender and recipient, up to the moment when the server asks for the letter."""
    server.ehlo_or_helo_if_needed()
    options = () if recipient.isascii() else ("SMTPUTF8",)
    if options and not server.has_extn("smtputf8"):
        raise UnableToSend("the mail server cannot write to an address in this script")
    _judge("MAIL", server.mail(sender, options))
    _judge("RCPT", server.rcpt(recipient))
    _judge("DATA", server.docmd("DATA"), expected=354)


def _hand_over(server: smtplib.SMTP, letter: bytes) -> None:
    """Say the letter and hear the answer; silence from here on leaves open whether it was taken."""
    try:
        # A line that begins with a dot gets a second one (RFC 5321, 4.5.2); one dot alone ends the letter.
        server.send(re.sub(rb"(?m)^\.", b"..", letter) + b"\r\n.\r\n")
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise UnableToTell(f"the mail server fell silent over the letter ({type(error).__name__})") from None
    _judge("the letter", answer)


def _judge(step: str, answer: tuple[int, bytes], *, expected: int = 0) -> None:
    """Raise what an answer means. Its words are not repeated: they often hold the address."""
    code, words = answer
    if code == expected or (not expected and 200 <= code < 300):
        return
    detailed = _ENHANCED.match(words)
    reason = f"{step} was answered with {code}{' ' + detailed[1].decode() if detailed else ''}"
    raise UnableToSend(reason) if 500 <= code < 600 else UnableToSendYet(reason)


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye. The letter is taken: what goes wrong now is of no account."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
