"""The house's figures for thinking of its clients."""

from __future__ import annotations

from app.domain.outreach_rules import OutreachRules
from app.stores import versioned
from app.stores.database import Transaction

outreach_rules = versioned.versions("outreach_rules")


def read(tx: Transaction) -> OutreachRules:
    """This function will read the figures in force; a house that has said nothing has the defaults."""
    content = versioned.newest(tx, outreach_rules)
    return OutreachRules.from_record(content) if content is not None else OutreachRules()


def add(tx: Transaction, rules: OutreachRules, *, by: str) -> bool:
    """This function will put figures in force; False where somebody else has saved that version meanwhile."""
    return versioned.add(tx, outreach_rules, rules.to_record(), by=by)
