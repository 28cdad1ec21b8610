"""The app proxy signs, strips cookies, and does not wait for ever."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from app.sandbox import proxy
from app.sandbox.serve import create_app, make_parts
from app.sandbox.settings import Settings
from app.sandbox.signatures import proxy_signature
from tests.sandbox import conftest
from tests.sandbox.conftest import Echo


def heard_query(echo: Echo) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(str(echo.heard[-1]["path"])).query, keep_blank_values=True)


def test_an_anonymous_request_is_signed_with_an_empty_customer(shop: FlaskClient, echo: Echo) -> None:
    assert shop.get("/apps/steward/offer?a=1&a=2").status_code == 200
    query = heard_query(echo)
    said = dict(query)
    assert str(echo.heard[-1]["path"]).startswith("/proxy/offer?")
    assert said["logged_in_customer_id"] == ""
    assert said["path_prefix"] == "/apps/steward"
    assert said["shop"] == "maison-alder.myshopify.com"
    assert said["signature"] == proxy_signature(query, "hush")
    assert abs(int(said["timestamp"]) - time.time()) < 5


def test_the_timestamp_is_real_even_when_the_clock_has_moved(shop: FlaskClient, echo: Echo) -> None:
    shop.post("/clock", json={"advance_hours": 500})
    shop.get("/apps/steward/offer")
    assert abs(int(dict(heard_query(echo))["timestamp"]) - time.time()) < 5


def test_body_method_and_content_type_pass_and_cookies_do_not(as_alma: FlaskClient, echo: Echo) -> None:
    answer = as_alma.post("/apps/steward/observe", json={"seen": True})
    headers = {str(k).lower(): v for k, v in dict(echo.heard[-1]["headers"]).items()}
    assert echo.heard[-1]["method"] == "POST"
    assert echo.heard[-1]["body"] == b'{"seen": true}'
    assert headers["content-type"] == "application/json"
    assert "cookie" not in headers
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert dict(heard_query(echo))["logged_in_customer_id"] == "7001"


def test_a_visitor_cannot_bring_shopifys_own_parameters(as_alma: FlaskClient, echo: Echo) -> None:
    as_alma.get("/apps/steward/offer?logged_in_customer_id=7004&shop=evil.myshopify.com&signature=x")
    names = [name for name, _ in heard_query(echo)]
    assert len(names) == len(set(names))
    assert dict(heard_query(echo))["logged_in_customer_id"] == "7001"


def test_a_slow_app_is_a_gateway_timeout(shop: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "PATIENCE", 0.1)
    assert shop.get("/apps/steward/slow").status_code == 504


def test_an_app_that_is_down_is_a_bad_gateway(tmp_path: Path, extension: Path) -> None:
    parts = make_parts(Settings(app_url="http://127.0.0.1:9", data=tmp_path, extension=extension))
    assert create_app(parts).test_client().get("/apps/steward/offer").status_code == 502


def test_what_comes_as_liquid_is_read_as_liquid_and_laid_into_the_theme(
    as_alma: FlaskClient, echo: Echo
) -> None:
    answer = as_alma.get("/apps/steward/liquid")
    assert answer.mimetype == "text/html"
    assert "<p>Good day from Maison Alder.</p>" in answer.text
    assert "<b>&#123;&#123; shop.name &#125;&#125;</b>" in answer.text
    assert '<nav aria-label="Shop">' in answer.text
    assert "data-steward" in answer.text, "the app's embed is on this page, too"
    assert answer.headers["Cache-Control"] == "no-store"


def test_liquid_that_shopify_does_not_know_fails_where_its_author_looks(
    shop: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "LIQUID", "{{ nobody.heard }}")
    answer = shop.get("/apps/steward/liquid")
    assert answer.status_code == 500
    assert "unknown object" in answer.text
