"""An advisor's list: her own clients, the most pressing first, and nobody who is to be left in peace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from app.stores import advisors, clients, consultations, customers, relationships, shops, worklist
from app.stores.bookings import bookings
from app.stores.bookings import consultations as held
from app.stores.database import Database, Transaction
from app.stores.orders import orders
from app.usecases.answer_worklist import answer_worklist
from app.usecases.read_worklist import Worklist, read_worklist, whose_list
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, book, open_house

TODAY = NOW.date()


@pytest.fixture
def house(database: Database) -> DeskHouse:
    opened = open_house(database)
    with database.shop(opened.shop_id) as tx:  # nobody is booked: the day is for thinking of people
        tx.execute(update(bookings).where(bookings.c.shop_id == tx.shop_id).values(state="completed"))
    return opened


def somebody(tx: Transaction, customer_id: str, name: str, lead: int | None, **milestone: object) -> None:
    customers.put(tx, customer_id, first_name=name, email=f"{name.lower()}@clients.example")
    if lead is not None:
        clients.lead(tx, customer_id, lead, "by hand")
    day = TODAY + timedelta(days=20)
    given = {"occasion": "anniversary", "month": day.month, "day": day.day, "year": 2016}
    given |= {"provenance": "stated", "confidence": 1.0, "person": ""} | milestone
    customers.add_milestone(tx, customer_id, **given)


def listed(tx: Transaction, advisor_id: int) -> Worklist:
    advisor = advisors.one(tx, advisor_id)
    assert advisor is not None
    return read_worklist(tx, advisor, now=NOW)


def names(tx: Transaction, advisor_id: int) -> list[str]:
    return [item.name for item in listed(tx, advisor_id).now]


def test_alma_comes_up_for_ines_by_the_day_her_band_suggests(database: Database, house: DeskHouse) -> None:
    with database.shop(house.shop_id) as tx:
        (item,) = listed(tx, house.ines).now
        assert listed(tx, house.jonas).now == []
    assert (item.name, item.kind, item.shown.mark, item.shown.inferred) == (
        "Alma Reyes",
        "anniversary",
        "if_raised",
        False,  # the day stands in the band
    )
    assert item.shown.gift == "Tenth: diamond; traditional: tin."
    assert item.major


def test_each_client_stands_on_one_list_and_whom_nobody_leads_on_the_owners(
    database: Database, house: DeskHouse
) -> None:
    with database.shop(house.shop_id) as tx:
        somebody(tx, "8001", "Bea", house.jonas)
        somebody(tx, "8002", "Cleo", None)
        assert names(tx, house.jonas) == ["Bea"]
        assert names(tx, house.margaret) == ["Cleo"]
        advisors.change(tx, house.jonas, active=False)
        assert names(tx, house.margaret) == ["Bea", "Cleo"]


def test_ida_never_comes_up_whatever_else_is_known_of_her(database: Database, house: DeskHouse) -> None:
    silenced = {"occasion": "wedding anniversary", "sensitive": True, "do_not_use": True}
    with database.shop(house.shop_id) as tx:
        somebody(tx, "7009", "Ida", house.ines, **silenced)
        birthday = TODAY + timedelta(days=9)
        about = {"occasion": "birthday", "month": birthday.month, "day": birthday.day}
        customers.add_milestone(tx, "7009", provenance="stated", confidence=1.0, **about)
        found = listed(tx, house.ines)
    assert "Ida" not in [item.name for item in found.now]
    assert "Ida" not in [item.name for item, _ in found.resting]


def test_farids_sensitive_day_is_not_on_the_list_and_his_other_is(
    database: Database, house: DeskHouse
) -> None:
    with database.shop(house.shop_id) as tx:
        somebody(tx, "7006", "Farid", house.jonas, occasion="wedding anniversary", person="Leila, his wife")
        quiet = TODAY + timedelta(days=10)
        about = {"occasion": "remembrance", "month": quiet.month, "day": quiet.day, "sensitive": True}
        customers.add_milestone(tx, "7006", provenance="stated", confidence=1.0, **about)
        found = listed(tx, house.jonas)
    assert [item.shown.text for item in found.now] == [
        "Tenth wedding anniversary (Leila, his wife), 11 December"
    ]


def test_who_opted_out_or_asked_not_again_is_not_on_any_list(database: Database, house: DeskHouse) -> None:
    with database.shop(house.shop_id) as tx:
        somebody(tx, "8001", "Dario", house.jonas)
        somebody(tx, "8002", "Dora", house.jonas)
        clients.set_opted_out(tx, "8001", True)
        relationships.stand(tx, "8002", stopped=True)
        found = listed(tx, house.jonas)
    assert (found.now, found.resting) == ([], [])


def test_who_should_rest_is_shown_apart_with_the_reason_and_until_when(
    database: Database, house: DeskHouse
) -> None:
    with database.shop(house.shop_id) as tx:
        somebody(tx, "8001", "Bea", house.jonas)
        relationships.stand(tx, "8001", offered_at=NOW - timedelta(days=10))
        found = listed(tx, house.jonas)
    assert found.now == []
    ((item, verdict),) = found.resting
    assert (item.name, verdict.rule, verdict.until) == ("Bea", "written_lately", date(2027, 1, 10))


def test_an_open_order_problem_and_a_booking_keep_a_client_off_the_list(
    database: Database, house: DeskHouse
) -> None:
    with database.shop(house.shop_id) as tx:
        book(tx, ALMA, house.ines, NOW + timedelta(days=2))
        ((_, verdict),) = listed(tx, house.ines).resting
        assert verdict.rule == "already_booked"
        tx.execute(update(orders).where(orders.c.shop_id == tx.shop_id).values(problem=True))
        ((_, verdict),) = listed(tx, house.ines).resting
        assert verdict.rule == "order_problem"


def test_a_custom_piece_is_thought_of_earlier(database: Database, house: DeskHouse) -> None:
    later = TODAY + timedelta(days=70)
    with database.shop(house.shop_id) as tx:
        somebody(tx, "8001", "Bea", house.jonas, month=later.month, day=later.day)
        assert names(tx, house.jonas) == []
        booking = book(tx, "8001", house.jonas, NOW - timedelta(days=30), state="completed")
        row = {"booking_id": booking, "started_at": NOW, "stage": "decision", "outcome": "custom_piece"}
        tx.execute(insert(held).values(shop_id=tx.shop_id, **row))
        assert names(tx, house.jonas) == ["Bea"]


def test_what_was_promised_is_on_the_list_of_whoever_promised(database: Database, house: DeskHouse) -> None:
    with database.shop(house.shop_id) as tx:
        consultations.promise(tx, ALMA, "Send sketches", TODAY + timedelta(days=3), advisor_id=house.ines)
        consultations.promise(tx, ALMA, "Much later", TODAY + timedelta(days=60), advisor_id=house.ines)
        assert [row.what for row in listed(tx, house.ines).promised] == ["Send sketches"]


def test_an_answer_takes_it_off_and_bringing_back_puts_it_on(database: Database, house: DeskHouse) -> None:
    with database.shop(house.shop_id) as tx:
        ines = advisors.one(tx, house.ines)
        assert ines is not None
        (item,) = listed(tx, house.ines).now
        answer_worklist(tx, ALMA, item.key, item.year, "not_relevant", advisor=ines, now=NOW)
        found = listed(tx, house.ines)
        assert found.now == []
        assert [(each.name, each.said) for each in found.set_aside] == [("Alma Reyes", "Not relevant")]
        again = NOW + timedelta(minutes=1)
        answer_worklist(tx, ALMA, item.key, item.year, "again", advisor=ines, now=again)
        assert names(tx, house.ines) == ["Alma Reyes"]
        assert listed(tx, house.ines).set_aside == []


def test_only_the_owner_looks_at_a_colleagues_list(database: Database, house: DeskHouse) -> None:
    with database.shop(house.shop_id) as tx:
        margaret, ines = advisors.one(tx, house.margaret), advisors.one(tx, house.ines)
        assert margaret is not None
        assert ines is not None
        assert whose_list(tx, margaret, house.ines).advisor_id == house.ines
        assert whose_list(tx, ines, house.jonas).advisor_id == house.ines
        assert whose_list(tx, margaret, 999_999).advisor_id == house.margaret


def test_another_house_is_never_read(database: Database, house: DeskHouse) -> None:
    theirs = database.open_shop("birch.myshopify.com", name="Birch", timezone="Europe/London", currency="GBP")
    with database.shop(theirs) as tx:
        assert worklist.led_by(tx, house.ines, and_nobodys=True, months=list(range(1, 13))) == []
        assert worklist.contacts(tx, [ALMA], now=NOW) == {}
        assert shops.read(tx).name == "Birch"


def test_a_full_list_shows_a_page_of_people_and_counts_the_rest(database: Database, house: DeskHouse) -> None:
    with database.shop(house.shop_id) as tx:
        for number in range(45):
            somebody(tx, f"9{number:03}", f"Client{number}", house.jonas)
        found = listed(tx, house.jonas)
    assert (len(found.now), found.more) == (40, 5)
