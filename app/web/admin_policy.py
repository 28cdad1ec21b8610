"""The policy: when to invite, what counts as a signal, when to stay quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, render_template, request

from app.domain import last_year_words, wording
from app.stores import onboarding, rulebook, shops
from app.stores.database import Transaction
from app.usecases.change_policy import (
    BOUNDS,
    UnableToChangePolicy,
    UnableToChangePolicySince,
    change_policy,
)
from app.usecases.read_last_year import read_last_year
from app.usecases.read_week import read_week
from app.web.admin_policy_fields import FIELDS, GROUPS, OFFER_AT, WITHOUT_OPENING, Field
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.records import UnableToReadRecord
from scoring.weights import Policy

VERSIONS_SHOWN = 20
# What is chosen from a list, and what a form without it means.
CHOICES: Mapping[str, str] = {"offer_at": "", "without_opening": Policy().without_opening}
CHANGED_MEANWHILE = (
    "Somebody else saved a newer version while you were here. Your changes are still in the fields; "
    "compare them with the newest version below, then save again."
)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the policy, in words."""

    number: int
    when: str
    who: str
    changes: list[str]


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the policy in force and the versions before it."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx, merchant, _entries(rulebook.read(tx).policy))


@merchant_signed_in
def change(merchant: Merchant) -> Response:
    """This function will put what was entered in force as a new version, or say what cannot be."""
    entries = {name: request.form.get(name, "").strip() for name in FIELDS}
    entries |= {name: request.form.get(name, usual) for name, usual in CHOICES.items()}
    with services().database.shop(merchant.shop_id) as tx:
        policy, problems = read_entries(entries)
        if problems:
            return _page(tx, merchant, entries, problems=problems)
        try:
            now = services().clock()
            kept = change_policy(tx, policy, based_on=_based_on(), by=_signature(merchant), now=now)
        except UnableToChangePolicy as error:
            return _page(tx, merchant, entries, problems={name: FIELDS[name].asked for name in error.fields})
        except UnableToChangePolicySince:
            return _page(tx, merchant, entries, problems={"": CHANGED_MEANWHILE})
        # Saved as it was is a choice, too, and makes no version.
        onboarding.note(tx, "policy", "chosen", now=now)
        return _page(tx, merchant, _entries(kept), saved=kept.version)


def read_entries(entries: Mapping[str, str]) -> tuple[Policy, dict[str, str]]:
    """This function will read what was entered; a field that is no number, or out of bounds, is a problem."""
    values: dict[str, Any] = {}
    problems = {}
    for name, field in FIELDS.items():
        value = field.read(entries[name])
        if value is None or not BOUNDS[name][0] <= value <= BOUNDS[name][1]:
            problems[name] = field.asked
        else:
            values[name] = value
    policy = replace(Policy(), **values)
    for name in CHOICES:
        try:
            chosen = Policy.from_record({name: entries[name]})
            policy = replace(policy, **{name: getattr(chosen, name)})
        except UnableToReadRecord:
            problems = {name: "Choose one.", **problems}
    return policy, problems


def _entries(policy: Policy) -> dict[str, str]:
    shown = {name: field.shown(getattr(policy, name)) for name, field in FIELDS.items()}
    return {**{name: getattr(policy, name) for name in CHOICES}, **shown}


def _based_on() -> int:
    return request.form.get("version", 0, type=int)


def _signature(merchant: Merchant) -> str:
    # A session token names nobody, and Shopify tells staff names to few apps (facts/shopify.md).
    return f"Staff member {merchant.user_id}"


def _page(
    tx: Transaction,
    merchant: Merchant,
    entries: Mapping[str, str],
    *,
    problems: Mapping[str, str] | None = None,
    saved: int | None = None,
) -> Response:
    shop = shops.read(tx)
    page = render_template(
        "admin/policy.html",
        policy=rulebook.read(tx).policy,
        entries=entries,
        problems=problems or {},
        saved=saved,
        offer_at=OFFER_AT,
        without_opening=WITHOUT_OPENING,
        groups=GROUPS,
        fields=FIELDS,
        defaults=_entries(Policy()),
        versions=_versions(tx, merchant, shop.timezone),
        last_year=_last_year(tx, shop.currency),
    )
    return Response(page, 422 if problems else 200)


def _last_year(tx: Transaction, currency: str) -> dict[str, Any] | None:
    """What each choice would have done last year, by its name; None where no year was replayed."""
    year = read_last_year(tx).year
    if year is None:
        return None
    in_force = rulebook.read(tx).policy
    meant = last_year_words.meant(year, read_week(tx), currency, in_force=in_force.offer_at)
    return {
        "by_name": {each.name: each for each in meant},
        "threshold": round(100 * year.threshold),
        "version": year.policy_version,
        "proposed": year.weights_version is None,
    }


def _versions(tx: Transaction, merchant: Merchant, zone: str) -> list[Version]:
    rows = rulebook.policy_versions(tx, limit=VERSIONS_SHOWN + 1)
    before: list[Any] = [*(row.content for row in rows[1:]), None]
    versions = [
        Version(
            row.version,
            wording.when(row.created_at, zone),
            "You" if row.created_by == _signature(merchant) else row.created_by,
            _changes(earlier, row.content),
        )
        for row, earlier in zip(rows, before, strict=True)
    ]
    return versions[:VERSIONS_SHOWN]


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[str]:
    if before is None:
        return ["The rules every house starts with"]
    usual = Policy().to_record()  # a version from before a field had its usual value
    changed = [
        name for name in (*CHOICES, *FIELDS) if _said(name, before, usual) != _said(name, after, usual)
    ]
    return [_change(name, _said(name, before, usual), _said(name, after, usual)) for name in changed]


def _said(name: str, version: Mapping[str, Any], usual: Mapping[str, Any]) -> Any:
    return version.get(name, usual[name])


def _change(name: str, before: Any, after: Any) -> str:
    if name in CHOICES:
        label, offered = (
            ("Invite at", OFFER_AT) if name == "offer_at" else ("Without an opening", WITHOUT_OPENING)
        )
        titles = {value: title for value, title, _ in offered}
        return f"{label}: {titles.get(before, before)} → {titles.get(after, after)}"
    field: Field = FIELDS[name]
    return f"{field.label}: {field.shown(before)} → {field.shown(after)} {field.unit}".rstrip()
