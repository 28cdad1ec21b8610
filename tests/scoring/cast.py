"""The people of the stories: Alma, client since 2016, led by Ines; Bruno, a stranger; and their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scoring.decision import Decision, Standing, decide
from scoring.events import Event
from scoring.relationship import Milestone, Order, OrderLine, Relationship, build
from scoring.session import Session, fold
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = date(2026, 11, 21)
POLICY = Policy()


def order(day, kind="pendant", price=110_000, *, staff="Ines", currency="GBP", status="counted", quantity=1):
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    lines = (OrderLine(kind, price, quantity),)
    return Order(f"#{day}-{kind}", at, currency, lines, status=status, staff=staff)


def known(orders=(), **changes) -> Relationship:
    asked = {"version": 1, "zone": LONDON, "shop_median": None, "currency": "GBP"}
    return build(orders, **(asked | changes))


ALMAS_ORDERS = (
    order("2016-07-28", "wedding_band", 180_000),
    order("2018-02-20", "earrings", 90_000, staff="Jonas"),
    order("2019-12-18", "pendant", 120_000),
    order("2021-04-02", "necklace", 110_000),
    order("2022-12-14", "bracelet", 130_000),
    order("2024-10-20", "earrings", 80_000),
    order("2026-05-18", "pendant", 110_000),
)


def alma(**changes) -> Relationship:
    """Client since 2016, seven orders, a wedding band Ines advised on, usually about £1,100."""
    return known(ALMAS_ORDERS, lead="Ines", **changes)


def milestone(month, day, *, occasion="anniversary", year=None, provenance="stated", confidence=1.0, **more):
    return Milestone(occasion, month, day, year, provenance, confidence, **more)


def view(kind="eternity_band", price=240_000, *, minute=0, dwell_ms=18_000, currency="GBP"):
    at = NOW + timedelta(minutes=minute)
    return Event("product_view", at, f"{kind}-{price}", kind, price, currency, dwell_ms)


def visit(*views, **changes) -> Session:
    """A visit today; without views, one look at eternity bands of £2,400 to £3,900."""
    views = views or (view(), view(price=390_000, minute=1), view(price=310_000, minute=2))
    return fold(views, **({"currency": "GBP", "zone": LONDON} | changes))


FREE = Standing(next_opening=NOW + timedelta(days=2))


def decided(
    session=None, relationship=None, standing=FREE, policy=POLICY, *, draw=0.5, **changes
) -> Decision:
    given = {"weights": DEFAULT_WEIGHTS, "adjacency": DEFAULT_ADJACENCY, "now": NOW, "today": TODAY} | changes
    return decide(
        session or visit(),
        relationship or alma(),
        standing,
        policy,
        given.pop("weights"),
        given.pop("adjacency"),
        draw=draw,
        **given,
    )
