"""The consultations as the owner looks back on them, and the house's own terms for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import isfinite
from typing import Any

from flask import Response, render_template, request

from app.domain import wording
from app.domain.consultation import OUTCOMES
from app.domain.intervals import Share
from app.domain.upgrades import HouseTerms
from app.stores import advisors, held, shops, terms
from app.stores.database import Transaction
from app.usecases.change_terms import BOUNDS, UnableToChangeTerms, UnableToChangeTermsSince, change_terms
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.kinds import KINDS, NAMES
from scoring.materials import NAMES as MATERIAL_NAMES
from scoring.materials import STONES

SHOWN_DAYS = 90
CHANGED_MEANWHILE = (
    "Somebody else saved newer terms while you were here. Yours are still in the fields; "
    "look again, then save."
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the terms as a merchant reads it; a share is shown as percent."""

    label: str
    help: str
    unit: str
    times: int = 1
    whole: bool = False

    def shown(self, value: float) -> str:
        """This method will write a value as it stands in the field."""
        return f"{round(value * self.times, 4):g}"

    def read(self, entered: str) -> float | None:
        """This method will read what was entered; None where it is no number, or not a whole one."""
        try:
            number = float(entered.removesuffix("%").strip().replace(",", "."))
        except ValueError:
            return None
        if not isfinite(number) or (self.whole and not number.is_integer()):
            return None
        return int(number) if self.whole else round(number / self.times, 6)

    def asked(self, name: str) -> str:
        """This method will say what can be entered."""
        least, most = (self.shown(bound) for bound in BOUNDS[name])
        return f"Give a {'whole ' if self.whole else ''}number from {least} to {most}."


NUMBERS: Mapping[str, Number] = {
    "attribution_days": Number(
        "An order counts as having followed for",
        "From the beginning of the consultation. It then reads “bought”.",
        "days",
        whole=True,
    ),
    "upgrade_credit": Number(
        "Credited for a piece that comes back",
        "Of the price paid. With 0 the brief says nothing of upgrades.",
        "%",
        100,
    ),
    "upgrade_worth": Number("Against a piece worth at least", "As many times the price paid.", "times"),
    "upgrade_after_years": Number("From how long after the purchase", "", "years"),
}


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the consultations of the last months, and the terms in force."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx, _entries(terms.read(tx)))


@merchant_signed_in
def change(merchant: Merchant) -> Response:
    """This function will put what was entered in force, or say beside the field what cannot be."""
    entries: dict[str, Any] = {name: request.form.get(name, "").strip() for name in NUMBERS}
    entries["advisor_tag"] = request.form.get("advisor_tag", HouseTerms().advisor_tag).strip()
    entries |= {name: request.form.getlist(name) for name in ("upgrade_kinds", "upgrade_stones")}
    read = {name: number.read(entries[name]) for name, number in NUMBERS.items()}
    problems = {name: NUMBERS[name].asked(name) for name, value in read.items() if value is None}
    with services().database.shop(merchant.shop_id) as tx:
        if problems:
            return _page(tx, entries, problems=problems)
        chosen = {name: tuple(entries[name]) for name in ("upgrade_kinds", "upgrade_stones")}
        try:
            wanted = replace(HouseTerms(advisor_tag=entries["advisor_tag"]), **read, **chosen)  # type: ignore[arg-type]  # no number is None here
            based_on = request.form.get("version", 0, type=int)
            change_terms(tx, wanted, based_on=based_on, by=f"Staff member {merchant.user_id}")
        except UnableToChangeTerms as error:
            asked = {name: NUMBERS[name].asked(name) for name in error.fields if name in NUMBERS}
            asked |= {"advisor_tag": "Give how the tag begins."} if "advisor_tag" in error.fields else {}
            return _page(tx, entries, problems=asked or {"": "Choose from the list."})
        except UnableToChangeTermsSince:
            return _page(tx, entries, problems={"": CHANGED_MEANWHILE})
        return _page(tx, _entries(terms.read(tx)), saved=True)


def _entries(said: HouseTerms) -> dict[str, Any]:
    numbers = {name: number.shown(getattr(said, name)) for name, number in NUMBERS.items()}
    return {
        **numbers,
        "advisor_tag": said.advisor_tag,
        "upgrade_kinds": said.upgrade_kinds,
        "upgrade_stones": said.upgrade_stones,
    }


def _page(
    tx: Transaction,
    entries: Mapping[str, Any],
    *,
    problems: Mapping[str, str] | None = None,
    saved: bool = False,
) -> Response:
    now, shop = services().clock(), shops.read(tx)
    rows = held.between(tx, since=now - timedelta(days=SHOWN_DAYS), until=now)
    page = render_template(
        "admin/consultations.html",
        rows=rows,
        prepared=Share(sum(row.is_prepared for row in rows), len(rows)),
        followed=Share(sum(row.orders > 0 for row in rows), sum(row.outcome is not None for row in rows)),
        names={each.advisor_id: each.first_name for each in advisors.every(tx)},
        when=lambda at: wording.when(at, shop.timezone),
        outcomes=OUTCOMES,
        days=SHOWN_DAYS,
        version=terms.read(tx).version,
        entries=entries,
        numbers=NUMBERS,
        defaults=_entries(HouseTerms()),
        kinds=[(kind, NAMES[kind][1]) for kind in KINDS if kind not in ("service", "other")],
        stones=[(stone, MATERIAL_NAMES[stone]) for stone in STONES],
        problems=problems or {},
        saved=saved,
    )
    return Response(page, 422 if problems else 200)
