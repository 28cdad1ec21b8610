"""What a client sees of what is remembered for her, and what she changes there."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.consent import Consent
from app.stores import bookings, clients, consents, customers, date_removals, kept_dates, relationships
from app.stores.outbox import outbox
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse
from tests.web import proxy
from tests.web.shopper import Shopper, words

SHOP = "maison-alder.myshopify.com"
TO_COME = "That year is still to come."
HERS = {"learned_occasion": "anniversary", "learned_day": "14", "learned_month": "6", "learned_year": "2016"}


def told(services: Services, house: DeskHouse, **more: object) -> UUID:
    """Put a date into Alma's record."""
    date = {"occasion": "birthday", "month": 3, "day": 9, "year": None, "person": "Leila"}
    with services.database.shop(house.shop_id) as tx:
        said = {**date, "provenance": "stated", "confidence": 1.0, **more}
        return customers.add_milestone(tx, ALMA, **said)


def dates(services: Services, house: DeskHouse) -> list[clients.KeptMilestone]:
    with services.database.shop(house.shop_id) as tx:
        return clients.milestones_of(tx, ALMA)


def test_without_dates_and_bookings_the_page_says_so_and_offers_the_form(client: FlaskClient) -> None:
    page = words(Shopper(client, "7002", SHOP).looks())
    assert "Nothing yet." in page
    assert "You have none at the moment." in page
    assert '<details class="add" open>' in page


def test_it_shows_what_she_told_and_neither_what_was_recorded_nor_what_was_guessed(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    told(services, house)
    told(services, house, occasion="graduation", person="Tomas", provenance="recorded", confidence=0.9)
    told(services, house, occasion="retirement", person="Otto", provenance="engraved", confidence=0.9)
    with services.database.shop(house.shop_id) as tx:
        customers.add_note(tx, ALMA, "Prefers not to talk about Otto.", at=NOW)
    page = words(alma.looks()).split('<details class="add"')[0]
    assert "Birthday" in page
    assert "Leila" in page
    assert "9 March" in page
    assert "You told us." in page
    for hidden in ("Graduation", "Tomas", "Otto", "inferred", "wedding band", "cue", "eternity"):
        assert hidden not in page, hidden


def test_a_date_not_to_be_used_is_met_only_by_opening_it(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    told(services, house, do_not_use=True)
    page = words(alma.looks())
    before, after = page.split('<details class="alone">')
    assert "One date that we leave alone" in after
    assert "Leila" not in before


def test_a_date_she_tells_is_kept_as_told_by_her_and_said_back(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    said = alma.presses("/dates", **HERS, learned_person="Rafael", learned_about="1")
    assert said == "Thank you. We’ll remember it: Anniversary (Rafael), about 14 June 2016."
    (kept,) = [each.milestone for each in dates(services, house)]
    assert (kept.provenance, kept.confidence, kept.spread_days) == ("stated", 1.0, 10)
    assert (kept.occasion, kept.month, kept.day, kept.year) == ("anniversary", 6, 14, 2016)
    with services.database.shop(house.shop_id) as tx:
        assert kept_dates.waiting(tx, limit=9) == [ALMA], "the shop's own record is to have it, too"
        snapshot = relationships.one(tx, ALMA).snapshot
    assert snapshot is not None
    assert any(each.provenance == "stated" for each in snapshot.milestones)


def test_the_month_alone_is_enough_and_her_own_words_are_taken(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    own = {"learned_occasion": "other", "learned_words": "  our  move to Bath ", "learned_month": "9"}
    assert alma.presses("/dates", **own) == "Thank you. We’ll remember it: Our move to Bath, in September."
    (kept,) = [each.milestone for each in dates(services, house)]
    assert (kept.occasion, kept.day, kept.year) == ("our move to Bath", None, None)


def test_a_date_told_twice_is_kept_once(alma: Shopper, services: Services, house: DeskHouse) -> None:
    alma.presses("/dates", **HERS)
    assert alma.presses("/dates", **HERS) == "We had that one already: Anniversary, 14 June 2016."
    assert len(dates(services, house)) == 1


def test_somebody_without_an_order_may_tell_a_date_too(
    client: FlaskClient, services: Services, house: DeskHouse
) -> None:
    assert "14 June" in Shopper(client, "7002", SHOP).presses("/dates", **HERS)
    with services.database.shop(house.shop_id) as tx:
        assert len(clients.milestones_of(tx, "7002")) == 1


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"learned_month": ""}, "learned_month", "Say at least the month."),
        ({"learned_day": "31"}, "learned_day", "There is no such day."),
        ({"learned_year": "16"}, "learned_year", "A year from 1900 on, or leave it empty."),
        (
            {"learned_year": "2030"},
            "learned_year",
            f"{TO_COME} Give the year it first was, or leave it empty.",
        ),
        ({"learned_occasion": ""}, "learned_occasion", "Choose what the day is."),
        ({"learned_occasion": "other"}, "learned_words", "Say what the day is, in a word or two."),
        ({"learned_person": "x" * 81}, "learned_person", "Keep it to 80 letters."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    alma: Shopper, services: Services, house: DeskHouse, typed: dict[str, str], field: str, sentence: str
) -> None:
    sent = {**HERS, "learned_person": "Rafael", "learned_about": "1", **typed}
    page = words(alma.sends("/dates", **sent))
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-error"', page)
    assert f'<p class="error" id="{field}-error">{sentence}</p>' in page
    for name, value in sent.items():
        kept = f'name="{name}" value="{value}"' in page or f'<option value="{value}" selected>' in page
        assert kept or not value or name == "learned_about", name
    assert 'value="1" checked' in page
    assert dates(services, house) == []


def test_everything_wrong_is_said_at_once(alma: Shopper) -> None:
    page = words(alma.sends("/dates", learned_day="40", learned_year="x"))
    for sentence in (
        "Choose what the day is.",
        "Say at least the month.",
        "There is no such day.",
        "A year from",
    ):
        assert sentence in page


def test_a_date_of_hers_is_put_right_and_stays_sensitive(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    date = told(services, house, sensitive=True)
    page = words(alma.looks(f"/dates/{date}"))
    assert 'value="birthday" selected' in page
    assert 'value="Leila"' in page
    right = {"learned_occasion": "birthday", "learned_month": "4", "learned_person": "Leila"}
    assert alma.presses(f"/dates/{date}", **right) == "It is put right: Birthday (Leila), in April."
    (kept,) = [each.milestone for each in dates(services, house)]
    assert (kept.month, kept.day, kept.sensitive, kept.provenance) == (4, None, True, "stated")
    with services.database.shop(house.shop_id) as tx:
        assert kept_dates.waiting(tx, limit=9) == [ALMA]
    again = words(alma.sends(f"/dates/{date}", learned_occasion="birthday", learned_day="12"))
    assert "Say at least the month." in again
    assert 'name="learned_day" value="12"' in again


def test_leaving_a_date_alone_silences_it_and_allowing_it_keeps_it_sensitive(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    date = told(services, house, sensitive=True)
    said = alma.presses(f"/dates/{date}/use", use="no")
    assert said == "We leave that day alone from now on. Nobody will bring it up."
    assert [each.milestone.do_not_use for each in dates(services, house)] == [True]
    assert alma.presses(f"/dates/{date}/use", use="yes").startswith("Thank you. We may think of it again")
    (kept,) = [each.milestone for each in dates(services, house)]
    assert (kept.do_not_use, kept.sensitive) == (False, True)


def test_a_date_taken_away_is_gone_here_and_is_to_go_from_the_shop(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    date = told(services, house)
    assert alma.presses(f"/dates/{date}/away") == "It is taken away. We no longer keep that date."
    assert dates(services, house) == []
    with services.database.shop(house.shop_id) as tx:
        assert date_removals.is_going(tx, f"date-{date}")
    assert alma.presses(f"/dates/{date}/away") == "That date is no longer here. Nothing was changed."


@pytest.mark.parametrize("path", ["", "/use", "/away"])
def test_what_an_advisor_recorded_or_another_told_is_not_hers_to_change(
    alma: Shopper, client: FlaskClient, services: Services, house: DeskHouse, path: str
) -> None:
    recorded, hers = told(services, house, provenance="recorded"), told(services, house)
    before, gone = dates(services, house), "That date is no longer here. Nothing was changed."
    assert alma.presses(f"/dates/{recorded}{path}", **HERS) == gone
    assert Shopper(client, "7002", SHOP).presses(f"/dates/{hers}{path}", **HERS) == gone
    assert alma.looks(f"/dates/{recorded}").status_code == 303
    assert dates(services, house) == before


def test_her_choice_about_invitations_stands_at_once_and_can_be_taken_back(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        relationships.stand(tx, ALMA, dismissals=2, stopped=True, rest_until=NOW + timedelta(days=90))
    assert "You may invite me again" in words(alma.looks())
    assert alma.presses("/invitations", allow="yes").startswith("Thank you. We may invite you again")
    with services.database.shop(house.shop_id) as tx:
        stands = relationships.one(tx, ALMA)
    assert (stands.stopped, stands.dismissals, stands.rest_until) == (False, 0, None)
    assert alma.presses("/invitations", allow="no").startswith("We won’t invite you again.")
    with services.database.shop(house.shop_id) as tx:
        assert relationships.one(tx, ALMA).stopped


def test_when_she_does_not_want_her_visits_used_she_is_not_scored_from_that_instant(
    alma: Shopper, client: FlaskClient, services: Services, house: DeskHouse
) -> None:
    live, key = services.live, f"{{{house.shop_id}:{ALMA}}}:days"
    proxy.post(client, "/proxy/events", ALMA, proxy.batch(), shop=SHOP)
    assert live.session_of(house.shop_id, ALMA) is not None
    assert live.patient.exists(key)
    assert alma.presses("/visits", allow="no").startswith("From now on your visits are not used.")
    assert live.session_of(house.shop_id, ALMA) is None
    assert not live.patient.exists(key)
    assert proxy.post(client, "/proxy/events", ALMA, proxy.batch(), shop=SHOP).status_code == 204
    assert live.session_of(house.shop_id, ALMA) is None
    assert "You may use my visits again" in words(alma.looks())
    alma.presses("/visits", allow="yes")
    proxy.post(client, "/proxy/events", ALMA, proxy.batch(), shop=SHOP)
    assert live.session_of(house.shop_id, ALMA) is not None


def test_her_appointment_is_shown_can_be_changed_and_is_cancelled_once(
    alma: Shopper, client: FlaskClient, services: Services, house: DeskHouse
) -> None:
    page = words(alma.looks())
    assert "Saturday 21 November, 2:00 pm London time" in page
    assert "Ines Moreau" in page
    assert '<details class="add"><summary>' in page, "an empty form does not stand before it"
    assert re.search(rf'href="{services.settings.url}/appointments/[^"]+"', page)
    stranger = Shopper(client, "7002", SHOP)
    nothing = "That appointment has begun or is no longer in our book. Nothing was changed."
    assert stranger.presses(f"/bookings/{house.booking}/cancel") == nothing
    said = alma.presses(f"/bookings/{house.booking}/cancel")
    assert said == "Your appointment is cancelled, and your advisor has been told."
    assert alma.presses(f"/bookings/{house.booking}/cancel") == nothing
    with services.database.shop(house.shop_id) as tx:
        booking = bookings.one(tx, house.booking)
        letters = {
            row.recipient: row.body
            for row in tx.execute(select(outbox).where(outbox.c.ics_method == "CANCEL"))
        }
    assert booking is not None
    assert booking.state == "cancelled"
    assert sorted(letters) == ["alma@clients.example", "ines@alder.example"]
    assert re.search(rf"{services.settings.url}/appointments/\S+", letters["alma@clients.example"]), (
        "she may choose another time, as after any other cancellation"
    )
    assert "You have none at the moment." in words(alma.looks())


def test_an_appointment_that_has_begun_is_not_cancelled_here(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    token = alma.token()
    object.__setattr__(services, "clock", lambda: NOW + timedelta(hours=4, minutes=5))
    assert alma.sends(f"/bookings/{house.booking}/cancel", token=token).status_code == 303
    with services.database.shop(house.shop_id) as tx:
        booking = bookings.one(tx, house.booking)
    assert booking is not None
    assert booking.state == "booked"


def test_how_she_may_be_written_to_is_said_with_where_it_is_from_and_never_the_proof(
    alma: Shopper, services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        consents.keep(tx, ALMA, Consent("email", "one_to_one", "by_hand", NOW, proof="in tears, at the till"))
    page = words(alma.looks())
    assert "Your advisor may write to you personally. An advisor noted it on 21 November 2026" in page
    assert "You haven’t told us, so nobody writes to you this way unasked." in page
    assert "tears" not in page
