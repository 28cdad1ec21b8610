"""Pieces: what leads to what, what the orders say of it, and what could not be placed among the kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request

from app.stores import placings, rulebook, shops
from app.stores.database import Transaction
from app.usecases.change_adjacency import UnableToChangeAdjacencySince, change_adjacency
from app.usecases.learn_adjacency import Proposal, learn_adjacency
from app.usecases.place_pieces import UnableToPlace, place_pieces, unplaced
from app.web import admin_pieces_fields as fields
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.money import money
from scoring.weights import Adjacency

ROWS_SHOWN = 12  # the largest first: a dozen choices are a sitting, and the next dozen follows
CHANGED_MEANWHILE = (
    "Somebody else saved a newer version while you were here. Your changes are still in the fields; "
    "compare them with what your orders say, then save again."
)
MOVED_ON = "Your orders say something else by now. Nothing was changed; look at the new proposal first."
NO_SUCH_KIND = "Choose one of the kinds."


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the table in force, what the orders propose, and what is not placed."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx)


@merchant_signed_in
def change(merchant: Merchant) -> Response:
    """This function will put the strengths entered in force as a new version, or say what cannot be."""
    entries = {name: value.strip() for name, value in request.form.items() if name != "version"}
    with services().database.shop(merchant.shop_id) as tx:
        adjacency, problems = fields.read_entries(entries)
        if problems:
            return _page(tx, entries=entries, problems=problems)
        return _put_in_force(tx, merchant, adjacency, entries)


@merchant_signed_in
def approve(merchant: Merchant) -> Response:
    """This function will put the learned table in force, if it is still the one that was read."""
    with services().database.shop(merchant.shop_id) as tx:
        proposal = learn_adjacency(tx)
        if request.form.get("mark") != proposal.mark:
            return _page(tx, problems={"": MOVED_ON})
        return _put_in_force(tx, merchant, proposal.table, None)


@merchant_signed_in
def place(merchant: Merchant) -> Response:
    """This function will place types and titles by hand."""
    names, kinds = request.form.getlist("name"), request.form.getlist("kind")
    if len(names) != len(kinds):
        kinds = []  # not a form of ours: nothing is placed
    chosen = list(zip(names, kinds, strict=False))
    with services().database.shop(merchant.shop_id) as tx:
        try:
            placed = place_pieces(
                tx, services().queue, chosen, by=_signature(merchant), now=services().clock()
            )
        except UnableToPlace as error:
            return _page(tx, problems={f"placing:{error.name}": NO_SUCH_KIND})
        return _page(tx, placed=placed)


def _put_in_force(
    tx: Transaction, merchant: Merchant, adjacency: Adjacency, entries: Mapping[str, str] | None
) -> Response:
    try:
        kept = change_adjacency(
            tx,
            adjacency,
            based_on=request.form.get("version", 0, type=int),
            by=_signature(merchant),
            now=services().clock(),
        )
    except UnableToChangeAdjacencySince:
        return _page(tx, entries=entries, problems={"": CHANGED_MEANWHILE})
    return _page(tx, saved=kept.version)


def _signature(merchant: Merchant) -> str:
    # A session token names nobody, and Shopify tells staff names to few apps (facts/shopify.md).
    return f"Staff member {merchant.user_id}"


def _page(
    tx: Transaction,
    *,
    entries: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    **said: Any,
) -> Response:
    proposal, rules, problems = learn_adjacency(tx), rulebook.read(tx), problems or {}
    page = render_template(
        "admin/pieces.html",
        version=proposal.in_force.version,
        bound=fields.shown(rules.policy.adjacency_at),
        groups=fields.groups(proposal, entries or {}, problems),
        learned=_learned(proposal, rules.policy.adjacency_at),
        kinds=fields.PLACES,
        piece_kinds=fields.PIECE_NAMES,
        problems=problems,
        **_placings(tx),
        **{"saved": None, "placed": None, **said},
    )
    return Response(page, 422 if problems else 200)


def _learned(proposal: Proposal, bound: float) -> dict[str, Any]:
    return {
        "mark": proposal.mark,
        "orders": proposal.orders,
        "changes": proposal.changes,
        "crossing": fields.crossing(proposal, bound),
    }


def _placings(tx: Transaction) -> dict[str, Any]:
    currency = shops.read(tx).currency
    rows = unplaced(tx, currency)
    waiting = {placing.pattern for placing in placings.waiting(tx)}
    return {
        "rows": rows[:ROWS_SHOWN],
        "more": max(0, len(rows) - ROWS_SHOWN),
        "lines": sum(row.lines for row in rows),
        "revenue": money(sum(row.revenue for row in rows), currency),
        "money": lambda units: money(units, currency),
        "by_hand": placings.in_force(tx),
        "waiting": waiting,
    }
