"""The history that comes in from Shopify: how far it is, on the first page, and beginning it again."""

from __future__ import annotations

from datetime import datetime

from flask import Response, render_template

from app.domain.backfill import Told, tell
from app.stores import backfills
from app.stores.database import Transaction
from app.usecases.begin_backfill import begin_backfill
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services


def history_of(tx: Transaction, *, now: datetime) -> Told | None:
    """This function will say how far a shop's history is; None where none was ever asked for."""
    return tell(backfills.read(tx), now=now)


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show how far it is, as the part of the first page that renews itself."""
    now = services().clock()
    with services().database.shop(merchant.shop_id) as tx:
        history = history_of(tx, now=now)
    return _part(history)


@merchant_signed_in
def begin(merchant: Merchant) -> Response:
    """This function will begin the history again, after it has stopped, and show how far it is."""
    now = services().clock()
    with services().database.shop(merchant.shop_id) as tx:
        begin_backfill(tx, services().queue, now=now)
        history = history_of(tx, now=now)
    return _part(history)


def _part(history: Told | None) -> Response:
    return Response(render_template("admin/_history.html", history=history))
