"""Days away: nothing is offered or booked on them, and the day after everything is as before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.stores import advisors
from app.usecases.book_consultation import UnableToBook
from app.usecases.offer_slots import next_openings, offer_slots
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import MONDAY_AT_TEN, Alder, wish
from tests.usecases.test_book_consultation import book


def test_an_advisor_who_is_away_is_neither_offered_nor_booked(
    services: Services, alder: Alder, almas_offer: UUID
) -> None:
    bath = ZoneInfo("Europe/London")
    with services.database.shop(alder.shop_id) as tx:
        advisors.set_time_off(tx, alder.ines, [(date(2026, 11, 23), date(2026, 11, 24))], bath)
        picker = offer_slots(tx, almas_offer, "7001", zone="Europe/London", now=NOW)
        first = next_openings(tx, now=NOW)[alder.ines]
    back = MONDAY_AT_TEN + timedelta(days=2)
    assert picker.slots[0].starts_at == first == back
    for day in (0, 1):
        with pytest.raises(UnableToBook, match="slot_taken"):
            book(services, alder, wish(almas_offer, MONDAY_AT_TEN + timedelta(days=day)))
    assert book(services, alder, wish(almas_offer, back)).booking.starts_at == back


def test_time_off_is_whole_days_in_the_advisors_zone_and_is_replaced(
    services: Services, alder: Alder
) -> None:
    new_york = ZoneInfo("America/New_York")
    clocks_go_back = date(2026, 11, 1)
    with services.database.shop(alder.shop_id) as tx:
        advisors.set_time_off(tx, alder.ines, [(date(2026, 12, 24), date(2026, 12, 26))], new_york)
        advisors.set_time_off(tx, alder.ines, [(clocks_go_back, clocks_go_back)] * 2, new_york)
        kept = advisors.time_off(tx, alder.ines)
        assert advisors.time_off(tx, alder.margaret) == []
    assert kept == [(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC))]
