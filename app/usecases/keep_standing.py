"""Keep what Shopify's own record of customers says beside their names: tags, the advisor's field, consents.

Messages bring the changes. This is for what stood there before we came, and for messages that were lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from app.domain.known_customer import KnownCustomer
from app.stores import clients, marks
from app.stores.database import Transaction
from app.stores.marks import ADDED, ADVISOR, REMOVED, TAG
from app.usecases.hear_consent import hear_consents
from app.usecases.mark_customer import NO_SCORING

Known = Mapping[str, tuple[str, datetime]]


def keep_standing(tx: Transaction, told: Sequence[KnownCustomer]) -> set[str]:
    """This function will keep how customers stand, and name those for whom anything changed.

    All must have a row, each may appear once. A second time changes nothing.
    """
    known = marks.of_each(tx, [one.customer_id for one in told])
    news = {
        (one.customer_id, name): (value, one.updated_at)
        for one in told
        for name, value in _news(one, known.get(one.customer_id, {}))
    }
    marks.say_each(tx, [(who, name, value, at) for (who, name), (value, at) in news.items()])
    changed = {who for who, name in news if known.get(who, {}).get(name, ("",))[0] != news[who, name][0]}
    for who in sorted(changed):
        if _is_new(TAG + NO_SCORING, who, news, known):
            clients.set_opted_out(tx, who, True)
    return changed | hear_consents(
        tx,
        [
            (one.customer_id, channel, word, at)
            for one in told
            for channel, (word, at) in one.consents.items()
        ],
    )


def _is_new(
    name: str, who: str, news: Mapping[tuple[str, str], tuple[str, datetime]], known: Mapping[str, Known]
) -> bool:
    now, before = news.get((who, name)), known.get(who, {}).get(name)
    return now is not None and now[0] == ADDED and (before is None or before[0] != ADDED)


def _news(one: KnownCustomer, known: Known) -> Iterator[tuple[str, str]]:
    """List what is said later than what is known: tags that are there, tags that went, and the field."""
    words: dict[str, str] = {}
    if one.tags is not None:
        kept = (name for name, (value, _) in known.items() if name.startswith(TAG) and value == ADDED)
        words |= dict.fromkeys(kept, REMOVED)
        words |= {TAG + tag.casefold(): ADDED for tag in one.tags}
    if one.advisor or (one.advisor is not None and ADVISOR in known):
        words[ADVISOR] = one.advisor.casefold()
    for name, value in words.items():
        if name not in known or known[name][1] < one.updated_at:
            yield name, value
