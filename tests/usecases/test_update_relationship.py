"""What the house knows of a customer follows the record, and the storefront hears of it after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import create_engine, insert, text, update

from app.launcher.embedded import EmbeddedPostgres
from app.stores import advisors, clients, customers, order_history, relationships
from app.stores.bookings import bookings
from app.stores.database import Database, Transaction, psycopg_url
from app.stores.decisions import decisions
from app.stores.live import Batch, Live
from app.stores.orders import ToldLine, ToldOrder, record_order
from app.usecases.open_shop import open_shop
from app.usecases.update_relationship import (
    known_of,
    load_cold,
    publish,
    relationship_as_of,
    update_every_relationship,
    update_relationship,
)
from app.wiring import Services
from scoring.milestones import JEWELLERS_SEASON
from scoring.relationship import Relationship
from tests.conftest import NOW

ALMA, BRUNO = "7001", "7002"


@pytest.fixture
def shop_id(services: Services) -> int:
    """Maison Alder: Margaret owns it, Ines and Jonas advise; Alma is a client, Bruno has an account."""
    shop_id = open_shop(
        services.database,
        "alder.myshopify.com",
        name="Maison Alder",
        timezone="Europe/London",
        currency="GBP",
        now=NOW,
        owner_name="Margaret Alder",
    )
    with services.database.shop(shop_id) as tx:
        for name in ("Ines Moreau", "Jonas Lind"):
            first = name.split()[0]
            email = f"{first.lower()}@alder.example"
            advisors.add(
                tx, name=name, first_name=first, email=email, role="advisor", timezone="Europe/London"
            )
        customers.put(tx, ALMA, first_name="Alma")
        customers.put(tx, BRUNO, first_name="Bruno")
        buy(
            tx, "A1", "wedding_band", datetime(2016, 8, 1, 12, tzinfo=UTC), price=90_000, staff="ines moreau "
        )
        buy(tx, "A2", "earrings", datetime(2019, 5, 2, 12, tzinfo=UTC), price=60_000, staff="INES")
    return shop_id


def buy(
    tx: Transaction,
    order_id: str,
    kind: str,
    at: datetime,
    *,
    price: int,
    staff: str = "",
    status: Any = "counted",
    problem: bool = False,
    customer_id: str | None = ALMA,
) -> None:
    """This function will write an order of one line as Shopify would tell it."""
    lines = (ToldLine("", "", kind, price, 1),)
    told = ToldOrder(order_id, customer_id, at, "GBP", status, "pos", staff, problem, at, lines)
    assert record_order(tx, told)


def relate(services: Services, shop_id: int, customer_id: str = ALMA) -> Relationship | None:
    """This function will update one relationship and give its snapshot."""
    with services.database.shop(shop_id) as tx:
        update_relationship(tx, services.live, customer_id, now=NOW)
    with services.database.shop(shop_id) as tx:
        return relationships.one(tx, customer_id).snapshot


def heard(services: Services, shop_id: int, customer_id: str = ALMA) -> Any:
    """This function will ask Redis, as the storefront does."""
    batch = Batch(1, 1, 0, 0, {}, ())
    return services.live.observe(shop_id, customer_id, batch, now=NOW, day=None, new_session_id=uuid4().hex)


def advisor_id(services: Services, shop_id: int, first_name: str) -> int:
    with services.database.shop(shop_id) as tx:
        return next(each.advisor_id for each in advisors.every(tx) if each.first_name == first_name)


def lead_of(services: Services, shop_id: int) -> tuple[str, str]:
    with services.database.shop(shop_id) as tx:
        stands = relationships.one(tx, ALMA)
        return next(
            each.first_name for each in advisors.every(tx) if each.advisor_id == stands.lead_advisor_id
        ), stands.lead_reason


def say(services: Services, shop_id: int, occasion: str, month: int, day: int, **more: Any) -> None:
    """This function will keep a date that Alma told us."""
    with services.database.shop(shop_id) as tx:
        usual = {"provenance": "stated", "confidence": 1.0, "year": None, **more}
        customers.add_milestone(tx, ALMA, occasion=occasion, month=month, day=day, **usual)


def test_the_snapshot_is_built_from_the_record(services: Services, shop_id: int) -> None:
    alma = relate(services, shop_id)
    assert alma is not None
    assert (alma.orders, alma.first_order, alma.last_order) == (2, date(2016, 8, 1), date(2019, 5, 2))
    assert (alma.lead, alma.currency, alma.baseline, alma.lines_priced) == ("Ines", "GBP", 60_000, 1)
    assert alma.kinds["wedding_band"] == (2016, "ines moreau ")
    assert [(each.occasion, each.provenance) for each in alma.milestones] == [("anniversary", "wedding_band")]


def test_the_storefront_hears_of_it_only_after_the_commit(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        update_relationship(tx, services.live, ALMA, now=NOW)
        assert heard(services, shop_id).state == "cold"
    known = heard(services, shop_id).known
    assert (known.first_name, known.version, known.relationship.orders) == ("Alma", 1, 2)
    assert known.standing.last_order_at == datetime(2019, 5, 2, 12, tzinfo=UTC)


def test_nothing_is_heard_of_what_was_rolled_back(services: Services, shop_id: int) -> None:
    with suppress(ZeroDivisionError), services.database.shop(shop_id) as tx:
        update_relationship(tx, services.live, ALMA, now=NOW)
        _ = 1 / 0
    assert heard(services, shop_id).state == "cold"


def test_redis_away_does_not_undo_the_update(services: Services, shop_id: int) -> None:
    nowhere = Redis(unix_socket_path="/nonexistent/redis.sock", retry=Retry(NoBackoff(), 0))
    with services.database.shop(shop_id) as tx:
        update_relationship(tx, Live(hot=nowhere, patient=nowhere), ALMA, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert relationships.one(tx, ALMA).version == 1


def test_each_change_moves_the_version_on(services: Services, shop_id: int) -> None:
    relate(services, shop_id)
    with services.database.shop(shop_id) as tx:
        assert relationships.is_at(tx, ALMA, 1)
        relationships.stand(tx, ALMA, dismissals=1, rest_until=NOW + timedelta(days=90))
        assert not relationships.is_at(tx, ALMA, 1)
        publish(tx, services.live, ALMA, now=NOW)
    known = heard(services, shop_id).known
    assert (known.version, known.standing.rest_until) == (3, NOW + timedelta(days=90))
    with services.database.shop(shop_id) as tx:
        assert relationships.dismissals(tx, ALMA) == 1


def test_a_customer_without_a_counted_order_has_no_relationship(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buy(tx, "B1", "earrings", NOW, price=9, status="cancelled", customer_id=BRUNO)
    assert relate(services, shop_id, BRUNO) is None
    assert heard(services, shop_id, BRUNO).known.relationship is None


def test_a_stranger_is_remembered_as_one(services: Services, shop_id: int) -> None:
    known, opted_out = load_cold(services.database, services.live, shop_id, "nobody", now=NOW)
    assert (known.version, known.relationship, opted_out) == (0, None, False)
    assert heard(services, shop_id, "nobody").known == known
    with services.database.shop(shop_id) as tx:
        assert known_of(tx, "nobody", now=NOW) is None


def test_who_is_gone_is_a_stranger_again(services: Services, shop_id: int) -> None:
    relate(services, shop_id)
    with services.database.shop(shop_id) as tx:
        tx.execute(text("delete from customers where customer_id = '7001'"))
        update_relationship(tx, services.live, ALMA, now=NOW)
    assert heard(services, shop_id).state == "cold", "whoever asks next finds a stranger"


def test_a_cold_load_gives_back_the_visit_days_redis_lost(services: Services, shop_id: int) -> None:
    relate(services, shop_id)
    days = [date(2026, 11, 3), date(2026, 11, 19), date(2026, 6, 1)]
    with services.database.shop(shop_id) as tx:
        for day in days:
            row = {"decision_id": uuid4(), "session_id": uuid4().hex, "at": NOW, "day": day}
            what = {"verdict": "quiet", "rule": "cue_not_reached", "strength": "none"}
            flags = {"eligible": False, "held_out": False, "customer_id": ALMA}
            tx.execute(insert(decisions).values(shop_id=shop_id, **row, **what, **flags))
    services.live.patient.flushdb()
    load_cold(services.database, services.live, shop_id, ALMA, now=NOW)
    assert services.live.patient.ttl(f"{{{shop_id}:{ALMA}}}:days") > 0, "what Redis keeps has an end"
    assert heard(services, shop_id).visit.session.visit_days == (date(2026, 11, 3), date(2026, 11, 19))


def test_opted_out_means_that_redis_holds_nothing_to_score(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(update(customers.customers).values(opted_out=True))
        update_relationship(tx, services.live, ALMA, now=NOW)
    assert heard(services, shop_id).state == "opted_out"
    with services.database.shop(shop_id) as tx:
        found = known_of(tx, ALMA, now=NOW)
    assert found is not None
    assert (found[1], found[0].standing.opted_out, found[0].relationship) == (True, True, None)


def test_an_order_problem_and_a_booking_to_come_are_known(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buy(tx, "A3", "pendant", NOW - timedelta(days=40), price=9, problem=True)
        for hours, state in ((-48, "booked"), (30, "cancelled"), (26, "booked")):
            book(tx, NOW + timedelta(hours=hours), state, advisors.owner(tx).advisor_id)
    relate(services, shop_id)
    standing = heard(services, shop_id).known.standing
    assert (standing.order_problem, standing.booked_until) == (True, NOW + timedelta(hours=27))
    assert standing.next_opening is None


def book(tx: Transaction, starts_at: datetime, state: str, advisor: int) -> None:
    ends_at = starts_at + timedelta(hours=1)
    said = {"place": "shop", "zone": "Europe/London", "key": uuid4().hex, "fingerprint": "", "uid": ""}
    when = {"starts_at": starts_at, "ends_at": ends_at, "busy": f"[{starts_at},{ends_at})", "state": state}
    who = {"booking_id": uuid4(), "advisor_id": advisor, "customer_id": ALMA}
    tx.execute(insert(bookings).values(shop_id=tx.shop_id, **who, **when, **said))


def test_the_lead_is_who_advised_on_the_orders_however_it_is_spelled(
    services: Services, shop_id: int
) -> None:
    relate(services, shop_id)
    assert lead_of(services, shop_id) == (
        "Ines",
        "Ines Moreau advised on 2 of 2 orders, the last in May 2019.",
    )


def test_who_advised_lately_weighs_more(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        buy(tx, "A3", "pendant", NOW - timedelta(days=40), price=9, staff="Jonas Lind")
    relate(services, shop_id)
    assert lead_of(services, shop_id)[0] == "Jonas"


def test_a_lead_chosen_by_hand_stays_while_she_works_here(services: Services, shop_id: int) -> None:
    jonas = advisor_id(services, shop_id, "Jonas")
    with services.database.shop(shop_id) as tx:
        clients.lead(tx, ALMA, jonas, "Margaret chose Jonas.")
    assert relate(services, shop_id) is not None
    assert lead_of(services, shop_id) == ("Jonas", "Margaret chose Jonas.")
    with services.database.shop(shop_id) as tx:
        advisors.change(tx, jonas, active=False)
    relate(services, shop_id)
    assert lead_of(services, shop_id)[0] == "Ines"


def test_without_a_name_on_the_orders_the_owner_leads(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update orders set staff = 'the till'"))
    relate(services, shop_id)
    assert lead_of(services, shop_id)[0] == "Margaret"


def test_a_first_name_that_two_share_names_neither(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        advisors.add(
            tx, name="Ines Roy", first_name="Ines", email="r@alder.example", role="advisor", timezone="UTC"
        )
        tx.execute(text("update orders set staff = 'Ines'"))
    relate(services, shop_id)
    assert lead_of(services, shop_id)[0] == "Margaret"


def test_what_she_told_us_stands_and_silences_the_guess(services: Services, shop_id: int) -> None:
    say(services, shop_id, "anniversary", 9, 12, year=2016)
    alma = relate(services, shop_id)
    assert alma is not None
    assert [(each.provenance, each.day) for each in alma.milestones] == [("stated", 12)]


def test_a_date_not_to_be_used_silences_every_guess_at_its_occasion(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        for year in (2020, 2021, 2022, 2023):
            buy(tx, f"R{year}", "earrings", datetime(year, 6, 10, 12, tzinfo=UTC), price=9)
    alma = relate(services, shop_id)
    assert alma is not None
    assert {each.occasion for each in alma.milestones} == {"anniversary", "recurring"}
    say(services, shop_id, "recurring", 1, 5, do_not_use=True)
    say(services, shop_id, "anniversary", 1, 5, do_not_use=True)
    alma = relate(services, shop_id)
    assert alma is not None
    assert {each.do_not_use for each in alma.milestones} == {True}


def test_as_of_an_instant_only_what_was_known_then_counts(services: Services, shop_id: int) -> None:
    relate(services, shop_id)
    with services.database.shop(shop_id) as tx:
        relationships.stand(tx, ALMA, offered_at=NOW)
        then, standing, lead = relationship_as_of(tx, ALMA, at=datetime(2018, 1, 1, tzinfo=UTC))
        assert then is not None
        assert (then.orders, then.last_order) == (1, date(2016, 8, 1))
        assert (standing.offered_at, standing.last_order_at) == (None, datetime(2016, 8, 1, 12, tzinfo=UTC))
        assert lead == relationships.one(tx, ALMA).lead_advisor_id
        now, standing, _ = relationship_as_of(tx, ALMA, at=NOW)
        assert now is not None
        assert now.orders == 2
        assert standing.offered_at == NOW
        assert relationship_as_of(tx, ALMA, at=datetime(2010, 1, 1, tzinfo=UTC))[0] is None
        assert relationship_as_of(tx, "nobody", at=NOW)[0] is None


def every(services: Services, shop_id: int) -> int:
    return update_every_relationship(
        services.database, services.live, shop_id, now=NOW, on_progress=lambda _: None
    )


def test_rebuilding_all_at_once_gives_what_rebuilding_each_gives(services: Services, shop_id: int) -> None:
    one = relate(services, shop_id)
    with services.database.shop(shop_id) as tx:
        tx.execute(text("delete from relationships"))
    assert every(services, shop_id) == 1
    with services.database.shop(shop_id) as tx:
        stands = relationships.one(tx, ALMA)
    assert (stands.snapshot, stands.version) == (one, 1)
    assert stands.lead_reason.startswith("Ines Moreau advised")


def test_rebuilding_all_lets_the_storefront_hear_what_no_snapshot_holds(
    services: Services, shop_id: int
) -> None:
    every(services, shop_id)
    load_cold(services.database, services.live, shop_id, ALMA, now=NOW)
    with services.database.shop(shop_id) as tx:  # as an import does, which tells Redis nothing
        tx.execute(text("update customers set first_name = 'Almudena', opted_out = true"))
    assert every(services, shop_id) == 0
    assert heard(services, shop_id).state == "cold", "asked for anew"


def test_rebuilding_all_again_leaves_what_is_unchanged_at_its_version(
    services: Services, shop_id: int
) -> None:
    every(services, shop_id)
    load_cold(services.database, services.live, shop_id, ALMA, now=NOW)
    assert every(services, shop_id) == 0
    assert load_cold(services.database, services.live, shop_id, ALMA, now=NOW)[0].version == 1
    with services.database.shop(shop_id) as tx:
        buy(tx, "A3", "pendant", NOW - timedelta(days=40), price=9)
    assert every(services, shop_id) == 1
    assert heard(services, shop_id).state == "cold", "what Redis knew is of yesterday"


def test_a_bulk_snapshot_never_overwrites_one_that_moved_on_meanwhile(
    services: Services, shop_id: int
) -> None:
    relate(services, shop_id)
    with services.database.shop(shop_id) as tx:
        stale = relationships.Written(ALMA, 0, None, None, "")
        assert relationships.write_each(tx, [stale]) == set()
        assert relationships.one(tx, ALMA).snapshot is not None


def test_a_relationship_ends_where_its_orders_no_longer_count(services: Services, shop_id: int) -> None:
    every(services, shop_id)
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update orders set status = 'returned'"))
    assert every(services, shop_id) == 1
    with services.database.shop(shop_id) as tx:
        assert relationships.one(tx, ALMA).snapshot is None


def test_the_shops_median_leaves_out_bridal_pieces_services_and_other_currencies(
    database: Database, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        for number, (kind, price) in enumerate(
            (("charm", 1_000), ("pendant", 3_000), ("service", 1), ("engagement_ring", 10**7))
        ):
            buy(tx, f"M{number}", kind, NOW - timedelta(days=400), price=price, customer_id=None)
        buy(tx, "M9", "charm", NOW, price=5, status="returned")
        assert order_history.shop_median(tx, "GBP") == 3_000  # of 1,000, 3,000 and 60,000
        assert order_history.shop_median(tx, "USD") is None


def test_the_median_of_a_shop_postgresql_has_no_statistics_of_comes_at_once(
    services: Services, shop_id: int, postgres: EmbeddedPostgres, database_url: str
) -> None:
    """What an import into a second shop finds: figures of the first one alone, and its own lines."""
    engine = create_engine(
        psycopg_url(postgres.url(str(psycopg_url(database_url).database), user="postgres"))
    )
    with engine.begin() as owner:
        for table in ("orders", "order_lines"):
            owner.execute(text(f"alter table {table} set (autovacuum_enabled = off)"))
            owner.execute(text(f"analyze {table}"))
    engine.dispose()
    theirs = open_shop(
        services.database, "birch.myshopify.com", name="Birch", timezone="UTC", currency="GBP", now=NOW
    )
    with services.database.shop(theirs) as tx:
        tx.execute(text(MANY_ORDERS), {"shop": theirs, "at": NOW})
        tx.execute(text(MANY_LINES), {"shop": theirs})
        tx.execute(text("set local statement_timeout = '5s'"))
        assert order_history.shop_median(tx, "GBP") == 500
        assert tx.execute(text("show enable_nestloop")).scalar_one() == "on"


MANY_ORDERS = """
insert into orders (shop_id, order_id, ordered_at, currency, status)
select :shop, n::text, :at, 'GBP', 'counted' from generate_series(1, 8000) n
"""
MANY_LINES = """
insert into order_lines (shop_id, order_id, line, price, quantity)
select :shop, (n % 8000 + 1)::text, n, n % 1000 + 1, 1 from generate_series(1, 80000) n
"""


def test_a_young_shops_season_is_the_trades_and_an_old_ones_its_own(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        zone = order_history.ZoneInfo("Europe/London")
        assert order_history.season(tx, zone) == pytest.approx(JEWELLERS_SEASON, abs=0.02)
        for number in range(600):
            buy(
                tx,
                f"S{number}",
                "charm",
                datetime(2020, 6, 30, 23, 30, tzinfo=UTC),
                price=9,
                customer_id=None,
            )
        season = order_history.season(tx, zone)
    assert season[6] > 0.8, "half past eleven on 30 June in UTC is July in London"
    assert sum(season) == pytest.approx(1)


def test_no_orders_are_read_for_nobody(services: Services, shop_id: int) -> None:
    nobody: Sequence[str] = ()
    with services.database.shop(shop_id) as tx:
        assert order_history.orders_of_each(tx, nobody) == {}
        assert [order.order_id for order in order_history.orders_of(tx, ALMA)] == ["A1", "A2"]


def test_who_sells_on_is_one_voice_in_the_houses_season_and_prices(services: Services, shop_id: int) -> None:
    spring = datetime(2024, 3, 5, 12, tzinfo=UTC)
    with services.database.shop(shop_id) as tx:
        for number in range(120):
            buy(tx, f"G{number}", "charm", NOW - timedelta(days=3 * number), price=9_000, customer_id=None)
        zone = order_history.ZoneInfo("Europe/London")
        before = order_history.season(tx, zone), order_history.shop_median(tx, "GBP")
        for number in range(2_000):
            buy(tx, f"R{number}", "watch", spring + timedelta(seconds=number), price=50_000)
        after = order_history.season(tx, zone), order_history.shop_median(tx, "GBP")
    assert after[0] == pytest.approx(before[0], abs=0.01)
    assert after[1] == before[1] == 9_000
