"""What is said of the shop: its name and zone, that it left, that it is to be forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.stores import advisors, backfills, customers, inbox, rulebook, shops
from app.stores.live import Batch
from app.usecases.open_shop import open_shop
from app.usecases.update_relationship import load_cold
from app.wiring import Services
from jobs import inbox as job
from tests.conftest import NOW
from tests.webhooks.told import SHOP, as_body

ABOUT = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}


@pytest.fixture
def shop_id(services: Services, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(job, "services", lambda: services)
    return open_shop(services.database, SHOP, now=NOW, **ABOUT)


def tell(services: Services, shop_id: int, topic: str, *, hours: float = 0, **payload: Any) -> None:
    """The whole way from the inbox."""
    hook, at = str(uuid4()), NOW + timedelta(hours=hours)
    with services.database.shop(shop_id) as tx:
        inbox.keep(tx, hook, topic=topic, body=as_body(payload).decode(), triggered_at=at)
    job.work_on(shop_id)


def test_the_shop_is_called_what_it_was_last_called(services: Services, shop_id: int) -> None:
    tell(services, shop_id, "shop/update", hours=2, name="Alder & Daughters", iana_timezone="Europe/Paris")
    tell(services, shop_id, "shop/update", hours=1, name="Alder", currency="usd")
    with services.database.shop(shop_id) as tx:
        shop = shops.read(tx)
    assert (shop.name, shop.timezone, shop.currency) == ("Alder & Daughters", "Europe/Paris", "GBP")


def test_a_zone_nobody_knows_changes_nothing(services: Services, shop_id: int) -> None:
    tell(services, shop_id, "shop/update", iana_timezone="Europe/Atlantis")
    with services.database.shop(shop_id) as tx:
        assert shops.read(tx).timezone == "Europe/London"


def test_a_shop_that_left_is_forgotten_and_no_other(services: Services, shop_id: int) -> None:
    theirs = open_shop(services.database, "birch.myshopify.com", now=NOW, **ABOUT)
    for each in (shop_id, theirs):
        with services.database.shop(each) as tx:
            customers.put(tx, "7001", first_name="Alma")
    tell(services, shop_id, "app/uninstalled", myshopify_domain=SHOP)
    assert services.database.shop_id(SHOP) == shop_id, "until shop/redact everything stays"
    tell(services, shop_id, "shop/redact", shop_domain=SHOP)
    assert services.database.shop_id(SHOP) is None
    assert services.database.shop_ids() == [theirs]
    with services.database.shop(shop_id) as tx:
        assert tx.execute(text("select count(*) from inbox")).scalar_one() == 0
    with services.database.shop(theirs) as tx:
        assert customers.one(tx, "7001") is not None


def test_a_forgotten_shop_leaves_no_key_not_even_of_a_visitor_without_a_record(
    services: Services, shop_id: int
) -> None:
    theirs = open_shop(services.database, "birch.myshopify.com", now=NOW, **ABOUT)
    batch = Batch(events=1, views=1, carts=0, started_ago_ms=0, kinds={}, prices=())
    for each in (shop_id, theirs):
        load_cold(services.database, services.live, each, "8001", now=NOW)
        services.live.observe(each, "8001", batch, now=NOW, day=NOW.date(), new_session_id="s")
        services.live.opened(each, "8001", NOW)
    tell(services, shop_id, "app/uninstalled", myshopify_domain=SHOP)
    tell(services, shop_id, "shop/redact", shop_domain=SHOP)
    keys = {key.decode() for key in services.live.patient.scan_iter("{*")}
    assert keys == {f"{{{theirs}:8001}}:{name}" for name in ("rel", "sess", "days", "rate")}
    assert services.live.quiet_since(NOW) == [(theirs, "8001")]


def test_a_shop_that_came_back_stays(services: Services, shop_id: int) -> None:
    tell(services, shop_id, "app/uninstalled", myshopify_domain=SHOP)
    assert open_shop(services.database, SHOP, now=NOW, **ABOUT) == shop_id
    tell(services, shop_id, "shop/redact", shop_domain=SHOP)
    assert services.database.shop_id(SHOP) == shop_id


def test_an_uninstall_that_comes_after_the_reinstall_says_nothing_any_more(
    services: Services, shop_id: int
) -> None:
    again = NOW + timedelta(hours=3)
    assert open_shop(services.database, SHOP, now=again, **ABOUT) == shop_id
    tell(services, shop_id, "app/uninstalled", hours=2, myshopify_domain=SHOP)
    with services.database.shop(shop_id) as tx:
        assert not shops.has_left(tx)
    tell(services, shop_id, "shop/redact", hours=50, shop_domain=SHOP)
    assert services.database.shop_id(SHOP) == shop_id, "reinstalled within 48 hours, nothing is wiped"


def test_where_the_uninstall_was_lost_a_silent_shop_is_forgotten_all_the_same(
    services: Services, shop_id: int
) -> None:
    tell(services, shop_id, "orders/edited", hours=1, order_edit={"order_id": 1})
    tell(services, shop_id, "shop/redact", hours=48.5, shop_domain=SHOP)
    assert services.database.shop_id(SHOP) == shop_id, "it was heard of within the two days"
    tell(services, shop_id, "shop/redact", hours=50, shop_domain=SHOP)
    assert services.database.shop_id(SHOP) is None


def test_a_longer_memory_allowed_means_that_the_history_is_read_anew(
    services: Services, shop_id: int
) -> None:
    tell(services, shop_id, "app/scopes_update", current=["read_orders", "read_all_orders"])
    with services.database.shop(shop_id) as tx:
        assert set(backfills.read(tx)) == {"customers", "orders"}


def test_a_finished_operation_of_nobodys_changes_nothing(services: Services, shop_id: int) -> None:
    tell(services, shop_id, "bulk_operations/finish", admin_graphql_api_id="gid://shopify/BulkOperation/1")
    with services.database.shop(shop_id) as tx:
        assert inbox.waiting(tx, limit=5) == []


def test_a_new_house_has_rules_and_an_owner_with_hours_and_opening_again_adds_nothing(
    services: Services, shop_id: int
) -> None:
    open_shop(services.database, SHOP, now=NOW, **ABOUT)
    with services.database.shop(shop_id) as tx:
        (owner,) = advisors.every(tx)
        assert rulebook.read(tx).policy.version == 1
    assert (owner.name, owner.role, owner.timezone) == ("Maison Alder", "owner", "Europe/London")
    assert [each.weekday for each in owner.hours] == [1, 2, 3, 4, 5]
    assert {(each.from_time.hour, each.to_time.hour) for each in owner.hours} == {(10, 17)}


def test_an_owner_who_is_named_is_called_by_her_first_name(services: Services) -> None:
    named = {"owner_name": "Margaret Alder", "owner_email": "margaret@alder.example"}
    shop_id = open_shop(services.database, "birch.myshopify.com", now=NOW, **ABOUT, **named)
    with services.database.shop(shop_id) as tx:
        owner = advisors.owner(tx)
    assert (owner.name, owner.first_name, owner.email) == (
        "Margaret Alder",
        "Margaret",
        "margaret@alder.example",
    )
