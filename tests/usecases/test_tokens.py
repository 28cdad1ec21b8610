"""A shop's tokens: one renewal at a time, kept before they are used, and silent when nothing more comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from app.config import SANDBOX_KEY, UnableToConfigure, read_settings
from app.shopify.documents import document
from app.shopify.errors import UnableToAuthenticate, UnableToReachShopify
from app.shopify.session_token import SessionToken
from app.shopify.tokens import UnableToOpenTokens, Vault
from app.stores import advisors, backfills, shop_tokens, shops
from app.stores.shop_tokens import Kept
from app.usecases.install_shop import install_shop
from app.usecases.keep_tokens_alive import keep_tokens_alive, needs_renewal
from app.usecases.rotate_keys import rotate_keys
from app.usecases.token_of import token_of
from app.wiring import Services, admin_of
from jobs import tokens as jobs_tokens
from tests.conftest import NOW as IN_THE_HOUSE
from tests.shopify_twin import ShopifyTwin
from tests.web.merchant import OTHER_SHOP, SHOP, good_token
from webhooks.shop import uninstalled

KEY, OLDER_KEY = "B" * 43 + "=", "A" * 43 + "="
HOUR = timedelta(hours=1)
# Tokens know real time alone, whatever the clock of the house says.
NOW = datetime.now(UTC)


def install(services: Services, shop: str = SHOP, *, at: datetime = NOW) -> int:
    return install_shop(
        services.database,
        services.token_office,
        services.vault,
        services.queue,
        lambda shop_id: admin_of(services, shop_id, patient=False),
        SessionToken(shop, "1", good_token(services.settings, shop)),
        now=IN_THE_HOUSE,
        real_now=at,
    )


@pytest.fixture
def shop_id(services: Services) -> int:
    return install(services)


def ask(services: Services, shop_id: int, *, now: datetime, refused: str = "") -> str:
    return token_of(
        services.database, services.token_office, services.vault, shop_id, now=now, refused=refused
    )


def kept(services: Services, shop_id: int) -> Kept:
    with services.database.shop(shop_id) as tx:
        row = shop_tokens.read(tx)
    assert row is not None
    return row


def test_a_session_token_becomes_an_expiring_pair_of_the_shop(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    asked = shopify_twin.bodies[0]
    assert asked["client_id"] == SANDBOX_KEY
    assert str(asked["expiring"]) == "1"
    assert asked["requested_token_type"].endswith(":offline-access-token")
    row = kept(services, shop_id)
    assert (row.access_until - NOW, row.refresh_until - NOW) == (HOUR, timedelta(days=90))
    assert shopify_twin.tokens(SHOP).state_of(ask(services, shop_id, now=NOW)) == "good"


def test_lifetimes_that_shopify_does_not_tell_are_the_documented_ones(
    services: Services, shopify_twin: ShopifyTwin
) -> None:
    shopify_twin.extra = {"expires_in": None, "refresh_token_expires_in": None}
    shop_id = install(services)
    first = kept(services, shop_id)
    later = NOW + HOUR
    ask(services, shop_id, now=later)
    second = kept(services, shop_id)
    for row, at in ((first, NOW), (second, later)):
        assert (row.access_until - at, row.refresh_until - at) == (HOUR, timedelta(seconds=7_776_000))


def test_a_token_is_used_until_five_minutes_are_left_of_it(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    first = ask(services, shop_id, now=NOW)
    assert ask(services, shop_id, now=NOW + timedelta(minutes=54)) == first
    assert shopify_twin.asked["tokens"] == 1
    assert ask(services, shop_id, now=NOW + timedelta(minutes=56)) != first
    assert shopify_twin.asked["tokens"] == 2


def test_many_who_need_a_token_at_once_renew_it_once(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    later, everybody_asks = NOW + HOUR, Event()

    def slow(request: httpx.Request) -> httpx.Response:
        everybody_asks.wait(0.3)  # long enough for the others to want one, too
        return shopify_twin._give(request.url.host, shopify_twin.bodies[-1])

    shopify_twin.trouble["tokens"] = slow
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: ask(services, shop_id, now=later), range(8)))
    assert len(set(given)) == 1
    assert shopify_twin.asked["tokens"] == 2, "one exchange, one renewal"


def test_the_next_pair_is_kept_before_anybody_uses_it(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    seen = []

    def look(request: httpx.Request) -> httpx.Response:
        access, _ = services.vault.open(shop_id, kept(services, shop_id).sealed)
        seen.append(access == request.headers["X-Shopify-Access-Token"])
        return httpx.Response(200, json={"data": {"shop": None}})

    with services.database.shop(shop_id) as tx:
        tx.execute(text("update shop_tokens set access_until = now() - interval '1 minute'"))
    shopify_twin.trouble["graphql"] = look
    admin_of(services, shop_id).ask(document("ShopDetails"))
    assert seen == [True]
    assert shopify_twin.asked["tokens"] == 2


def test_a_pair_that_could_not_be_kept_is_given_to_nobody(
    services: Services, shop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(shop_tokens, "save", fail)
    with pytest.raises(RuntimeError):
        ask(services, shop_id, now=NOW + HOUR)


def test_a_token_that_shopify_refuses_is_renewed_though_its_hour_is_not_over(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    first = ask(services, shop_id, now=NOW)
    second = ask(services, shop_id, now=NOW, refused=first)
    assert second != first
    assert ask(services, shop_id, now=NOW, refused=first) == second, "once is enough"
    assert shopify_twin.asked["tokens"] == 2


def test_an_expired_token_is_renewed_within_one_question(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    shopify_twin.tokens(SHOP).expire()
    assert admin_of(services, shop_id).ask(document("ShopDetails")).data["shop"]["name"] == "Maison Alder"


def test_an_invalid_grant_waits_in_silence_for_the_next_opening_of_the_admin(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    shopify_twin.tokens(SHOP).revoke()
    later = NOW + HOUR
    for _ in range(2):
        with pytest.raises(UnableToAuthenticate):
            ask(services, shop_id, now=later)
    assert shopify_twin.asked["tokens"] == 2, "it is not asked again"
    assert kept(services, shop_id).refused_at == later
    install(services, at=later)
    assert kept(services, shop_id).refused_at is None
    assert shopify_twin.tokens(SHOP).state_of(ask(services, shop_id, now=later)) == "good"


def test_a_pair_whose_ninety_days_are_over_is_not_sent_any_more(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    with pytest.raises(UnableToAuthenticate):
        ask(services, shop_id, now=NOW + timedelta(days=90))
    assert shopify_twin.asked["tokens"] == 1


def away(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("away")


ODD_ANSWERS: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "nobody answers": away,
    "a broken gateway": lambda _: httpx.Response(502, text="<html>"),
    "a page": lambda _: httpx.Response(200, text="<html>"),
    "a list": lambda _: httpx.Response(200, json=[]),
    "nothing in it": lambda _: httpx.Response(200, json={}),
    "no token to renew it": lambda _: httpx.Response(200, json={"access_token": "shpat_lonely"}),
    "a lifetime in words": lambda _: httpx.Response(200, json={"access_token": "a", "expires_in": "long"}),
    "another secret": lambda _: httpx.Response(401, json={"error": "invalid_client"}),
    "no word why": lambda _: httpx.Response(403, text=""),
}


@pytest.mark.parametrize("case", ODD_ANSWERS)
def test_where_shopify_gives_nothing_the_token_kept_serves_its_hour_out(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin, case: str
) -> None:
    first = ask(services, shop_id, now=NOW)
    shopify_twin.trouble["tokens"] = ODD_ANSWERS[case]
    assert ask(services, shop_id, now=NOW + timedelta(minutes=58)) == first
    with pytest.raises(UnableToReachShopify):
        ask(services, shop_id, now=NOW + HOUR)
    assert kept(services, shop_id).refused_at is None, "the next time may do"


@pytest.mark.parametrize("case", ODD_ANSWERS)
def test_the_house_opens_though_shopify_gives_no_token(
    services: Services, shopify_twin: ShopifyTwin, case: str
) -> None:
    shopify_twin.trouble["tokens"] = ODD_ANSWERS[case]
    shop_id = install(services)
    with services.database.shop(shop_id) as tx:
        assert shop_tokens.read(tx) is None
        assert shops.read(tx).timezone == "UTC"
    shopify_twin.trouble.clear()
    assert install(services) == shop_id
    with services.database.shop(shop_id) as tx:
        assert shops.read(tx).timezone == "Europe/London"


def test_what_is_kept_names_no_token(services: Services, shop_id: int) -> None:
    access = ask(services, shop_id, now=NOW)
    with services.database.shop(shop_id) as tx:
        row = json.dumps(dict(tx.execute(text("select * from shop_tokens")).one()._mapping), default=str)
    assert access.removeprefix("shpat_") not in row
    assert "shpat_" not in row + repr(kept(services, shop_id)) + repr(services.settings)


def test_a_row_moved_to_another_shop_opens_nothing(services: Services, shop_id: int) -> None:
    other = install(services, OTHER_SHOP)
    with services.database.shop(other) as tx:
        shop_tokens.replace_seal(tx, kept(services, shop_id).sealed)
    with pytest.raises(UnableToOpenTokens, match="another shop"):
        services.vault.open(other, kept(services, other).sealed)
    with pytest.raises(UnableToAuthenticate):
        ask(services, other, now=NOW)


def test_keys_are_rotated_and_the_older_one_can_then_be_thrown_away(services: Services) -> None:
    object.__setattr__(services, "vault", Vault([OLDER_KEY]))
    shop_id = install(services)
    with services.database.shop(
        services.database.open_shop(OTHER_SHOP, name="-", timezone="UTC", currency="USD")
    ):
        pass  # a shop without tokens is passed over
    token = ask(services, shop_id, now=NOW)
    both = Vault([KEY, OLDER_KEY])
    rotation = rotate_keys(services.database, both)
    assert (rotation.sealed, rotation.unopened) == (1, 0)
    assert "1 of 1 shops’ tokens" in rotation.in_words()
    object.__setattr__(services, "vault", Vault([KEY]))
    assert ask(services, shop_id, now=NOW) == token
    assert rotate_keys(services.database, Vault([OLDER_KEY])).unopened == 1


def test_a_shop_whose_key_is_lost_gets_new_tokens_at_the_next_opening(
    services: Services, shop_id: int
) -> None:
    object.__setattr__(services, "vault", Vault([KEY]))
    with pytest.raises(UnableToAuthenticate):
        ask(services, shop_id, now=NOW)
    assert kept(services, shop_id).refused_at is None, "with the right keys it opens again"
    install(services)
    assert ask(services, shop_id, now=NOW)


def test_a_quiet_shops_tokens_are_renewed_long_before_they_run_out(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    def keep_alive(now: datetime) -> bool:
        return keep_tokens_alive(services.database, services.token_office, services.vault, shop_id, now=now)

    assert not keep_alive(NOW + timedelta(days=29))
    assert keep_alive(NOW + timedelta(days=31))
    assert kept(services, shop_id).refresh_until == NOW + timedelta(days=121)
    assert shopify_twin.asked["tokens"] == 2


def test_a_shop_that_has_left_or_is_refused_is_let_be(services: Services, shop_id: int) -> None:
    later = NOW + timedelta(days=40)
    with services.database.shop(shop_id) as tx:
        assert needs_renewal(tx, now=later)
        shop_tokens.refuse(tx, NOW)
        assert not needs_renewal(tx, now=later)
    other = install(services, OTHER_SHOP)
    with services.database.shop(other) as tx:
        shops.leave(tx, NOW)
        assert not needs_renewal(tx, now=later)


def test_the_daily_sweep_asks_for_each_shop_that_needs_it(
    services: Services, shopify_twin: ShopifyTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = install(services)
    install(services, OTHER_SHOP)
    with services.database.shop(quiet) as tx:
        tx.execute(text("update shop_tokens set access_until = now(), refresh_until = now() + '45 days'"))
    monkeypatch.setattr(jobs_tokens, "services", lambda: services)
    assert jobs_tokens.sweep() == 1
    before = kept(services, quiet).refresh_until
    jobs_tokens.keep_alive(quiet)
    jobs_tokens.keep_alive(quiet)
    assert kept(services, quiet).refresh_until > before
    assert shopify_twin.asked["tokens"] == 3


def test_the_first_tokens_begin_the_history_and_later_ones_do_not(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        assert set(backfills.read(tx)) == {"customers", "orders"}
        tx.execute(text("update backfills set state = 'done', all_orders = true"))
        shop_tokens.forget(tx)
    install(services)
    with services.database.shop(shop_id) as tx:
        assert {row.state for row in backfills.read(tx).values()} == {"done"}


def test_a_shop_that_comes_back_takes_fresh_tokens(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    first = ask(services, shop_id, now=NOW)
    with services.database.shop(shop_id) as tx:
        shops.leave(tx, NOW)
    shopify_twin.tokens(SHOP).revoke()
    install(services)
    second = ask(services, shop_id, now=NOW)
    assert second != first
    assert shopify_twin.tokens(SHOP).state_of(second) == "good"


def test_a_shop_that_comes_back_while_shopify_is_away_keeps_no_stale_token(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    with services.database.shop(shop_id) as tx:
        shops.leave(tx, NOW)
    shopify_twin.trouble["tokens"] = away
    install(services)
    with services.database.shop(shop_id) as tx:
        assert not shops.has_left(tx)
        assert shop_tokens.read(tx) is None


def test_an_uninstall_from_before_the_fresh_tokens_is_late_and_takes_them_from_nobody(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        shops.leave(tx, IN_THE_HOUSE)
    install(services)
    with services.database.shop(shop_id) as tx:
        assert not shops.has_left(tx)
        uninstalled(tx, services.live, b"{}", triggered_at=IN_THE_HOUSE - HOUR, now=IN_THE_HOUSE)
        assert not shops.has_left(tx)
        assert shop_tokens.read(tx) is not None
        uninstalled(tx, services.live, b"{}", triggered_at=IN_THE_HOUSE + HOUR, now=IN_THE_HOUSE)
        assert shops.has_left(tx)
        assert shop_tokens.read(tx) is None, "Shopify has made them void"


def test_the_open_page_of_an_app_that_was_just_removed_does_not_bring_the_shop_back(
    services: Services, shop_id: int, shopify_twin: ShopifyTwin
) -> None:
    with services.database.shop(shop_id) as tx:
        shops.leave(tx, IN_THE_HOUSE)
    shopify_twin.trouble["tokens"] = lambda _: httpx.Response(400, json={"error": "invalid_subject_token"})
    install(services)
    with services.database.shop(shop_id) as tx:
        assert shops.has_left(tx)


def test_two_windows_opened_at_once_exchange_once(services: Services, shopify_twin: ShopifyTwin) -> None:
    asking, go = Event(), Event()

    def slow(request: httpx.Request) -> httpx.Response:
        asking.set()
        go.wait(10)
        return shopify_twin._give(request.url.host, shopify_twin.bodies[-1])

    shopify_twin.trouble["tokens"] = slow
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(install, services)
        assert asking.wait(10)
        install(services)  # does not wait for the other
        go.set()
        first.result()
    assert shopify_twin.asked["tokens"] == 1


def test_the_owner_keeps_the_houses_own_name_and_clock(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        house, owner = shops.read(tx), advisors.owner(tx)
    assert (house.name, house.timezone, house.currency) == ("Maison Alder", "Europe/London", "GBP")
    assert (owner.name, owner.timezone) == ("Maison Alder", "Europe/London")


def test_an_owner_who_came_before_the_houses_name_follows_it(
    services: Services, shopify_twin: ShopifyTwin
) -> None:
    shopify_twin.trouble["graphql"] = lambda _: httpx.Response(429, headers={"Retry-After": "2.0"})
    shop_id = install(services)
    with services.database.shop(shop_id) as tx:
        assert advisors.owner(tx).name == "Maison alder"
    shopify_twin.trouble.clear()
    install(services)
    with services.database.shop(shop_id) as tx:
        owner = advisors.owner(tx)
    assert (owner.name, owner.timezone) == ("Maison Alder", "Europe/London")
    assert shopify_twin.asked["tokens"] == 1


def test_a_token_of_another_shop_is_never_used(services: Services, shop_id: int) -> None:
    other = install(services, OTHER_SHOP)
    assert ask(services, other, now=NOW) != ask(services, shop_id, now=NOW)


def test_no_token_stands_in_a_log_line(services: Services, shopify_twin: ShopifyTwin) -> None:
    with capture_logs() as logged:
        shop_id = install(services)
        ask(services, shop_id, now=NOW + HOUR)
        shopify_twin.tokens(SHOP).revoke()
        with pytest.raises(UnableToAuthenticate):
            ask(services, shop_id, now=NOW + 3 * HOUR)
    said = str(logged)
    assert "tokens.refused" in said
    assert "invalid_grant" in said
    for secret in ("shpat_", "shprt_", services.settings.api_secret, "eyJ"):
        assert secret not in said


@pytest.mark.parametrize("keys", ["too short", "é" * 43 + "=", "A" * 40, f"{KEY},nothing"])
def test_a_key_that_is_none_is_said_at_the_start(keys: str) -> None:
    with pytest.raises(UnableToConfigure, match="ENCRYPTION_KEYS"):
        read_settings({"SECRET_KEY": "-", "ENCRYPTION_KEYS": keys})


def test_production_needs_keys_of_its_own_and_a_laptop_makes_one(services: Services) -> None:
    with pytest.raises(UnableToConfigure, match="ENCRYPTION_KEYS is not set"):
        read_settings({"STEWARD_ENV": "production", "SECRET_KEY": "-", "SHOPIFY_API_SECRET": "-"})
    file = services.settings.data / "encryption-key"
    assert services.settings.encryption_keys == (file.read_text(),)
    assert file.stat().st_mode & 0o077 == 0


def test_a_settings_repr_opens_no_door(services: Services) -> None:
    settings = replace(services.settings, old_api_secret="the one before")
    for secret in (settings.api_secret, "the one before", settings.secret_key, *settings.encryption_keys):
        assert secret not in repr(settings)
