"""Erased means gone, everywhere (promise 6)."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.dialects.postgresql import Range

from app.domain.order_values import provisional_customer_id
from app.launcher.embedded import EmbeddedPostgres
from app.queue import Queue
from app.stores import advisors, customers, erasures, inbox, last_years, relationships, shops
from app.stores.database import Transaction, psycopg_url
from app.stores.live import Batch, Known
from app.stores.tables import metadata
from app.usecases.erase_customer import erase_customer
from app.usecases.open_shop import open_shop
from app.usecases.update_relationship import load_cold, publish
from app.wiring import Services
from scoring.decision import Standing
from scoring.replayed import Calendar, Greeting, LastYear, Outcome, Proportion
from tests.conftest import NOW

# Nothing else in the house is called like this.
CHIARA = "881000000007004"
NAME, SURNAME = "Chiara-Zebedea", "Rossignol-Quux"
EMAIL = "Chiara.Zebedea@Quux.example"
NOTE = "prefers-platinum-quuxly"
ORDER = "660000000012345"
BEFORE_THE_MERGE = "881000000007999"
TRACES = (CHIARA, BEFORE_THE_MERGE, NAME, SURNAME, EMAIL, NOTE, ORDER, provisional_customer_id(EMAIL), "quux")

Row = dict[str, Any]


@pytest.fixture
def shop_id(services: Services) -> int:
    return house(services, "maison-alder.myshopify.com")


def house(services: Services, domain: str) -> int:
    named = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
    return open_shop(services.database, domain, now=NOW, **named)


def fill(tx: Transaction, customer_id: str) -> None:
    """A row for her in every table that can speak of a customer; table → what stands in it."""
    advisor_id = advisors.owner(tx).advisor_id
    booking_id, decision_id, book_id = uuid4(), uuid4(), uuid4()
    soon = NOW + timedelta(days=3)
    hers: Row = {"customer_id": customer_id}
    customers.put(tx, customer_id, first_name=NAME, last_name=SURNAME, email=EMAIL, updated_at=NOW)
    rows: list[tuple[str, Row]] = [
        ("customers", {"customer_id": provisional_customer_id(EMAIL), "email": EMAIL.lower()}),
        ("orders", hers | {"order_id": ORDER, "ordered_at": NOW, "currency": "GBP", "status": "counted"}),
        ("order_lines", {"order_id": ORDER, "line": 1, "title": NOTE, "price": 1, "quantity": 1,
                         "engraving": NAME}),
        ("relationships", hers | {"version": 1, "snapshot": {"who": NAME}, "lead_reason": NOTE}),
        ("milestones", hers | {"milestone_id": uuid4(), "person": NAME, "occasion": "anniversary",
                               "month": 6, "provenance": "stated", "confidence": 1.0, "rests_on": [ORDER]}),
        ("date_keepings", hers),
        ("notes", hers | {"note_id": uuid4(), "body": NOTE, "at": NOW}),
        ("forward_items", hers | {"item_id": uuid4(), "advisor_id": advisor_id, "what": NOTE,
                                  "due_on": soon.date()}),
        ("decisions", hers | {"decision_id": decision_id, "session_id": f"session-of-{customer_id}",
                              "at": NOW, "day": NOW.date(), "verdict": "offer", "rule": "cue_reached",
                              "strength": "cue", "eligible": True, "held_out": False,
                              "record": {"customer": customer_id}}),
        ("bookings", hers | {"booking_id": booking_id, "advisor_id": advisor_id, "starts_at": soon,
                             "ends_at": soon, "busy": Range(soon, soon + timedelta(hours=1)),
                             "state": "booked", "place": "shop", "zone": "Europe/London", "note": NOTE,
                             "key": NAME, "fingerprint": NAME, "uid": NAME}),
        ("briefs", {"booking_id": booking_id, "content": {"for": NAME}, "written_at": NOW}),
        ("consultations", {"booking_id": booking_id, "started_at": NOW, "stage": "opening",
                           "captured": {"opening": NOTE}}),
        ("captures", {"capture_id": uuid4(), "booking_id": booking_id, "kind": "person", "person": NAME,
                      "advisor_id": advisor_id, "at": NOW, "kept_at": NOW}),
        ("attributions", {"order_id": ORDER, "booking_id": booking_id, "attributed_at": NOW}),
        ("consents", hers | {"consent_id": uuid4(), "channel": "sms", "state": "one_to_one",
                             "source": "by_hand", "said_at": NOW, "proof": NOTE}),
        ("book_entries", hers | {"entry_id": uuid4(), "kind": "wish", "what": NOTE, "said_at": NOW}),
        ("two_people", hers | {"other_id": provisional_customer_id(EMAIL), "decided_by": "Margaret",
                               "decided_at": NOW}),
        ("client_books", {"book_id": book_id, "name": "clients.csv", "state": "mapping", "columns": [],
                          "mapping": {}, "rows": 1, "parts": 1, "uploaded_at": NOW, "uploaded_by": "1"}),
        ("client_book_parts", {"book_id": book_id, "part": 1,
                               "content": f"Name,Email\n{NAME} {SURNAME},{EMAIL}\nBruno,bruno@x.example\n"}),
        ("client_book_rejects", {"book_id": book_id, "line": 2, "taken_in": False, "reason": "too long",
                                 "text": f"{NAME},{EMAIL}"}),
        ("outreach", hers | {"outreach_id": uuid4(), "advisor_id": advisor_id, "channel": "email",
                             "state": "draft", "body": NOTE, "begun_at": NOW}),
        ("worklist_answers", hers | {"answer_id": uuid4(), "occasion": NOTE, "year": 2026,
                                     "answer": "done", "at": NOW}),
        ("calls_back", hers | {"call_id": uuid4(), "advisor_id": advisor_id, "reason": "asked",
                               "phone": NOTE, "words": NOTE, "asked_at": NOW}),
        ("outbox", hers | {"message_id": uuid4(), "recipient": EMAIL, "subject": NAME, "body": NOTE}),
        ("outbox", {"message_id": uuid4(), "booking_id": booking_id, "recipient": "ines@alder.example",
                    "subject": "A conversation", "body": NOTE}),
        ("marks", hers | {"name": "tag:quux", "value": "added", "said_at": NOW}),
        ("aliases", hers | {"alias": BEFORE_THE_MERGE}),
        ("exports", hers | {"export_id": uuid4(), "asked_at": NOW, "written_at": NOW,
                            "content": {"customers": [{"first_name": NAME}]}}),
        ("exports", {"export_id": uuid4(), "email": EMAIL.lower(), "asked_at": NOW, "written_at": NOW,
                     "content": {}}),
    ]  # fmt: skip
    for table, row in rows:
        tx.execute(insert(metadata.tables[table]).values(shop_id=tx.shop_id, **row))
    last_years.put(tx, a_year_with(customer_id), {last_years.CALENDAR: f"<svg>{NAME}</svg>"}, made_at=NOW)
    for topic, payload in webhooks_about(customer_id):
        inbox.keep(tx, str(uuid4()), topic=topic, body=json.dumps(payload), triggered_at=NOW)


def a_year_with(customer_id: str) -> last_years.Replayed:
    """She is one of those who would have been greeted, and the calendar that is shown is hers."""
    none = Outcome(0, 0, Proportion(0, 0), None, Proportion(0, 0), None)
    day = date(2025, 6, 2)
    year = LastYear(
        first=day, last=date(2026, 5, 31), known_until=NOW.date(), clients=1, active=1, offer_at="cue",
        threshold=0.1, policy_version=1, weights_version=None, learned_from=None, weeks=(),
        policies={"cue": none, "strong": none, "probability": none}, curve=(), reliability=(), lift=(),
        greetings=(Greeting(customer_id, day, (NOTE,)),), dates_kept=Proportion(0, 0),
        calendar=Calendar(customer_id, (day,), 6, 2, 3, day),
    )  # fmt: skip
    return last_years.Replayed(year)


def webhooks_about(customer_id: str) -> list[tuple[str, object]]:
    number = int(customer_id)
    return [
        ("orders/updated", {"id": 1, "customer": {"id": number, "first_name": NAME}}),
        ("customers/update", {"id": number, "first_name": NAME}),
        ("orders/create", {"id": 2, "contact_email": EMAIL.upper()}),
        ("customer.tags_added", {"customerId": f"gid://shopify/Customer/{number}", "tags": [NOTE]}),
        ("customers_marketing_consent/update", {"id": number, "phone": None}),
        ("orders/create", {"id": 3, "refunds": [{"transactions": [{"customer_id": number}]}]}),
        ("orders/create", {"id": 4, "customer": {"id": f"gid://shopify/Customer/{number}", "note": NOTE}}),
    ]


def live_keys(services: Services, shop_id: int, customer_id: str) -> None:
    known = Known(version=1, first_name=NAME, lead_id=None, standing=Standing(), relationship=None)
    ticket = services.live.ticket(shop_id, customer_id)
    services.live.remember(shop_id, customer_id, known, opted_out=False, ticket=ticket)
    batch = Batch(events=1, views=1, carts=0, started_ago_ms=0, kinds={"necklace": 1000}, prices=(100,))
    services.live.observe(
        shop_id,
        customer_id,
        batch,
        now=NOW,
        day=date(2026, 11, 21),
        new_session_id=f"session-of-{customer_id}",
    )
    services.live.opened(shop_id, customer_id, NOW)


def everything_in_postgresql(owner_url: str, *, but_not: int | None = None) -> str:
    """Every value of every column of every table the catalog names, as text, as the owner sees it."""
    engine = create_engine(psycopg_url(owner_url))
    said = []
    with engine.connect() as connection:
        tables = connection.execute(text("select tablename from pg_tables where schemaname = 'public'"))
        for table in tables.scalars().all():
            keyed = table != "alembic_version" and but_not is not None
            where = f"where shop_id <> {but_not}" if keyed else ""
            said += [
                f"{table}: {row}".replace("\n", " ")
                for row in connection.execute(text(f'select t::text from "{table}" t {where}')).scalars()
            ]
    engine.dispose()
    return "\n".join(said)


def everything_in_redis(redis: Redis) -> str:
    readers: dict[bytes, Callable[[bytes], object]] = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
        b"stream": redis.xrange,
    }
    return "\n".join(f"{key!r}: {readers[redis.type(key)](key)!r}" for key in redis.scan_iter("*"))


def traces_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if any(trace.lower() in line.lower() for trace in TRACES)]


@pytest.fixture
def owner_url(postgres: EmbeddedPostgres, database_url: str) -> str:
    return postgres.url(str(psycopg_url(database_url).database), user="postgres")


def test_erased_means_gone_everywhere(services: Services, shop_id: int, owner_url: str) -> None:
    with services.database.shop(shop_id) as tx:
        fill(tx, CHIARA)
    live_keys(services, shop_id, CHIARA)
    Queue(services.live.patient).ask_once("jobs.inbox.work_on", shop_id)
    written = traces_in(everything_in_postgresql(owner_url))
    speaking = {line.partition(":")[0] for line in written}
    assert speaking == tables_that_name_a_customer(), "the test must fill every table it means to search"
    assert len(traces_in(everything_in_redis(services.live.patient))) == 5

    with services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, CHIARA, now=NOW)

    assert traces_in(everything_in_postgresql(owner_url)) == []
    assert traces_in(everything_in_redis(services.live.patient)) == []


def tables_that_name_a_customer() -> set[str]:
    """Those that carry her id, what hangs on them, and those that hold her in JSON or text alone.

    A new one must be filled above, too.
    """
    found = {"inbox", "last_years", "client_book_parts", "client_book_rejects"}
    while True:
        more = {
            table.name
            for table in metadata.tables.values()
            if "customer_id" in table.c or {key.column.table.name for key in table.foreign_keys} & found
        }
        if more <= found:
            return found
        found |= more


def test_decisions_stay_as_counts(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        fill(tx, CHIARA)
        erase_customer(tx, services.live, CHIARA, now=NOW)
    with services.database.shop(shop_id) as tx:
        (decision,) = tx.execute(select(metadata.tables["decisions"])).all()
    assert (decision.customer_id, decision.record) == (None, None)
    assert decision.session_id != f"session-of-{CHIARA}"
    assert (decision.verdict, decision.eligible) == ("offer", True)


def test_a_decision_that_is_being_written_is_waited_for(services: Services, shop_id: int) -> None:
    """claim_offer holds the relationship while it writes; the decision has no key that ends with her."""
    with services.database.shop(shop_id) as tx:
        fill(tx, CHIARA)

    def erase() -> None:
        with services.database.shop(shop_id) as tx:
            erase_customer(tx, services.live, CHIARA, now=NOW)

    decisions = metadata.tables["decisions"]
    with ThreadPoolExecutor(1) as pool:
        with services.database.shop(shop_id) as tx:
            assert relationships.is_at(tx, CHIARA, 1)
            row = dict(tx.execute(select(decisions)).one()._mapping)
            row |= {"decision_id": uuid4(), "session_id": "the session after"}
            tx.execute(insert(decisions).values(row))
            erased = pool.submit(erase)
            assert not wait([erased], timeout=0.5).done
        erased.result(10)
    with services.database.shop(shop_id) as tx:
        assert set(tx.execute(select(decisions.c.customer_id)).scalars()) == {None}


def test_the_same_id_in_another_shop_stays(services: Services, shop_id: int, owner_url: str) -> None:
    theirs = house(services, "birch.myshopify.com")
    for each in (shop_id, theirs):
        with services.database.shop(each) as tx:
            fill(tx, CHIARA)
        live_keys(services, each, CHIARA)
    before = sorted(traces_in(everything_in_postgresql(owner_url, but_not=shop_id)))
    with services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, CHIARA, now=NOW)
    assert traces_in(everything_in_postgresql(owner_url, but_not=theirs)) == []
    assert sorted(traces_in(everything_in_postgresql(owner_url, but_not=shop_id))) == before
    assert services.live.session_of(theirs, CHIARA) is not None


def test_webhooks_about_others_still_wait(services: Services, shop_id: int) -> None:
    others = [
        ("orders/create", {"id": int(CHIARA), "customer": {"id": 7001}}),  # an order's number, not hers
        ("orders/create", {"id": 8, "order_number": int(CHIARA), "customer": None}),
        ("orders/create", {"id": 9, "customer": {"id": int(CHIARA + "1")}}),
        ("customers/update", {"id": 7001, "email": "not-" + EMAIL}),
    ]
    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, email=EMAIL)
        for topic, payload in others:
            inbox.keep(tx, str(uuid4()), topic=topic, body=json.dumps(payload), triggered_at=NOW)
        erase_customer(tx, services.live, CHIARA, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert len(inbox.waiting(tx, limit=10)) == len(others)


def test_an_erasure_is_counted_once_and_nobody_is_named(services: Services, shop_id: int) -> None:
    for _ in range(2):
        with services.database.shop(shop_id) as tx:
            if not shops.counted(tx, "erased"):
                fill(tx, CHIARA)
            erase_customer(tx, services.live, CHIARA, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert shops.counted(tx, "erased") == 1


def test_a_cold_load_that_began_before_an_erasure_brings_nothing_back(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, first_name=NAME)
        tx.execute(insert(metadata.tables["decisions"]).values(**decided_about(shop_id, CHIARA)))
    remember = services.live.remember

    def erased_first(*args: Any, **more: Any) -> bool:
        with services.database.shop(shop_id) as tx:
            erase_customer(tx, services.live, CHIARA, now=NOW)
        return remember(*args, **more)

    monkeypatch.setattr(services.live, "remember", erased_first)
    load_cold(services.database, services.live, shop_id, CHIARA, now=NOW)
    assert traces_in(everything_in_redis(services.live.patient)) == []


def test_a_publication_that_comes_after_an_erasure_brings_nothing_back(
    services: Services, shop_id: int
) -> None:
    def erase() -> None:
        with services.database.shop(shop_id) as tx:
            erase_customer(tx, services.live, CHIARA, now=NOW)

    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, first_name=NAME)
        tx.after_commit(erase)  # the erasure that waited for this commit is quicker than what follows it
        publish(tx, services.live, CHIARA, now=NOW)
    assert traces_in(everything_in_redis(services.live.patient)) == []


def decided_about(shop_id: int, customer_id: str) -> Row:
    return {
        "shop_id": shop_id,
        "decision_id": uuid4(),
        "customer_id": customer_id,
        "session_id": "earlier",
        "at": NOW,
        "day": NOW.date(),
        "verdict": "quiet",
        "rule": "cue_not_reached",
        "strength": "none",
        "eligible": False,
        "held_out": False,
    }


def test_ended_sessions_that_wait_for_their_row_are_erased_too(services: Services, shop_id: int) -> None:
    for minutes in (0, 31):
        services.live.remember(
            shop_id,
            CHIARA,
            Known(version=1, first_name=NAME, lead_id=None, standing=Standing(), relationship=None),
            opted_out=False,
            ticket=services.live.ticket(shop_id, CHIARA),
        )
        batch = Batch(events=1, views=1, carts=0, started_ago_ms=0, kinds={}, prices=())
        at = NOW + timedelta(minutes=minutes)
        services.live.observe(shop_id, CHIARA, batch, now=at, day=None, new_session_id=f"at {minutes}")
    (kept,) = services.live.ended_sessions(shop_id, CHIARA)
    assert kept.session_id == "at 0"
    services.live.erase(shop_id, CHIARA)
    assert traces_in(everything_in_redis(services.live.patient)) == []


def test_with_redis_away_nothing_is_half_done(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, first_name=NAME)
    object.__setattr__(services.live, "patient", Redis.from_url("unix:///nonexistent/redis.sock"))
    with pytest.raises(RedisError), services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, CHIARA, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert customers.one(tx, CHIARA) is not None, "the request is still to be worked on"


def test_what_was_said_before_is_late_and_what_is_said_after_is_not(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        erase_customer(tx, services.live, CHIARA, now=NOW)
        assert erasures.is_late_word(tx, CHIARA, NOW - timedelta(seconds=1))
        assert not erasures.is_late_word(tx, CHIARA, NOW)
        assert not erasures.is_late_word(tx, CHIARA, NOW + timedelta(days=1))
        assert not erasures.is_late_word(tx, "7001", NOW - timedelta(seconds=1))
        assert not erasures.is_late_word(tx, CHIARA, None), "without an instant nothing is turned away"


def test_each_table_either_speaks_of_a_customer_or_is_known_to_speak_of_nobody() -> None:
    assert set(metadata.tables) == tables_that_name_a_customer() | SPEAK_OF_NOBODY


# How a house works, what it sells, and figures. A new table must be put here, or be filled above.
SPEAK_OF_NOBODY = {
    "adjacencies",
    "advisor_hours",
    "advisors",
    "backfills",
    "calendar_feed_times",
    "calendar_feeds",
    "client_books",
    "counters",
    "date_readings",
    "date_removals",
    "erasures",
    "experiments",
    "gem_lists",
    "house_terms",
    "learnings",
    "onboarding",
    "other_days",
    "outreach_rules",
    "outreach_templates",
    "own_calendars",
    "placings",
    "policies",
    "products",
    "reconciliations",
    "shop_figures",
    "shop_tokens",
    "shops",
    "stand_ins",
    "time_off",
    "weight_proposals",
    "weights",
}


def test_her_name_leaves_the_dates_of_others_and_her_birthday_goes(services: Services, shop_id: int) -> None:
    dates = [("birthday", f"{NAME} {SURNAME}"), ("anniversary", f"{NAME} {SURNAME}"), ("birthday", "Bruno")]
    with services.database.shop(shop_id) as tx:
        customers.put(tx, CHIARA, first_name=NAME, last_name=SURNAME)
        customers.put(tx, "7001", first_name="Alma")
        for occasion, person in dates:
            customers.add_milestone(
                tx, "7001", occasion=occasion, person=person, month=6, provenance="stated", confidence=1.0
            )
        erase_customer(tx, services.live, CHIARA, now=NOW)
    with services.database.shop(shop_id) as tx:
        m = customers.milestones.c
        left = tx.execute(select(m.occasion, m.person).order_by(m.occasion)).all()
    assert left == [("anniversary", ""), ("birthday", "Bruno")]


def test_a_late_word_about_the_id_she_had_before_a_merge_does_not_bring_her_back(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        fill(tx, CHIARA)
        erase_customer(tx, services.live, CHIARA, now=NOW)
        assert erasures.is_late_word(tx, BEFORE_THE_MERGE, NOW - timedelta(seconds=1))


def test_a_shops_every_table_goes_with_it() -> None:
    """Each hangs on `shops`, itself or through another, and every step of the way takes it along."""
    for table in metadata.tables.values():
        assert table.name == "shops" or hangs_on_its_shop(table), table.name


def hangs_on_its_shop(table: Any) -> bool:
    taken_along = [key for key in table.foreign_key_constraints if key.ondelete == "CASCADE"]
    return any(
        key.referred_table.name == "shops" or hangs_on_its_shop(key.referred_table) for key in taken_along
    )
