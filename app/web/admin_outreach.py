"""Letters: how early the house thinks of a client, how often it writes, and what its letters begin from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, render_template, request

from app.domain.outreach_rules import FIELDS, OutreachRules, read_rules, shown
from app.domain.templates import PLACES_TO_FILL, Template
from app.stores import outreach_rules, outreach_templates
from app.stores.database import Transaction
from app.usecases.change_outreach import (
    UnableToChangeOutreachSince,
    UnableToKeepTemplate,
    change_outreach_rules,
    keep_template,
)
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services

CHANGED_MEANWHILE = (
    "Somebody else saved a newer version while you were here. Your changes are still in the fields; "
    "compare them, then save again."
)
_GROUPS: Mapping[str, Sequence[str]] = {
    "How early to think of it": (
        "anniversary_days",
        "birthday_days",
        "recurring_days",
        "other_days",
        "custom_days",
        "promised_days",
    ),
    "How often to write": ("cap_days", "after_purchase_days"),
    "At what hours": ("quiet_until", "quiet_from"),
}
_ABOUT: Mapping[str, str] = {
    "How early to think of it": "A client comes up on the list of whoever leads, so many days before.",
    "How often to write": "One letter to a client in so many days, whichever way it goes; an invitation in "
    "your shop counts as one.",
    "At what hours": "By the clock of the client where a booking has told it, else by yours.",
}


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the figures and the templates in force."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx)


@merchant_signed_in
def change(merchant: Merchant) -> Response:
    """This function will put figures in force as a new version, or say what cannot be."""
    version = request.form.get("version", 0, type=int)
    entries = {name: request.form.get(name, "") for name in FIELDS}
    rules, problems = read_rules(entries, version)
    with services().database.shop(merchant.shop_id) as tx:
        if problems:
            return _page(tx, entries=entries, problems=problems)
        try:
            kept = change_outreach_rules(tx, rules, based_on=version, by=_signature(merchant))
        except UnableToChangeOutreachSince:
            return _page(tx, entries=entries, problems={"": CHANGED_MEANWHILE})
        return _page(tx, saved=f"Saved. Version {kept.version} is in force.")


@merchant_signed_in
def keep(merchant: Merchant) -> Response:
    """This function will keep a template, or say which words of it name what may not be said."""
    form = request.form
    template = Template(
        template_id=form.get("template_id", "")[:64],
        name=form.get("name", "").strip(),
        subject=" ".join(form.get("subject", "").split()),
        body=form.get("body", "").replace("\r\n", "\n").replace("\x00", "").strip(),
        retired="retire" in form,
    )
    with services().database.shop(merchant.shop_id) as tx:
        try:
            kept = keep_template(tx, template, by=_signature(merchant))
        except UnableToKeepTemplate as error:
            return _page(tx, typed=template, wrong=error.problems)
        words = "is no longer used" if kept.retired else "is kept"
        return _page(tx, saved=f"“{kept.name}” {words}.")


def _signature(merchant: Merchant) -> str:
    # A session token names nobody, and Shopify tells staff names to few apps (facts/shopify.md).
    return f"Staff member {merchant.user_id}"


def _page(
    tx: Transaction,
    *,
    entries: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    typed: Template | None = None,
    wrong: Mapping[str, str] | None = None,
    saved: str = "",
) -> Response:
    rules, problems, wrong = outreach_rules.read(tx), problems or {}, wrong or {}
    page = render_template(
        "admin/outreach.html",
        version=rules.version,
        groups=[_group(title, entries or shown(rules), problems) for title in _GROUPS],
        templates=_templates(outreach_templates.every(tx), typed),
        new=typed if typed is not None and not typed.template_id else Template("", "", "", ""),
        typed=typed,
        places=PLACES_TO_FILL,
        problems=problems,
        wrong=wrong,
        saved=saved,
    )
    return Response(page, 422 if problems or wrong else 200)


def _group(title: str, entries: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, Any]:
    usual = shown(OutreachRules())
    rows = [
        {
            "name": name,
            "label": FIELDS[name][0],
            "unit": FIELDS[name][1],
            "value": entries[name],
            "problem": problems.get(name, ""),
            "note": f"Usual: {usual[name]}",
        }
        for name in _GROUPS[title]
    ]
    return {"title": title, "about": _ABOUT[title], "rows": rows}


def _templates(kept: Sequence[Template], typed: Template | None) -> list[Template]:
    """Show what was typed in the place of the one it was meant for."""
    return [typed if typed is not None and typed.template_id == each.template_id else each for each in kept]
