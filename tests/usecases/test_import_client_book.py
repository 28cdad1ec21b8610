"""A client book is taken in: once, whole, and never over what the house knows better."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.domain.client_book import NOBODY, BookMapping
from app.domain.learned import LearnedDate
from app.domain.order_values import provisional_customer_id
from app.stores import aliases, client_books, clients, consents, customers, relationships
from app.stores.book_entries import captures_of, told_of
from app.usecases import import_client_book as importing
from app.usecases.adopt_provisional import adopt_provisional
from app.usecases.erase_customer import erase_customer
from app.usecases.import_client_book import ask_for_import, import_client_book
from app.usecases.learn_date import keep_date
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import Alder, open_alder
from tests.usecases.book_house import ALMA, BRUNO, HEADER, book_of, bring, read_one, take_in, work_of

BRUNOS_ID = provisional_customer_id("bruno@clients.example")
COUNTED = ("customers", "milestones", "notes", "book_entries", "consents")


@pytest.fixture
def house(services: Services) -> Alder:
    return open_alder(services.database)


def counts(services: Services, shop_id: int) -> dict[str, int]:
    with services.database.shop(shop_id) as tx:
        return {
            table: int(tx.execute(text(f"select count(*) from {table}")).scalar_one()) for table in COUNTED
        }


def rows_of(services: Services, shop_id: int, table: Any) -> list[Any]:
    with services.database.shop(shop_id) as tx:
        return list(tx.execute(select(table)))


def test_a_client_the_shop_knows_gets_what_the_book_remembers(services: Services, house: Alder) -> None:
    book = take_in(services, house.shop_id, book_of(ALMA))
    assert (book.state, book.counts["known"], book.counts.get("new", 0)) == ("done", 1, 0)
    with services.database.shop(house.shop_id) as tx:
        alma, stands = customers.one(tx, "7001"), relationships.one(tx, "7001")
        dates = [kept.milestone for kept in clients.milestones_of(tx, "7001")]
        (note,) = customers.notes_of(tx, "7001")
        captures, told = captures_of(tx, "7001"), told_of(tx, "7001")
    assert (alma.email, alma.phone) == ("alma@clients.example", "+447700900123")
    assert [(each.occasion, each.month, each.day, each.year) for each in dates] == [
        ("birthday", 5, 2, None),
        ("anniversary", 6, 14, 2016),
    ]
    assert {each.provenance for each in dates} == {"recorded"}
    assert (stands.lead_advisor_id, stands.lead_by_hand) == (house.ines, True)
    assert note.body == "Loves platinum"
    assert {(each.kind, each.what or each.person) for each in captures} == {
        ("size", "M"),
        ("person", "Tomas"),
    }
    assert told is not None
    assert told[0] == "From the client book: tagged VIP."


def test_a_date_of_the_book_says_where_it_is_from(services: Services, house: Alder) -> None:
    take_in(services, house.shop_id, book_of(ALMA))
    told = {row.told_by for row in rows_of(services, house.shop_id, customers.milestones)}
    assert told == {"clients.csv, brought on 21 November 2026"}


def test_a_client_the_shop_does_not_know_is_kept_until_shopify_does(services: Services, house: Alder) -> None:
    book = take_in(services, house.shop_id, book_of(BRUNO))
    assert book.counts["new"] == 1
    assert book.counts["strangers"] == {"Sophie Gone": 1}
    with services.database.shop(house.shop_id) as tx:
        assert customers.one(tx, BRUNOS_ID).first_name == "Bruno"


def test_the_same_book_brought_again_changes_nothing(services: Services, house: Alder) -> None:
    header = HEADER + ",Note Date,Email Consent,Email Consent Date,Email Consent Source,Wish List"
    content = book_of(
        ALMA + ",3 March 2024,yes,4 April 2024,Card signed in the shop,Opal studs; Pearl strand",
        BRUNO + ",,unsubscribed,,,",
        header=header,
    )
    take_in(services, house.shop_id, content)
    before = counts(services, house.shop_id)
    again = take_in(services, house.shop_id, content)
    assert counts(services, house.shop_id) == before
    assert again.counts["known"] == 2
    assert {"milestones", "notes", "book_entries", "consents", "leads"} & set(again.counts) == set()


def test_two_rows_of_one_person_are_one_person(services: Services, house: Alder) -> None:
    take_in(services, house.shop_id, book_of(BRUNO, BRUNO.replace("bruno@", "BRUNO@")))
    assert counts(services, house.shop_id)["customers"] == 2  # Alma, and one Bruno


@pytest.mark.parametrize("handling", ["usable", "do_not_use"])
def test_a_date_she_stated_or_one_to_be_left_alone_stands(
    services: Services, house: Alder, handling: Any
) -> None:
    with services.database.shop(house.shop_id) as tx:
        stated = LearnedDate("anniversary", "Tomas", 7, 1, None, told=True, handling=handling)
        keep_date(tx, "7001", stated, now=NOW)
    book = take_in(services, house.shop_id, book_of(ALMA))
    with services.database.shop(house.shop_id) as tx:
        dates = [kept.milestone for kept in clients.milestones_of(tx, "7001")]
        (reject,) = client_books.rejects_of(tx, book.book_id)
    assert [(each.month, each.day, each.provenance) for each in dates if each.occasion == "anniversary"] == [
        (7, 1, "stated")
    ]
    assert reject.taken_in
    assert "stands" in reject.reason


def test_a_lead_chosen_by_hand_stands(services: Services, house: Alder) -> None:
    with services.database.shop(house.shop_id) as tx:
        clients.lead(tx, "7001", house.margaret, "Margaret chose Margaret.")
    take_in(services, house.shop_id, book_of(ALMA))
    with services.database.shop(house.shop_id) as tx:
        assert relationships.one(tx, "7001").lead_advisor_id == house.margaret


def test_a_yes_without_its_day_and_how_one_knows_is_no_consent(services: Services, house: Alder) -> None:
    header = "Email,Email Consent,Email Consent Date,Email Consent Source"
    said = {
        "without.day@x.example": "yes,,Card in the shop",
        "without.source@x.example": "yes,4 April 2024,",
        "whole@x.example": "yes,4 April 2024,Card in the shop",
        "never@x.example": "unsubscribed,,",
        "unasked@x.example": "no,,",
    }
    rows = [f"{email},{words}" for email, words in said.items()]
    take_in(services, house.shop_id, book_of(*rows, header=header))
    with services.database.shop(house.shop_id) as tx:
        standing = {email: consents.in_force(tx, provisional_customer_id(email)) for email in said}
    states = {email: each["email"].state for email, each in standing.items() if each}
    assert states == {"whole@x.example": "one_to_one", "never@x.example": "unsubscribed"}
    whole = standing["whole@x.example"]["email"]
    assert (whole.said_at.date(), whole.proof) == (
        date(2024, 4, 4),
        "From the client book. Card in the shop",
    )


def test_a_yes_of_the_book_does_not_undo_her_no(services: Services, house: Alder) -> None:
    with services.database.shop(house.shop_id) as tx:
        no = consents.Consent("email", "unsubscribed", "customer", NOW - timedelta(days=900))
        consents.keep(tx, "7001", no)
    header = "Email,Email Consent,Email Consent Date,Email Consent Source"
    row = "alma@clients.example,yes,4 October 2026,Said so at the counter"
    take_in(services, house.shop_id, book_of(row, header=header))
    with services.database.shop(house.shop_id) as tx:
        assert consents.in_force(tx, "7001")["email"].state == "unsubscribed"


def test_somebody_who_was_forgotten_is_not_brought_back_by_a_book(services: Services, house: Alder) -> None:
    with services.database.shop(house.shop_id) as tx:
        tx.execute(text("update customers set phone = '+447700900123' where customer_id = '7001'"))
        erase_customer(tx, services.live, "7001", now=NOW)
    by_phone = "Alma,Reyes,,07700 900123,,,,,,,"
    book = take_in(services, house.shop_id, book_of(ALMA, by_phone, BRUNO))
    assert counts(services, house.shop_id)["customers"] == 1
    assert book.counts["left_out"] == 2
    with services.database.shop(house.shop_id) as tx:
        assert all("Alma" not in row.text for row in client_books.rejects_of(tx, book.book_id))


def test_whoever_is_forgotten_while_a_book_waits_leaves_it_and_nobody_else_does(
    services: Services, house: Alder
) -> None:
    book_id = bring(services, house.shop_id, book_of(ALMA, BRUNO))
    with services.database.shop(house.shop_id) as tx:
        erase_customer(tx, services.live, "7001", now=NOW)
        kept = client_books.one(tx, book_id)
        assert kept is not None
        left = client_books.text_of(tx, kept).read().decode()
    assert "Alma" not in left
    assert left.splitlines()[2] == BRUNO, "and every other row stands on its line"


def test_nobody_is_known_by_a_name_alone(services: Services, house: Alder) -> None:
    book = take_in(services, house.shop_id, book_of("Alma,Reyes,,,,2 May 1981,,,,,", BRUNO))
    assert (book.counts["taken_in"], book.counts["left_out"]) == (1, 1)
    assert book.counts["reasons"][NOBODY] == 1


def test_the_file_goes_with_the_last_row_and_what_was_left_out_stays(
    services: Services, house: Alder
) -> None:
    book = take_in(services, house.shop_id, book_of(BRUNO, "too,few"))
    assert rows_of(services, house.shop_id, client_books.client_book_parts) == []
    with services.database.shop(house.shop_id) as tx:
        reasons = [(row.line, row.taken_in, row.reason) for row in client_books.rejects_of(tx, book.book_id)]
    assert reasons == [
        (2, True, "Advisor who leads: nobody of that name works here"),
        (3, False, "wrong number of fields"),
    ]


def test_a_book_that_was_left_in_the_middle_is_taken_up_behind_its_last_line(
    services: Services, house: Alder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    rows = [f"Client{n},Number,c{n}@x.example,,,,,,,A note," for n in range(7)]
    book_id = bring(services, house.shop_id, book_of(*rows))
    work = work_of(services, house.shop_id)
    with services.database.shop(house.shop_id) as tx:
        ask_for_import(tx, services.queue, book_id, now=NOW)
    land, landed = importing.land_clients, []

    def killed_after_two(*args: Any, **more: Any) -> Any:
        landed.append(1)
        if len(landed) == 3:
            raise KeyboardInterrupt
        return land(*args, **more)

    monkeypatch.setattr(importing, "land_clients", killed_after_two)
    with pytest.raises(KeyboardInterrupt):
        import_client_book(work, book_id)
    assert read_one(services, house.shop_id, book_id).rows_done == 4
    import_client_book(work, book_id)
    assert read_one(services, house.shop_id, book_id).rows_done == 4, "another holds it still"
    with services.database.shop(house.shop_id) as tx:
        tx.execute(text("update client_books set leased_until = now() - interval '1 second'"))
        assert client_books.waiting(tx) == [book_id]
    import_client_book(work, book_id)
    book = read_one(services, house.shop_id, book_id)
    assert (book.state, book.counts["rows"], book.counts["notes"]) == ("done", 7, 7)


def test_a_telephone_stays_when_shopify_comes_to_know_the_client(services: Services, house: Alder) -> None:
    take_in(services, house.shop_id, book_of(BRUNO.replace(",,Sophie", ",07700 900444,Sophie")))
    with services.database.shop(house.shop_id) as tx:
        customers.put(tx, "7002", first_name="Bruno", email="bruno@clients.example")
        adopt_provisional(tx, services.live, "7002", email="bruno@clients.example")
    with services.database.shop(house.shop_id) as tx:
        assert customers.one(tx, "7002").phone == "+447700900444"


def test_a_merged_id_leads_to_the_one_that_stayed(services: Services, house: Alder) -> None:
    with services.database.shop(house.shop_id) as tx:
        aliases.put(tx, BRUNOS_ID, "7001")
    take_in(services, house.shop_id, book_of(BRUNO))
    assert counts(services, house.shop_id)["customers"] == 1


def test_a_telephone_that_two_share_is_nobodys_alone(services: Services, house: Alder) -> None:
    shared = [
        "Ana,Sol,ana@x.example,07700 900555,,,,,,,",
        "Leo,Sol,leo@x.example,07700 900555,,,,,,,",
        "Mia,Sol,,07700 900555,,,,,,,",
        "Leo,Sol,,07700 900555,,,,,,A note of Leo’s,",
    ]
    book = take_in(services, house.shop_id, book_of(*shared))
    assert counts(services, house.shop_id)["customers"] == 3
    assert book.counts["left_out"] == 1
    with services.database.shop(house.shop_id) as tx:
        assert len(customers.notes_of(tx, provisional_customer_id("leo@x.example"))) == 1


def test_a_mapping_chosen_by_hand_is_what_is_read(services: Services, house: Alder) -> None:
    content = book_of("bruno@clients.example,03/04/2015", header="Contact,When")
    mapping = BookMapping({0: "email", 1: "anniversary"}, {1: "month"}, "44")
    take_in(services, house.shop_id, content, mapping)
    with services.database.shop(house.shop_id) as tx:
        (kept,) = clients.milestones_of(tx, BRUNOS_ID)
    assert (kept.milestone.month, kept.milestone.day) == (3, 4)


def test_a_book_under_way_is_not_asked_for_twice(services: Services, house: Alder) -> None:
    book = take_in(services, house.shop_id, book_of(BRUNO))
    with services.database.shop(house.shop_id) as tx:
        assert not ask_for_import(tx, services.queue, book.book_id, now=NOW)
        assert replace(book) == client_books.one(tx, book.book_id)
