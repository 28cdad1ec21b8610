"""The storefront's door: events in, an invitation or nothing out, and what became of the invitation."""

from __future__ import annotations

import time
from uuid import UUID

from flask import Blueprint, Response, request
from prometheus_client import Counter, Histogram
from werkzeug.exceptions import HTTPException

from app.usecases.answer_offer import answer_offer, see_offer
from app.usecases.find_offer import UnableToFindOffer
from app.usecases.observe_session import Invitation, observe_session
from app.web.guards import Visitor, storefront_visitor
from app.web.serving import json_answer, log_broken, quiet, refusal, services
from app.web.wire import UnableToRead, read_answer, read_batch, to_batch

door = Blueprint("storefront", __name__)

EVENTS = "/proxy/events"

ANSWERS = Counter("steward_storefront_answers_total", "Batches by how they were answered", ["answer"])
QUIET = ANSWERS.labels("quiet")
SECONDS = Histogram(
    "steward_storefront_seconds", "Time to answer a batch", buckets=(0.001, 0.002, 0.005, 0.01, 0.05, 0.3)
)


@door.post(EVENTS)
@storefront_visitor
def events(visitor: Visitor) -> Response:
    """This function will take a batch of events and answer an invitation, or nothing."""
    began, parts = time.perf_counter(), services()
    if not parts.pace.allows(visitor.shop_id, now=began):
        ANSWERS.labels("shop_too_fast").inc()
        return quiet()
    try:
        sent = read_batch(request.get_data())
    except UnableToRead as error:
        ANSWERS.labels(error.code).inc()
        return refusal(error.code, "This is not a batch of events.", 400)
    if not sent.consent.analytics:
        return quiet()  # without consent nothing is tracked: not applied, not counted, not kept
    invitation = observe_session(
        parts.database,
        parts.live,
        visitor.house,
        visitor.customer_id,
        to_batch(
            sent,
            currency=visitor.house.shop.currency,
            placings=visitor.house.placings,
            pieces=visitor.house.pieces,
        ),
        final=sent.final,
        now=parts.clock(),
    )
    SECONDS.observe(time.perf_counter() - began)
    if invitation is None:
        QUIET.inc()
        return quiet()
    ANSWERS.labels("in_reach" if invitation.seen else "offer").inc()
    return json_answer({"offer": _in_words(invitation)})


@door.post("/proxy/offers/<uuid:offer_id>/seen")
@storefront_visitor
def seen(visitor: Visitor, offer_id: UUID) -> Response:
    """This function will take note that an invitation was on the screen."""
    try:
        see_offer(
            services().database,
            services().live,
            shop_id=visitor.shop_id,
            customer_id=visitor.customer_id,
            offer_id=offer_id,
            now=services().clock(),
        )
    except UnableToFindOffer:
        return refusal("no_such_offer", "There is no such invitation.", 404)
    return quiet()


@door.post("/proxy/offers/<uuid:offer_id>/answer")
@storefront_visitor
def answer(visitor: Visitor, offer_id: UUID) -> Response:
    """This function will take the shopper's answer to an invitation."""
    try:
        said = read_answer(request.get_data()).answer
        answer_offer(
            services().database,
            services().live,
            shop_id=visitor.shop_id,
            customer_id=visitor.customer_id,
            offer_id=offer_id,
            answer=said,
            now=services().clock(),
        )
    except UnableToRead as error:
        return refusal(error.code, "This is not an answer.", 400)
    except UnableToFindOffer:
        return refusal("no_such_offer", "There is no such invitation.", 404)
    return quiet()


@door.errorhandler(Exception)
def broken(error: Exception) -> Response | HTTPException:
    """This function will keep what breaks here from the shop: batches are met with silence, whatever it is.

    An answer of hers is not passed over in silence: she would believe that it was kept.
    """
    if isinstance(error, HTTPException):
        return error
    log_broken("storefront.broken", error)
    if request.path == EVENTS:
        ANSWERS.labels("broken").inc()
        return quiet()
    return refusal("away", "We couldn’t keep that just now. Please try again in a moment.", 503)


def _in_words(invitation: Invitation) -> dict[str, str | bool]:
    """The prompt is on the relationship, never on what was inferred (facts/jewellery.md)."""
    name, advisor = invitation.first_name, invitation.advisor
    looked_after = {"she": "she has", "he": "he has"}.get(advisor.pronoun, "they have")
    return {
        "id": invitation.offer_id,
        "greeting": f"Welcome back, {name}." if name else "Welcome back.",
        "invitation": f"{advisor.first_name} keeps time for clients {looked_after} looked after before."
        " Would you like to arrange a conversation?",
        "advisor": advisor.first_name,
        "seen": invitation.seen,
    }
