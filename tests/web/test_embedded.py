"""Who passes the admin's door, and who may frame what is behind it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from app.config import UnableToConfigure, read_settings
from app.factory import create_app
from app.shopify.session_token import REQUIRED_CLAIMS
from app.stores import shops
from app.usecases.open_shop import open_shop
from app.wiring import Services
from tests.conftest import NOW
from tests.web.merchant import OTHER_SHOP, SHOP, good_token, session_claims, signed

HOUSE = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}
OWN_FRAME = f"frame-ancestors https://{SHOP} https://admin.shopify.com;"
NOBODYS_FRAME = "frame-ancestors https://admin.shopify.com;"
RETRY = "X-Shopify-Retry-Invalid-Session-Request"


@pytest.fixture
def app(services: Services) -> Flask:
    open_shop(services.database, SHOP, now=NOW, **HOUSE)
    return create_app(services=services)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client(use_cookies=False) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _without(claim: str) -> Any:
    return lambda claims: {name: value for name, value in claims.items() if name != claim}


BAD_CLAIMS = {
    "expired": lambda claims: {**claims, "exp": claims["iat"] - 60, "iat": claims["iat"] - 120},
    "not yet valid": lambda claims: {**claims, "nbf": claims["nbf"] + 3600},
    "for another app": lambda claims: {**claims, "aud": "another app"},
    "for several apps": lambda claims: {**claims, "aud": [claims["aud"], "another app"]},
    "issued by another shop": lambda claims: {**claims, "iss": f"https://{OTHER_SHOP}/admin"},
    "destined for another shop": lambda claims: {**claims, "dest": f"https://{OTHER_SHOP}"},
    "of no shop": lambda claims: {**claims, "iss": "https://evil.com/admin", "dest": "https://evil.com"},
    "of a shop within another host": lambda claims: {
        **claims,
        "iss": f"https://{SHOP}.evil.com/admin",
        "dest": f"https://{SHOP}.evil.com",
    },
    "of a shop with a line break": lambda claims: {
        **claims,
        "iss": f"https://{SHOP}\n/admin",
        "dest": f"https://{SHOP}\n",
    },
    "with a number for a shop": lambda claims: {**claims, "dest": 7},
    "with an address that is none": lambda claims: {**claims, "dest": "https://["},
    **{f"without {claim}": _without(claim) for claim in REQUIRED_CLAIMS},
}


def _with_another_algorithm(claims: dict[str, Any], secret: str) -> str:
    with warnings.catch_warnings(action="ignore"):  # the secret is short for this one
        return jwt.encode(claims, secret, algorithm="HS512")


def bad_tokens(services: Services) -> dict[str, str]:
    settings = services.settings
    claims = session_claims(settings)
    good = signed(settings, claims)
    tokens = {name: signed(settings, change(claims)) for name, change in BAD_CLAIMS.items()}
    return {
        **tokens,
        "signed by another": jwt.encode(claims, "another secret, long enough to be one", algorithm="HS256"),
        "signed with another algorithm": _with_another_algorithm(claims, settings.api_secret),
        "not signed": jwt.encode(claims, None, algorithm="none"),
        "cut short": good[:-4],
        "garbage": "garbage",
        "three parts of garbage": "a.b.c",
        "not of ASCII": "ä.ö.ü",
        "much too long": "x" * 20_000,
        "empty": "",
    }


def test_a_good_token_opens_the_admin_as_a_document_and_as_a_fetch(
    client: FlaskClient, services: Services
) -> None:
    document = client.get(f"/admin?id_token={good_token(services.settings)}")
    fetched = client.get("/admin", headers=bearer(good_token(services.settings)))
    assert document.status_code == fetched.status_code == 200
    for answer in (document, fetched):
        assert answer.headers["Content-Security-Policy"] == OWN_FRAME
        assert answer.headers["Cache-Control"] == "no-store"
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_a_bad_token_is_turned_away_from_a_fetch_with_a_word_to_try_again(
    client: FlaskClient, services: Services
) -> None:
    answers = {
        name: client.get("/admin/decisions", headers=bearer(token.encode().decode("latin-1")))
        for name, token in bad_tokens(services).items()
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert all(answer.headers[RETRY] == "1" for answer in answers.values())


def test_a_bad_token_sends_a_document_to_fetch_another(client: FlaskClient, services: Services) -> None:
    answers = {
        name: client.get("/admin/decisions", query_string={"id_token": token, "shop": SHOP})
        for name, token in bad_tokens(services).items()
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 302)
    for answer in answers.values():
        assert answer.headers["Location"].startswith("/admin/session?")
        assert "id_token" not in answer.headers["Location"]
        assert SHOP not in answer.headers["Content-Security-Policy"]


def test_without_a_token_a_document_goes_to_fetch_one_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/admin/decisions?before=7&shop=" + SHOP)
    location = urlsplit(answer.headers["Location"])
    assert (answer.status_code, location.path) == (302, "/admin/session")
    kept = parse_qs(location.query)
    assert kept["shop"] == [SHOP]
    assert kept["shopify-reload"] == [f"/admin/decisions?before=7&shop={SHOP}"]


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"Sec-Fetch-Dest": "empty"}, {"Authorization": "Basic YTpi"}]
)
def test_without_a_token_a_fetch_is_asked_to_try_again(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/admin", headers=headers)
    assert (answer.status_code, answer.headers[RETRY]) == (401, "1")


def test_a_form_without_a_token_in_its_header_changes_nothing(
    client: FlaskClient, services: Services
) -> None:
    for address in ("/admin/policy", f"/admin/policy?id_token={good_token(services.settings)}"):
        assert client.post(address, data={"rest_days": "1"}).status_code == 401


def test_two_tokens_in_an_address_are_none(client: FlaskClient, services: Services) -> None:
    token = good_token(services.settings)
    assert client.get(f"/admin?id_token={token}&id_token={token}").status_code == 302


def test_a_token_of_the_secret_before_is_good_while_both_are_in_use(
    client: FlaskClient, services: Services
) -> None:
    object.__setattr__(
        services,
        "shopify",
        type(services.shopify)(
            services.settings.api_key, "the new secret, just begun", services.settings.api_secret
        ),
    )
    assert client.get("/admin", headers=bearer(good_token(services.settings))).status_code == 200


def test_the_shop_is_the_tokens_and_never_the_addresss(client: FlaskClient, services: Services) -> None:
    open_shop(services.database, OTHER_SHOP, now=NOW, **{**HOUSE, "name": "Birch"})
    token = good_token(services.settings, OTHER_SHOP)
    answer = client.get("/admin/advisors", query_string={"shop": SHOP, "id_token": token})
    assert "Birch" in answer.text
    assert "Maison Alder" not in answer.text
    assert SHOP not in answer.headers["Content-Security-Policy"]


def test_a_merchant_who_opens_us_first_gets_a_house(client: FlaskClient, services: Services) -> None:
    token = good_token(services.settings, OTHER_SHOP)
    assert client.get("/admin", headers=bearer(token)).status_code == 401
    assert services.database.shop_id(OTHER_SHOP) is None
    assert client.get(f"/admin?id_token={token}").status_code == 200
    shop_id = services.database.shop_id(OTHER_SHOP)
    assert shop_id is not None
    with services.database.shop(shop_id) as tx:
        assert shops.read(tx).name == "Birch"


def test_a_merchant_who_left_and_comes_back_is_with_us_again(client: FlaskClient, services: Services) -> None:
    shop_id = services.database.shop_id(SHOP)
    assert shop_id is not None
    with services.database.shop(shop_id) as tx:
        shops.leave(tx, NOW)
    assert client.get(f"/admin?id_token={good_token(services.settings)}").status_code == 200
    with services.database.shop(shop_id) as tx:
        assert not shops.has_left(tx)


def test_errors_are_pages_that_this_shop_may_frame(client: FlaskClient, services: Services) -> None:
    nobodys = "00000000-0000-0000-0000-000000000000"
    for path in ("nowhere", f"decisions/{nobodys}", "decisions/no-number", "advisors/999999"):
        answer = client.get(f"/admin/{path}?id_token={good_token(services.settings)}")
        assert answer.status_code == 404, path
        assert answer.headers["Content-Security-Policy"] == OWN_FRAME
        assert "We can’t find that page" in answer.text


def test_a_fault_of_ours_is_a_page_that_this_shop_may_frame(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("app.web.admin_home.decisions.counts", fail)
    with capture_logs() as logged:
        answer = client.get(f"/admin?id_token={good_token(services.settings)}")
    (entry,) = [each for each in logged if each["log_level"] == "error"]
    assert "secret detail" not in str(logged)
    assert "exc_info" not in entry
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == OWN_FRAME
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", "/admin/policy", 405), ("POST", "/admin/nowhere", 405), ("PATCH", "/admin", 405)],
)
def test_a_refused_request_is_answered_with_a_page_that_this_shop_may_frame(
    client: FlaskClient, services: Services, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method, headers=bearer(good_token(services.settings)))
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == OWN_FRAME
    assert answer.headers["Allow"]
    first = answer.text.index("<script")
    assert answer.text[first:].startswith(f'<script src="{services.settings.app_bridge_url}"')


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_every_error_is_a_page_that_begins_with_app_bridge(
    client: FlaskClient, services: Services, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        abort(status)

    monkeypatch.setattr("app.web.admin_home.decisions.counts", fail)
    answer = client.get(f"/admin?id_token={good_token(services.settings)}")
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == OWN_FRAME
    assert answer.text.index("<script") < answer.text.index("<link")
    assert "Nothing was changed" in answer.text


def test_a_wrong_method_may_be_framed_by_shopify_alone(client: FlaskClient) -> None:
    answer = client.delete("/admin/policy")
    assert answer.status_code == 405
    assert answer.headers["Content-Security-Policy"] == NOBODYS_FRAME


def test_the_page_that_fetches_a_token_only_loads_app_bridge(client: FlaskClient, services: Services) -> None:
    page = client.get("/admin/session", query_string={"shop": SHOP, "shopify-reload": "/admin/policy"}).text
    assert f'<script src="{services.settings.app_bridge_url}" data-api-key=' in page
    assert page.count("<script") == 1
    assert "policy" not in page


def test_the_page_that_fetches_a_token_may_be_framed_by_a_shop_that_could_be_one(client: FlaskClient) -> None:
    frames = {SHOP: OWN_FRAME, "evil.com": NOBODYS_FRAME, "": NOBODYS_FRAME}
    for written in (f"{SHOP}.evil.com", f"{SHOP}; script-src *", f"{SHOP}\n", f"x@{SHOP}", "*.myshopify.com"):
        frames[written] = NOBODYS_FRAME
    for shop, frame in frames.items():
        answer = client.get("/admin/session", query_string={"shop": shop})
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == frame, shop


def test_the_page_that_fetches_a_token_leads_back_to_the_admin_alone(client: FlaskClient) -> None:
    elsewhere = (
        "https://evil.com/admin",
        "//evil.com/admin",
        "/\\evil.com",
        "/admin/..//evil.com",
        "/adminevil",
    )
    for back in (*elsewhere, "\t//evil.com", "javascript:alert(1)", "/desk", "/admin/../desk", "https://["):
        answer = client.get("/admin/session", query_string={"shop": SHOP, "shopify-reload": back})
        assert answer.status_code == 302, back
        assert parse_qs(urlsplit(answer.headers["Location"]).query)["shopify-reload"] == ["/admin"]


def test_the_sandbox_may_frame_us_where_there_is_one(client: FlaskClient, services: Services) -> None:
    settings = replace(services.settings, sandbox_url="http://127.0.0.1:9101")
    object.__setattr__(services, "settings", settings)
    answer = client.get(f"/admin?id_token={good_token(services.settings)}")
    assert answer.headers["Content-Security-Policy"] == f"{OWN_FRAME[:-1]} http://127.0.0.1:9101;"


def test_there_is_no_sandbox_in_production() -> None:
    production = {
        "STEWARD_ENV": "production",
        "SECRET_KEY": "-",
        "SHOPIFY_API_SECRET": "-",
        "ENCRYPTION_KEYS": "A" * 43 + "=",
    }
    with pytest.raises(UnableToConfigure, match="SANDBOX_URL"):
        read_settings({**production, "SANDBOX_URL": "http://127.0.0.1:9101"})


def test_app_bridge_is_the_first_script_of_a_page(client: FlaskClient, services: Services) -> None:
    page = client.get(f"/admin?id_token={good_token(services.settings)}").text
    first = page.index("<script")
    assert page[first:].startswith(f'<script src="{services.settings.app_bridge_url}" data-api-key="')
    assert first < page.index("<link")


@pytest.mark.parametrize("name", ["htmx.min.js", "polaris-tokens.css"])
def test_the_libraries_on_the_list_are_served_and_long_kept(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/libraries/{name}", buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) > 10_000


def test_nothing_else_of_the_libraries_is_reachable(client: FlaskClient) -> None:
    climbing = ("../package.json", "..%2fpackage.json", "%2e%2e/%2e%2e/pyproject.toml", "..%5cpackage.json")
    unlisted = ("htmx.org/dist/htmx.min.js", "htmx.org%2fdist%2fhtmx.min.js", "htmx.js", "package.json", "")
    for name in (*climbing, *unlisted):
        assert client.get(f"/libraries/{name}").status_code == 404, name
