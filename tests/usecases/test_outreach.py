"""Letters: begun from the house's words, sent by a person, by day, to whoever allowed it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.domain.consent import Consent, UnableToRecordConsent
from app.stores import advisors, clients, consents, outbox, outreach, outreach_templates, worklist
from app.stores.advisors import Advisor
from app.stores.bookings import bookings
from app.stores.database import Database, Transaction
from app.stores.orders import orders
from app.usecases.correct_date import correct_date
from app.usecases.handle_date import handle_date
from app.usecases.hear_consent import answer_link, hear_consent
from app.usecases.learn_date import learn_date
from app.usecases.open_outreach import log_answered, log_sent, open_outreach
from app.usecases.record_consent import record_consent
from app.usecases.send_outreach import release_outreach, send_outreach
from app.usecases.weigh_letter import UnableToSendOutreach
from app.usecases.write_letter import (
    UnableToFindLetter,
    UnableToWrite,
    begin_letter,
    keep_letter,
    open_letter,
    refill_letter,
)
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, DeskHouse, open_house

SHOP = "https://maison-alder.myshopify.com"
LINK = f"{SHOP}/account/login?return_url=/"
NO_MORE = "https://steward.example/letters/token"
EVENING = NOW.replace(hour=21)
YES = Consent("email", "one_to_one", "by_hand", NOW - timedelta(days=90), "Said so at the counter in August")


@pytest.fixture
def database(services: Services) -> Database:
    return services.database


@pytest.fixture
def house(database: Database) -> DeskHouse:
    opened = open_house(database)
    with database.shop(opened.shop_id) as tx:
        tx.execute(update(bookings).where(bookings.c.shop_id == tx.shop_id).values(state="completed"))
        consents.keep(tx, ALMA, YES)
    return opened


@pytest.fixture
def tx(database: Database, house: DeskHouse) -> Iterator[Transaction]:
    with database.shop(house.shop_id) as opened:
        yield opened


@pytest.fixture
def ines(tx: Transaction, house: DeskHouse) -> Advisor:
    found = advisors.one(tx, house.ines)
    assert found is not None
    return found


def begun(tx: Transaction, ines: Advisor, *, key: str = "anniversary:wedding_band") -> UUID:
    return begin_letter(tx, ALMA, by=ines, occasion=key, year=2026, link=LINK, now=NOW)


def send(
    tx: Transaction, services: Services, letter: UUID, ines: Advisor, *, now: datetime = NOW
) -> outreach.Letter:
    return send_outreach(tx, services.queue, letter, by=ines, unsubscribe=NO_MORE, shop_url=SHOP, now=now)


def posted(tx: Transaction) -> list[object]:
    return list(tx.execute(select(outbox.outbox)))


def test_a_draft_is_filled_from_the_record_and_names_nothing(tx: Transaction, ines: Advisor) -> None:
    letter = open_letter(tx, begun(tx, ines), ines)
    assert letter.subject == "Time for you at Maison Alder"
    assert letter.body.startswith("Dear Alma,")
    assert LINK in letter.body
    assert letter.body.endswith("Ines\nMaison Alder")
    said = f"{letter.subject} {letter.body}".casefold()
    assert not re.search(r"anniversar|tenth|band|earring|£|12 december", said)


def test_writing_twice_for_one_thing_goes_on_with_the_draft_that_is_there(
    tx: Transaction, ines: Advisor
) -> None:
    assert begun(tx, ines) == begun(tx, ines)
    assert begun(tx, ines) != begun(tx, ines, key="another")


def test_a_letter_is_handed_to_the_post_with_its_way_out_and_her_address_to_answer(
    tx: Transaction, services: Services, ines: Advisor
) -> None:
    letter = send(tx, services, begun(tx, ines), ines)
    (row,) = posted(tx)
    assert (letter.state, letter.via, letter.sent_at) == ("sent", "steward", NOW)
    assert (row.recipient, row.reply_to, row.unsubscribe) == (
        "alma@clients.example",
        "ines@alder.example",
        NO_MORE,
    )
    assert NO_MORE in row.body
    assert NO_MORE in row.html


def test_what_it_was_written_for_is_done(tx: Transaction, services: Services, ines: Advisor) -> None:
    send(tx, services, begun(tx, ines), ines)
    (said,) = worklist.answers(tx, [ALMA])[ALMA]
    assert (said.key, said.year, said.answer) == ("anniversary:wedding_band", 2026, "done")


def test_a_second_letter_within_sixty_days_is_held_whichever_way_it_goes(
    tx: Transaction, services: Services, ines: Advisor
) -> None:
    send(tx, services, begun(tx, ines), ines)
    other = begun(tx, ines, key="another")
    for now in (NOW + timedelta(days=1), NOW + timedelta(days=59)):
        with pytest.raises(UnableToSendOutreach):
            send(tx, services, other, ines, now=now)
        with pytest.raises(UnableToSendOutreach):
            open_outreach(tx, other, by=ines, shop_url=SHOP, now=now)
    assert send(tx, services, other, ines, now=NOW + timedelta(days=60)).state == "sent"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("Happy anniversary", "names an occasion"),
        ("Your Sapphire pendant", "names a piece"),
        ("From £2,400", "names a price"),
        ("", "Write at least a line."),
    ],
)
def test_words_that_say_too_much_are_not_sent_and_not_lost(
    tx: Transaction, services: Services, ines: Advisor, body: str, why: str
) -> None:
    letter = begun(tx, ines)
    keep_letter(tx, letter, {"body": body}, by=ines)
    with pytest.raises(UnableToSendOutreach) as refused:
        send(tx, services, letter, ines)
    assert why in refused.value.errors["body"]
    assert open_letter(tx, letter, ines).body == body
    assert posted(tx) == []


def test_without_consent_on_record_nothing_goes(tx: Transaction, services: Services, ines: Advisor) -> None:
    letter = begun(tx, ines)
    keep_letter(tx, letter, {"channel": "sms", "body": "Hello Alma"}, by=ines)
    with pytest.raises(UnableToSendOutreach) as refused:
        open_outreach(tx, letter, by=ines, shop_url=SHOP, now=NOW)
    assert refused.value.errors["consent"].startswith("No consent is on record")


def test_in_the_evening_it_waits_for_the_morning_where_she_is(
    database: Database, house: DeskHouse, services: Services, ines: Advisor, tx: Transaction
) -> None:
    tx.execute(update(bookings).values(zone="America/Vancouver"))
    letter = send(tx, services, begun(tx, ines), ines, now=NOW)
    assert (letter.state, letter.due_at) == ("waiting", datetime(2026, 11, 21, 16, 0, tzinfo=UTC))
    assert release_outreach(tx, services.queue, now=NOW + timedelta(hours=5), at_most=10) == 0
    assert posted(tx) == []
    assert release_outreach(tx, services.queue, now=NOW + timedelta(hours=6), at_most=10) == 1
    assert release_outreach(tx, services.queue, now=NOW + timedelta(hours=7), at_most=10) == 0
    assert len(posted(tx)) == 1
    assert open_letter(tx, letter.outreach_id, ines).state == "sent"


def test_what_speaks_against_it_by_the_morning_holds_it_back_and_says_why(
    tx: Transaction, services: Services, ines: Advisor
) -> None:
    letter = send(tx, services, begun(tx, ines), ines, now=EVENING)
    tx.execute(update(orders).values(problem=True))
    release_outreach(tx, services.queue, now=EVENING + timedelta(hours=13), at_most=10)
    held = open_letter(tx, letter.outreach_id, ines)
    assert (held.state, held.held_because) == (
        "draft",
        "Something about an order is open: see to that first.",
    )
    assert posted(tx) == []


def test_two_sweeps_at_once_post_it_once(database: Database, house: DeskHouse, services: Services) -> None:
    with database.shop(house.shop_id) as first:
        ines = advisors.one(first, house.ines)
        assert ines is not None
        send(first, services, begun(first, ines), ines, now=EVENING)
    morning = EVENING + timedelta(hours=13)
    with database.shop(house.shop_id) as first, database.shop(house.shop_id) as second:
        assert release_outreach(first, services.queue, now=morning, at_most=10) == 1
        assert release_outreach(second, services.queue, now=morning, at_most=10) == 0
    with database.shop(house.shop_id) as tx:
        assert len(posted(tx)) == 1


def test_her_own_application_opens_it_and_she_says_when_it_is_sent(tx: Transaction, ines: Advisor) -> None:
    letter = begun(tx, ines)
    log_sent(tx, letter, by=ines, now=NOW)
    assert open_letter(tx, letter, ines).state == "draft", "only what was opened can have been sent"
    keep_letter(tx, letter, {"body": f"See {SHOP}/products/x"}, by=ines)
    opened = open_outreach(tx, letter, by=ines, shop_url=SHOP, now=NOW)
    assert opened.body == f"See {SHOP}/account/login?return_url=/products/x"
    sent = log_sent(tx, letter, by=ines, now=NOW)
    assert (sent.state, sent.via, sent.sent_at) == ("sent", "own", NOW)
    answered = log_answered(tx, letter, by=ines, now=NOW + timedelta(days=1))
    again = log_answered(tx, letter, by=ines, now=NOW + timedelta(days=9))
    assert answered.answered_at == again.answered_at == NOW + timedelta(days=1)


def test_what_was_sent_is_neither_changed_nor_thrown_away(
    tx: Transaction, services: Services, ines: Advisor
) -> None:
    sent = send(tx, services, begun(tx, ines), ines)
    keep_letter(tx, sent.outreach_id, {"body": "Other words"}, by=ines)
    outreach.discard(tx, sent.outreach_id)
    assert open_letter(tx, sent.outreach_id, ines).body == sent.body


def test_one_person_writes_to_a_client_the_lead_or_the_owner(
    tx: Transaction, house: DeskHouse, ines: Advisor
) -> None:
    jonas, margaret = advisors.one(tx, house.jonas), advisors.one(tx, house.margaret)
    assert jonas is not None
    assert margaret is not None
    letter = begun(tx, ines)
    with pytest.raises(UnableToWrite):
        begin_letter(tx, ALMA, by=jonas, link=LINK, now=NOW)
    with pytest.raises(UnableToFindLetter):
        open_letter(tx, letter, jonas)
    with pytest.raises(UnableToFindLetter):
        keep_letter(tx, letter, {"body": "mine"}, by=jonas)
    assert open_letter(tx, letter, margaret).outreach_id == letter


def test_another_beginning_takes_the_place_of_the_words(tx: Transaction, ines: Advisor) -> None:
    letter = begun(tx, ines)
    refill_letter(tx, letter, "hello", by=ines, link=LINK)
    assert open_letter(tx, letter, ines).subject == "A word from Maison Alder"
    with pytest.raises(UnableToFindLetter):
        refill_letter(tx, letter, "no such", by=ines, link=LINK)
    assert [each.template_id for each in outreach_templates.every(tx)] == ["time", "hello", "short"]


# --- consent


def typed(**more: str) -> dict[str, str]:
    return {"channel": "email", "state": "one_to_one", "proof": "Said so on the phone"} | more


def test_a_consent_by_hand_needs_its_proof(tx: Transaction, ines: Advisor) -> None:
    with pytest.raises(UnableToRecordConsent) as refused:
        record_consent(tx, ALMA, typed(proof=" ", state=""), advisor_id=ines.advisor_id, now=NOW)
    assert set(refused.value.errors) == {"state", "proof"}
    with pytest.raises(UnableToRecordConsent) as refused:
        record_consent(tx, ALMA, typed(channel="sms", address="07700"), advisor_id=ines.advisor_id, now=NOW)
    assert set(refused.value.errors) == {"address"}
    record_consent(
        tx, ALMA, typed(channel="sms", address="+44 7700 900123"), advisor_id=ines.advisor_id, now=NOW
    )
    kept = consents.in_force(tx, ALMA)["sms"]
    assert (kept.state, kept.source, kept.said_at, kept.proof) == (
        "one_to_one",
        "by_hand",
        NOW,
        "Said so on the phone",
    )
    assert (kept.address, kept.advisor_id) == ("+44 7700 900123", ines.advisor_id)


def test_nobody_of_the_house_can_undo_a_no(tx: Transaction, services: Services, ines: Advisor) -> None:
    answer_link(tx, ALMA, allow=False, now=NOW)
    with pytest.raises(UnableToRecordConsent) as refused:
        record_consent(tx, ALMA, typed(), advisor_id=ines.advisor_id, now=NOW + timedelta(days=1))
    assert refused.value.errors["state"].startswith("Only Alma can allow this again")
    # However a later yes by hand got into the table, it does not count.
    consents.keep(tx, ALMA, Consent("email", "one_to_one", "by_hand", NOW + timedelta(days=2), "sneaked"))
    assert not consents.in_force(tx, ALMA)["email"].allows
    with pytest.raises(UnableToSendOutreach) as stopped:
        send(tx, services, begun(tx, ines), ines)
    assert stopped.value.errors["consent"] == "Alma does not want to be written to this way."


@pytest.mark.parametrize("who", ["customer", "shopify"])
def test_she_herself_or_the_shops_record_can(tx: Transaction, who: str) -> None:
    answer_link(tx, ALMA, allow=False, now=NOW)
    if who == "customer":
        answer_link(tx, ALMA, allow=True, now=NOW + timedelta(days=1))
    else:
        hear_consent(tx, ALMA, "email", "SUBSCRIBED", said_at=NOW + timedelta(days=1))
    assert consents.in_force(tx, ALMA)["email"].allows
    assert len(consents.every(tx, ALMA)) == 3, "what was said before stays, as the proof of its time"


def test_what_shopify_says_counts_by_when_it_was_said_not_when_it_came(tx: Transaction) -> None:
    hear_consent(tx, ALMA, "email", "unsubscribed", said_at=NOW)
    hear_consent(tx, ALMA, "email", "subscribed", said_at=NOW - timedelta(days=1))
    hear_consent(tx, ALMA, "email", "pending", said_at=NOW + timedelta(days=1))
    assert consents.in_force(tx, ALMA)["email"].state == "unsubscribed"


def test_a_no_stops_the_letter_that_has_not_left_yet(
    tx: Transaction, services: Services, ines: Advisor
) -> None:
    send(tx, services, begun(tx, ines), ines)
    answer_link(tx, ALMA, allow=False, now=NOW)
    (row,) = posted(tx)
    assert (row.state, row.failure) == ("failed", "withdrawn: the client does not want letters")


# --- dates


def test_a_date_is_corrected_under_the_id_it_has(tx: Transaction, services: Services) -> None:
    today = date(2026, 11, 21)
    said = {"learned_occasion": "birthday", "learned_day": "9", "learned_month": "3", "learned_told": "1"}
    learn_date(tx, services.live, ALMA, said, today=today, now=NOW)
    (before,) = clients.milestones_of(tx, ALMA)
    corrected = {
        **said,
        "learned_day": "29",
        "learned_month": "2",
        "learned_year": "1984",
        "learned_about": "1",
    }
    correct_date(tx, services.live, ALMA, before.milestone_id, corrected, today=today, now=NOW)
    (after,) = clients.milestones_of(tx, ALMA)
    assert after.milestone_id == before.milestone_id
    made = after.milestone
    assert (made.month, made.day, made.year, made.spread_days, made.provenance) == (2, 29, 1984, 10, "stated")


def test_a_day_marked_not_to_be_used_leaves_the_client_in_peace_at_once(
    tx: Transaction, services: Services, ines: Advisor
) -> None:
    said = {"learned_occasion": "wedding anniversary", "learned_month": "12", "learned_told": "1"}
    learn_date(tx, services.live, ALMA, said, today=date(2026, 11, 21), now=NOW)
    (kept,) = clients.milestones_of(tx, ALMA)
    letter = send(tx, services, begun(tx, ines), ines, now=EVENING)
    handle_date(tx, services.live, ALMA, kept.milestone_id, "do_not_use", now=NOW)
    release_outreach(tx, services.queue, now=EVENING + timedelta(hours=13), at_most=10)
    held = open_letter(tx, letter.outreach_id, ines)
    assert held.state == "draft"
    assert held.held_because.startswith("A date here is not to be used.")
    assert posted(tx) == []


def test_a_letter_that_could_not_be_delivered_is_seen(
    tx: Transaction, services: Services, ines: Advisor
) -> None:
    letter = send(tx, services, begun(tx, ines), ines)
    tx.execute(update(outbox.outbox).values(state="failed"))
    assert open_letter(tx, letter.outreach_id, ines).posted == "failed"
