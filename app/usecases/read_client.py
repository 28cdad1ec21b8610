"""Read a client's page: the facts as they stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.domain.brief import Noted, in_force
from app.domain.gems import GemLists
from app.domain.kept_dates import refusal
from app.domain.occasions import Occasion, keeps_out, occasions
from app.domain.picture import Picture, draw
from app.domain.pieces import Piece, bought, client_line, pieces_of
from app.stores import advisors, clients, consultations, day, gems, kept_dates, order_history, shops
from app.stores.advisors import Advisor
from app.stores.beyond import beyond_of_each
from app.stores.clients import Client, KeptMilestone
from app.stores.database import Transaction
from app.usecases.write_brief import notes_of
from scoring.history import Milestone


class UnableToFindClient(Exception):
    """The house has no such client."""


@dataclass(frozen=True, slots=True)
class KeptDate:
    """A date as it is shown, with the id to handle it by; None for one that was only inferred."""

    shown: Occasion
    milestone_id: UUID | None
    milestone: Milestone


@dataclass(frozen=True, slots=True)
class ClientPage:
    """All that the client's page shows."""

    client: Client
    lead: Advisor | None
    line: str
    picture: Picture | None
    pieces: Sequence[Piece]
    not_counted: int
    dates: Sequence[KeptDate]
    notes: Sequence[Noted]
    promised: Sequence[Any]
    bookings: Sequence[Any]
    advisors: Sequence[Advisor]
    today: date
    unkept: str = ""  # what of her dates Shopify would not take, in words


def read_client(tx: Transaction, customer_id: str, *, now: datetime) -> ClientPage:
    """This function will read a client's page. Raises UnableToFindClient."""
    client = clients.one(tx, customer_id)
    if client is None:
        raise UnableToFindClient("the house has no such client")
    shop = shops.read(tx)
    today = shop.day(now)
    orders = order_history.orders_of(tx, customer_id)
    dated = bought(orders, shop.zone)
    days = [bought_on for bought_on, _ in dated]
    dates = _dates(clients.milestones_of(tx, customer_id), client, gems.read(tx), today)
    everyone = advisors.every(tx)
    beyond = beyond_of_each(tx, [customer_id], shop.zone)
    return ClientPage(
        client=client,
        lead=next((each for each in everyone if each.advisor_id == client.lead_advisor_id), None),
        line=client_line(days, partial=shop.history_partial, today=today, beyond=beyond.get(customer_id)),
        picture=draw(days, [each.shown for each in dates], today=today),
        pieces=pieces_of(dated, hide_engraved_dates=keeps_out(each.milestone for each in dates)),
        not_counted=len(orders) - len(dated),
        dates=dates,
        notes=notes_of(tx, customer_id),
        promised=consultations.promised_to(tx, customer_id),
        bookings=day.bookings_of(tx, customer_id),
        advisors=[each for each in everyone if each.active],
        today=today,
        unkept=refusal(*kept_dates.refused(tx, customer_id)),
    )


def _dates(kept: Sequence[KeptMilestone], client: Client, lists: GemLists, today: date) -> list[KeptDate]:
    """Pair each date with how it is shown; what only informs a question is not shown as a date."""
    ids = {each.milestone: each.milestone_id for each in kept}
    dates = [
        KeptDate(shown, ids.get(milestone), milestone)
        for milestone in in_force([each.milestone for each in kept], client.relationship)
        for shown in occasions([milestone], client.first_name, today=today, gems=lists)
    ]
    return sorted(dates, key=lambda each: (each.shown.mark == "never", each.shown.on or date.max))
