"""The letters of the house. They say when and where, and nothing of whom, what for or what with.

A mailbox can be read by others and cannot be erased: what an advisor needs to know stays behind sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.domain.wording import PLACES, when


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, twice: in plain text and in HTML."""

    subject: str
    text: str
    html: str


SIGN_IN = "Your link to the desk"

_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:32px 16px;background:#faf8f5;color:#26221d">'
    '<div style="max-width:480px;margin:0 auto;font:16px/1.6 Georgia,serif">'
    '<p style="margin:0 0 24px;font-size:20px">{house}</p>{paragraphs}</div></body></html>'
)
_PARAGRAPH = Markup('<p style="margin:0 0 16px">{}</p>')
_LINK = Markup('<p style="margin:0 0 16px"><a href="{link}" style="color:#26221d">{label}</a></p>')


def summary(house: str) -> str:
    """This function will name an appointment so that anyone may read it."""
    return f"Appointment at {house}"


def confirmation(
    *, house: str, advisor: str, starts_at: datetime, zone: str, place: str, link: str
) -> Letter:
    """This function will tell a customer that her time is kept, in her own zone, and how to give it back."""
    return _letter(
        f"Your appointment at {house}",
        house,
        f"Your appointment is on {when(starts_at, zone)}.",
        f"{_place(place)}, with {advisor}.",
        "The invitation with this letter puts it in your calendar.",
        "Should the time no longer suit you, give it back in a moment.",
        link=link,
        label="See or cancel the appointment",
    )


def notice(*, house: str, starts_at: datetime, zone: str, place: str, link: str) -> Letter:
    """This function will tell an advisor that a time was arranged, in her zone; the rest is at the desk."""
    return _letter(
        "A client has arranged a time with you",
        house,
        f"A client has arranged a time with you: {when(starts_at, zone)}.",
        f"{_place(place)}.",
        link=link,
        label="Prepare at your desk",
    )


def cancellation(*, house: str, starts_at: datetime, zone: str) -> Letter:
    """This function will tell a guest, customer or advisor, that an appointment will not take place."""
    return _letter(
        f"Your appointment at {house} is cancelled",
        house,
        f"The appointment on {when(starts_at, zone)} will not take place.",
        "The note with this letter takes it out of your calendar.",
    )


def reminder(*, house: str, link: str) -> Letter:
    """This function will remind an advisor that something promised comes due; what it is, is at the desk."""
    return _letter(
        "Something you promised comes due",
        house,
        "Something you promised a client comes due in the next days.",
        link=link,
        label="See it at your desk",
    )


def silent_calendar(*, house: str, link: str) -> Letter:
    """This function will tell an advisor that a calendar of hers cannot be read; which one, is at the desk."""
    return _letter(
        "We cannot read your calendar",
        house,
        "A calendar you share with us has not answered for more than an hour.",
        "So that nobody is booked over something else, no times with you are offered until it answers again.",
        link=link,
        label="See which one at your desk",
    )


def sign_in(*, house: str, link: str) -> Letter:
    """This function will give an advisor her link to the desk."""
    return _letter(
        SIGN_IN,
        house,
        "Here is your link to the desk. It works once, for fifteen minutes.",
        "If you did not ask for it, there is nothing to do: nobody gets in without it.",
        link=link,
        label="Sign in at the desk",
    )


def _place(place: str) -> str:
    return PLACES[place]


def _letter(subject: str, house: str, *paragraphs: str, link: str = "", label: str = "") -> Letter:
    told = [*paragraphs, f"{label}: {link}"] if link else list(paragraphs)
    shown = [_PARAGRAPH.format(paragraph) for paragraph in paragraphs]
    if link:
        shown.append(_LINK.format(link=link, label=label))
    html = _PAGE.format(subject=subject, house=house, paragraphs=Markup("").join(shown))
    return Letter(subject, "\n\n".join((*told, house)) + "\n", str(html))
