"""Take in what a shop's tags say of a customer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.stores import clients, customers, marks, terms
from app.stores.database import Transaction
from app.stores.live import Live
from app.stores.marks import ADDED, REMOVED, TAG
from app.usecases.update_relationship import update_relationship

# A merchant who marks a customer so wishes her left in peace, as if she had said it herself. Taking the tag
# away does not undo it: that is for her to say, and the client's page has the switch.
NO_SCORING = "no-advisor-invitations"


def tag_customer(
    tx: Transaction,
    live: Live,
    customer_id: str,
    tags: Collection[str],
    *,
    added: bool,
    at: datetime,
    now: datetime,
) -> None:
    """This function will keep which tags were put on a customer, or taken off, at an instant."""
    customers.mention(tx, [customer_id])
    value = ADDED if added else REMOVED
    marks.say(tx, customer_id, {TAG + tag.casefold(): value for tag in tags}, at=at)
    folded = {tag.casefold() for tag in tags}
    refuses = added and NO_SCORING in folded
    if refuses:
        clients.set_opted_out(tx, customer_id, True)
    prefix = terms.read(tx).advisor_tag.casefold()
    if refuses or any(tag.startswith(prefix) for tag in folded):  # the tag may name who leads her
        update_relationship(tx, live, customer_id, now=now)
