"""Calendars elsewhere: what they say is taken is not offered, nor is what they do not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text, update

from app.calendars.feeds import Reach
from app.config import UnableToConfigure, read_settings
from app.stores import advisors, calendar_feeds
from app.stores.calendar_feeds import EVERY, KEPT, Feed
from app.stores.outbox import outbox
from app.usecases.add_calendar import UnableToAddCalendar, add_calendar
from app.usecases.book_consultation import UnableToBook
from app.usecases.fetch_calendar import fetch_calendar
from app.usecases.offer_slots import next_openings, offer_slots
from app.usecases.sweep_calendars import sweep_calendars
from app.wiring import Services
from tests.calendars.calendar_server import CalendarServer, open_calendar_server
from tests.conftest import NOW
from tests.usecases.alder import MONDAY_AT_TEN, Alder, Asked, wish
from tests.usecases.test_book_consultation import URL, book, cancel

HERE = Reach(loopback=True)
LEASE = timedelta(seconds=60)
MORNING = ("20261123T100000", "20261123T120000")


@pytest.fixture
def elsewhere() -> Iterator[CalendarServer]:
    with open_calendar_server() as server:
        server.says(MORNING)
        yield server


def add(services: Services, alder: Alder, address: str, *, name: str = "", now: datetime = NOW) -> UUID:
    return add_calendar(
        services.database,
        HERE,
        shop_id=alder.shop_id,
        advisor_id=alder.ines,
        name=name,
        address=address,
        now=now,
    )


def fetch(services: Services, alder: Alder, feed_id: UUID, now: datetime) -> str:
    return fetch_calendar(
        services.database, HERE, shop_id=alder.shop_id, feed_id=feed_id, lease=LEASE, now=now
    )


def sweep(services: Services, alder: Alder, now: datetime) -> Asked:
    queue = Forgetful()
    sweep_calendars(services.database, queue, shop_id=alder.shop_id, url=URL, now=now)  # type: ignore[arg-type]
    return queue


class Forgetful(Asked):
    """A queue that remembers what it was asked for, and lets the question grow old."""

    def ask(self, name: str, *ids: int | str, expires_after: int | None = None) -> None:
        super().ask(name, *ids)


def first(services: Services, alder: Alder, *, now: datetime = NOW) -> datetime | None:
    with services.database.shop(alder.shop_id) as tx:
        return next_openings(tx, now=now)[alder.ines]


def kept(services: Services, alder: Alder) -> list[Feed]:
    with services.database.shop(alder.shop_id) as tx:
        return calendar_feeds.of_advisor(tx, alder.ines)


def letters(services: Services, alder: Alder) -> list[Any]:
    with services.database.shop(alder.shop_id) as tx:
        return list(tx.execute(select(outbox).where(outbox.c.shop_id == tx.shop_id)))


def test_what_another_calendar_says_is_taken_is_neither_offered_nor_booked(
    services: Services, alder: Alder, almas_offer: UUID, elsewhere: CalendarServer
) -> None:
    add(services, alder, elsewhere.address())
    at_half_past = MONDAY_AT_TEN + timedelta(minutes=150)  # ten minutes are kept free before it
    assert first(services, alder) == at_half_past
    with pytest.raises(UnableToBook, match="slot_taken") as refused:
        book(services, alder, wish(almas_offer))
    assert refused.value.instead is not None
    assert refused.value.instead.slots[0].starts_at == at_half_past
    assert book(services, alder, wish(almas_offer, at_half_past)).booking.starts_at == at_half_past


def test_several_calendars_are_one_persons_time(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    elsewhere.says(("20261123T120000", "20261123T170000"), path="/home.ics")
    add(services, alder, elsewhere.address(), name="Work")
    add(services, alder, elsewhere.address("/home.ics"), name="Home")
    assert first(services, alder) == MONDAY_AT_TEN + timedelta(days=1)
    assert [feed.name for feed in kept(services, alder)] == ["Home", "Work"]


def test_our_own_invitation_in_her_calendar_does_not_block_its_own_time(
    services: Services, alder: Alder, almas_offer: UUID, elsewhere: CalendarServer
) -> None:
    booked = book(services, alder, wish(almas_offer)).booking
    elsewhere.says(("20261123T100000", "20261123T104500"), uid=booked.uid)
    add(services, alder, elsewhere.address())
    cancel(services, alder, booked.booking_id)
    assert first(services, alder) == MONDAY_AT_TEN, "her calendar has not heard of it yet"


def test_no_word_of_a_calendar_is_kept(services: Services, alder: Alder, elsewhere: CalendarServer) -> None:
    add(services, alder, elsewhere.address())
    with services.database.shop(alder.shop_id) as tx:
        rows = tx.execute(text("select f::text from calendar_feed_times f")).scalars().all()
    assert len(rows) == 1
    assert "Dentist" not in "".join(rows)


def test_it_is_read_again_every_ten_minutes_and_follows_what_changed(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    feed_id = add(services, alder, elsewhere.address())
    assert sweep(services, alder, NOW + EVERY - timedelta(seconds=1)) == []
    assert fetch(services, alder, feed_id, NOW) == "nothing", "not due"
    elsewhere.says()
    later = NOW + EVERY
    assert sweep(services, alder, later) == [("jobs.calendars.fetch", alder.shop_id, str(feed_id))]
    assert fetch(services, alder, feed_id, later) == "kept"
    assert first(services, alder, now=later) == MONDAY_AT_TEN


def test_a_copy_is_good_for_an_hour_and_then_nothing_is_offered_and_she_is_told_once(
    services: Services, alder: Alder, almas_offer: UUID, elsewhere: CalendarServer
) -> None:
    feed_id = add(services, alder, elsewhere.address())
    elsewhere.down = True
    almost = NOW + KEPT - timedelta(seconds=1)
    assert fetch(services, alder, feed_id, almost) == "silent"
    assert first(services, alder, now=almost) == MONDAY_AT_TEN + timedelta(minutes=150), "the last good copy"
    assert sweep(services, alder, almost) == []
    assert letters(services, alder) == []

    silent = NOW + KEPT
    assert first(services, alder, now=silent) is None
    with services.database.shop(alder.shop_id) as tx:
        assert offer_slots(tx, almas_offer, "7001", zone="", now=silent).slots == ()
        assert [feed.feed_id for feed in calendar_feeds.silent(tx, now=silent)] == [feed_id]
    with pytest.raises(UnableToBook, match="slot_taken"):
        book(services, alder, wish(almas_offer, MONDAY_AT_TEN + timedelta(days=2)), now=silent)
    for _ in range(2):
        sweep(services, alder, silent)
    [letter] = letters(services, alder)
    assert letter.recipient == "ines@alder.example"
    assert "no times with you are offered" in letter.body
    assert elsewhere.address() not in letter.body

    elsewhere.down = False
    back = silent + timedelta(minutes=20)
    assert fetch(services, alder, feed_id, back) == "kept"
    assert first(services, alder, now=back) == MONDAY_AT_TEN + timedelta(minutes=150)
    [feed] = kept(services, alder)
    assert (feed.problem, feed.told_at) == ("", None), "the next silence is told again"


def test_who_has_no_address_is_owed_no_letter_that_could_only_fail(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    feed_id = add(services, alder, elsewhere.address())
    elsewhere.down = True
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, alder.ines, email="")
    assert fetch(services, alder, feed_id, NOW + KEPT) == "silent"
    sweep(services, alder, NOW + KEPT)
    assert letters(services, alder) == []


def test_a_worker_that_was_away_is_not_blamed_on_her_calendar(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    add(services, alder, elsewhere.address())
    sweep(services, alder, NOW + timedelta(hours=5))
    assert letters(services, alder) == []


def test_a_calendar_that_becomes_unreadable_keeps_its_last_copy(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    feed_id = add(services, alder, elsewhere.address())
    elsewhere.calendars["/ines.ics"] = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:soon\r\nEND:VCALENDAR\r\n"
    assert fetch(services, alder, feed_id, NOW + EVERY) == "silent"
    assert first(services, alder, now=NOW + EVERY) == MONDAY_AT_TEN + timedelta(minutes=150)
    assert "cannot be understood" in kept(services, alder)[0].problem


def test_a_reader_that_was_killed_is_followed_by_another_and_changes_nothing_if_it_comes_back(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    feed_id, due = add(services, alder, elsewhere.address()), NOW + EVERY
    with services.database.shop(alder.shop_id) as tx:
        dead = calendar_feeds.lease(tx, feed_id, until=due + LEASE, now=due)
    assert dead is not None
    assert fetch(services, alder, feed_id, due) == "nothing", "somebody reads it"
    assert sweep(services, alder, due + LEASE) == [("jobs.calendars.fetch", alder.shop_id, str(feed_id))]
    assert fetch(services, alder, feed_id, due + LEASE) == "kept"
    with services.database.shop(alder.shop_id) as tx:
        assert not calendar_feeds.keep(tx, dead, [], now=due)
    assert first(services, alder, now=due + LEASE) == MONDAY_AT_TEN + timedelta(minutes=150)


def test_a_calendar_that_is_removed_takes_its_times_with_it(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    feed_id = add(services, alder, elsewhere.address())
    with services.database.shop(alder.shop_id) as tx:
        assert not calendar_feeds.remove(tx, alder.margaret, feed_id), "another's"
        assert calendar_feeds.remove(tx, alder.ines, feed_id)
    assert first(services, alder) == MONDAY_AT_TEN


@pytest.mark.parametrize(
    ("path", "words"),
    [("/none.ics", "no calendar at this address"), ("/page", "not with a calendar"), ("ftp", "https://")],
)
def test_a_calendar_that_cannot_be_read_is_not_added(
    services: Services, alder: Alder, elsewhere: CalendarServer, path: str, words: str
) -> None:
    elsewhere.calendars["/page"] = b"<html>"
    address = "ftp://elsewhere.example/x" if path == "ftp" else elsewhere.address(path)
    with pytest.raises(UnableToAddCalendar, match=words):
        add(services, alder, address)
    assert kept(services, alder) == []


def test_the_same_calendar_is_not_added_twice_and_five_are_the_most(
    services: Services, alder: Alder, elsewhere: CalendarServer
) -> None:
    for number in range(5):
        elsewhere.says(path=f"/{number}.ics")
        add(services, alder, elsewhere.address(f"/{number}.ics"))
    with pytest.raises(UnableToAddCalendar, match="there already"):
        add(services, alder, elsewhere.address("/0.ics"))
    with pytest.raises(UnableToAddCalendar, match="5 calendars already"):
        add(services, alder, elsewhere.address())


def test_who_has_left_is_not_written_to(services: Services, alder: Alder, elsewhere: CalendarServer) -> None:
    feed_id = add(services, alder, elsewhere.address())
    elsewhere.down = True
    fetch(services, alder, feed_id, NOW + EVERY)
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, alder.ines, active=False)
    sweep(services, alder, NOW + KEPT)
    assert letters(services, alder) == []


def test_lapsed_holds_are_swept_away(services: Services, alder: Alder, almas_offer: UUID) -> None:
    from tests.usecases.test_hold_slot import hold

    hold(services, alder, almas_offer)
    sweep(services, alder, NOW + timedelta(minutes=10))
    with services.database.shop(alder.shop_id) as tx:
        assert tx.execute(text("select count(*) from bookings")).scalar_one() == 0


def test_no_shop_sees_anothers_calendars(services: Services, alder: Alder, elsewhere: CalendarServer) -> None:
    feed_id = add(services, alder, elsewhere.address())
    other = services.database.open_shop("birch.myshopify.com", name="B", timezone="UTC", currency="USD")
    with services.database.shop(other) as tx:
        assert tx.execute(text("select count(*) from calendar_feeds")).scalar_one() == 0
        assert tx.execute(text("select count(*) from calendar_feed_times")).scalar_one() == 0
        assert tx.execute(update(calendar_feeds.calendar_feeds).values(problem="x")).rowcount == 0
        assert calendar_feeds.lease(tx, feed_id, until=NOW + LEASE, now=NOW + KEPT) is None


def test_production_never_reads_calendars_from_its_own_machine() -> None:
    env = {
        "STEWARD_ENV": "production",
        "SECRET_KEY": "x",
        "SHOPIFY_API_SECRET": "y",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "CALENDAR_LOOPBACK": "1",
    }
    with pytest.raises(UnableToConfigure, match="CALENDAR_LOOPBACK"):
        read_settings(env)
