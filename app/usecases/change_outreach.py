"""Change how the house thinks of its clients: its figures, and what its letters begin from."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from app.domain.outreach_rules import OutreachRules
from app.domain.templates import Template, check
from app.stores import outreach_rules, outreach_templates
from app.stores.database import Transaction


class UnableToChangeOutreachSince(Exception):
    """Somebody else saved a newer version meanwhile. Look at it, then try again."""


class UnableToKeepTemplate(Exception):
    """A template could name what may not be said, or lacks something; `problems` says what, by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(sorted(problems)))
        self.problems = problems


def change_outreach_rules(tx: Transaction, rules: OutreachRules, *, based_on: int, by: str) -> OutreachRules:
    """This function will keep figures as the version after `based_on`. Raises UnableToChangeOutreachSince."""
    kept = replace(rules, version=based_on + 1)
    if outreach_rules.read(tx).version != based_on or not outreach_rules.add(tx, kept, by=by):
        raise UnableToChangeOutreachSince(f"version {based_on} is not the newest")
    return kept


def keep_template(tx: Transaction, template: Template, *, by: str) -> Template:
    """This function will keep a template; one without an id is a new one. Raises UnableToKeepTemplate."""
    problems = {} if template.retired else check(template)
    if problems:
        raise UnableToKeepTemplate(problems)
    kept = replace(template, template_id=template.template_id or uuid4().hex)
    outreach_templates.put(tx, kept, by=by)
    return kept
