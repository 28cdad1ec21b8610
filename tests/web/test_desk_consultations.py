"""Nothing that was shown as saved is lost: not by a refused close, a page loaded anew, or a second device."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from app.stores import captures, consultations, customers
from app.stores.consultations import Consultation
from app.stores.orders import order_lines, orders
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import DeskHouse

At = Callable[[int], None]
ENDED = {"outcome": "bought", "what_1": "Call", "due_1": "2026-12-01"}


@pytest.fixture
def at(services: Services) -> At:
    """The clock stands so many minutes after ten."""
    return lambda minute: object.__setattr__(services, "clock", lambda: NOW + timedelta(minutes=minute))


@pytest.fixture
def here(ines: FlaskClient, house: DeskHouse) -> str:
    """Where her consultation is, begun at ten."""
    page = f"/desk/consultations/{house.booking}"
    ines.post(f"{page}/start")
    return page


def form_of(ines: FlaskClient, here: str) -> dict[str, str]:
    """What the page's form says of itself."""
    page = ines.get(here).text
    found = dict(re.findall(r'<input type="hidden" name="(shown_at|minutes_shown)" value="([^"]*)"', page))
    value = re.search(r'<input id="minutes"[^>]* value="([^"]*)"', page)
    assert "shown_at" in found
    assert value
    return {**found, "minutes": value.group(1)}


def types(ines: FlaskClient, here: str, **fields: str) -> None:
    """What she types, as the page's script sends it by itself."""
    entry = {"key": str(uuid4()), "ago_ms": 0, "kind": "typed", "fields": fields}
    assert ines.post(f"{here}/sync", json={"entries": [entry]}).status_code == 200


def kept(services: Services, house: DeskHouse) -> Consultation:
    with services.database.shop(house.shop_id) as tx:
        held = consultations.one(tx, house.booking)
    assert held is not None
    return held


def test_a_refused_close_leads_to_a_page_that_may_be_loaded_again(ines: FlaskClient, here: str) -> None:
    refused = ines.post(here, data={**form_of(ines, here), "action": "close", "note_opening": "Ten years."})
    assert (refused.status_code, refused.location) == (303, f"{here}?close=missing")
    page = ines.get(refused.location).text
    assert "Not closed yet. Everything you wrote is kept" in page
    assert "Choose how the conversation ended." in page
    types(ines, here, outcome="not_now")
    assert "Choose how the conversation ended." not in ines.get(refused.location).text


def test_a_form_sent_again_by_the_browser_undoes_nothing_that_was_saved_since(
    ines: FlaskClient, here: str, house: DeskHouse, services: Services, at: At
) -> None:
    form = {**form_of(ines, here), "action": "close", "note_opening": "With her sister."}
    at(2)
    ines.post(here, data=form)
    at(5)
    types(ines, here, note_opening="With her sister, who wears yellow gold.", what_1="Call")
    at(6)
    again = ines.post(here, data={**form, "what_1": ""}, follow_redirects=True)
    assert "Something newer had been written meanwhile" in again.text
    assert kept(services, house).captured["note_opening"] == "With her sister, who wears yellow gold."
    assert kept(services, house).captured["what_1"] == "Call"
    assert kept(services, house).closed_at is None


def test_what_a_second_device_wrote_stands_and_the_older_words_are_put_beside_it(
    ines: FlaskClient, here: str, house: DeskHouse, services: Services, at: At
) -> None:
    tablet = form_of(ines, here)
    at(5)
    types(ines, here, note_opening="From the telephone.")
    at(6)
    ines.post(here, data={**tablet, **ENDED, "action": "close", "note_opening": "From the tablet."})
    held = kept(services, house)
    with services.database.shop(house.shop_id) as tx:
        [aside] = captures.of_booking(tx, house.booking)
    assert held.captured["note_opening"] == "From the telephone."
    assert held.captured["outcome"] == "bought"
    assert (aside.capture.kind, aside.capture.what) == ("aside", "From the tablet.")
    assert held.closed_at is None  # she has not seen yet what she would close with
    ines.post(here, data={**form_of(ines, here), **held.captured, "action": "close"})
    assert kept(services, house).closed_at is not None


def test_her_own_page_closes_with_what_it_has_saved_by_itself(
    ines: FlaskClient, here: str, house: DeskHouse, services: Services, at: At
) -> None:
    form = form_of(ines, here)
    at(5)
    types(ines, here, note_opening="Two lines:\nof hers.", **ENDED)
    at(6)
    # A form sends the end of a line as CRLF.
    ines.post(here, data={**form, **ENDED, "action": "close", "note_opening": "Two lines:\r\nof hers."})
    assert kept(services, house).closed_at is not None
    with services.database.shop(house.shop_id) as tx:
        assert captures.of_booking(tx, house.booking) == []


@pytest.mark.parametrize("said", ["", "yesterday", "2026-11-21T10:00:00", "9999-12-31T23:59:59+00:00"])
def test_a_form_that_says_nothing_of_its_page_is_taken_as_it_is_sent(
    ines: FlaskClient, here: str, house: DeskHouse, services: Services, at: At, said: str
) -> None:
    at(5)
    ines.post(here, data={"action": "save", "shown_at": said, "note_opening": "Without a script."})
    assert kept(services, house).captured["note_opening"] == "Without a script."


def test_a_price_a_piece_was_sold_for_is_never_shown_as_what_the_shop_asks(
    ines: FlaskClient, house: DeskHouse, services: Services
) -> None:
    with services.database.shop(house.shop_id) as tx:
        customers.put(tx, "7044", first_name="Grace")
        sold = {"order_id": "o44", "customer_id": "7044", "ordered_at": NOW - timedelta(days=200)}
        sold |= {"currency": "GBP", "status": "counted"}
        tx.execute(insert(orders).values(shop_id=tx.shop_id, **sold))
        line = {"order_id": "o44", "line": 0, "kind": "eternity_band", "price": 259_300, "quantity": 1}
        tx.execute(insert(order_lines).values(shop_id=tx.shop_id, title="Rose eternity", **line))
    page = f"/desk/consultations/{house.booking}"
    ines.post(f"{page}/start")
    for shown in (ines.get(f"/desk/briefs/{house.booking}").text, ines.get(page).text):
        assert "Rose eternity" in shown
        assert re.findall(r"(.{14})£2,593", shown) == ["last sold for "]


def test_the_minutes_are_those_that_went_by_unless_she_said_how_many(
    ines: FlaskClient, here: str, house: DeskHouse, services: Services, at: At
) -> None:
    ines.post(here, data={**form_of(ines, here), "action": "close"})
    at(1)
    assert form_of(ines, here)["minutes"] == "1"
    form = form_of(ines, here)
    at(25)
    # Without a script the page's own figure stands still; what went by until the close is what counts.
    ines.post(here, data={**form, **ENDED, "action": "close"})
    assert kept(services, house).minutes == 25
    assert "bought, 25 minutes" in ines.get(here).text


def test_closed_the_day_after_the_clock_is_not_believed(
    ines: FlaskClient, here: str, house: DeskHouse, services: Services, at: At
) -> None:
    at(24 * 60)
    form = form_of(ines, here)
    assert form["minutes"] == ""
    assert "Begun yesterday, 10:00 am" in ines.get(here).text
    refused = ines.post(here, data={**form, **ENDED, "action": "close"}, follow_redirects=True)
    assert "It began hours ago. Say about how many minutes it took." in refused.text
    ines.post(here, data={**form_of(ines, here), **ENDED, "minutes": "50", "action": "close"})
    assert kept(services, house).minutes == 50


@pytest.mark.parametrize("by_script", [True, False])
def test_minutes_of_her_own_stay(
    ines: FlaskClient, here: str, house: DeskHouse, services: Services, at: At, by_script: bool
) -> None:
    if by_script:
        types(ines, here, minutes="45")
    else:
        ines.post(here, data={**form_of(ines, here), "action": "save", "minutes": "45"})
    at(25)
    assert form_of(ines, here)["minutes"] == "45"
    ines.post(here, data={**form_of(ines, here), **ENDED, "action": "close"})
    assert kept(services, house).minutes == 45
