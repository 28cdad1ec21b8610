"""What clients allowed and refused, channel by channel: every word is kept, with date, source and proof."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import BigInteger, Column, DateTime, Index, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import insert

from app.domain.consent import Consent, may_follow
from app.stores.customers import of_customer
from app.stores.database import Transaction, all_of, among, shop_table

consents = shop_table(
    "consents",
    Column("consent_id", Uuid, nullable=False),
    *of_customer(),
    Column("channel", Text, nullable=False),  # email | sms
    Column("state", Text, nullable=False),  # one_to_one | marketing | unsubscribed
    Column("source", Text, nullable=False),  # by_hand | shopify | customer
    Column("said_at", DateTime(timezone=True), nullable=False),
    Column("proof", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("advisor_id", BigInteger),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "shop_id", "customer_id"),
    key=("consent_id",),
)

_FIELDS = tuple(consents.c[name] for name in Consent.__dataclass_fields__)


def keep(tx: Transaction, customer_id: str, consent: Consent) -> None:
    """This function will keep a word on one channel. Earlier ones stay: they are the proof of their time.

    The same word heard again is kept once.
    """
    if consent in every(tx, customer_id):
        return
    row = {name: getattr(consent, name) for name in Consent.__dataclass_fields__}
    tx.execute(
        insert(consents).values(shop_id=tx.shop_id, consent_id=uuid4(), customer_id=customer_id, **row)
    )


def keep_each(tx: Transaction, told: Sequence[tuple[str, Consent]]) -> list[tuple[str, Consent]]:
    """This function will keep words of many customers, and list those that are new; all have a row."""
    theirs = among(consents.c.customer_id, {who for who, _ in told})
    rows = tx.execute(
        select(consents.c.customer_id, *_FIELDS).where(consents.c.shop_id == tx.shop_id, theirs)
    )
    known = {(who, Consent(*said)) for who, *said in rows}
    new = [each for each in dict.fromkeys(told) if each not in known]
    rows = [
        {"consent_id": uuid4(), "customer_id": who}
        | {name: getattr(one, name) for name in Consent.__dataclass_fields__}
        for who, one in new
    ]
    if rows:
        tx.execute(all_of(tx, consents, rows))
    return new


def in_force(tx: Transaction, customer_id: str) -> dict[str, Consent]:
    """This function will read what stands for each channel.

    Words count in the order they were said, whichever came in first, and after a no a word written down by
    hand does not count, however it got here.
    """
    standing: dict[str, Consent] = {}
    for consent in every(tx, customer_id):
        if may_follow(standing.get(consent.channel), consent.source):
            standing[consent.channel] = consent
    return standing


def every(tx: Transaction, customer_id: str) -> list[Consent]:
    """This function will list all that was said, oldest first."""
    where = (consents.c.shop_id == tx.shop_id, consents.c.customer_id == customer_id)
    # Shopify's words come in any order: of two of one instant the no counts, whichever came first.
    no = (consents.c.source == "shopify") & (consents.c.state == "unsubscribed")
    order = (consents.c.said_at, no, consents.c.kept_at)
    rows = select(*_FIELDS).where(*where).order_by(*order)
    return [Consent(*row) for row in tx.execute(rows)]
