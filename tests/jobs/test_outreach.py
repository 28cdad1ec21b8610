"""What waits for the morning goes when it has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.stores import advisors, consents, outreach
from app.stores.bookings import bookings
from app.usecases.hear_consent import hear_consent
from app.usecases.send_outreach import send_outreach
from app.usecases.write_letter import begin_letter
from app.wiring import Services
from jobs import outreach as job
from tests.conftest import NOW
from tests.usecases.desk_house import ALMA, open_house

EVENING = NOW.replace(hour=20)


def test_a_sweep_in_the_morning_posts_it_and_one_before_does_not(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = open_house(services.database)
    monkeypatch.setattr(job, "services", lambda: services)
    with services.database.shop(house.shop_id) as tx:
        tx.execute(update(bookings).where(bookings.c.shop_id == tx.shop_id).values(state="completed"))
        hear_consent(tx, ALMA, "email", "subscribed", said_at=NOW)
        assert consents.in_force(tx, ALMA)["email"].allows
        ines = advisors.one(tx, house.ines)
        assert ines is not None
        letter = begin_letter(tx, ALMA, by=ines, link="https://alder.example", now=EVENING)
        about = {"by": ines, "unsubscribe": "https://steward.example", "shop_url": "https://alder.example"}
        send_outreach(tx, services.queue, letter, now=EVENING, **about)
    for hours, looked_at, state in ((12, 0, "waiting"), (13, 1, "sent"), (14, 0, "sent")):
        object.__setattr__(services, "clock", lambda hours=hours: EVENING + timedelta(hours=hours))
        assert job.sweep() == looked_at
        with services.database.shop(house.shop_id) as tx:
            assert tx.execute(select(outreach.outreach.c.state)).scalar_one() == state
