"""The sandbox's parts, made once at the start and found again from a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from app.sandbox.books import Books
from app.sandbox.bulk import Bulk
from app.sandbox.clock import Clock
from app.sandbox.custom_data import CustomData
from app.sandbox.extension import Extension
from app.sandbox.mailbox import Mailbox
from app.sandbox.orders import Orders
from app.sandbox.settings import Settings
from app.sandbox.theme import Theme
from app.sandbox.tokens import Tokens
from app.sandbox.trouble import Trouble
from app.sandbox.webhooks import Sender

KEY = "steward-sandbox-parts"


@dataclass(frozen=True)
class Parts:
    """Everything a page of the sandbox may need."""

    settings: Settings
    clock: Clock
    extension: Extension
    theme: Theme
    mailbox: Mailbox
    sender: Sender
    orders: Orders
    tokens: Tokens
    custom: CustomData
    books: Books
    bulk: Bulk
    trouble: Trouble
    block_settings: Mapping[str, object] = field(default_factory=dict)


def parts() -> Parts:
    """The parts of the application that answers this request."""
    return cast(Parts, current_app.extensions[KEY])
