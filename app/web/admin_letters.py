"""Letters that need a look: those that failed, and those of which nobody can tell whether they arrived."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template

from app.domain.wording import when
from app.stores import shops, unsent
from app.stores.database import Transaction
from app.usecases.read_unsent import read_unsent
from app.usecases.send_letter_again import UnableToSendAgain, send_letter_again
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services

SHOWN = 50  # the latest; what lies deeper comes up as these are seen to


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the letters, each with why it did not go out and what can be done."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx)


@merchant_signed_in
def send(merchant: Merchant, message_id: UUID) -> Response:
    """This function will send a letter again, or say why that makes no sense any more."""
    parts = services()
    with parts.database.shop(merchant.shop_id) as tx:
        try:
            send_letter_again(tx, parts.queue, message_id, now=parts.clock())
        except UnableToSendAgain as error:
            return _page(tx, problem=str(error))
        return _page(tx, said="The letter is on its way. If it fails once more, it comes back here.")


@merchant_signed_in
def leave(merchant: Merchant, message_id: UUID) -> Response:
    """This function will take a letter off the list, unsent."""
    with services().database.shop(merchant.shop_id) as tx:
        left = unsent.leave(tx, message_id)
        return _page(tx, said="The letter is left as it is." if left else "")


def _page(tx: Transaction, *, said: str = "", problem: str = "") -> Response:
    zone, letters = shops.read(tx).timezone, read_unsent(tx, now=services().clock())
    page = render_template(
        "admin/letters.html",
        letters=[(each, when(each.at, zone)) for each in letters[:SHOWN]],
        more=max(0, len(letters) - SHOWN),
        said=said,
        problem=problem,
    )
    return Response(page, 422 if problem else 200)
