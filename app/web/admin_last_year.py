"""Last year, replayed: whom each policy would have invited, what came of it, and the hours it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, render_template, request

from app.domain import last_year_words as words
from app.domain import wording
from app.domain.open_hours import Week
from app.stores import rulebook, shops
from app.stores.rulebook import WeightsInForce
from app.stores.shops import Shop
from app.usecases.read_last_year import Shown, read_last_year
from app.usecases.read_week import read_week
from app.web import admin_words
from app.web.embedded import Merchant, merchant_signed_in
from app.web.serving import services
from scoring.kinds import NAMES
from scoring.money import money
from scoring.replayed import Bought, Greeting, LastYear
from scoring.weights import Policy

USUAL_HOURS = 10.0  # where nobody keeps hours yet. Dated guess, 2026-11.


@dataclass(frozen=True, slots=True)
class Line:
    """A client who would have been greeted, in words."""

    client: str
    when: str
    reasons: Sequence[str]
    bought: Sequence[str]


@merchant_signed_in
def show(merchant: Merchant) -> Response:
    """This function will show the replayed year, and the likelihood that fits the hours asked for."""
    with services().database.shop(merchant.shop_id) as tx:
        shop, shown, week = shops.read(tx), read_last_year(tx), read_week(tx)
        policy, in_force = rulebook.read(tx).policy, rulebook.weights_in_force(tx)
    if shown.year is None:
        told = {"found": _found(shown), "currency": shop.currency, "words": words}
        return Response(render_template("admin/last_year.html", state=shown.state, **told))
    return _page(shop, shown, week, policy, in_force)


def _found(shown: Shown) -> object:
    return shown.kept.found if shown.kept is not None else None


def _page(shop: Shop, shown: Shown, week: Week, policy: Policy, in_force: WeightsInForce) -> Response:
    kept, year = shown.kept, shown.year
    assert kept is not None
    assert year is not None
    asked = request.args.get("hours", "")
    hours = words.read_hours(asked) if asked else week.open_hours or USUAL_HOURS
    page = render_template(
        "admin/last_year.html",
        state=shown.state,
        words=words,
        year=year,
        week=week,
        policy=policy,
        likelihood=_likelihood(year, in_force),
        taught=in_force.learned is not None,
        made=wording.when(kept.made_at, shop.timezone),
        pictures=kept.pictures,
        meant=words.meant(year, week, shop.currency, in_force=policy.offer_at),
        finding=words.finding(year, policy.offer_at),
        asked=asked or words.number(hours or USUAL_HOURS).replace(",", ""),
        chosen=bool(asked),
        wrong=hours is None,
        fit=None if hours is None else words.fit(year, week, hours),
        fits=words.fits(year, week),
        lines=_lines(year.greetings, shown, shop.currency),
        calendar=_calendar(shown),
        partial=shop.history_partial,
    )
    return Response(page, 422 if hours is None else 200)


def _likelihood(year: LastYear, in_force: WeightsInForce) -> str:
    """Say whose likelihood it was: of the weights in_force, of proposed ones, or older."""
    if year.weights_version is None:
        return "proposed"
    return "in_force" if year.weights_version == in_force.weights.version else "older"


def _lines(greetings: Sequence[Greeting], shown: Shown, currency: str) -> list[Line]:
    return [
        Line(
            admin_words.client(greeting.customer, *shown.names[greeting.customer]),
            words.long_day(greeting.monday),
            greeting.reasons,
            [_bought(each, currency) for each in greeting.bought],
        )
        for greeting in greetings
        if greeting.customer in shown.names
    ]


def _bought(each: Bought, currency: str) -> str:
    kinds = ", ".join(NAMES[kind][0] for kind in each.kinds if kind in NAMES and kind != "other")
    return f"{each.day.day} {each.day:%B}: {money(each.amount, currency)}{f', {kinds}' if kinds else ''}"


def _calendar(shown: Shown) -> dict[str, str] | None:
    year = shown.year
    calendar = year.calendar if year is not None else None
    if calendar is None or calendar.customer not in shown.names:
        return None
    return {
        "client": admin_words.client(calendar.customer, *shown.names[calendar.customer]),
        "came": words.long_day(calendar.came),
    }
