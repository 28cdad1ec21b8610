"""A client in Vancouver and an advisor in London read the same minute, in page, mail, calendar and reminder.

Each process begins as the launcher begins it, on a machine whose own zone database is wrong.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.stores import advisors, customers
from app.stores.outbox import outbox
from app.wiring import Services
from tests.jobs.test_zones import stale_zones as stale_zones
from tests.usecases.alder import DOMAIN, Alder, offer_to, open_alder
from tests.usecases.moving import invited
from tests.web import proxy

# What London's clock shows and what Vancouver's does: in winter, and in the weeks in which London changes.
# Vancouver has stayed seven hours behind since November 2026.
APPOINTMENTS = {
    datetime(2027, 1, 15, 16, 0, tzinfo=UTC): ("Friday 15 January, 4:00 pm", "Friday 15 January, 9:00 am"),
    datetime(2027, 3, 26, 16, 0, tzinfo=UTC): ("Friday 26 March, 4:00 pm", "Friday 26 March, 9:00 am"),
    datetime(2027, 3, 29, 15, 0, tzinfo=UTC): ("Monday 29 March, 4:00 pm", "Monday 29 March, 8:00 am"),
    datetime(2027, 10, 29, 15, 0, tzinfo=UTC): ("Friday 29 October, 4:00 pm", "Friday 29 October, 8:00 am"),
    datetime(2027, 11, 1, 16, 0, tzinfo=UTC): ("Monday 1 November, 4:00 pm", "Monday 1 November, 9:00 am"),
}

SETTING_OUT = """
import json, os, sys
from datetime import datetime
def at(parts, now):
    object.__setattr__(parts, "clock", lambda: datetime.fromisoformat(now))
wanted = json.loads(sys.argv[1])
"""
WEB = (
    SETTING_OUT
    + """
import re
from app.factory import create_app
app = create_app()
client, said = app.test_client(use_cookies=False), []
for one in wanted:
    at(app.extensions["steward"], one["now"])
    answer = client.post(one["path"], data=one["body"], content_type="application/json")
    assert answer.status_code == 201, answer.text
    from app.web import appointment
    from uuid import UUID
    with app.app_context():
        link = appointment.link(one["shop_id"], UUID(answer.json["booking"]["id"]))
    page = client.get(link[link.index("/appointments"):]).text
    said.append([answer.json["booking"]["when"], page])
print("said", json.dumps(said))
"""
)
WORKER = (
    SETTING_OUT
    + """
from jobs import reminders, worker
def work(*_, **__):
    for one in wanted:
        at(worker.services(), one["due"])
        reminders.sweep()
    print("said", json.dumps(len(wanted)))
worker.QuietWorker.work = work
worker.run()
"""
)
SCHEDULER = (
    SETTING_OUT
    + """
import signal
from jobs import schedule
from app.domain.wording import when
def say(*_):
    both = ("Europe/London", "America/Vancouver")
    starts = [datetime.fromisoformat(one["starts"]) for one in wanted]
    print("said", json.dumps([[when(each, zone) for zone in both] for each in starts]))
    os.kill(os.getpid(), signal.SIGTERM)
schedule.ask_what_is_due = say
schedule.run()
"""
)


@pytest.fixture
def alder(services: Services) -> Alder:
    opened = open_alder(services.database)
    with services.database.shop(opened.shop_id) as tx:
        ways = {"places": ["shop", "video"], "room": "https://meet.example/ines"}
        advisors.change(tx, opened.ines, notice_hours=0, **ways)
    return opened


def wishes(services: Services, alder: Alder) -> list[dict[str, Any]]:
    """A client of her own for each appointment, ten days ahead of it."""
    found = []
    for number, starts in enumerate(APPOINTMENTS):
        customer = f"71{number:02}"
        with services.database.shop(alder.shop_id) as tx:
            customers.put(tx, customer, first_name="Vera", last_name="", email=f"{customer}@clients.example")
            offer = offer_to(tx, customer, alder.ines)
        body = {
            "offer": str(offer),
            "starts": starts.isoformat(),
            "zone": "America/Vancouver",
            "place": "video",
        }
        body |= {"key": f"3d6c3a0e-8a5b-4b63-9f3e-0c1d2e3f4a{number:02}"}
        found.append(
            {
                "shop_id": alder.shop_id,
                "path": f"/proxy/bookings?{proxy.signed(customer, shop=DOMAIN)}",
                "body": json.dumps(body),
                "starts": starts.isoformat(),
                "now": (starts - timedelta(days=10)).isoformat(),
                "due": (starts - timedelta(hours=48)).isoformat(),
            }
        )
    return found


def run(code: str, wanted: list[dict[str, Any]], environment: dict[str, str]) -> Any:
    command = [sys.executable, "-c", code, json.dumps(wanted)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    found = re.search(r"^said (.*)$", done.stdout, re.M)
    assert found is not None, done.stderr[-2000:]
    return json.loads(found[1])


def test_page_mail_calendar_and_reminder_agree_to_the_minute_in_every_process(
    services: Services, alder: Alder, stale_zones: Path, worker_environment: dict[str, str]
) -> None:
    wrong = {**worker_environment, "PYTHONTZPATH": str(stale_zones), "STEWARD_URL": "https://steward.example"}
    wanted = wishes(services, alder)
    pages = run(WEB, wanted, wrong)
    assert run(WORKER, wanted, wrong) == len(wanted)
    scheduled = run(SCHEDULER, wanted, wrong)
    for number, (starts, (london, vancouver)) in enumerate(APPOINTMENTS.items()):
        hers, advisors_own = f"{vancouver} Vancouver time", f"{london} London time"
        assert scheduled[number] == [advisors_own, hers]
        answer, page = pages[number]
        assert answer == hers
        assert hers in page
        with services.database.shop(alder.shop_id) as tx:
            of_client = outbox.c.customer_id == f"71{number:02}"
            letters = {row.kind: row for row in tx.execute(select(outbox).where(of_client))}
        assert set(letters) == {
            *("customer.confirmed", "advisor.confirmed"),
            *("customer.reminder_48", "advisor.reminder_48"),
        }
        for kind, letter in letters.items():
            assert (hers if kind.startswith("customer") else advisors_own) in letter.body
            assert (hers if kind.startswith("customer") else advisors_own) in letter.html
        for kind in ("customer.confirmed", "advisor.confirmed"):
            assert invited(letters[kind])[3] == starts
