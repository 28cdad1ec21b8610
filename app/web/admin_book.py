"""An advisor who leaves: her whole book given to others, with what will happen said before it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, render_template, request

from app.domain import wording
from app.stores import advisors
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.usecases.choose_stand_in import UnableToChooseStandIn, choose_stand_in
from app.usecases.plan_handover import Moving, Plan, UnableToHandOver, plan_handover
from app.usecases.reassign_book import reassign_book
from app.web import appointment
from app.web.admin_advisors import known, page_of
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.wording import many


@merchant_signed_in
def show(merchant: Merchant, advisor_id: int) -> Response:
    """This function will show what handing over to the chosen colleagues would do; at first, to all."""
    with services().database.shop(merchant.shop_id) as tx:
        leaver = _leaver(tx, advisor_id)
        colleagues = _colleagues(tx, leaver)
        chosen = _chosen(request.args.getlist("to")) or [each.advisor_id for each in colleagues]
        try:
            plan = plan_handover(tx, advisor_id, chosen, now=services().clock()) if colleagues else None
        except UnableToHandOver:
            plan = None
        return _page(leaver, colleagues, chosen, plan)


@merchant_signed_in
def hand_over(merchant: Merchant, advisor_id: int) -> Response:
    """This function will hand over a leaver's book and say what became of it."""
    parts, chosen = services(), _chosen(request.form.getlist("to"))
    with parts.database.shop(merchant.shop_id) as tx:
        leaver = _leaver(tx, advisor_id)
        colleagues = _colleagues(tx, leaver)
    try:
        done = reassign_book(
            parts.database,
            parts.live,
            parts.queue,
            shop_id=merchant.shop_id,
            leaver_id=advisor_id,
            to=chosen,
            url=parts.settings.url,
            link_for=appointment.link,
            sender=parts.settings.mail_from,
            now=parts.clock(),
        )
    except UnableToHandOver:
        return _page(leaver, colleagues, chosen, None, wrong="Choose who takes over.")
    return _page(leaver, colleagues, chosen, done, done=True)


@merchant_signed_in
def stand_in(merchant: Merchant, advisor_id: int) -> Response:
    """This function will keep who stands in for an advisor, or nobody."""
    with services().database.shop(merchant.shop_id) as tx:
        advisor = known(tx, advisor_id)
        chosen = request.form.get("stand_in", 0, type=int) or None
        try:
            choose_stand_in(tx, advisor_id, chosen, by="house", now=services().clock())
        except UnableToChooseStandIn:
            abort(404)  # the page offers nobody else
        return page_of(tx, advisor, cover_said="Kept. Clients can choose that from now on.")


def _leaver(tx: Transaction, advisor_id: int) -> Advisor:
    advisor = known(tx, advisor_id)
    return advisor if advisor.role != "owner" else abort(404)  # the owner's page has no way here


def _colleagues(tx: Transaction, leaver: Advisor) -> list[Advisor]:
    return [each for each in advisors.every(tx) if each.active and each.advisor_id != leaver.advisor_id]


def _chosen(entered: Sequence[str]) -> list[int]:
    return [int(each) for each in entered if each.isdecimal() and len(each) < 19]


def _page(
    leaver: Advisor,
    colleagues: Sequence[Advisor],
    chosen: Sequence[int],
    plan: Plan | None,
    *,
    wrong: str = "",
    done: bool = False,
) -> Response:
    page = render_template(
        "admin/book.html",
        leaver=leaver,
        colleagues=colleagues,
        chosen=chosen,
        plan=plan,
        said=_said(plan, done=done) if plan is not None else "",
        lines=[_line(each) for each in plan.bookings] if plan is not None else [],
        wrong=wrong,
        done=done,
        many=many,
    )
    return Response(page, 422 if wrong else 200)


def _said(plan: Plan, *, done: bool) -> str:
    """What will happen, or has, in a line: "14 clients, 2 bookings. 1 time is taken: she will be asked." """
    clients, ahead = len(plan.shares), len(plan.bookings)
    said = f"{many(clients, 'client', 'clients').capitalize()}, {many(ahead, 'booking', 'bookings')} ahead"
    said += f", {many(plan.calls, 'call', 'calls')} to make." if plan.calls else "."
    asked = len(plan.asked)
    if asked and done:
        times = many(asked, "time", "times").capitalize()
        return f"{said} {times} could not be kept: {_whom(asked)} been asked to choose again."
    if asked:
        taken = "is" if asked == 1 else "are"
        whom = "that client" if asked == 1 else "those clients"
        times = many(asked, "time", "times").capitalize()
        return f"{said} {times} {taken} not free: {whom} will be asked to choose again."
    return f"{said} Every time {'was kept' if done else 'can be kept'}." if ahead else said


def _whom(asked: int) -> str:
    return "that client has" if asked == 1 else "those clients have"


def _line(moving: Moving) -> dict[str, Any]:
    """A booking ahead; no client is named, because this page is not the desk."""
    return {
        "when": wording.when(moving.booking.starts_at, moving.to.timezone),
        "to": moving.to,
        "kept": moving.slot is not None,
    }
