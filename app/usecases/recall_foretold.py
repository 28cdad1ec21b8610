"""Ask again what the order history foretold of clients when their sessions began.

A session that led to an order is recorded after it, and by then nothing is foretold of her any more. Were
those sessions to teach without it, the history would look silent exactly where it was right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from app.stores.outcomes import Outcome
from scoring.learning.history_model import HistoryModel, season_from
from scoring.learning.orders import EPOCH, Orders, as_day

Numbers = Mapping[str, Any]


def recall_foretold(
    orders: Orders, sessions: Iterable[Outcome], spoke: Mapping[int, Numbers | None]
) -> dict[tuple[str, int], float]:
    """This function will answer, by customer and day of a session, the log-odds that the model of the weights
    then in force gives on her orders before that day.

    `spoke` is that model by the version of the weights; where it is None nobody was foretold anything.
    """
    asked: dict[tuple[int, int], set[str]] = defaultdict(set)
    for each in sessions:
        if spoke.get(each.weights) is not None:
            asked[each.weights, each.day].add(each.customer_id)
    theirs = orders.of_customers(set().union(*asked.values()))
    found: dict[tuple[str, int], float] = {}
    for (version, day), who in sorted(asked.items()):
        numbers = spoke[version]
        assert numbers is not None
        on = EPOCH + timedelta(days=day)
        season = season_from(orders.before(as_day(on)).season_days().tolist(), on)
        said = HistoryModel.from_record(numbers).foretell(theirs, on, season=season)
        found.update({(customer, day): said[customer] for customer in who & said.keys()})
    return found
