"""Clients who may be one person, side by side: the merchant makes them one, or says that they are two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, render_template, request

from app.stores import advisors
from app.stores.database import Transaction
from app.usecases.merge_clients import UnableToMerge, keep_apart, merge_clients
from app.usecases.propose_merges import Proposal, Side, propose_merges
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.history import Milestone
from scoring.wording import many, month_name

_BY = {
    "email": "the same e-mail",
    "phone": "the same telephone",
    "name_and_birthday": "the same name and birthday",
}
_GONE = "One of the two is no longer there: somebody was quicker. Nothing was changed."


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show who may be one person."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx, now=services().clock())


@merchant_signed_in
def decide(merchant: Merchant) -> Response:
    """This function will make one of two, or remember that they are two."""
    form, now = request.form, services().clock()
    one, other, kept = form.get("one", ""), form.get("other", ""), form.get("kept", "")
    with services().database.shop(merchant.shop_id) as tx:
        try:
            if form.get("answer") == "two":
                keep_apart(tx, one, other, by=f"Staff member {merchant.user_id}", now=now)
                return _page(tx, now=now, said="Kept as two people. You will not be asked again.")
            if kept not in (one, other):
                return _page(tx, now=now, problem="Choose whose number stays.")
            gone = other if kept == one else one
            merge_clients(tx, services().live, gone, kept=kept, now=now)
        except UnableToMerge:
            return _page(tx, now=now, problem=_GONE)
        return _page(tx, now=now, said="They are one client now, with all that was known of both.")


def _page(tx: Transaction, *, now: datetime, said: str = "", problem: str = "") -> Response:
    proposals, in_all = propose_merges(tx, now=now)
    names = {advisor.advisor_id: advisor.name for advisor in advisors.every(tx)}

    def side(each: Side) -> dict[str, Any]:
        lead = names.get(each.client.lead_advisor_id or 0, "") if each.client.lead_by_hand else ""
        rows = _rows(each, [_date(kept.milestone) for kept in each.dates], lead)
        return {"id": each.client.customer_id, "name": each.client.name, "rows": rows}

    page = render_template(
        "admin/client_book_duplicates.html",
        pairs=[_pair(each, [side(one) for one in each.sides]) for each in proposals],
        in_all=in_all,
        said=said,
        problem=problem,
    )
    return Response(page, 422 if problem else 200)


def _pair(proposal: Proposal, sides: Sequence[dict[str, Any]]) -> dict[str, Any]:
    shared = [_BY[each] for each in proposal.by]
    why = " and ".join((", ".join(shared[:-1]), shared[-1])) if len(shared) > 1 else shared[0]
    both_shopifys = all(side.is_shopifys for side in proposal.sides)
    return {"sides": sides, "why": why, "keep": proposal.keep, "both_shopifys": both_shopifys}


def _date(milestone: Milestone) -> str:
    """Say a date; one that is not to be used only that it is there."""
    if milestone.do_not_use:
        return "one not to be used"
    parts = (str(milestone.day or ""), month_name(milestone.month), str(milestone.year or ""))
    whose = f" of {milestone.person}" if milestone.person else ""
    return f"{milestone.occasion.replace('_', ' ')}{whose}, {' '.join(part for part in parts if part)}"


def _rows(side: Side, dates: Sequence[str], lead: str) -> list[tuple[str, str]]:
    last = f", the last on {side.last_order:%-d %B %Y}" if side.last_order else ""
    known = "At Shopify" if side.is_shopifys else "From an order or a client book, not yet at Shopify"
    rows = [
        ("Known", known),
        ("E-mail", side.email),
        ("Telephone", side.phone),
        ("Orders", f"{many(side.orders, 'order', 'orders')}{last}"),
        ("Dates", "; ".join(dates)),
        ("Notes", many(side.notes, "note", "notes")),
        ("Leads", lead),
    ]
    return [(label, value or "None") for label, value in rows]
