"""An advisor's calendars elsewhere, on her page: added once they could be read, and removed."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort, request

from app.stores import calendar_feeds
from app.usecases.add_calendar import UnableToAddCalendar, add_calendar
from app.web.admin_advisors import known, page_of
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services


@merchant_signed_in
def add(merchant: Merchant, advisor_id: int) -> Response:
    """This function will read a calendar and keep it, or say beside its field why it could not be read."""
    parts = services()
    entered = {name: request.form.get(name, "").strip() for name in ("calendar_name", "calendar_address")}
    with parts.database.shop(merchant.shop_id) as tx:
        known(tx, advisor_id)
    problem = ""
    try:
        add_calendar(
            parts.database,
            parts.reach,
            shop_id=merchant.shop_id,
            advisor_id=advisor_id,
            name=entered["calendar_name"],
            address=entered["calendar_address"],
            now=parts.clock(),
        )
    except UnableToAddCalendar as error:
        problem = str(error)
    with parts.database.shop(merchant.shop_id) as tx:
        advisor = known(tx, advisor_id)
        if problem:
            again = {"name": entered["calendar_name"], "address": entered["calendar_address"]}
            return page_of(tx, advisor, calendar={**again, "problem": problem})
        said = f"The calendar is added. What it says is taken is no longer offered for {advisor.first_name}."
        return page_of(tx, advisor, said=said)


@merchant_signed_in
def remove(merchant: Merchant, advisor_id: int, feed_id: UUID) -> Response:
    """This function will forget a calendar; what it said was taken is offered again."""
    with services().database.shop(merchant.shop_id) as tx:
        advisor = known(tx, advisor_id)
        if not calendar_feeds.remove(tx, advisor_id, feed_id):
            abort(404)
        return page_of(tx, advisor, said="The calendar is removed. We do not read it any more.")
