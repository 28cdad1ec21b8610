"""The letters of the house. They say when and where, and nothing of whom, what for or what with.

A mailbox can be read by others and cannot be erased: what an advisor needs to know stays behind sign-in.
"""

from __future__ import annotations

from collections.abc import Sequence
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

_CHANGE = "See, change or cancel the appointment"
_AGAIN = "Choose another time"
_ROOM = "The video room"
_PREPARE = "Prepare at your desk"
_WHOSE = "See at your desk whose it was"

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
    *,
    house: str,
    advisor: str,
    starts_at: datetime,
    zone: str,
    place: str,
    link: str,
    says: str = "",
    room: str = "",
) -> Letter:
    """This function will tell a customer that her time is kept, in her own zone, and how to give it back.

    `says` is how the place goes, in a sentence, and `room` the address it leads to; "" where there is none.
    """
    return _letter(
        f"Your appointment at {house}",
        house,
        f"Your appointment is on {when(starts_at, zone)}.",
        _where(place, advisor, says),
        "The invitation with this letter puts it in your calendar.",
        "Should the time no longer suit you, change it or give it back in a moment.",
        links=((_ROOM, room), (_CHANGE, link)),
    )


def notice(*, house: str, starts_at: datetime, zone: str, place: str, link: str) -> Letter:
    """This function will tell an advisor that a time was arranged, in her zone; the rest is at the desk."""
    return _letter(
        "A client has arranged a time with you",
        house,
        f"A client has arranged a time with you: {when(starts_at, zone)}.",
        f"{PLACES[place]}.",
        links=((_PREPARE, link),),
    )


def rescheduled(
    *,
    house: str,
    advisor: str,
    starts_at: datetime,
    zone: str,
    place: str,
    link: str,
    says: str = "",
    room: str = "",
    by_house: bool = False,
) -> Letter:
    """This function will tell a customer her appointment's new time, asked for by her or by the house."""
    told = "We had to move your appointment. It is now on" if by_house else "Your appointment is now on"
    return _letter(
        f"A new time for your appointment at {house}",
        house,
        f"{told} {when(starts_at, zone)}.",
        _where(place, advisor, says),
        "The invitation with this letter moves it in your calendar.",
        "Should this not suit you, choose another time or give it back in a moment.",
        links=((_ROOM, room), (_CHANGE, link)),
    )


def rescheduled_notice(*, house: str, starts_at: datetime, zone: str, place: str, link: str) -> Letter:
    """This function will tell an advisor the new time of an appointment, in her zone."""
    return _letter(
        "An appointment has a new time",
        house,
        f"An appointment with you has a new time: {when(starts_at, zone)}.",
        f"{PLACES[place]}.",
        links=((_PREPARE, link),),
    )


def cancellation(
    *, house: str, starts_at: datetime, zone: str, link: str = "", by_house: bool = False
) -> Letter:
    """This function will tell a customer that her appointment will not take place.

    `link` leads her to other times.
    """
    sorry = (f"The appointment on {when(starts_at, zone)} cannot take place. We are sorry.",)
    plain = (f"The appointment on {when(starts_at, zone)} will not take place.",)
    return _letter(
        f"Your appointment at {house} is cancelled",
        house,
        *(sorry if by_house else plain),
        "The note with this letter takes it out of your calendar.",
        *(("You are welcome to choose another time whenever it suits you.",) if link else ()),
        links=((_AGAIN, link),),
    )


def cancellation_notice(
    *, house: str, starts_at: datetime, zone: str, place: str, link: str, by_house: bool = False
) -> Letter:
    """This function will tell an advisor, in her zone, that a time with her is free again; whose it was is
    at the desk.
    """
    client = (f"A client has cancelled the time arranged with you: {when(starts_at, zone)}.",)
    ours = (f"The house has cancelled the appointment with you on {when(starts_at, zone)}.",)
    return _letter(
        "An appointment with you is cancelled" if by_house else "A client has cancelled a time with you",
        house,
        *(ours if by_house else client),
        f"{PLACES[place]}.",
        "The note with this letter takes it out of your calendar.",
        links=((_WHOSE, link),),
    )


def moved(
    *,
    house: str,
    advisor: str,
    starts_at: datetime,
    zone: str,
    place: str,
    link: str,
    says: str = "",
    room: str = "",
) -> Letter:
    """This function will tell a customer that somebody else of the house looks after her appointment."""
    return _letter(
        f"Your appointment at {house}",
        house,
        f"{advisor} looks after you from now on, and keeps your appointment on {when(starts_at, zone)}.",
        _where(place, advisor, says),
        "The invitation with this letter brings your calendar up to date.",
        "Should this not suit you, choose another time or give it back in a moment.",
        links=((_ROOM, room), (_CHANGE, link)),
    )


def moved_notice(*, house: str, starts_at: datetime, zone: str) -> Letter:
    """This function will tell an advisor that an appointment of hers is a colleague's now."""
    return _letter(
        "An appointment is with a colleague now",
        house,
        f"The appointment on {when(starts_at, zone)} is with a colleague now.",
        "The note with this letter takes it out of your calendar.",
    )


def coming(
    *,
    house: str,
    advisor: str,
    starts_at: datetime,
    zone: str,
    place: str,
    link: str,
    says: str = "",
    room: str = "",
) -> Letter:
    """This function will remind a customer of her appointment, in her own zone."""
    return _letter(
        f"Your appointment at {house}",
        house,
        f"We look forward to seeing you on {when(starts_at, zone)}."
        if place == "shop"
        else f"We look forward to speaking with you on {when(starts_at, zone)}.",
        _where(place, advisor, says),
        "Should the time no longer suit you, change it or give it back in a moment.",
        links=((_ROOM, room), (_CHANGE, link)),
    )


def coming_notice(*, house: str, starts_at: datetime, zone: str, place: str, link: str) -> Letter:
    """This function will remind an advisor of an appointment, in her zone; the rest is at the desk."""
    return _letter(
        "An appointment is coming up",
        house,
        f"A client meets you on {when(starts_at, zone)}.",
        f"{PLACES[place]}.",
        links=((_PREPARE, link),),
    )


def missed(*, house: str, link: str) -> Letter:
    """This function will tell a customer who did not come that she is welcome another time."""
    return _letter(
        "Sorry we missed each other",
        house,
        "We are sorry that we missed each other.",
        "You are welcome to choose another time whenever it suits you.",
        links=((_AGAIN, link),),
    )


def reminder(*, house: str, link: str, own: bool = True) -> Letter:
    """This function will remind an advisor that something promised comes due; what it is, is at the desk.

    Not her `own`: a colleague promised it who has left.
    """
    return _letter(
        "Something you promised comes due" if own else "Something promised to a client comes due",
        house,
        "Something you promised a client comes due in the next days."
        if own
        else "Something a colleague who has left promised a client comes due in the next days.",
        links=(("See it at your desk", link),),
    )


def call_wanted(*, house: str, link: str) -> Letter:
    """This function will tell an advisor that a client waits for her call; who, and why, is at the desk."""
    return _letter(
        "A client would like a call from you",
        house,
        "A client would like a call from you. Who it is, and when it suits, is at your desk.",
        links=(("See it at your desk", link),),
    )


def silent_calendar(*, house: str, link: str) -> Letter:
    """This function will tell an advisor that a calendar of hers cannot be read; which, is at the desk."""
    return _letter(
        "We cannot read your calendar",
        house,
        "A calendar you share with us has not answered for more than an hour.",
        "So that nobody is booked over something else, no times with you are offered until it answers again.",
        links=(("See which one at your desk", link),),
    )


def sign_in(*, house: str, link: str) -> Letter:
    """This function will give an advisor her link to the desk."""
    return _letter(
        SIGN_IN,
        house,
        "Here is your link to the desk. It works once, for fifteen minutes.",
        "If you did not ask for it, there is nothing to do: nobody gets in without it.",
        links=(("Sign in at the desk", link),),
    )


def _where(place: str, advisor: str, says: str) -> str:
    return " ".join(filter(None, (f"{PLACES[place]}, with {advisor}.", says)))


def _letter(subject: str, house: str, *paragraphs: str, links: Sequence[tuple[str, str]] = ()) -> Letter:
    """A letter with its links, label first, below the words; a link without an address is left out."""
    leading = [(label, link) for label, link in links if link]
    told = [*paragraphs, *(f"{label}: {link}" for label, link in leading)]
    shown = [_PARAGRAPH.format(paragraph) for paragraph in paragraphs]
    shown += [_LINK.format(link=link, label=label) for label, link in leading]
    html = _PAGE.format(subject=subject, house=house, paragraphs=Markup("").join(shown))
    return Letter(subject, "\n\n".join((*told, house)) + "\n", str(html))
