"""What was promised is brought to mind before its day, once, in neutral words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from app.stores import advisors, consultations
from app.stores.customers import forward_items
from app.stores.outbox import outbox
from app.usecases.remind_advisors import remind_advisors
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import Alder, open_alder

PROMISED = "Two eternity bands to compare"


def promise(services: Services, alder: Alder, due_on: date) -> None:
    row = {"item_id": f"{due_on:%Y%m%d}" + "0" * 24, "customer_id": "7001", "advisor_id": alder.ines}
    with services.database.shop(alder.shop_id) as tx:
        tx.execute(forward_items.insert().values(shop_id=tx.shop_id, what=PROMISED, due_on=due_on, **row))


def remind(services: Services, alder: Alder, days: int = 0) -> int:
    now = NOW + timedelta(days=days)
    return remind_advisors(services.database, services.queue, alder.shop_id, url="http://x", now=now)


def letters(services: Services, alder: Alder) -> list[Any]:
    with services.database.shop(alder.shop_id) as tx:
        return list(tx.execute(select(outbox)))


def test_two_days_before_the_advisor_gets_one_neutral_letter_for_all_that_comes_due(
    services: Services,
) -> None:
    alder = open_alder(services.database)
    for days in (5, 6):
        promise(services, alder, NOW.date() + timedelta(days=days))
    assert remind(services, alder) == 0
    assert remind(services, alder, days=4) == 1
    (letter,) = letters(services, alder)
    assert letter.recipient == "ines@alder.example"
    assert "http://x/desk" in letter.body
    for secret in ("Alma", "eternity", PROMISED):
        assert secret not in f"{letter.subject} {letter.body} {letter.html}"
    assert remind(services, alder, days=5) == 0, "it is said once"


def test_what_is_done_is_not_brought_to_mind(services: Services) -> None:
    alder = open_alder(services.database)
    promise(services, alder, NOW.date())
    with services.database.shop(alder.shop_id) as tx:
        (item,) = consultations.promised_to(tx, "7001")
        tx.execute(forward_items.update().values(done_at=NOW).where(forward_items.c.item_id == item.item_id))
    assert remind(services, alder) == 0


def change(services: Services, alder: Alder, advisor_id: int, **values: Any) -> None:
    table = advisors.advisors
    with services.database.shop(alder.shop_id) as tx:
        tx.execute(update(table).where(table.c.advisor_id == advisor_id).values(**values))


def test_of_what_somebody_promised_who_has_left_the_owner_is_told(services: Services) -> None:
    alder = open_alder(services.database)
    promise(services, alder, NOW.date())
    change(services, alder, alder.ines, active=False)
    change(services, alder, alder.margaret, email="margaret@alder.example")
    assert remind(services, alder) == 1
    (letter,) = letters(services, alder)
    assert letter.recipient == "margaret@alder.example"
    assert "a colleague who has left promised" in letter.body
    assert remind(services, alder, days=1) == 0, "it is said once"


def test_what_nobody_could_be_told_of_is_told_as_soon_as_there_is_an_address(services: Services) -> None:
    alder = open_alder(services.database)
    promise(services, alder, NOW.date())
    change(services, alder, alder.ines, email="")
    assert remind(services, alder) == 0
    change(services, alder, alder.ines, email="ines@alder.example")
    assert remind(services, alder) == 1
    (letter,) = letters(services, alder)
    assert letter.recipient == "ines@alder.example"
