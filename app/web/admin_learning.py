"""What the orders teach: the weights in force, what learning proposes, and a person's yes or not now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, render_template, request

from app.domain import wording
from app.stores import learnings, rulebook, shops
from app.stores.database import Transaction
from app.usecases.approve_weights import UnableToApproveSince, approve_weights
from app.usecases.ask_learning import ask_learning
from app.usecases.dismiss_weights import dismiss_weights
from app.web import admin_learning_words as words
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services

MOVED_ON = "Newer figures came in while you were reading. Nothing was changed; look at them first."
APPROVED = (
    "Approved. Version {} is in force within a few seconds; what the orders foretell of each client follows "
    "in a few minutes."
)
PUT_OFF = "Put off. What is in force stays; the next figures come within a month."
ASKED = "Your orders are being read anew. It takes a few minutes; you can leave this page meanwhile."
# What learning calls too little (scoring/learning/history_model.py).
TOO_LITTLE = "UnableToLearn"


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the weights in force, and what was learned and waits for a yes."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx, merchant)


@merchant_signed_in
def approve(merchant: Merchant) -> Response:
    """This function will put what was read in force, if it is still what waits."""
    parts = services()
    with parts.database.shop(merchant.shop_id) as tx:
        try:
            kept = approve_weights(tx, parts.queue, _mark(), by=_signature(merchant), now=parts.clock())
        except UnableToApproveSince:
            return _page(tx, merchant, problem=MOVED_ON)
        return _page(tx, merchant, said=APPROVED.format(kept.version))


@merchant_signed_in
def dismiss(merchant: Merchant) -> Response:
    """This function will put a proposal off."""
    parts = services()
    with parts.database.shop(merchant.shop_id) as tx:
        if not dismiss_weights(tx, parts.queue, _mark(), by=_signature(merchant), now=parts.clock()):
            return _page(tx, merchant, problem=MOVED_ON)
        return _page(tx, merchant, said=PUT_OFF)


@merchant_signed_in
def learn(merchant: Merchant) -> Response:
    """This function will have the orders read anew."""
    parts = services()
    with parts.database.shop(merchant.shop_id) as tx:
        ask_learning(tx, parts.queue, "learn", now=parts.clock())
        return _page(tx, merchant, said=ASKED)


def _mark() -> UUID:
    try:
        return UUID(request.form.get("mark", ""))
    except ValueError:  # not a form of ours: nothing waits under it
        return UUID(int=0)


def _signature(merchant: Merchant) -> str:
    # A session token names nobody, and Shopify tells staff names to few apps (facts/shopify.md).
    return f"Staff member {merchant.user_id}"


def _page(tx: Transaction, merchant: Merchant, *, said: str = "", problem: str = "") -> Response:
    zone = shops.read(tx).timezone
    in_force, proposed = rulebook.weights_in_force(tx), learnings.waiting(tx)
    page = render_template(
        "admin/learning.html",
        said=said,
        problem=problem,
        state=_state(tx),
        version=in_force.weights.version,
        who="You" if in_force.created_by == _signature(merchant) else in_force.created_by,
        since=wording.when(in_force.created_at, zone),
        taught=in_force.learned is not None,
        level=words.level(in_force.learned or {}),
        mark=proposed.proposal_id if proposed else "",
        made=wording.when(proposed.made_at, zone) if proposed else "",
        rows=words.rows_of(in_force.weights, proposed.weights if proposed else None),
        offer_at=rulebook.read(tx).policy.offer_at,
        **_learned(proposed.learned if proposed else in_force.learned or {}),
    )
    return Response(page, 409 if problem else 200)


def _state(tx: Transaction) -> str:
    """Say where learning stands: under_way, too_little, failed, learned, or nothing yet."""
    stands = learnings.state(tx, "learn")
    if stands.asked_at is not None:
        return "failed" if stands.error not in (None, TOO_LITTLE) else "under_way"
    if stands.done_at is None:
        return "nothing"
    return "too_little" if stands.error == TOO_LITTLE else "learned"


def _learned(learned: Any) -> dict[str, Any]:
    return {
        "learned": learned,
        "base": words.one_in(learned.get("base_rate")),
        "clients": words.clients_of(learned),
        "last_known": words.last_known(learned),
        "read_months": words.months(learned, "from", "to"),
        "tried_months": words.months(learned, "tried_from", "tried_to"),
        "bins": words.bins_of(learned),
        "figures": words.figures_of(learned),
        "why": words.why(learned) if learned else "",
    }
