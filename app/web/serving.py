"""What every door shares: the services of this process, and how an answer that must not be kept looks."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from flask import Response, current_app

from app.wiring import Services

EXTENSION = "steward"


def services() -> Services:
    """This function will give the services that the factory handed to this application."""
    return cast(Services, current_app.extensions[EXTENSION])


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
