"""Build the snapshot of a relationship: what the record says, seen against its shop, and who leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from app.domain.beyond import Beyond, reached
from app.stores import advisors, lead_clues, shop_figures, shops, terms
from app.stores.advisors import Advisor
from app.stores.beyond import beyond_of_each
from app.stores.customers import milestones
from app.stores.database import Transaction, among
from app.stores.relationships import Stand
from app.stores.shop_figures import Figures
from app.stores.shops import Shop
from scoring.history import Milestone, Order
from scoring.relationship import Relationship, build, lead_from_staff


@dataclass(frozen=True, slots=True)
class Background:
    """What every relationship of a shop is seen against: its usual price, its season, who works there."""

    shop: Shop
    figures: Figures
    staff: Staff


@dataclass(frozen=True, slots=True)
class Staff:
    """The advisors who work here now, the owner, and whom the names on orders mean."""

    owner: Advisor | None
    by_id: dict[int, Advisor]
    by_name: dict[str, Advisor]
    spelled: dict[str, str]  # a name on an order, casefolded → the advisor's name


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads, and why."""

    advisor: Advisor | None
    reason: str

    @property
    def advisor_id(self) -> int | None:
        """This method will give the advisor's number, None in a house without any."""
        return self.advisor.advisor_id if self.advisor is not None else None

    @property
    def first_name(self) -> str:
        """This method will say what she is called."""
        return self.advisor.first_name if self.advisor is not None else ""


def read_background(tx: Transaction, *, now: datetime | None, anew: bool = False) -> Background:
    """This function will read what every relationship of the shop is seen against.

    The shop's figures are those of today; without `now`, the last ones that were kept. `anew`: much has come
    since this morning, so they are counted again.
    """
    shop = shops.read(tx)
    return Background(
        shop=shop,
        figures=_figures(tx, shop, shop.day(now) if now is not None else None, anew=anew),
        staff=_staff([advisor for advisor in advisors.every(tx) if advisor.active]),
    )


def _figures(tx: Transaction, shop: Shop, today: date | None, *, anew: bool) -> Figures:
    kept = shop_figures.read(tx, timezone=shop.timezone, currency=shop.currency, since=today)
    if kept is not None and not anew:
        return kept
    figures = shop_figures.compute(tx, timezone=shop.timezone, currency=shop.currency)
    if today is not None:
        shop_figures.keep(tx, figures, timezone=shop.timezone, currency=shop.currency, today=today)
    return figures


def _staff(active: Sequence[Advisor]) -> Staff:
    spelled: dict[str, str] = {}
    firsts = [advisor.first_name.strip().casefold() for advisor in active]
    for advisor, first in zip(active, firsts, strict=True):
        # A first name alone means her only where nobody else has it.
        if first and firsts.count(first) == 1:
            spelled.setdefault(first, advisor.name)
    spelled.update((advisor.name.strip().casefold(), advisor.name) for advisor in active)
    return Staff(
        owner=next((advisor for advisor in active if advisor.role == "owner"), None),
        by_id={advisor.advisor_id: advisor for advisor in active},
        by_name={advisor.name: advisor for advisor in reversed(active)},
        spelled=spelled,
    )


@dataclass(frozen=True, slots=True)
class Clues:
    """What says who leads, beside the orders: who held consultations with her, whom the shop names, where."""

    met: Sequence[tuple[int, datetime]] = ()
    names: Sequence[tuple[str, str]] = ()  # (as spelled, what names her), the first that works here counts


NO_CLUES = Clues()


def clues_of(
    tx: Transaction, customer_ids: Sequence[str], *, before: datetime | None = None
) -> dict[str, Clues]:
    """This function will read the clues to who leads some customers, where there are any."""
    prefix = terms.read(tx).advisor_tag
    met = lead_clues.held_with(tx, customer_ids, before=before)
    names: dict[str, list[tuple[str, str]]] = {}
    # A field holds one name, and is filled in for this; tags gather over years.
    for who, name in lead_clues.in_field(tx, customer_ids, before=before).items():
        names.setdefault(who, []).append((name, "field"))
    for who, tags in lead_clues.tagged(tx, customer_ids, prefix, before=before).items():
        names.setdefault(who, []).extend((tag, "tag") for tag in tags)
    return {each: Clues(met.get(each, ()), names.get(each, ())) for each in {*met, *names}}


def choose_lead(
    staff: Staff, stands: Stand, orders: Sequence[Order], *, today: date, clues: Clues = NO_CLUES
) -> Lead:
    """This function will say who leads: whom a hand chose, else the shop's field or tag, else who has looked
    after her most, else the owner.

    Only somebody who works here leads.
    """
    chosen = staff.by_id.get(stands.lead_advisor_id or 0)
    if stands.lead_by_hand and chosen is not None:
        return Lead(chosen, stands.lead_reason)
    for spelled, where in clues.names:
        if named := staff.spelled.get(spelled):
            return Lead(staff.by_name[named], f"A {where} in Shopify names {named}.")
    met = [(staff.by_id[who].name, at.date()) for who, at in clues.met if who in staff.by_id]
    name, reason = lead_from_staff(orders, staff.spelled, today=today, met=met)
    return Lead(staff.by_name[name] if name else staff.owner, reason)


def beyond_of(tx: Transaction, against: Background, customer_ids: Sequence[str]) -> dict[str, Beyond]:
    """This function will read what is known beyond the orders on record; empty where the record is whole."""
    return beyond_of_each(tx, customer_ids, against.shop.zone) if against.shop.history_partial else {}


def snapshot_of(
    against: Background,
    orders: Sequence[Order],
    said: Sequence[Milestone],
    lead: Lead,
    *,
    version: int,
    beyond: Beyond | None = None,
) -> Relationship | None:
    """This function will build a snapshot; None where no order counts, here or `beyond` the record.

    An occasion that is not to be used silences every guess at it, wherever in the year the guess may lie.
    """
    if beyond is None and not any(order.status == "counted" for order in orders):
        return None
    built = build(
        orders,
        version=version,
        zone=against.shop.zone,
        shop_median=against.figures.median,
        currency=against.shop.currency,
        stated=said,
        lead=lead.first_name,
        partial_history=against.shop.history_partial,
        season=against.figures.season,
        money=against.figures.money,
    )
    silenced = {milestone.occasion for milestone in said if milestone.do_not_use}
    guesses = built.milestones[len(said) :]
    kept = tuple(guess for guess in guesses if guess.occasion not in silenced)
    told = replace(built, milestones=(*said, *kept)) if len(kept) < len(guesses) else built
    return reached(told, beyond, on_record=len(orders))


def still_foretold(before: Relationship | None, now: Relationship | None) -> Relationship | None:
    """This function will keep what was foretold as long as the orders it rests on are the same.

    After another order nothing is foretold until the next night's run.
    """
    if before is None or now is None or before.foretold is None:
        return now
    same = all(getattr(before, name) == getattr(now, name) for name in _FORETOLD_BY)
    return replace(now, foretold=before.foretold) if same else now


_FORETOLD_BY = ("first_order", "last_order", "orders")


def milestones_of_each(
    tx: Transaction, customer_ids: Sequence[str], *, before: datetime | None = None
) -> dict[str, list[Milestone]]:
    """This function will read the dates in some customers' records, through the year."""
    where = [milestones.c.shop_id == tx.shop_id, among(milestones.c.customer_id, customer_ids)]
    if before is not None:
        where.append(milestones.c.created_at < before)
    columns = milestones.c
    statement = select(milestones).where(*where).order_by(columns.month, columns.day, columns.milestone_id)
    found: dict[str, list[Milestone]] = {}
    for row in tx.execute(statement):
        named = {name: getattr(row, name) for name in Milestone.__dataclass_fields__ if name in columns}
        found.setdefault(row.customer_id, []).append(Milestone(**{**named, "rests_on": tuple(row.rests_on)}))
    return found
