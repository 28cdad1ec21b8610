"""What is said back to a client on her own page after each change, carried over a redirect.

The address carries a signed code and no words: others could put a sentence of ours there, and a date of hers
would stand in a history of addresses.
"""

from __future__ import annotations

from itsdangerous import BadData, URLSafeTimedSerializer

from app.usecases.read_own_page import OwnPage
from app.web.guards import Visitor
from app.web.serving import services

# Long enough to follow a redirect, too short to be found in a history of addresses. Dated guess, 2026-11.
SAID_FOR_SECONDS = 120

_SAID = {
    "told": "Thank you. We’ll remember it: {date}.",
    "known": "We had that one already: {date}.",
    "corrected": "It is put right: {date}.",
    "used": "Thank you. We may think of it again: {date}.",
    "alone": "We leave that day alone from now on. Nobody will bring it up.",
    "away": "It is taken away. We no longer keep that date.",
    "not_invited": "We won’t invite you again. You can change your mind here whenever you like.",
    "invited": "Thank you. We may invite you again, now and then.",
    "not_scored": "From now on your visits are not used. No invitation will rest on them.",
    "scored": "Thank you. Your visits may be used again, where you have agreed to cookies.",
    "cancelled": "Your appointment is cancelled, and your advisor has been told.",
    "booked": "Thank you. Your time is kept; you’ll find it below.",
    "already_booked": "You have an appointment with us already. We look forward to it.",
    "no_client": "Please call or write to us, and we will find a time together.",
    "no_date": "That date is no longer here. Nothing was changed.",
    "no_booking": "That appointment has begun or is no longer in our book. Nothing was changed.",
}


def said_token(visitor: Visitor, code: str, about: str = "") -> str:
    """This function will sign what was done, for her alone; `about` is the id of the date it was done to."""
    return str(_serializer().dumps([visitor.shop_id, visitor.customer_id, code, about]))


def said_words(visitor: Visitor, token: str, page: OwnPage) -> str:
    """This function will say what was done; "" where nothing was, or it is too long ago."""
    try:
        shop_id, customer_id, code, about = _serializer().loads(token, max_age=SAID_FOR_SECONDS)
    except (BadData, ValueError):
        return ""
    if (shop_id, customer_id) != (visitor.shop_id, visitor.customer_id):
        return ""
    dates = {str(date.milestone_id): date.line for date in (*page.dates, *page.left_alone)}
    return _SAID[code].format(date=dates.get(about, "your date"))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt="own page, said")
