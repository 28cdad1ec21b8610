"""Who may pass at a client's own page, and what Shopify is given to lay into the theme."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.stores import clients, relationships
from app.web import own_page
from app.wiring import Services
from tests.usecases.desk_house import ALMA, DeskHouse
from tests.web import proxy
from tests.web.shopper import PAGE, Shopper, words

SHOP = "maison-alder.myshopify.com"
HERS = {"learned_occasion": "anniversary", "learned_day": "14", "learned_month": "6", "learned_year": "2016"}
EVIL = "{{ shop.secret }} {% include 'x' %} <b>&amp;\" {% endraw %}"
NOBODYS = "5b0c7a52-9d3e-4f6a-8c1d-2e7f90a1b3c4"
POSTS = (
    "/dates",
    f"/dates/{NOBODYS}",
    f"/dates/{NOBODYS}/use",
    f"/dates/{NOBODYS}/away",
    "/invitations",
    "/visits",
    "/times",
    f"/bookings/{NOBODYS}/cancel",
)


def untouched(services: Services, house: DeskHouse) -> bool:
    with services.database.shop(house.shop_id) as tx:
        client = clients.one(tx, ALMA)
        assert client is not None
        return not (
            clients.milestones_of(tx, ALMA) or client.opted_out or relationships.one(tx, ALMA).stopped
        )


def test_the_page_is_laid_into_the_theme_and_kept_by_no_cache(alma: Shopper) -> None:
    answer = alma.looks()
    assert answer.status_code == 200
    assert answer.mimetype == "application/liquid"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_APP_PROXY_LIQUID_INJECTION(alma: Shopper) -> None:  # noqa: N802  Shopify's name
    typed = {"learned_occasion": "other", "learned_words": EVIL, "learned_person": EVIL, "learned_month": "6"}
    pages = [alma.sends("/dates", **{**typed, "learned_day": EVIL}), alma.looks(said=EVIL, q=EVIL)]
    assert alma.sends("/dates", **typed).status_code == 303
    pages.append(alma.looks())
    for page in pages:
        assert not set("{}") & set(page.text)
    assert "{{ shop.secret }} {% include" in words(pages[-1]), "she reads what she typed"
    assert "<b>" not in pages[-1].text.replace("<bdi>", "")


def test_a_visitor_who_has_not_signed_in_is_asked_to_and_comes_back(client: FlaskClient) -> None:
    answer = Shopper(client, "", SHOP).looks()
    assert 'href="/account/login?return_url=/apps/steward/remembered"' in answer.text
    assert "Please sign in first" in answer.text
    assert 'name="token"' not in answer.text


@pytest.mark.parametrize("path", POSTS)
def test_who_is_no_longer_signed_in_changes_nothing(client: FlaskClient, path: str) -> None:
    answer = Shopper(client, "", SHOP).sends(path, token="", **HERS)
    assert "You are no longer signed in, so nothing was changed." in answer.text


@pytest.mark.parametrize("path", POSTS)
def test_CSRF_MISSING_PROTECTION(  # noqa: N802  Shopify's name
    alma: Shopper, client: FlaskClient, services: Services, house: DeskHouse, path: str
) -> None:
    """Neither without a token, nor with another's, nor by looking."""
    hers = {**HERS, "allow": "no", "use": "no"}
    for token in ("", "x", Shopper(client, "7002", SHOP).token()):
        # A page for putting a date right is shown again only where there is such a date.
        assert own_page.STALE in words(alma.sends(path, token=token, **hers)) or path == POSTS[1]
    assert alma.looks(path, **hers).status_code in (303, 405)
    assert untouched(services, house)


def test_a_page_left_open_too_long_keeps_what_was_typed_and_asks_once_more(
    alma: Shopper, services: Services, house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, then = alma.token(), time.time() + own_page.FORM_SECONDS + 60
    with monkeypatch.context() as later:
        later.setattr("itsdangerous.timed.time.time", lambda: then)
        page = words(alma.sends("/dates", token=token, **HERS))
    assert own_page.STALE in page
    assert 'name="learned_year" value="2016"' in page
    assert '<details class="add" open>' in page
    assert untouched(services, house)


def test_a_request_that_shopify_did_not_sign_is_refused(client: FlaskClient) -> None:
    for query in ("", proxy.signed(ALMA, shop=SHOP) + "0", proxy.signed(ALMA, shop=SHOP, age=600)):
        assert client.get(f"{PAGE}?{query}").status_code == 401
        assert client.post(f"{PAGE}/visits?{query}", data={"allow": "no"}).status_code == 401


def test_what_was_said_to_one_is_not_said_to_another_nor_for_long(
    alma: Shopper, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = alma.sends("/invitations", allow="no").headers["Location"]
    said = there.split("said=")[1].removesuffix("#said")
    assert "We won’t invite you again." in words(alma.looks(said=said))
    for seen in (Shopper(client, "7002", SHOP).looks(said=said), alma.looks(said=said + "x")):
        assert "We won’t invite you again." not in words(seen)
    then = time.time() + 600
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: then)
    assert "We won’t invite you again." not in words(alma.looks(said=said))


def test_no_address_carries_a_word_of_hers(alma: Shopper) -> None:
    answer = alma.sends("/dates", **HERS, learned_person="Rafael")
    payload = answer.headers["Location"]
    assert "Rafael" not in payload
    assert "anniversary" not in payload
    assert "learned" not in alma.looks().request.path


def test_where_our_book_cannot_be_reached_she_is_told_that_nothing_was_changed(
    alma: Shopper, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = alma.token()

    def away(_shop_id: int) -> None:
        raise OperationalError("select secret", {}, Exception("no route"))

    monkeypatch.setattr(services.database, "shop", away)
    for answer in (alma.looks(), alma.sends("/visits", token=token, allow="no")):
        assert "We can’t reach our book just now" in words(answer)
        assert "secret" not in answer.text
        assert not set("{}") & set(answer.text)


def test_the_stylesheet_comes_the_same_way(client: FlaskClient) -> None:
    answer = Shopper(client, "", SHOP).looks("/style")
    assert answer.mimetype == "text/css"
    assert ".steward-own" in answer.text
