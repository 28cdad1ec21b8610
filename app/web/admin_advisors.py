"""The advisors: who they are, the hours they keep, and when they are away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import Response, abort, render_template, request

from app.domain import wording
from app.stores import advisors, shops
from app.stores.advisors import Advisor
from app.stores.database import Transaction
from app.usecases.change_advisor import Details, UnableToChangeAdvisor, change_advisor
from app.usecases.change_hours import UnableToChangeHours, change_hours
from app.usecases.offer_slots import next_openings
from app.usecases.rest_advisor import UnableToRestAdvisor, rest_advisor
from app.web.admin_away import AwayRow, away_rows_entered, away_rows_of, read_away_rows
from app.web.admin_hours import NEW_WEEK, Row, hours_in_words, read_rows, rows_entered, rows_of
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services

NUMBERS = ("minutes", "buffer_before", "buffer_after", "notice_hours", "horizon_days")
WORDS = ("name", "first_name", "email", "timezone", "pronoun")
# What a new advisor's form begins with; the table has the same defaults.
NEW = {
    "pronoun": "they",
    "minutes": "45",
    "buffer_before": "10",
    "buffer_after": "15",
    "notice_hours": "24",
    "horizon_days": "28",
}
NO_NUMBER = -1  # below every bound, so that the rules say what can be given


@merchant_signed_in
def every(merchant: Merchant) -> Response:
    """This function will list the house's advisors, the owner first."""
    with services().database.shop(merchant.shop_id) as tx:
        return _list(tx)


@merchant_signed_in
def new(merchant: Merchant) -> Response:
    """This function will offer an empty form."""
    with services().database.shop(merchant.shop_id) as tx:
        entries = {**dict.fromkeys(WORDS, ""), **NEW, "timezone": shops.read(tx).timezone}
        return _form(tx, None, entries, rows_of(NEW_WEEK), away_rows_of((), ZoneInfo("UTC")))


@merchant_signed_in
def one(merchant: Merchant, advisor_id: int) -> Response:
    """This function will show an advisor's details, hours and days away, to be changed."""
    with services().database.shop(merchant.shop_id) as tx:
        advisor = _known(tx, advisor_id)
        away = away_rows_of(advisors.time_off(tx, advisor_id), ZoneInfo(advisor.timezone))
        return _form(tx, advisor, _entries(advisor), rows_of(advisor.hours), away)


@merchant_signed_in
def add(merchant: Merchant) -> Response:
    """This function will add an advisor with the hours and days away entered."""
    with services().database.shop(merchant.shop_id) as tx:
        return _save(tx, None)


@merchant_signed_in
def change(merchant: Merchant, advisor_id: int) -> Response:
    """This function will change an advisor's details, hours and days away together, or none."""
    with services().database.shop(merchant.shop_id) as tx:
        return _save(tx, _known(tx, advisor_id))


@merchant_signed_in
def rest(merchant: Merchant, advisor_id: int) -> Response:
    """This function will take an advisor out of the invitations, or back in."""
    with services().database.shop(merchant.shop_id) as tx:
        advisor = _known(tx, advisor_id)
        active = request.form.get("active") == "yes"
        try:
            rest_advisor(tx, advisor, active=active)
        except UnableToRestAdvisor:
            abort(404)  # the owner's page has no such button
        said = "is back" if active else "is no longer offered to clients"
        return _list(tx, said=f"{advisor.name} {said}.")


def _save(tx: Transaction, advisor: Advisor | None) -> Response:
    """Read, keep all or nothing, and answer the list, or the form with what is wrong."""
    entries = {name: request.form.get(name, "").strip() for name in (*WORDS, *NUMBERS)}
    rows = rows_entered(request.form)
    hours, row_problems = read_rows(rows)
    away_rows = away_rows_entered(request.form)
    away, away_problems = read_away_rows(away_rows)
    problems: dict[str, str] = {}
    kept = tx.connection.begin_nested()
    try:
        advisor_id = change_advisor(tx, advisor.advisor_id if advisor else None, _details(entries))
    except UnableToChangeAdvisor as error:
        problems |= error.problems
    else:
        try:
            change_hours(tx, advisor_id, [each for _, each in hours])
        except UnableToChangeHours as error:
            row_problems |= {hours[at][0]: words for at, words in error.problems.items()}
        advisors.set_time_off(tx, advisor_id, away, ZoneInfo(entries["timezone"]))
    if problems or row_problems or away_problems:
        kept.rollback()
        return _form(tx, advisor, entries, rows, away_rows, problems, row_problems, away_problems)
    kept.commit()
    return _list(tx, said=f"{entries['name']}’s details and hours are saved.")


@cache
def every_zone() -> list[str]:
    """This function will list the zones to choose from, by name: those of a place, as "Europe/London"."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


def _details(entries: Mapping[str, str]) -> Details:
    words: dict[str, Any] = {name: entries[name] for name in WORDS}
    numbers: dict[str, Any] = {name: _whole(entries[name]) for name in NUMBERS}
    return Details(**words, **numbers)


def _whole(entered: str) -> int:
    return int(entered) if entered.isdecimal() and len(entered) < 9 else NO_NUMBER


def _entries(advisor: Advisor) -> dict[str, str]:
    kept = asdict(advisor)
    return {name: str(kept[name]) for name in (*WORDS, *NUMBERS)}


def _known(tx: Transaction, advisor_id: int) -> Advisor:
    advisor = advisors.one(tx, advisor_id)
    return advisor if advisor is not None else abort(404)


def _list(tx: Transaction, said: str = "") -> Response:
    """The list, also the answer to what was saved: its address then takes the form's place."""
    first = next_openings(tx, now=services().clock())
    house = advisors.every(tx)
    page = render_template(
        "admin/advisors.html",
        said=said,
        owner=next((advisor for advisor in house if advisor.role == "owner"), None),
        lines=[
            {
                "advisor": advisor,
                "zone": wording.zone_name(advisor.timezone),
                "hours": hours_in_words(advisor.hours),
                "opening": (at := first.get(advisor.advisor_id)) and wording.when(at, advisor.timezone),
            }
            for advisor in house
        ],
    )
    return Response(page, headers={"HX-Push-Url": "/admin/advisors"} if said else None)


def _form(
    tx: Transaction,
    advisor: Advisor | None,
    entries: Mapping[str, str],
    rows: list[Row],
    away_rows: list[AwayRow],
    problems: Mapping[str, str] | None = None,
    row_problems: Mapping[int, str] | None = None,
    away_problems: Mapping[int, str] | None = None,
) -> Response:
    values: dict[str, Any] = {
        "advisor": advisor,
        "entries": entries,
        "rows": rows,
        "away_rows": away_rows,
        "problems": problems or {},
        "row_problems": row_problems or {},
        "away_problems": away_problems or {},
        "zones": every_zone(),
        "owner": advisors.owner(tx),
    }
    wrong = problems or row_problems or away_problems
    return Response(render_template("admin/advisor.html", **values), 422 if wrong else 200)
