"""Shopify's own security checks, one test each and named after it (facts/shopify.md lists the ids).

Most are proved at length elsewhere; here each is asserted shortly, so that none is forgotten.
"""

from __future__ import annotations

import io
import logging
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.config import SANDBOX_SECRET
from app.domain.shop_domain import SHOP_DOMAIN
from app.factory import create_app
from app.shopify.errors import UnableToAuthenticate
from app.shopify.graphql import AdminClient
from app.shopify.http import open_client
from app.stores import advisors, outbox, rulebook, shop_tokens, shops
from app.usecases.token_of import token_of
from app.web.sign_in import safe_path
from app.wiring import Services, real_clock
from tests.oracles.node import signed_by_shopify
from tests.oracles.shopifys_words import ALMA, BODY, OTHER_SECRET, SHOP, proxied, session, webhook
from tests.shopify_twin import ShopifyTwin
from tests.usecases.alder import Alder, offer_to, open_alder
from tests.web import proxy
from tests.web.merchant import OTHER_SHOP, Merchant, good_token
from tests.web.shopper import Shopper

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "theme_extension"


@pytest.fixture
def alder(services: Services) -> Alder:
    return open_alder(services.database)


@pytest.fixture
def app(services: Services, alder: Alder) -> Flask:
    return create_app(services=services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def merchant(client: FlaskClient, services: Services) -> Merchant:
    return Merchant(client, lambda: good_token(services.settings))


@pytest.fixture
def other_merchant(client: FlaskClient, services: Services) -> Merchant:
    return Merchant(client, lambda: good_token(services.settings, OTHER_SHOP))


def sends(client: FlaskClient, query: str) -> int:
    return client.post(f"/proxy/events?{query}", json=proxy.batch()).status_code


def test_APP_PROXY_UNVERIFIED_SIGNATURE(client: FlaskClient, app: Flask) -> None:  # noqa: N802  Shopify's name
    told = signed_by_shopify({"good": proxied(), "bad": proxied(secret=OTHER_SECRET)})
    assert sends(client, str(httpx.QueryParams(told["good"]["query"]))) in (200, 204)
    assert sends(client, str(httpx.QueryParams(told["bad"]["query"]))) == 401
    behind = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/proxy")]
    guards = {getattr(app.view_functions[rule.endpoint], "guarded_by", None) for rule in behind}
    assert guards == {"app_proxy"}


def test_APP_PROXY_LIQUID_INJECTION(client: FlaskClient, services: Services, alder: Alder) -> None:  # noqa: N802
    """Shopify renders what comes as application/liquid: ours has no brace to begin it with.

    All else is JSON, and repeats nothing it was sent.
    """
    with services.database.shop(alder.shop_id) as tx:
        offer = offer_to(tx, ALMA, alder.ines)
    for path in (f"/proxy/offers/{offer}/slots", f"/proxy/offers/{uuid4()}/slots"):
        answer = client.get(f"{path}?{proxy.signed(ALMA, shop=SHOP, zone='{{ shop.secret }}', q='{{ 7 }}')}")
        assert answer.mimetype in ("application/json", "text/html")
        assert "{{" not in answer.text
    assert not list(ROOT.glob("app/web/**/*.liquid"))
    for folder in ("app/web", "app/usecases", "app/domain"):
        speaks = {file.name for file in (ROOT / folder).rglob("*.py") if "n/liquid" in file.read_text()}
        assert speaks <= {"in_theme.py"}, "one place answers so, and encodes every brace"
    told = {"learned_occasion": "other", "learned_words": "{{ 7 }}{% raw %}", "learned_month": "6"}
    alma = Shopper(client, ALMA, SHOP)
    for answer in (alma.sends("/dates", **told, learned_day="{{ 7 }}"), alma.looks(said="{{ 7 }}")):
        assert answer.mimetype == "application/liquid"
        assert not set("{}") & set(answer.text)
    assert alma.sends("/dates", **told).status_code == 303
    assert "&#123;&#123; 7 &#125;&#125;" in alma.looks().text


def test_MISSING_TENANT_ISOLATION(services: Services, merchant: Merchant, other_merchant: Merchant) -> None:  # noqa: N802
    other_merchant.opens("/admin")
    other = services.database.shop_id(OTHER_SHOP)
    assert other is not None
    with services.database.shop(other) as tx:
        theirs = advisors.owner(tx).advisor_id
        assert tx.execute(text("select count(*) from customers")).scalar_one() == 0, "without any WHERE"
    assert merchant.opens(f"/admin/advisors/{theirs}").status_code == 404
    assert other_merchant.opens(f"/admin/advisors/{theirs}").status_code == 200


def test_REQUEST_DERIVED_SHOP_SCOPE(merchant: Merchant, other_merchant: Merchant) -> None:  # noqa: N802
    for name in ("shop", "shop_id", "host", "domain"):
        answer = other_merchant.opens("/admin/advisors", **{name: SHOP})
        assert "Birch" in answer.text
        assert "Ines" not in answer.text
        assert SHOP not in answer.headers["Content-Security-Policy"]
    headers = {"Authorization": f"Bearer {other_merchant.token()}", "X-Shopify-Shop-Domain": SHOP}
    assert "Ines" not in other_merchant.client.get("/admin/advisors", headers=headers).text


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "myshopify.com",
        ".myshopify.com",
        "-a.myshopify.com",
        f"{SHOP}.",
        f"{SHOP}\n",
        f"{SHOP}/",
        f"{SHOP}.evil.example",
        f"evil.example/{SHOP}",
        f"evil.example#{SHOP}",
        f"evil@{SHOP}",
        "a.b.myshopify.com",
        "a_b.myshopify.com",
        "аlder.myshopify.com",
        "169.254.169.254",
        "MYSHOPIFY.COM",
    ],
)
def test_WEAK_SHOP_VALIDATION(client: FlaskClient, domain: str) -> None:  # noqa: N802
    assert not SHOP_DOMAIN.fullmatch(domain)
    with pytest.raises(ValueError, match="domain"):
        AdminClient(httpx.Client(), domain, str, sleep=print, clock=float, draw=float)
    assert sends(client, proxy.signed(ALMA, shop=domain)) == 401


def test_STATIC_FRAME_ANCESTORS(merchant: Merchant, other_merchant: Merchant) -> None:  # noqa: N802
    for who, shop in ((merchant, SHOP), (other_merchant, OTHER_SHOP)):
        for path in ("/admin", "/admin/advisors", "/admin/nowhere", "/admin/advisors/999999"):
            answer = who.opens(path)
            policy = answer.headers["Content-Security-Policy"]
            assert policy == f"frame-ancestors https://{shop} https://admin.shopify.com;"
            assert "*" not in policy
            assert "X-Frame-Options" not in answer.headers


def test_EXPIRING_OFFLINE_TOKEN(  # noqa: N802
    merchant: Merchant, services: Services, alder: Alder, shopify_twin: ShopifyTwin
) -> None:
    merchant.opens("/admin")
    assert [str(body["expiring"]) for body in shopify_twin.bodies if "grant_type" in body] == ["1"]
    with services.database.shop(alder.shop_id) as tx:
        kept = shop_tokens.read(tx)
    assert kept is not None
    left = kept.access_until - real_clock()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)


def test_SSRF_REQUEST_FORGERY(services: Services) -> None:  # noqa: N802
    """We only ever call a shop's own domain, and follow nobody who sends us elsewhere."""
    assert not open_client("").follow_redirects
    reached: list[str] = []

    def leads_away(request: httpx.Request) -> httpx.Response:
        reached.append(request.url.host)
        return httpx.Response(307, headers={"Location": "http://169.254.169.254/latest"})

    away = httpx.Client(transport=httpx.MockTransport(leads_away))
    object.__setattr__(services, "http", away)
    token = good_token(services.settings)
    assert create_app(services=services).test_client().get(f"/admin?id_token={token}").status_code == 200
    assert set(reached) == {SHOP}


def test_CSRF_MISSING_PROTECTION(app: Flask, client: FlaskClient, services: Services) -> None:  # noqa: N802
    """The admin takes a token that only our own script can send; the desk's forms carry one of theirs."""
    token = good_token(services.settings)
    assert client.post(f"/admin/policy?id_token={token}", data={"rest_days": "1"}).status_code == 401
    assert app.test_client().post("/desk/sign-in", data={"email": "ines@alder.example"}).status_code == 400
    query = proxy.signed(ALMA, shop=SHOP)
    assert client.post(f"/proxy/events?{query}", data={"v": "1"}).status_code == 415
    assert client.get(f"/proxy/events?{query}").status_code == 405
    forged = client.post(f"/proxy/remembered/visits?{query}", data={"allow": "no"})
    assert "nothing was changed" in forged.text


def test_THEME_EXTENSION_XSS() -> None:  # noqa: N802
    scripts = [file.read_text() for file in (EXTENSION / "assets").glob("*.js")]
    assert scripts
    for script in scripts:
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert way not in script
    for block in (EXTENSION / "blocks").glob("*.liquid"):
        liquid = block.read_text().partition("{% schema %}")[0]
        for shown in re.findall(r"=\s*\"?{{(.*?)}}", liquid):
            kept_apart = ("escape", "json", "asset_url", "id", "shopify_attributes", "image_url", "| t")
            named = shown.split("|")[0].strip()
            assert any(safe in shown for safe in kept_apart) or named.startswith("block.settings"), shown


def test_SESSION_LIFECYCLE_AND_REPLAY(  # noqa: N802
    client: FlaskClient, services: Services, alder: Alder
) -> None:
    told = signed_by_shopify(
        {
            "old token": session(exp=1, nbf=0, iat=0),
            "old request": proxied(age=91),
            "webhook": webhook(),
        }
    )
    header = {"Authorization": f"Bearer {told['old token']['token']}"}
    assert client.get("/admin/advisors", headers=header).status_code == 401
    assert sends(client, str(httpx.QueryParams(told["old request"]["query"]))) == 401
    for _ in range(2):
        client.post("/webhooks", data=BODY.encode(), headers=told["webhook"]["headers"])
    with services.database.shop(alder.shop_id) as tx:
        assert tx.execute(text("select count(*) from inbox")).scalar_one() == 1
    opened = client.get(f"/admin?id_token={good_token(services.settings)}")
    assert "Set-Cookie" not in opened.headers


def test_MISSING_AUTHORIZATION_CHECK(app: Flask, client: FlaskClient) -> None:  # noqa: N802
    """Every route of the admin and of the desk turns a stranger away, whatever the method."""
    open_routes = {"/admin/session", "/desk/sign-in", "/desk/sign-in/<token>", "/desk/sign-out"}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/admin", "/desk")) or rule.rule in open_routes:
            continue
        values = {name: uuid4() if "uuid" in rule.rule else 1 for name in rule.arguments}
        with app.test_request_context():
            path = str(rule.rule if not values else rule.build(values, append_unknown=False)[1])  # type: ignore[index]
        for method in (rule.methods or set()) & {"GET", "POST"}:
            status = client.open(path, method=method).status_code
            assert status in (302, 400, 401, 404), f"{method} {path} answers {status} to a stranger"


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
def test_OPEN_REDIRECT(client: FlaskClient, app: Flask, to: str) -> None:  # noqa: N802
    with app.app_context():
        assert safe_path(to) == "/desk"
    answer = client.get("/admin/session", query_string={"shop": SHOP, "shopify-reload": to})
    assert answer.headers["Location"].endswith("shopify-reload=%2Fadmin")


def test_SQL_INJECTION(merchant: Merchant, client: FlaskClient, services: Services, alder: Alder) -> None:  # noqa: N802
    evil = "x'; drop table customers; --"
    merchant.opens("/admin/decisions", before=evil, rule=evil)
    client.get(f"/proxy/offers/{uuid4()}/slots?{proxy.signed(ALMA, shop=SHOP, zone=evil)}")
    merchant.sends("/admin/advisors/new", {"name": evil, "email": evil})
    with services.database.shop(alder.shop_id) as tx:
        assert tx.execute(text("select count(*) from customers")).scalar_one() == 1
    # Nothing is ever written into a statement but names of our own; ruff's S608 holds that, too.
    chosen = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["select"]
    assert "S" in chosen


def test_SCOPE_OVER_REQUEST() -> None:  # noqa: N802
    """tests/oracles/test_documents.py compares field by field; here: each scope asked for says why."""
    told = (ROOT / "shopify.app.toml").read_text()
    access = tomllib.loads(told)["access_scopes"]
    for scope in [*access["scopes"].split(","), *access.get("optional_scopes", [])]:
        assert re.search(rf"^# {scope}\s+\S+", told, re.M), f"{scope} has no reason"


def test_UNSCOPED_SHOP_CONFIG_WRITE(  # noqa: N802
    merchant: Merchant, other_merchant: Merchant, services: Services, alder: Alder
) -> None:
    other_merchant.opens("/admin")
    with services.database.shop(alder.shop_id) as tx:
        before, house = rulebook.read(tx), shops.read(tx)
    form = {"offer_at": "strong", "rest_days": "30", "shop_id": str(alder.shop_id), "shop": SHOP}
    other_merchant.sends("/admin/policy", form)
    with services.database.shop(alder.shop_id) as tx:
        assert (rulebook.read(tx), shops.read(tx)) == (before, house)


class EverythingSaid:
    """All that a process says: structlog's lines, every library's logger, and what is printed."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd, self._heard = capfd, io.StringIO()
        self.handler = logging.StreamHandler(self._heard)

    def so_far(self) -> str:
        printed = self._capfd.readouterr()
        return printed.out + printed.err + self._heard.getvalue()


@pytest.fixture
def everything_said(capfd: pytest.CaptureFixture[str]) -> Iterator[EverythingSaid]:
    said, root = EverythingSaid(capfd), logging.getLogger()
    level = root.level
    root.addHandler(said.handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.setLevel(level)
    root.removeHandler(said.handler)


def test_CREDENTIAL_LOG_LEAKAGE(  # noqa: N802
    services: Services, shopify_twin: ShopifyTwin, everything_said: EverythingSaid
) -> None:
    """A whole journey: install, admin, storefront, booking, webhook, desk, and all that fails on the way."""
    credentials = _journey(services, shopify_twin)
    said = everything_said.so_far()
    assert "tokens.exchanged" in said, "the log is being read"
    assert "webhook.refused" in said
    found = [name for name, secret in credentials.items() if secret in said]
    assert found == []
    for shape in (r"shp(at|rt|ca|ss)_", r"eyJ[\w-]+\.eyJ", r"gAAAAA", r"\b[0-9a-f]{64}\b"):
        assert not re.search(shape, said), shape


def _journey(services: Services, shopify_twin: ShopifyTwin) -> dict[str, str]:
    """Live a shop's life, and answer every credential that was used on the way."""
    settings = services.settings
    alder = open_alder(services.database)
    app = create_app(services=services)
    client = app.test_client(use_cookies=False)
    used: dict[str, str] = {"secret": SANDBOX_SECRET, "own secret": settings.secret_key}
    used |= {f"key {n}": key for n, key in enumerate(settings.encryption_keys)}

    def token(what: str) -> str:
        return used.setdefault(f"session token, {what}", good_token(settings))

    client.get(f"/admin?id_token={token('install')}")
    bearer = {"Authorization": f"Bearer {token('fetch')}"}
    client.get("/admin/decisions", headers=bearer)
    client.get("/admin/decisions", headers={"Authorization": f"Bearer {token('broken')}x"})
    client.get(f"/admin?id_token={token('nowhere')}&shop={OTHER_SHOP}")
    client.delete("/admin/policy", headers=bearer)
    used["access token"], used["refresh token"] = _pair(services, alder.shop_id)

    _storefront(client, services, alder, used)
    _webhooks(client, used)
    _desk(app, services, alder, used)

    # The tokens' own life: renewed, refused, taken anew.
    now = real_clock() + timedelta(hours=1)
    token_of(services.database, services.token_office, services.vault, alder.shop_id, now=now)
    used["next access token"], used["next refresh token"] = _pair(services, alder.shop_id)
    shopify_twin.tokens(SHOP).revoke()
    later = now + timedelta(hours=2)
    with pytest.raises(UnableToAuthenticate):
        token_of(services.database, services.token_office, services.vault, alder.shop_id, now=later)
    shopify_twin.trouble["tokens"] = lambda _: httpx.Response(502, text=used["next refresh token"])
    client.get(f"/admin?id_token={token('again')}")
    return used


def _pair(services: Services, shop_id: int) -> tuple[str, str]:
    with services.database.shop(shop_id) as tx:
        kept = shop_tokens.read(tx)
    assert kept is not None
    return services.vault.open(shop_id, kept.sealed)


def _storefront(client: FlaskClient, services: Services, alder: Alder, used: dict[str, str]) -> None:
    with services.database.shop(alder.shop_id) as tx:
        offer = offer_to(tx, ALMA, alder.ines)
    query = proxy.signed(ALMA, shop=SHOP)
    used["signature"] = query.rpartition("=")[2]
    sends(client, query)
    sends(client, query.replace("7001", "7002"))
    client.get(f"/proxy/offers/{offer}/slots?{query}")
    wish: dict[str, Any] = {"offer": str(offer), "starts": "2026-11-23T10:00:00Z", "zone": "Europe/London"}
    wish |= {"place": "shop", "note": "", "key": str(uuid4())}
    booked = client.post(f"/proxy/bookings?{query}", json=wish)
    assert booked.status_code in (200, 201), booked.text


def _webhooks(client: FlaskClient, used: dict[str, str]) -> None:
    told = signed_by_shopify({"good": webhook(), "bad": webhook(secret=OTHER_SECRET)})
    for name, each in told.items():
        used[f"HMAC, {name}"] = each["headers"]["X-Shopify-Hmac-Sha256"]
        client.post("/webhooks", data=BODY.encode(), headers=each["headers"])


def _desk(app: Flask, services: Services, alder: Alder, used: dict[str, str]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/desk/sign-in", data={"email": "ines@alder.example", "to": "/desk"})
    with services.database.shop(alder.shop_id) as tx:
        letters = tx.execute(select(outbox.outbox.c.body)).scalars().all()
    (link,) = [found[1] for body in letters if (found := re.search(r"/desk/sign-in/(\S+)", body))]
    used["sign-in link"] = link
    entered = client.post(f"/desk/sign-in/{link}", data={"seat": "0"})
    used["cookie"] = entered.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    client.get("/desk")
