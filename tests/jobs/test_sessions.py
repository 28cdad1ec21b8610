"""Sessions that have ended are recorded, whoever comes back, is erased or has gone meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.usecases import observe_session
from app.usecases.erase_customer import erase_customer
from app.usecases.record_session import record_session
from app.usecases.update_relationship import load_cold, relationship_as_of, update_relationship
from app.wiring import Services
from scoring.events import Event
from scoring.replay import DecisionRecord, replay
from scoring.session import QUIET_ENDS_SESSION, split
from tests.conftest import NOW
from tests.usecases.alder import DOMAIN
from tests.usecases.test_learn_weights import sell
from tests.web.proxy import batch, looking
from tests.web.test_storefront import ALMA, BRUNO, Shop, sessions_recorded


@pytest.fixture
def shop(services: Services) -> Shop:
    opened = Shop(services)
    opened.knows(ALMA)
    return opened


def test_a_session_that_begins_while_the_last_one_is_recorded_is_recorded_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.sends(BRUNO, batch(looking()))
    shop.session_ends()
    read = shop.services.live.session_of

    def she_comes_back(shop_id: int, customer_id: str) -> Any:
        visit = read(shop_id, customer_id)
        monkeypatch.setattr(shop.services.live, "session_of", read)
        shop.sends(BRUNO, batch(looking()))
        return visit

    monkeypatch.setattr(shop.services.live, "session_of", she_comes_back)
    sessions_recorded(shop)
    shop.session_ends()
    sessions_recorded(shop)
    assert len(shop.decided(BRUNO)) == 2


def test_a_session_is_kept_until_its_row_is_there_whoever_dies_over_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.sends(BRUNO, batch(looking()))
    shop.session_ends()

    class Killed(BaseException):
        """The process ends here, without a word."""

    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(observe_session, "record_left_session", dies)
        with pytest.raises(Killed):
            shop.sends(BRUNO, batch(looking()))
    assert shop.decided(BRUNO) == []
    sessions_recorded(shop)
    assert len(shop.decided(BRUNO)) == 1, "the one that had ended; the other goes on"
    assert shop.services.live.ended_sessions(shop.shop_id, BRUNO) == []
    shop.session_ends()
    sessions_recorded(shop)
    assert len(shop.decided(BRUNO)) == 2


def test_thirty_minutes_of_quiet_end_a_session_here_as_in_the_rules(shop: Shop) -> None:
    shop.sends(BRUNO, batch({"type": "page_view", "ago_ms": 0}))
    first = shop.services.live.session_of(shop.shop_id, BRUNO)
    shop.now += QUIET_ENDS_SESSION - timedelta(milliseconds=1)
    shop.sends(BRUNO, batch({"type": "page_view", "ago_ms": 0}))
    still = shop.services.live.session_of(shop.shop_id, BRUNO)
    shop.now += QUIET_ENDS_SESSION
    shop.sends(BRUNO, batch({"type": "page_view", "ago_ms": 0}))
    second = shop.services.live.session_of(shop.shop_id, BRUNO)
    assert first is not None
    assert still is not None
    assert second is not None
    assert first.session_id == still.session_id != second.session_id
    apart = [Event("page_view", NOW), Event("page_view", NOW + QUIET_ENDS_SESSION)]
    assert len(split(apart)) == 2


def test_an_offer_is_not_made_in_a_session_that_was_recorded_as_quiet(shop: Shop) -> None:
    shop.sends(ALMA, batch(looking(), final=True))
    services = shop.services
    visit = services.live.session_of(shop.shop_id, ALMA)
    known, _ = load_cold(services.database, services.live, shop.shop_id, ALMA, now=shop.now)
    house = services.houses.of(DOMAIN, now=shop.now)
    assert visit is not None
    assert house is not None
    record_session(services.database, house, ALMA, known, visit)
    for _ in range(2):
        assert shop.sends(ALMA, batch(looking())).status_code == 204, "its id would lead nowhere"
    claimed = services.live.session_of(shop.shop_id, ALMA)
    assert claimed is not None
    assert claimed.claimed_as == "quiet", "PostgreSQL is asked once"


def test_a_session_that_led_to_an_order_is_recorded_as_it_stood_when_it_began(shop: Shop) -> None:
    shop.sends(ALMA, batch(looking(), final=True))
    services, began = shop.services, shop.now
    with services.database.shop(shop.shop_id) as tx:
        before, _, _ = relationship_as_of(tx, ALMA, at=began)
        assert before is not None
        sell(tx, "in it", ALMA, began + timedelta(minutes=10), 90_000)
        update_relationship(tx, services.live, ALMA, now=began + timedelta(minutes=10))
    shop.session_ends()
    sessions_recorded(shop)
    (decided,) = shop.decided(ALMA)
    record = DecisionRecord.from_record(decided.record)
    assert record.relationship is not None
    assert (record.relationship.orders, record.relationship.last_order) == (before.orders, before.last_order)
    assert record.standing.last_order_at is not None
    assert record.standing.last_order_at < record.session.started_at
    assert decided.rule != "recent_purchase"
    assert replay(decided.record) == record.decision


def test_an_ended_session_of_a_customer_erased_meanwhile_leaves_nothing(shop: Shop) -> None:
    shop.sends(ALMA, batch(looking(), final=True))
    services = shop.services
    visit = services.live.session_of(shop.shop_id, ALMA)
    known, _ = load_cold(services.database, services.live, shop.shop_id, ALMA, now=shop.now)
    house = services.houses.of(DOMAIN, now=shop.now)
    assert visit is not None
    assert house is not None
    with services.database.shop(shop.shop_id) as tx:
        erase_customer(tx, services.live, ALMA, now=shop.now)
    record_session(services.database, house, ALMA, known, visit)
    assert shop.decided() == []


def test_a_forgotten_shops_sessions_do_not_keep_others_from_being_recorded(shop: Shop) -> None:
    shop.services.live.opened(shop.shop_id + 1, ALMA, shop.now - timedelta(hours=1))
    shop.sends(BRUNO, batch(looking()))
    shop.session_ends()
    assert sessions_recorded(shop) == 1
    assert shop.services.live.quiet_since(shop.now) == []
