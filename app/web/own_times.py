"""Choosing a time on the client's own page, which is where the house's letters lead: for who leads her."""

from __future__ import annotations

from flask import Response, request

from app.domain import wording
from app.usecases.book_consultation import LONGEST_NOTE, UnableToBook, places_of
from app.usecases.book_own_time import OwnWish, book_own_time, offer_own_times
from app.usecases.offer_slots import Picker
from app.web import appointment
from app.web.guards import Visitor
from app.web.in_theme import in_theme
from app.web.own_page import PAGE, back, door, form_token, hers
from app.web.serving import instant, services

__all__ = ["FROM_A_LETTER", "door"]

# The path within the shop; it begins with the proxy's own path as the app is installed.
FROM_A_LETTER = f"/apps/steward{PAGE}/times"


@door.get(f"/proxy{PAGE}/times")
@hers
def times(visitor: Visitor) -> Response:
    """This function will show when who leads her has time, in the house's zone or the one she chose."""
    now, zone = services().clock(), request.args.get("zone", "")
    try:
        with services().database.shop(visitor.shop_id) as tx:
            picker = offer_own_times(tx, visitor.customer_id, zone=zone, now=now)
    except UnableToBook as error:
        return back(visitor, error.code)
    return _page(visitor, picker)


@door.post(f"/proxy{PAGE}/times")
@hers
def keep_time(visitor: Visitor) -> Response:
    """This function will keep the time she chose, or say why not and what is free instead."""
    parts, form = services(), request.form
    starts_at, zone = instant(form.get("starts", "")), form.get("zone", "")
    now, who = parts.clock(), visitor.customer_id
    try:
        if starts_at is None:
            with parts.database.shop(visitor.shop_id) as tx:
                picker = offer_own_times(tx, who, zone=zone, now=now)
            return _page(visitor, picker, unchosen=True)
        book_own_time(
            parts.database,
            parts.live,
            parts.queue,
            shop_id=visitor.shop_id,
            customer_id=who,
            wish=OwnWish(starts_at, zone, form.get("place", ""), form.get("note", "")),
            url=parts.settings.url,
            link_for=appointment.link,
            sender=parts.settings.mail_from,
            now=now,
        )
    except UnableToBook as error:
        if error.instead is not None:
            return _page(visitor, error.instead, taken=True)
        return back(visitor, error.code)
    return back(visitor, "booked")


def _page(visitor: Visitor, picker: Picker, *, taken: bool = False, unchosen: bool = False) -> Response:
    places, form = places_of(picker.advisor), request.form
    return in_theme(
        "own/times.html",
        prefix=visitor.prefix,
        path=PAGE,
        token=form_token(visitor.shop_id, visitor.customer_id),
        advisor=picker.advisor,
        zone=picker.zone,
        zone_name=wording.zone_name(picker.zone),
        zones=wording.zones_to_choose(picker.zone, picker.house_zone, now=services().clock()),
        days=wording.days(picker.slots, picker.zone),
        places=[(place, wording.PLACES[place]) for place in places],
        place=form.get("place") if form.get("place") in places else places[0],
        note=form.get("note", ""),
        longest=LONGEST_NOTE,
        taken=taken,
        unchosen=unchosen,
    )
