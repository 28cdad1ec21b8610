"""Ask the lead for a call back, in the customer's own words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.domain.calls import Part
from app.queue import Queue
from app.stores import advisors, bookings, calls_back
from app.stores.advisors import Advisor
from app.stores.calls_back import Call
from app.stores.database import Transaction
from app.stores.live import Live
from app.usecases.find_offer import find_offer
from app.usecases.offer_choices import now_led_by
from app.usecases.owe_call_notice import owe_call_notice
from app.usecases.settle_offer import settle_offer


def ask_call_back(
    tx: Transaction,
    live: Live,
    queue: Queue,
    *,
    customer_id: str,
    decision_id: UUID,
    phone: str,
    part: Part,
    words: str,
    url: str,
    now: datetime,
) -> Advisor:
    """This function will put a call on the desk of the offer's advisor, or of who leads now; answers whom.

    Asking again changes what was asked, and makes no second call. `url` is the product's own address. Raises
    UnableToFindOffer.
    """
    offer = find_offer(tx, decision_id, customer_id)
    bookings.hold_customer(tx, customer_id)  # two requests at once are one call
    offered = advisors.one(tx, offer.advisor_id)
    lead = offered if offered is not None and offered.active else now_led_by(tx, customer_id)
    call = Call(customer_id, lead.advisor_id, decision_id, "asked", phone, part, words)
    if calls_back.owe(tx, call, now=now):
        owe_call_notice(tx, queue, lead, url=url, now=now)
    settle_offer(tx, live, offer)
    return lead
