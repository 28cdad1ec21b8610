"""Readiness counts the record as it stands, shop by shop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from app import cli
from app.domain.readiness import Readiness
from app.stores import advisors, clients, customers, rulebook
from app.stores.database import Transaction
from app.stores.orders import ToldLine, ToldOrder, record_order
from app.usecases.hear_consent import hear_consent
from app.usecases.open_shop import open_shop
from app.usecases.read_readiness import read_readiness
from app.usecases.update_relationship import update_relationship
from app.wiring import Services
from scoring.relationship import lead_from_staff
from tests.conftest import NOW

DOMAIN = "alder.myshopify.com"
LAST_MONTH, LONG_AGO = NOW - timedelta(days=30), NOW - timedelta(days=3_000)
LAPSED = NOW - timedelta(days=731)


@pytest.fixture
def shop_id(services: Services) -> int:
    """Maison Alder: Margaret owns it, Ines advises."""
    named = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    shop_id = open_shop(services.database, DOMAIN, now=NOW, owner_name="Margaret Alder", **named)
    with services.database.shop(shop_id) as tx:
        about = {"email": "ines@alder.example", "role": "advisor", "timezone": "Europe/London"}
        advisors.add(tx, name="Ines Moreau", first_name="Ines", **about)
    return shop_id


def buys(
    tx: Transaction,
    customer_id: str,
    *times: datetime,
    kind: str | None = "earrings",
    price: int = 50_000,
    staff: str = "",
    email: str | None = None,
    status: Any = "counted",
    currency: str = "GBP",
) -> None:
    """Write a client with an address of her own and an order of one piece at each time."""
    customers.put(tx, customer_id, email=f"{customer_id}@clients.example" if email is None else email)
    for at in times:
        line = ToldLine("", "A piece", kind, price, 1)
        record_order(
            tx,
            ToldOrder(str(uuid4()), customer_id, at, currency, status, "web", staff, False, NOW, (line,)),
        )


def read(services: Services, shop_id: int, *, now: datetime = NOW) -> Readiness:
    """Build every relationship, and read."""
    with services.database.shop(shop_id) as tx:
        listed = tx.execute(customers.customers.select().where(customers.customers.c.shop_id == shop_id))
        for row in listed.all():
            update_relationship(tx, services.live, row.customer_id, now=now)
        return read_readiness(tx, now=now)


def test_a_house_without_orders_has_nothing_to_remember(services: Services, shop_id: int) -> None:
    found = read(services, shop_id)
    assert (found.state, found.active, found.customers) == ("empty", 0, 0)


def test_orders_that_are_not_read_through_yet_are_not_called_none(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH)
        assert read_readiness(tx, now=NOW).state == "reading"


def test_active_is_whose_last_counted_order_is_within_two_years(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "recent", LAST_MONTH)
        buys(tx, "at the edge", NOW - timedelta(days=730))
        buys(tx, "lapsed", LAPSED)
        buys(tx, "took it back", LAPSED)
        buys(tx, "took it back", LAST_MONTH, status="returned")
    found = read(services, shop_id)
    assert (found.customers, found.active, found.state) == (4, 2, "counted")


def test_whoever_opted_out_is_in_no_figure_but_that_one(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH, price=900_000)
        clients.set_opted_out(tx, "1", True)
        for number in range(10):
            buys(tx, f"other {number}", LAST_MONTH, price=1_000)
    found = read(services, shop_id)
    assert (found.active, found.opted_out) == (10, 1)
    assert found.high_ticket is not None
    assert found.high_ticket.total == 10_000


def test_provisional_clients_and_those_without_an_address_have_no_account(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH)
        buys(tx, "email:0b", LAST_MONTH)
        buys(tx, "2", LAST_MONTH, email="")
    found = read(services, shop_id)
    assert (found.finding("account").part, found.finding("address").part) == (1, 2)
    assert "1 of them is known by the e-mail on an order alone" in found.finding("account").sentence
    assert (found.finding("account").gain, found.finding("address").gain) == (2, 1)


def test_years_are_the_policys_and_orders_those_that_count(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "five years today", datetime(2021, 11, 21, 12, tzinfo=NOW.tzinfo), LAST_MONTH)
        buys(tx, "a day short", datetime(2021, 11, 22, 12, tzinfo=NOW.tzinfo))
        buys(tx, "a day short", LAST_MONTH)
        buys(tx, "once", LAST_MONTH)
    found = read(services, shop_id)
    assert (found.finding("years").part, found.finding("orders").part) == (1, 2)


def test_the_owner_leads_only_where_somebody_says_so(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "by default", LAST_MONTH)
        buys(tx, "Ines sold it", LAST_MONTH, staff="Ines Moreau")
        buys(tx, "Margaret sold it", LAST_MONTH, staff="Margaret Alder")
        buys(tx, "by hand", LAST_MONTH)
        # Even where the words on it are those of a lead that nobody named.
        _, nobody_named = lead_from_staff((), {}, today=NOW.date())
        clients.lead(tx, "by hand", advisors.owner(tx).advisor_id, nobody_named)
    assert read(services, shop_id).finding("lead").part == 3


@pytest.mark.parametrize(
    ("milestone", "counts"),
    [
        ({"provenance": "stated", "confidence": 1.0}, {"stated": 1}),
        ({"provenance": "recorded", "confidence": 0.1}, {"recorded": 1}),
        ({"provenance": "engraved", "confidence": 0.9, "sensitive": True}, {"engraved": 1}),
        ({"provenance": "stated", "confidence": 1.0, "do_not_use": True}, {}),
        ({"provenance": "recurrence", "confidence": 0.49}, {}),
        ({"provenance": "recurrence", "confidence": 0.5}, {"recurrence": 1}),
        ({"provenance": "gift", "confidence": 0.9}, {}),
    ],
)
def test_a_date_counts_as_the_signal_would_count_it(
    services: Services, shop_id: int, milestone: dict[str, Any], counts: dict[str, int]
) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH)
        customers.add_milestone(tx, "1", occasion="birthday", month=5, **milestone)
    date = read(services, shop_id).finding("date")
    assert {part.name: part.count for part in date.parts if part.count} == counts
    assert date.part == sum(counts.values())


def test_a_client_with_several_dates_is_counted_by_the_strongest(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH, kind="wedding_band")
        customers.add_milestone(tx, "1", occasion="birthday", month=5, provenance="recorded", confidence=0.9)
    date = read(services, shop_id).finding("date")
    assert {part.name: part.count for part in date.parts if part.count} == {"recorded": 1}


def test_any_note_is_a_note_on_taste(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        for customer_id in ("1", "2"):
            buys(tx, customer_id, LAST_MONTH)
        for body in ("Likes yellow gold.", "Size L."):
            customers.add_note(tx, "1", body, at=NOW)
    assert read(services, shop_id).finding("taste").part == 1


def test_pieces_without_a_kind_are_counted_and_lead_nowhere(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH, kind=None)
        buys(tx, "2", LAST_MONTH)
        buys(tx, "lapsed", LAPSED, kind=None)
    found = read(services, shop_id)
    kind = found.finding("kind")
    assert (kind.part, kind.whole, kind.gain) == (1, 2, 1)
    assert found.within_reach == 1


def test_a_kind_leads_to_another_as_the_policy_takes_it(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH)
    assert read(services, shop_id).within_reach == 1
    with services.database.shop(shop_id) as tx:
        rulebook.change_policy(
            tx, replace(rulebook.read(tx).policy, adjacency_at=0.95), by="Margaret", now=NOW
        )
    assert read(services, shop_id).within_reach == 0


def test_the_mix_counts_two_years_in_the_shops_currency(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        for number in range(10):
            buys(tx, f"c{number}", LAST_MONTH, price=10_000)
        buys(tx, "c0", LAST_MONTH, price=500_000)
        buys(tx, "c1", LONG_AGO, price=900_000)
        buys(tx, "c2", LAST_MONTH, price=900_000, currency="USD")
        buys(tx, "c3", LAST_MONTH, price=900_000, status="cancelled")
    mix = read(services, shop_id).high_ticket
    assert mix is not None
    assert (mix.orders, mix.total, mix.usual) == (11, 600_000, 10_000)
    assert (mix.starts_at, mix.high_orders, mix.customers) == (10_000, 11, 10)


def test_no_shop_is_counted_in_anothers(services: Services, shop_id: int) -> None:
    named = {"name": "Birch", "timezone": "Europe/London", "currency": "GBP"}
    other = open_shop(services.database, "birch.myshopify.com", now=NOW, **named)
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH)
        customers.add_note(tx, "1", "Likes yellow gold.", at=NOW)
    with services.database.shop(other) as tx:
        buys(tx, "1", LAST_MONTH)
    assert read(services, shop_id).finding("taste").part == 1
    found = read(services, other)
    assert (found.active, found.finding("taste").part) == (1, 0)


# --- the command


@pytest.fixture
def command(services: Services, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    @contextmanager
    def connected() -> Iterator[Services]:
        yield services

    monkeypatch.setattr(cli, "_connected", connected)
    return CliRunner()


def test_the_command_answers_in_words_and_in_a_stable_shape(
    command: CliRunner, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        buys(tx, "1", LAST_MONTH)
    words = read(services, shop_id).in_words()
    assert command.invoke(cli.main, ["readiness", "--shop", DOMAIN]).output.strip() == words
    answer = json.loads(command.invoke(cli.main, ["readiness", "--shop", DOMAIN, "--json"]).output)
    described = command.invoke(cli.main, ["readiness", "--help"]).output
    assert all(name in described for name in (*answer, *answer["findings"][0]))
    assert all(each["name"] in described for each in answer["findings"])
    assert (answer["active"], answer["within_reach"], len(answer["findings"])) == (1, 1, 9)


def test_the_command_says_in_one_line_that_it_knows_no_such_shop(command: CliRunner) -> None:
    done = command.invoke(cli.main, ["readiness", "--shop", "nobody.myshopify.com"])
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "Error: the shop nobody.myshopify.com is not known here: import its orders first"
    ]


def test_the_last_word_on_letters_is_counted(services: Services, shop_id: int) -> None:
    words = {"yes": ["subscribed"], "no": ["subscribed", "unsubscribed"], "silent": ["pending"]}
    with services.database.shop(shop_id) as tx:
        for customer_id, said in words.items():
            buys(tx, customer_id, LAST_MONTH)
            for word in said:
                hear_consent(tx, customer_id, "email", word, said_at=LAST_MONTH)
        hear_consent(tx, "silent", "sms", "subscribed", said_at=LAST_MONTH)
    consent = read(services, shop_id).finding("consent")
    assert (consent.part, consent.whole) == (1, 3)
    assert "One client has not said" in consent.sentence
    assert "One client said no." in consent.sentence
