"""Readiness: whether the record holds enough memory, and what to do about each gap."""

from __future__ import annotations

from flask import Response, render_template

from app.domain import readiness_words
from app.stores import shops
from app.usecases.read_readiness import read_readiness
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.money import money


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show what the record holds, and its gaps in order of gain."""
    with services().database.shop(merchant.shop_id) as tx:
        partial = shops.read(tx).history_partial
        found = read_readiness(tx, now=services().clock())
    return Response(
        render_template(
            "admin/readiness.html",
            found=found,
            date=found.finding("date"),
            partial=partial,
            money=money,
            share=readiness_words.share,
            brought=readiness_words.brought,
        )
    )
