"""Anniversaries: the house's own lists of gems and materials by year, and of birthstones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request

from app.domain.gems import LAST_YEAR, LISTS, MAJOR_YEARS, GemLists, read_lists
from app.stores import gems
from app.stores.database import Transaction
from app.usecases.change_gems import UnableToChangeGemsSince, change_gems
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.wording import month_name

CHANGED_MEANWHILE = (
    "Somebody else saved a newer version while you were here. Your changes are still in the fields; "
    "compare them, then save again."
)
# Every year to twenty-five, then by fives: the years that anybody's list names.
_YEARS = (*range(1, 26), *range(30, LAST_YEAR + 1, 5))


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the lists in force."""
    with services().database.shop(merchant.shop_id) as tx:
        return _page(tx)


@merchant_signed_in
def change(merchant: Merchant) -> Response:
    """This function will put lists in force as a new version, or say what cannot be."""
    version = request.form.get("version", 0, type=int)
    lists, problems = read_lists(request.form, version)
    with services().database.shop(merchant.shop_id) as tx:
        if problems:
            return _page(tx, lists=lists, problems=problems)
        try:
            kept = change_gems(tx, lists, based_on=version, by=f"Staff member {merchant.user_id}")
        except UnableToChangeGemsSince:
            return _page(tx, lists=lists, problems={"": CHANGED_MEANWHILE})
        return _page(tx, saved=kept.version)


def _page(
    tx: Transaction,
    *,
    lists: GemLists | None = None,
    problems: Mapping[str, str] | None = None,
    saved: int | None = None,
) -> Response:
    in_force = gems.read(tx)
    shown, problems = lists or in_force, problems or {}
    page = render_template(
        "admin/gems.html",
        version=in_force.version,
        lists=[_list(name, title, shown, problems) for name, title in LISTS.items()],
        problems=problems,
        saved=saved,
    )
    return Response(page, 422 if problems else 200)


def _list(name: str, title: str, shown: GemLists, problems: Mapping[str, str]) -> dict[str, Any]:
    entries: Mapping[str, str] = getattr(shown, name)
    numbers = range(1, 13) if name == "birthstones" else _YEARS
    return {
        "name": name,
        "title": title,
        "source": shown.sources.get(name, ""),
        "rows": [
            {
                "name": f"{name}.{number}",
                "label": month_name(number) if name == "birthstones" else f"Year {number}",
                "value": entries.get(str(number), ""),
                "major": name != "birthstones" and number in MAJOR_YEARS,
                "problem": problems.get(f"{name}.{number}", ""),
            }
            for number in numbers
        ],
    }
