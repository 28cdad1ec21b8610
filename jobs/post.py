"""The post: letters of the outbox go to the mail server."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from app.mail.sender import SmtpSender
from app.usecases.send_letter import send_letter
from app.usecases.sweep_outbox import sweep_outbox
from jobs.each_shop import each_shop
from jobs.worker import services

log = structlog.get_logger(__name__)


def send(shop_id: int, message_id: str) -> None:
    """This function will send one letter, once."""
    parts = services()
    if not parts.settings.smtp_url:
        log.warning("post.no_server", hint="set SMTP_URL; the letter waits")
        return
    send_letter(
        parts.database,
        SmtpSender(parts.settings.smtp_url),
        shop_id=shop_id,
        message_id=UUID(message_id),
        sender=parts.settings.mail_from,
        lease=timedelta(seconds=parts.settings.lease_seconds),
        now=parts.clock(),
    )


def sweep() -> int:
    """This function will ask again for every letter that is due, shop by shop; how many those are."""
    return each_shop(services().database, _sweep_shop)


def _sweep_shop(shop_id: int) -> int:
    parts = services()
    return sweep_outbox(parts.database, parts.queue, shop_id=shop_id, now=parts.clock())
