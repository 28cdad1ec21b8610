"""Give an advisor's clients to others: to one, or to several so that each leads about as many as the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heapreplace


def share(clients: Sequence[str], leads: Mapping[int, int]) -> dict[str, int]:
    """This function will give each client to whoever leads the fewest by then: customer → advisor.

    `leads` says how many each of those who take over leads today; one or more. Of two who lead as many, the
    lower number comes first, so that the same clients are always shared in the same way.
    """
    waiting = [(count, advisor_id) for advisor_id, count in leads.items()]
    heapify(waiting)
    shares = {}
    for customer_id in clients:
        count, advisor_id = waiting[0]
        shares[customer_id] = advisor_id
        heapreplace(waiting, (count + 1, advisor_id))
    return shares
