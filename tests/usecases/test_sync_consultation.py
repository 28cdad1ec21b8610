"""What a device kept while the network was away arrives in order, once, and never undoes what is newer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.consultation import UnableToSave
from app.stores import captures, clients, consultations, customers
from app.usecases.close_consultation import close_consultation
from app.usecases.read_booking import UnableToFindBooking
from app.usecases.save_consultation import save_consultation
from app.usecases.start_consultation import start_consultation
from app.usecases.sync_consultation import Entry, Taken, sync_consultation
from app.usecases.write_brief import write_brief
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import AFTERNOON, ALMA, DeskHouse, book, open_house

WELL = {"outcome": "will_decide", "what_1": "Send the sketches", "due_1": "2026-11-28", "minutes": "50"}
LATER = NOW + timedelta(minutes=50)


@pytest.fixture
def house(services: Services) -> DeskHouse:
    opened = open_house(services.database)
    with services.database.shop(opened.shop_id) as tx:
        start_consultation(tx, opened.booking, advisor_id=opened.ines, now=NOW)
    return opened


def entry(kind: str, minute: int = 1, key: UUID | None = None, **parts: object) -> Entry:
    return Entry(key or uuid4(), NOW + timedelta(minutes=minute), kind, **parts)  # type: ignore[arg-type]


def send(services: Services, house: DeskHouse, *entries: Entry, advisor: int | None = None) -> Taken:
    with services.database.shop(house.shop_id) as tx:
        by = advisor or house.ines
        return sync_consultation(tx, services.live, house.booking, entries, advisor_id=by, now=LATER)


def close(services: Services, house: DeskHouse) -> None:
    with services.database.shop(house.shop_id) as tx:
        save_consultation(tx, house.booking, WELL, advisor_id=house.ines, at=LATER, now=LATER)
        close_consultation(tx, services.live, house.booking, advisor_id=house.ines, now=LATER)


def count_of(services: Services, house: DeskHouse, table: object) -> int:
    with services.database.shop(house.shop_id) as tx:
        found: int = tx.execute(select(func.count()).select_from(table)).scalar_one()
        return found


def test_what_is_sent_twice_is_kept_once(services: Services, house: DeskHouse) -> None:
    liked = entry("liked", what="Ruby eternity", product_id="8012")
    first, again = (
        send(services, house, liked),
        send(services, house, liked, entry("shown", minute=2, what="Opal")),
    )
    assert first.kept == [liked.key]
    assert len(again.kept) == 2
    with services.database.shop(house.shop_id) as tx:
        kept = captures.of_booking(tx, house.booking)
    assert [(each.capture.kind, each.capture.what) for each in kept] == [
        ("liked", "Ruby eternity"),
        ("shown", "Opal"),
    ]


def test_each_keeps_the_moment_it_was_noted_down(services: Services, house: DeskHouse) -> None:
    send(services, house, entry("size", minute=7, what="M½", details={"of": "Ring"}))
    with services.database.shop(house.shop_id) as tx:
        (kept,) = captures.of_booking(tx, house.booking)
    assert kept.capture.at == NOW + timedelta(minutes=7)


def test_what_was_taken_back_counts_no_more(services: Services, house: DeskHouse) -> None:
    declined = entry("declined", what="Opal pendant")
    send(services, house, declined, entry("taken_back", minute=2, of=declined.key))
    with services.database.shop(house.shop_id) as tx:
        assert captures.of_booking(tx, house.booking) == []
        assert captures.of_customer(tx, ALMA) == []


def test_late_words_never_undo_newer_ones_and_are_not_lost(services: Services, house: DeskHouse) -> None:
    send(services, house, entry("typed", minute=9, fields={"note_opening": "On the tablet."}))
    late = entry("typed", minute=4, fields={"note_opening": "On the telephone.", "minutes": "3"})
    send(services, house, late)
    send(services, house, late)
    with services.database.shop(house.shop_id) as tx:
        held = consultations.one(tx, house.booking)
        (aside,) = captures.of_booking(tx, house.booking)
    assert held is not None
    assert held.captured == {"note_opening": "On the tablet.", "minutes": "3"}
    assert (aside.capture.kind, aside.capture.what) == ("aside", "On the telephone.")


def test_what_cannot_be_is_refused_with_its_reason_and_the_rest_is_kept(
    services: Services, house: DeskHouse
) -> None:
    wrong = entry("date", details={"occasion": "birthday", "month": "2", "day": "30"})
    right = entry("shown", what="Opal pendant")
    taken = send(services, house, wrong, right)
    assert (taken.refused, taken.kept) == ({wrong.key: "There is no such day."}, [right.key])


def test_a_date_goes_into_the_record_when_it_closes_with_its_source(
    services: Services, house: DeskHouse
) -> None:
    told = {"occasion": "anniversary", "month": "12", "day": "12", "year": "2016", "told": "1"}
    send(services, house, entry("date", person="Tomas", details=told))
    assert count_of(services, house, customers.milestones) == 0
    close(services, house)
    with services.database.shop(house.shop_id) as tx:
        (kept,) = clients.milestones_of(tx, ALMA)
    assert (kept.milestone.provenance, kept.milestone.person, kept.milestone.year) == (
        "stated",
        "Tomas",
        2016,
    )


def test_what_arrives_after_the_close_goes_where_the_rest_has_gone_once(
    services: Services, house: DeskHouse
) -> None:
    close(services, house)
    month = {"occasion": "birthday", "month": "3"}
    late = (
        entry("typed", fields={"note_discovery": "Her daughter is called Vera."}),
        entry("date", details=month),
    )
    assert send(services, house, *late).closed
    assert send(services, house, *late).closed
    with services.database.shop(house.shop_id) as tx:
        notes = [(note.body, note.stage) for note in customers.notes_of(tx, ALMA)]
        months = [kept.milestone.month for kept in clients.milestones_of(tx, ALMA)]
    assert notes == [("Her daughter is called Vera.", "discovery")]
    assert months == [3]


def test_what_was_noted_down_is_in_the_next_brief(services: Services, house: DeskHouse) -> None:
    send(
        services,
        house,
        entry("liked", what="Ruby eternity"),
        entry("liked", what="Sapphire pendant"),  # hers since 2023: no wish any more
        entry("liked", what="Opal pendant"),
        entry("declined", minute=2, what="Opal pendant"),
        entry("size", what="M½", details={"of": "Ring"}),
        entry("person", person="Tomas", details={"relation": "partner", "wears": "the 2019 earrings"}),
    )
    close(services, house)
    with services.database.shop(house.shop_id) as tx:
        following = book(tx, ALMA, house.ines, AFTERNOON + timedelta(days=30))
        brief = write_brief(tx, following, now=LATER + timedelta(days=29))
    assert [wish.title for wish in brief.wishes] == ["Ruby eternity"]
    assert [each.title for each in brief.declined] == ["Opal pendant"]
    assert brief.sizes == ("Ring size M½",)
    assert brief.people == ("Tomas (partner): wears the 2019 earrings",)
    assert "No ring size on record." not in brief.unknown
    assert [each.what for each in brief.promised] == ["Send the sketches"]


def test_a_colleague_cannot_send_into_it_nor_anybody_before_it_began(
    services: Services, house: DeskHouse
) -> None:
    with pytest.raises(UnableToFindBooking):
        send(services, house, entry("shown", what="Opal"), advisor=house.jonas)
    with services.database.shop(house.shop_id) as tx:
        other = book(tx, ALMA, house.ines, AFTERNOON + timedelta(days=3))
    with pytest.raises(UnableToSave), services.database.shop(house.shop_id) as tx:
        sync_consultation(tx, services.live, other, (), advisor_id=house.ines, now=NOW)
