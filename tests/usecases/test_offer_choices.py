"""Where her advisor has no time soon, a customer is asked: wait, see whom she has briefed, or be called."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.stores import advisors, bookings, calls_back, stand_ins
from app.stores.bookings import Booking
from app.stores.outbox import outbox
from app.usecases.ask_call_back import ask_call_back
from app.usecases.book_consultation import UnableToBook, book_consultation
from app.usecases.choose_stand_in import UnableToChooseStandIn, choose_stand_in
from app.usecases.hold_slot import hold_slot
from app.usecases.offer_choices import Choices, UnableToStandIn
from app.usecases.offer_slots import offer_slots
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import MONDAY_AT_TEN, WEEKDAYS, Alder, Asked, offer_to, wish

ALMA = "7001"
URL = "https://steward.example"


@pytest.fixture
def jonas(services: Services, alder: Alder) -> int:
    with services.database.shop(alder.shop_id) as tx:
        jonas = advisors.add(
            tx, name="Jonas Lind", first_name="Jonas", email="jonas@alder.example", role="advisor",
            timezone="Europe/London",
        )  # fmt: skip
        advisors.set_hours(tx, jonas, WEEKDAYS)
    return jonas


@pytest.fixture
def offer(services: Services, alder: Alder) -> UUID:
    with services.database.shop(alder.shop_id) as tx:
        return offer_to(tx, ALMA, alder.ines)


def away(services: Services, alder: Alder, advisor_id: int, *, days: int) -> None:
    with services.database.shop(alder.shop_id) as tx:
        until = NOW.date() + timedelta(days=days)
        advisors.set_time_off(tx, advisor_id, [(NOW.date(), until)], ZoneInfo("Europe/London"))


def brief(services: Services, alder: Alder, lead: int, stand_in: int) -> None:
    with services.database.shop(alder.shop_id) as tx:
        choose_stand_in(tx, lead, stand_in, by="lead", now=NOW)


def choices(services: Services, alder: Alder, offer: UUID) -> Choices | None:
    with services.database.shop(alder.shop_id) as tx:
        return offer_slots(tx, offer, ALMA, zone="Europe/London", now=NOW).choices


def see_stand_in(services: Services, alder: Alder, offer: UUID) -> Booking:
    seen = wish(offer, MONDAY_AT_TEN)
    seen = type(seen)(seen.decision_id, seen.starts_at, seen.zone, seen.place, seen.note, seen.key, True)
    return book_consultation(
        services.database, services.live, Asked(), shop_id=alder.shop_id, customer_id=ALMA, wish=seen,
        url=URL, link_for=lambda *_: URL, sender="Steward <post@alder.example>", now=NOW,
    ).booking  # fmt: skip


def test_with_time_soon_nothing_is_asked(services: Services, alder: Alder, offer: UUID, jonas: int) -> None:
    brief(services, alder, alder.ines, jonas)
    assert choices(services, alder, offer) is None


def test_away_for_weeks_her_first_opening_and_the_colleague_she_has_briefed_are_named(
    services: Services, alder: Alder, offer: UUID, jonas: int
) -> None:
    away(services, alder, alder.ines, days=20)
    alone = choices(services, alder, offer)
    assert alone is not None
    assert alone.stand_in is None, "nobody was briefed, so nobody is offered"
    brief(services, alder, alder.ines, jonas)
    found = choices(services, alder, offer)
    assert found is not None
    assert found.first is not None
    assert found.first > NOW + timedelta(days=14)
    assert found.stand_in is not None
    assert found.stand_in.first_name == "Jonas"
    assert (found.stand_in_first, found.gone) == (MONDAY_AT_TEN, False)


def test_a_stand_in_never_delegates_again(services: Services, alder: Alder, offer: UUID, jonas: int) -> None:
    away(services, alder, alder.ines, days=20)
    away(services, alder, jonas, days=20)
    with services.database.shop(alder.shop_id) as tx:
        advisors.set_hours(tx, alder.margaret, WEEKDAYS)
    brief(services, alder, alder.ines, jonas)
    brief(services, alder, jonas, alder.margaret)
    found = choices(services, alder, offer)
    assert found is not None
    assert found.stand_in is None, "Jonas has no time soon, and whom he has briefed is not hers"


def test_the_stand_ins_time_is_held_and_booked_with_her_consent_on_record(
    services: Services, alder: Alder, offer: UUID, jonas: int
) -> None:
    away(services, alder, alder.ines, days=20)
    brief(services, alder, alder.ines, jonas)
    with services.database.shop(alder.shop_id) as tx:
        held = hold_slot(
            tx, customer_id=ALMA, decision_id=offer, starts_at=MONDAY_AT_TEN, zone="", stand_in=True, now=NOW
        )
    assert held.advisor_id == jonas
    booking = see_stand_in(services, alder, offer)
    assert (booking.advisor_id, booking.stand_in_for, booking.consented_at) == (jonas, alder.ines, NOW)
    with services.database.shop(alder.shop_id) as tx:
        assert bookings.one(tx, booking.booking_id) == booking


def test_nobody_takes_the_leads_place_unasked(
    services: Services, alder: Alder, offer: UUID, jonas: int
) -> None:
    away(services, alder, alder.ines, days=20)
    with pytest.raises(UnableToBook, match="no_stand_in"):
        see_stand_in(services, alder, offer)
    with services.database.shop(alder.shop_id) as tx, pytest.raises(UnableToStandIn):
        offer_slots(tx, offer, ALMA, zone="", stand_in=True, now=NOW)


def test_gone_is_said_and_who_leads_now_is_named(services: Services, alder: Alder, offer: UUID) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.set_hours(tx, alder.margaret, WEEKDAYS)
        advisors.change(tx, alder.ines, active=False)
    found = choices(services, alder, offer)
    assert found is not None
    assert (found.gone, found.first) == (True, None)
    assert found.stand_in is not None
    assert found.stand_in.advisor_id == alder.margaret
    booking = see_stand_in(services, alder, offer)
    assert (booking.advisor_id, booking.stand_in_for) == (alder.margaret, None), (
        "she leads: nobody is replaced"
    )


def test_a_colleague_who_has_left_stands_in_for_nobody(
    services: Services, alder: Alder, offer: UUID, jonas: int
) -> None:
    brief(services, alder, alder.ines, jonas)
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, jonas, active=False)
        assert stand_ins.of(tx, alder.ines) is None
        for nobody in (jonas, alder.ines, 999):
            with pytest.raises(UnableToChooseStandIn):
                choose_stand_in(tx, alder.ines, nobody, by="lead", now=NOW)


def test_a_call_asked_for_twice_is_one_call_with_the_last_words(
    services: Services, alder: Alder, offer: UUID
) -> None:
    queue = Asked()
    for words in ("After six, please.", "Or on Friday."):
        with services.database.shop(alder.shop_id) as tx:
            advisor = ask_call_back(
                tx, services.live, queue, customer_id=ALMA, decision_id=offer, phone="+44 1225 000000",
                part="evening", words=words, url=URL, now=NOW,
            )  # fmt: skip
    assert advisor.first_name == "Ines"
    with services.database.shop(alder.shop_id) as tx:
        [call] = calls_back.open_calls(tx)
        letters = tx.execute(select(outbox.c.recipient, outbox.c.subject, outbox.c.body)).all()
    assert (call.advisor_id, call.words, call.part) == (alder.ines, "Or on Friday.", "evening")
    [(recipient, subject, body)] = letters
    assert recipient == "ines@alder.example"
    assert not [word for word in ("Alma", "1225") if word in subject + body], "the letter is neutral"
    assert len(queue) == 1
