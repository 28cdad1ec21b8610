"""The mailbox: an SMTP server that delivers nothing and keeps everything, one file a message."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from app.sandbox.clock import Clock

KEPT = 500  # newest messages shown; the files stay


@dataclass(frozen=True)
class Letter:
    """One message as it arrived."""

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        parsed = message_from_bytes(self.raw, policy=modern)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message.get("Subject", "(no subject)"))

    def body(self, kind: str) -> str:
        """Its text, `plain` or `html`; nothing if it has none of that kind."""
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""

    def attachments(self) -> list[dict[str, Any]]:
        """Every part that is no body: its name, its type, its size, and a calendar's text."""
        found = []
        for part in self.message.walk():
            named = bool(part.get_filename())
            if part.is_multipart() or (part.get_content_type() in {"text/plain", "text/html"} and not named):
                continue
            content = part.get_payload(decode=True)
            size = len(content) if isinstance(content, bytes) else 0
            calendar = part.get_content_type() == "text/calendar"
            text = content.decode("utf-8", "replace") if calendar and isinstance(content, bytes) else ""
            found.append(
                {
                    "name": part.get_filename() or "(no name)",
                    "type": part.get_content_type(),
                    "size": size,
                    "calendar": unfolded(text),
                }
            )
        return found

    def plain(self) -> dict[str, object]:
        """Everything, for tests."""
        message, shown = self.message, ("From", "To", "Message-ID", "Reply-To")
        headers = {name: str(message[name]) for name in shown if name in message}
        return {
            "id": self.id,
            "received_at": self.received_at.isoformat(),
            "from": self.sender,
            "to": list(self.recipients),
            "subject": self.subject,
            "headers": headers,
            "text": self.body("plain"),
            "html": self.body("html"),
            "attachments": self.attachments(),
        }


def unfolded(calendar: str) -> list[tuple[str, str]]:
    """Read an invitation's lines: folded ones joined, names and values apart."""
    joined = calendar.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    pairs = (line.partition(":") for line in joined.splitlines() if ":" in line)
    return [(name, value.replace("\\n", "\n").replace("\\,", ",")) for name, _, value in pairs]


class Mailbox:
    """Receives over SMTP and remembers over restarts."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder / "mail", clock
        self._lock = threading.Lock()
        self._controller: Any = None

    def start(self, port: int) -> None:
        """Listen on loopback."""
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep one message, and answer only when it is on the disk."""
        self.keep(
            str(envelope.mail_from or ""), [str(one) for one in envelope.rcpt_tos], bytes(envelope.content)
        )
        return "250 2.0.0 Kept in the sandbox's mailbox"

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> int:
        """Write a message down and give it the next number."""
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            number = max(self._numbers(), default=0) + 1
            about = {"from": sender, "to": recipients, "received_at": self._clock.now().isoformat()}
            (self._folder / f"{number:06d}.eml").write_bytes(raw)
            part = self._folder / f"{number:06d}.part"
            part.write_text(json.dumps(about))
            part.replace(self._folder / f"{number:06d}.json")
        return number

    def _numbers(self) -> list[int]:
        return sorted((int(file.stem) for file in self._folder.glob("*.json")), reverse=True)

    def letter(self, number: int) -> Letter | None:
        """One message."""
        try:
            about = json.loads((self._folder / f"{number:06d}.json").read_text())
            raw = (self._folder / f"{number:06d}.eml").read_bytes()
        except (OSError, ValueError):
            return None
        return Letter(
            number, datetime.fromisoformat(about["received_at"]), about["from"], tuple(about["to"]), raw
        )

    def letters(self, recipient: str = "") -> list[Letter]:
        """Messages, newest first; of one recipient, or all."""
        found = (self.letter(number) for number in self._numbers()[:KEPT])
        return [one for one in found if one and (not recipient or recipient in one.recipients)]

    def empty(self) -> None:
        """Throw everything away."""
        with self._lock:
            for file in self._folder.glob("*.*"):
                file.unlink()
