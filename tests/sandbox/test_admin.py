"""The admin frames the app, and hands out session tokens to nobody else."""

from __future__ import annotations

import time
from html import unescape

import jwt
import pytest
from flask.testing import FlaskClient

from app.sandbox.parts import Parts


def claims(token: str) -> dict[str, object]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_a_token_is_fresh_in_real_time(shop: FlaskClient) -> None:
    shop.post("/clock", json={"advance_hours": 1000})
    token = claims(shop.get("/session-token").get_json()["token"])
    assert abs(int(str(token["iat"])) - time.time()) < 5
    assert token["aud"] == "sandbox-client-id"


def test_only_the_apps_origin_may_read_a_token(shop: FlaskClient, parts: Parts) -> None:
    allowed = shop.get("/session-token", headers={"Origin": parts.settings.app_origin})
    assert allowed.headers["Access-Control-Allow-Origin"] == parts.settings.app_origin
    assert (
        "Access-Control-Allow-Origin"
        not in shop.get("/session-token", headers={"Origin": "http://evil.test"}).headers
    )


@pytest.mark.parametrize(
    ("path", "opened"),
    [("", "/admin?"), ("?path=/admin/pilot", "/admin/pilot?"), ("?path=//evil", "/admin?")],
)
def test_the_frame_opens_the_app_with_a_token(
    shop: FlaskClient, parts: Parts, path: str, opened: str
) -> None:
    page = unescape(shop.get(f"/admin{path}").text)
    assert f'src="{parts.settings.app_url}{opened}shop=maison-alder.myshopify.com&host=' in page
    assert "&embedded=1&id_token=ey" in page


def test_app_bridge_tells_whether_the_theme_shows_the_embed_and_the_editor_switches_it(
    shop: FlaskClient, parts: Parts
) -> None:
    def told() -> list[str]:
        (extension,) = shop.get("/extensions.json").get_json()
        assert (extension["handle"], extension["type"]) == ("steward", "theme_app_extension")
        return [f"{each['handle']} {each['target']} {each['status']}" for each in extension["activations"]]

    editor = "/admin/themes/current/editor"
    assert told() == ["advisor body active"]
    assert 'data-words="quiet"' in _as_alma(shop)
    assert shop.post(editor, data={"on": ""}).status_code == 303
    assert told() == ["advisor body available"]
    assert 'data-words="quiet"' not in _as_alma(shop), "switched off, it is on no page"
    assert "Switch it on and save" in shop.get(editor).text
    shop.post(editor, data={"on": "1"})
    assert told() == ["advisor body active"]


def _as_alma(shop: FlaskClient) -> str:
    shop.post("/account/login", data={"customer": "7001"})
    return shop.get("/").text
