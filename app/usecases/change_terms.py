"""Put new terms of the house in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.upgrades import HouseTerms
from app.stores import terms as kept
from app.stores.database import Transaction
from scoring.kinds import KINDS
from scoring.materials import MATERIALS

# field → the least and the most a house may choose. Guesses of 2026-11: wide enough for any jeweller, narrow
# enough to catch a slipped key.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "attribution_days": (1, 180),
    "upgrade_credit": (0.0, 1.0),
    "upgrade_worth": (1.0, 10.0),
    "upgrade_after_years": (0.0, 50.0),
}


LONGEST_TAG = 40  # how a tag begins; a longer one would leave no room for a name. Dated guess, 2026-11.


class UnableToChangeTerms(Exception):
    """Some values cannot be; `fields` names them. Other values will do."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"cannot be: {', '.join(fields)}")
        self.fields = fields


class UnableToChangeTermsSince(Exception):
    """Somebody put a newer version in force meanwhile. Look at it, then try again."""


def change_terms(tx: Transaction, terms: HouseTerms, *, based_on: int, by: str) -> HouseTerms:
    """This function will put terms in force as a new version, and answer them with their number.

    `based_on` is the version that was on the screen; terms that say the same make no new version.
    """
    wrong = [name for name, (least, most) in BOUNDS.items() if not least <= getattr(terms, name) <= most]
    wrong += ["advisor_tag"] * (not 0 < len(terms.advisor_tag.strip()) <= LONGEST_TAG)
    wrong += ["upgrade_kinds"] * (not set(terms.upgrade_kinds) <= set(KINDS))
    wrong += ["upgrade_stones"] * (not set(terms.upgrade_stones) <= set(MATERIALS))
    if wrong:
        raise UnableToChangeTerms(tuple(wrong))
    current = kept.read(tx)
    if current.version != based_on:
        raise UnableToChangeTermsSince(f"version {current.version} is in force")
    if replace(terms, version=current.version) == current:
        return current
    changed = replace(terms, version=current.version + 1)
    if not kept.add(tx, changed, by=by):  # two at the same moment: the first has the number
        raise UnableToChangeTermsSince("another version came first")
    return changed
