"""What every door shares: the services of this process, and how an answer that must not be kept looks."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, cast

import msgspec
import structlog
from flask import Response, current_app

from app.stores import shops
from app.stores.database import Transaction
from app.wiring import Services

log = structlog.get_logger(__name__)

EXTENSION = "steward"


def services() -> Services:
    """This function will give the services that the factory handed to this application."""
    return cast(Services, current_app.extensions[EXTENSION])


def shop_url(tx: Transaction) -> str:
    """This function will give the shop's own address; on a laptop, the sandbox's."""
    return services().settings.sandbox_url or f"https://{shops.read(tx).domain}"


def instant(sent: str) -> datetime | None:
    """This function will read an instant that a form sent, as UTC; None for anything else."""
    try:
        at = datetime.fromisoformat(sent)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):  # the first hours of the year 1 have no UTC
        return None


def json_answer(content: Any, status: int = 200) -> Response:
    """This function will answer with JSON that no cache keeps."""
    return Response(
        msgspec.json.encode(content),
        status,
        {"Content-Type": "application/json", "Cache-Control": "no-store"},
    )


def refusal(code: str, message: str, status: int, **more: Any) -> Response:
    """This function will answer that something could not be done: a stable code, and words for a person."""
    return json_answer({"code": code, "message": message, **more}, status)


def quiet() -> Response:
    """This function will answer nothing at all."""
    return Response(status=204, headers={"Cache-Control": "no-store"})


def log_broken(event: str, error: Exception) -> None:
    """This function will log what kind an unexpected error is and where it arose, and none of its words.

    PostgreSQL's quote the row that failed, and a log cannot be erased.
    """
    frames = traceback.extract_tb(error.__traceback__)
    at = [f"{'/'.join(PurePath(each.filename).parts[-2:])}:{each.lineno} {each.name}" for each in frames]
    log.error(event, error=type(error).__name__, at=at)
