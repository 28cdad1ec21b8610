"""The door of the honest fallback: what a shopper chooses from where her advisor has no time soon."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from flask import Response, request
from msgspec import Meta, Struct

from app.domain.calls import CHOSEN, Part
from app.domain.wording import when
from app.usecases.ask_call_back import ask_call_back
from app.usecases.find_offer import UnableToFindOffer
from app.usecases.offer_slots import Picker
from app.web.guards import Visitor, storefront_visitor
from app.web.serving import json_answer, refusal, services

MOST_BYTES = 4 * 1024  # 500 letters in any script stay below
Words = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")]
# Digits as people write them; six are the shortest that can be called. Kept as she wrote it.
Phone = Annotated[str, Meta(max_length=40, pattern=r"^\s*\+?(?:[\s().\-/]*[0-9]){6,20}[\s().\-/]*$")]


class SentCall(Struct, frozen=True):
    """A call back, as the picker asks for it."""

    offer: UUID
    phone: Phone
    part: Part = "any"
    words: Words = ""


_calls = msgspec.json.Decoder(SentCall)


@storefront_visitor
def call(visitor: Visitor) -> Response:
    """This function will put a call back on the lead's desk."""
    body = request.get_data()
    try:
        if len(body) > MOST_BYTES:
            raise msgspec.DecodeError("too long")
        sent = _calls.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return refusal("malformed", "Please give a telephone number we can call.", 400)
    parts = services()
    try:
        with parts.database.shop(visitor.shop_id) as tx:
            advisor = ask_call_back(
                tx,
                parts.live,
                parts.queue,
                customer_id=visitor.customer_id,
                decision_id=sent.offer,
                phone=sent.phone.strip(),
                part=sent.part,
                words=sent.words.strip(),
                url=parts.settings.url,
                now=parts.clock(),
            )
    except UnableToFindOffer:
        return refusal("no_such_offer", "This invitation is no longer there.", 404)
    return json_answer({"call": {"advisor": advisor.first_name}}, 201)


def choices_in_words(picker: Picker) -> dict[str, object]:
    """This function will say what a shopper can choose instead of a time soon; nothing where there is one."""
    choices = picker.choices
    if choices is None:
        return {}
    lead, stand_in = choices.advisor.first_name, choices.stand_in
    offered: list[dict[str, str]] = []
    if choices.first is not None:
        first = when(choices.first, picker.zone)
        offered.append({"id": "wait", "label": f"Wait for {lead}", "about": f"The first opening is {first}."})
    if stand_in is not None and choices.stand_in_first is not None:
        about = f"From {when(choices.stand_in_first, picker.zone)}."
        if not choices.gone:
            about = f"{lead} has briefed {stand_in.first_name} and stays your advisor. {about}"
        offered.append({"id": "stand_in", "label": f"See {stand_in.first_name} instead", "about": about})
    whom = stand_in.first_name if choices.gone and stand_in is not None else lead
    whom = "us" if choices.gone and stand_in is None else whom
    offered.append(
        {"id": "call", "label": "Ask for a call", "about": f"A few minutes on the phone with {whom}."}
    )
    return {
        "choices": {
            "why": _why(picker),
            "offered": offered,
            "parts": [{"id": part, "label": label} for part, label in CHOSEN.items()],
        }
    }


def _why(picker: Picker) -> str:
    """Why she is asked. Where somebody is, and why, is nobody else's business."""
    choices = picker.choices
    assert choices is not None
    lead = choices.advisor.first_name
    if choices.gone and choices.stand_in is not None:
        return f"{lead} is no longer with us. {choices.stand_in.first_name} looks after {lead}’s clients now."
    if choices.gone:
        return f"{lead} is no longer with us. Somebody who knows the house will call you."
    return f"{lead} has no time in the next days. What would you like best?"
