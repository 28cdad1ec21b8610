"""What has been kept long enough goes, and what has not stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from app.domain import keeping
from app.stores.decisions import decisions
from app.usecases.forget_old import forget_old
from app.wiring import Services
from jobs import retention as job
from tests.conftest import NOW
from tests.usecases.alder import open_alder
from tests.usecases.test_erase_customer import CHIARA, fill


@pytest.fixture
def shop_id(services: Services) -> int:
    shop_id = open_alder(services.database).shop_id
    with services.database.shop(shop_id) as tx:
        fill(tx, CHIARA)
        tx.execute(text(f"update outbox set state = 'sent', sent_at = now(), due_at = '{NOW}'"))
        tx.execute(text(f"update bookings set state = 'completed', ends_at = '{NOW}'"))
    return shop_id


def left(services: Services, shop_id: int, table: str) -> int:
    with services.database.shop(shop_id) as tx:
        return int(tx.execute(text(f"select count(*) from {table}")).scalar_one())


TABLES = {
    "letters": "outbox",
    "briefs": "briefs",
    "exports": "exports",
    "client_books": "client_books",
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_it_stays_for_its_time_and_not_longer(services: Services, shop_id: int, name: str) -> None:
    (kept,) = [each for each in keeping.EVERY if each.name == name]
    there = left(services, shop_id, TABLES[name])
    assert there
    forget_old(services.database, shop_id, now=NOW + timedelta(days=kept.days - 1))
    assert left(services, shop_id, TABLES[name]) == there
    went = forget_old(services.database, shop_id, now=NOW + timedelta(days=kept.days + 1))
    assert went[name] == there
    assert left(services, shop_id, TABLES[name]) == 0


def test_what_a_client_book_left_out_goes_after_a_month(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(text(f"update client_books set state = 'done', done_at = '{NOW}'"))
    forget_old(services.database, shop_id, now=NOW + timedelta(days=keeping.BOOK_REJECTS.days - 1))
    assert left(services, shop_id, "client_book_rejects") == 1
    forget_old(services.database, shop_id, now=NOW + timedelta(days=keeping.BOOK_REJECTS.days + 1))
    assert left(services, shop_id, "client_book_rejects") == 0
    assert left(services, shop_id, "client_books") == 1, "that it was brought is remembered, without anybody"


# Every state of app/stores/outbox.py, and whether such a letter waits however long it takes.
LETTER_WAITS = {
    **dict.fromkeys(("ready", "sending", "uncertain"), True),
    **dict.fromkeys(("sent", "failed", "left", "withdrawn"), False),
}


@pytest.mark.parametrize("state", LETTER_WAITS)
def test_a_letter_waits_for_its_way_and_for_a_persons_look_and_for_nothing_else(
    services: Services, shop_id: int, state: str
) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(text("update outbox set state = :state"), {"state": state})
    there = left(services, shop_id, "outbox")
    forget_old(services.database, shop_id, now=NOW + timedelta(days=400))
    assert left(services, shop_id, "outbox") == (there if LETTER_WAITS[state] else 0)


@pytest.mark.parametrize(
    ("verdict", "kept"), [("quiet", keeping.QUIET_VISITS), ("offer", keeping.INVITATIONS)]
)
def test_of_a_visit_long_ago_only_the_count_stays(
    services: Services, shop_id: int, verdict: str, kept: keeping.Kept
) -> None:
    with services.database.shop(shop_id) as tx:
        tx.execute(update(decisions).values(verdict=verdict, eligible=verdict == "offer"))
    forget_old(services.database, shop_id, now=NOW + timedelta(days=kept.days - 1))
    with services.database.shop(shop_id) as tx:
        assert tx.execute(select(decisions.c.customer_id)).scalar_one() == CHIARA
    went = forget_old(services.database, shop_id, now=NOW + timedelta(days=kept.days + 1))
    assert went[kept.name] == 1
    with services.database.shop(shop_id) as tx:
        row = tx.execute(select(decisions)).one()
    assert (row.customer_id, row.record, row.verdict) == (None, None, verdict)
    assert CHIARA not in row.session_id


def test_the_nightly_job_sees_to_every_shop(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "services", lambda: services)
    object.__setattr__(services, "clock", lambda: NOW + timedelta(days=4000))
    job.sweep()
    assert left(services, shop_id, "exports") == 0
    assert left(services, shop_id, "customers") == 3, "the relationship stays"
