"""The advisors: who they are, the hours they keep, and when they are away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import Response, abort, render_template, request

from app.domain import wording
from app.stores import advisors, calendar_feeds, rulebook, shops, stand_ins
from app.stores.advisors import Advisor
from app.stores.calendar_feeds import Feed
from app.stores.database import Transaction
from app.usecases.add_calendar import MOST_CALENDARS
from app.usecases.change_advisor import Details, UnableToChangeAdvisor, change_advisor
from app.usecases.change_hours import UnableToChangeHours, change_hours
from app.usecases.change_other_days import UnableToChangeOtherDays, change_other_days
from app.usecases.count_openings import read_capacity
from app.usecases.offer_slots import next_openings
from app.usecases.rest_advisor import UnableToRestAdvisor, rest_advisor
from app.web.admin_away import AwayRow, away_rows_entered, away_rows_of, read_away_rows
from app.web.admin_days import LEAST_ROWS, DayRow, day_rows_entered, day_rows_of, read_day_rows
from app.web.admin_hours import NEW_WEEK, Row, hours_in_words, read_rows, rows_entered, rows_of
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services

NUMBERS = ("minutes", "buffer_before", "buffer_after", "notice_hours", "horizon_days")
LIMITS = ("most_a_day", "most_a_week")  # may be left empty
WORDS = ("name", "first_name", "email", "timezone", "pronoun")
# What a new advisor's form begins with; the table has the same defaults.
NEW = {
    "pronoun": "they",
    "minutes": "45",
    "buffer_before": "10",
    "buffer_after": "15",
    "notice_hours": "24",
    "horizon_days": "28",
    "most_a_day": "",
    "most_a_week": "",
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
        empty = away_rows_of((), ZoneInfo("UTC"))
        return _form(tx, None, Entered(entries, rows_of(NEW_WEEK), empty, [DayRow()] * LEAST_ROWS))


@merchant_signed_in
def one(merchant: Merchant, advisor_id: int) -> Response:
    """This function will show an advisor's details, hours, days away and calendars, to be changed."""
    with services().database.shop(merchant.shop_id) as tx:
        return page_of(tx, known(tx, advisor_id))


def page_of(tx: Transaction, advisor: Advisor, **more: Any) -> Response:
    """This function will answer an advisor's page as it is kept; `more` goes to its template."""
    zone = ZoneInfo(advisor.timezone)
    away = away_rows_of(advisors.time_off(tx, advisor.advisor_id), zone)
    days = day_rows_of(advisor.other_days, today=services().clock().astimezone(zone).date())
    return _form(tx, advisor, Entered(_entries(advisor), rows_of(advisor.hours), away, days), **more)


@merchant_signed_in
def add(merchant: Merchant) -> Response:
    """This function will add an advisor with the hours and days away entered."""
    with services().database.shop(merchant.shop_id) as tx:
        return _save(tx, None)


@merchant_signed_in
def change(merchant: Merchant, advisor_id: int) -> Response:
    """This function will change an advisor's details, hours and days away together, or none."""
    with services().database.shop(merchant.shop_id) as tx:
        return _save(tx, known(tx, advisor_id))


@merchant_signed_in
def rest(merchant: Merchant, advisor_id: int) -> Response:
    """This function will take an advisor out of the invitations, or back in."""
    with services().database.shop(merchant.shop_id) as tx:
        advisor = known(tx, advisor_id)
        active = request.form.get("active") == "yes"
        try:
            rest_advisor(tx, advisor, active=active)
        except UnableToRestAdvisor:
            abort(404)  # the owner's page has no such button
        said = "is back" if active else "is no longer offered to clients"
        return _list(tx, said=f"{advisor.name} {said}.")


@dataclass(frozen=True, slots=True)
class Entered:
    """A form as it was entered, and by section what is wrong with it: by field, or by row."""

    entries: Mapping[str, str]
    rows: Sequence[Row]
    away_rows: Sequence[AwayRow]
    day_rows: Sequence[DayRow]
    problems: dict[str, str] = field(default_factory=dict)
    row_problems: dict[int, str] = field(default_factory=dict)
    away_problems: dict[int, str] = field(default_factory=dict)
    day_problems: dict[int, str] = field(default_factory=dict)

    @property
    def wrong(self) -> int:
        """This property counts what needs another look."""
        rows = (self.row_problems, self.away_problems, self.day_problems)
        return len(self.problems) + sum(len(each) for each in rows)


def _save(tx: Transaction, advisor: Advisor | None) -> Response:
    """Read, keep all or nothing, and answer the list, or the form with what is wrong."""
    form = request.form
    entries = {name: form.get(name, "").strip() for name in (*WORDS, *NUMBERS, *LIMITS)}
    entered = Entered(entries, rows_entered(form), away_rows_entered(form), day_rows_entered(form))
    kept = tx.connection.begin_nested()
    _keep(tx, advisor, entered)
    if entered.wrong:
        kept.rollback()
        return _form(tx, advisor, entered)
    kept.commit()
    return _list(tx, said=f"{entries['name']}’s details and hours are saved.")


def _keep(tx: Transaction, advisor: Advisor | None, entered: Entered) -> None:
    """Keep every section, noting in it what cannot be."""
    hours, wrong_hours = read_rows(entered.rows)
    days, wrong_days = read_day_rows(entered.day_rows)
    away, wrong_away = read_away_rows(entered.away_rows)
    entered.row_problems.update(wrong_hours)
    entered.day_problems.update(wrong_days)
    entered.away_problems.update(wrong_away)
    try:
        advisor_id = change_advisor(tx, advisor.advisor_id if advisor else None, _details(entered.entries))
    except UnableToChangeAdvisor as error:
        entered.problems.update(error.problems)
        return
    try:
        change_hours(tx, advisor_id, [each for _, each in hours])
    except UnableToChangeHours as error:
        entered.row_problems.update({hours[at][0]: words for at, words in error.problems.items()})
    try:
        change_other_days(tx, advisor_id, [each for _, each in days])
    except UnableToChangeOtherDays as error:
        entered.day_problems.update({days[at][0]: words for at, words in error.problems.items()})
    advisors.set_time_off(tx, advisor_id, away, ZoneInfo(entered.entries["timezone"]))


@cache
def every_zone() -> list[str]:
    """This function will list the zones to choose from, by name: those of a place, as "Europe/London"."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


def _details(entries: Mapping[str, str]) -> Details:
    words: dict[str, Any] = {name: entries[name] for name in WORDS}
    numbers: dict[str, Any] = {name: _whole(entries[name]) for name in NUMBERS}
    limits: dict[str, Any] = {name: _whole(entries[name]) if entries[name] else None for name in LIMITS}
    return Details(**words, **numbers, **limits)


def _whole(entered: str) -> int:
    return int(entered) if entered.isdecimal() and len(entered) < 9 else NO_NUMBER


def _entries(advisor: Advisor) -> dict[str, str]:
    kept = asdict(advisor)
    return {name: "" if kept[name] is None else str(kept[name]) for name in (*WORDS, *NUMBERS, *LIMITS)}


def known(tx: Transaction, advisor_id: int) -> Advisor:
    """This function will read an advisor of the house, or answer that there is no such page."""
    advisor = advisors.one(tx, advisor_id)
    return advisor if advisor is not None else abort(404)


def _list(tx: Transaction, said: str = "") -> Response:
    """The list, also the answer to what was saved: its address then takes the form's place."""
    first = next_openings(tx, now=services().clock())
    house, days = advisors.every(tx), rulebook.read(tx).policy.opening_within_days
    capacity = read_capacity(tx, days=days, now=services().clock())
    page = render_template(
        "admin/advisors.html",
        said=said,
        days=days,
        owner=next((advisor for advisor in house if advisor.role == "owner"), None),
        lines=[
            {
                "advisor": advisor,
                "zone": wording.zone_name(advisor.timezone),
                "hours": hours_in_words(advisor.hours),
                "capacity": capacity[advisor.advisor_id],
                "opening": (at := first.get(advisor.advisor_id)) and wording.when(at, advisor.timezone),
            }
            for advisor in house
        ],
    )
    return Response(page, headers={"HX-Push-Url": "/admin/advisors"} if said else None)


def _form(tx: Transaction, advisor: Advisor | None, entered: Entered, **more: Any) -> Response:
    feeds = calendar_feeds.of_advisor(tx, advisor.advisor_id) if advisor else ()
    values: dict[str, Any] = {
        "advisor": advisor,
        "form": entered,
        "zones": every_zone(),
        "owner": advisors.owner(tx),
        "calendars": [_calendar(feed, advisor) for feed in feeds],
        "calendar": {"name": "", "address": "", "problem": ""},
        "most_calendars": MOST_CALENDARS,
        "stand_in": stand_ins.of(tx, advisor.advisor_id) if advisor else None,
        "colleagues": [each for each in advisors.every(tx) if each.active and each != advisor],
        **more,
    }
    wrong = entered.wrong or values["calendar"]["problem"]
    return Response(render_template("admin/advisor.html", **values), 422 if wrong else 200)


def _calendar(feed: Feed, advisor: Advisor | None) -> dict[str, Any]:
    """A calendar as the page shows it: never its address, which opens it to whoever reads it."""
    zone = advisor.timezone if advisor else "UTC"
    return {
        "id": feed.feed_id,
        "name": feed.name,
        "read_at": wording.when(feed.fetched_at, zone),
        "problem": feed.problem,
        "silent": feed.is_silent(services().clock()),
    }
