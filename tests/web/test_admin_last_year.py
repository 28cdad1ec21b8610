"""What the merchant reads of her last year, on its own page, beside her policy, and on the first page."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import update

from app.stores import customers, last_years, learnings, rulebook
from app.stores.last_years import Replayed
from app.stores.orders import orders
from app.usecases.open_shop import open_shop
from app.usecases.replay_last_year import replay_last_year
from app.wiring import Services
from scoring.weights import DEFAULT_WEIGHTS
from tests.conftest import NOW
from tests.usecases.year_house import keep, some_years
from tests.web.merchant import OTHER_SHOP, Merchant, good_token

PAGE = "/admin/last-year"
NAMED = {"name": "Maison Alder", "timezone": "Europe/London", "currency": "GBP"}


@pytest.fixture
def replayed(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        keep(tx, some_years())
    replay_last_year(services.database, shop_id, now=NOW)


def read(merchant: Merchant, path: str = PAGE, status: int = 200, **query: str) -> str:
    """Give the page's words, with single spaces."""
    answer = merchant.opens(path, **query)
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


def test_without_orders_she_reads_what_to_do(merchant: Merchant) -> None:
    assert "No orders yet" in read(merchant)


def test_while_it_is_worked_out_she_reads_that_it_is(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        keep(tx, some_years(3))
    assert "is being worked out" in read(merchant)


def test_a_short_history_says_since_when_and_from_when(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    history = some_years()
    with services.database.shop(shop_id) as tx:
        keep(tx, history.kept(history.day > history.day.max() - 200))
    replay_last_year(services.database, shop_id, now=NOW)
    text = read(merchant)
    assert "too short to replay a year" in text
    assert re.search(r"begin on \d+ \w+ 2026", text)
    assert re.search(r"From about \d+ \w+ 2027", text)


@pytest.mark.usefixtures("replayed")
def test_the_first_sentence_is_the_finding_and_what_is_left_out_is_said(merchant: Merchant) -> None:
    text = read(merchant)
    assert re.search(r"What was found [\d,]+ of [\d,]+ greetings were followed by an order", text)
    for words in ("Who came by.", "What was looked at, and how often.", "Nobody was really invited"):
        assert words in text
    for title in ("Cue", "Strong cue", "Likelihood from 15 %"):
        assert title in text


@pytest.mark.usefixtures("replayed")
def test_pictures_stand_in_the_page_with_their_finding_in_words(merchant: Merchant) -> None:
    html = merchant.opens(PAGE).text
    assert html.count("<svg") == html.count("<desc") == 4


@pytest.mark.usefixtures("replayed")
def test_hours_she_enters_find_the_likelihood_that_fits(merchant: Merchant) -> None:
    few, many = (
        re.search(r"From a likelihood of (\d+) %", read(merchant, hours=hours)) for hours in ("1", "400")
    )
    assert few is not None
    assert many is not None
    assert int(few[1]) > int(many[1]) == 1


@pytest.mark.usefixtures("replayed")
def test_a_likelihood_is_set_in_the_policy_only_where_the_policy_counts_like_that(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    assert "Set it in your policy" in read(merchant)
    with services.database.shop(shop_id) as tx:
        learnings.propose(tx, DEFAULT_WEIGHTS, history={}, learned={"rows": 1}, now=NOW)
    replay_last_year(services.database, shop_id, now=NOW)
    text = read(merchant)
    assert "Set it in your policy" not in text
    assert "which wait for you. Your policy counts like this once you approve them. Read them first" in text
    assert "the weights your orders teach, once you approve them" in read(merchant, "/admin/policy")
    with services.database.shop(shop_id) as tx:
        rulebook.change_weights(tx, DEFAULT_WEIGHTS, history={}, learned={"rows": 1}, by="Margaret", now=NOW)
    replay_last_year(services.database, shop_id, now=NOW)
    assert "Set it in your policy" in read(merchant)
    with services.database.shop(shop_id) as tx:
        rulebook.change_weights(tx, DEFAULT_WEIGHTS, history={}, learned={"rows": 1}, by="Margaret", now=NOW)
    assert "Other weights have come into force since" in read(merchant)


def test_a_year_that_broke_off_says_so_and_that_it_is_tried_again(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        keep(tx, some_years(3))
        learnings.ask(tx, "replay", now=NOW)
        taken = learnings.take(tx, "replay", lease_seconds=60)
        assert taken is not None
        learnings.put_back(tx, taken, "RuntimeError", rest_seconds=3600)
    text = read(merchant)
    assert "did not come to an end" in text
    assert "tried again within the hour" in text
    assert "RuntimeError" not in text


def test_orders_in_another_currency_say_so(merchant: Merchant, services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        keep(tx, some_years(3))
        tx.execute(update(orders).values(currency="JPY"))
    replay_last_year(services.database, shop_id, now=NOW)
    assert "from orders in your shop’s currency, GBP" in read(merchant)


@pytest.mark.usefixtures("replayed")
def test_hours_that_are_none_are_said_beside_the_field(merchant: Merchant) -> None:
    answer = merchant.opens(PAGE, hours="a <few>")
    assert answer.status_code == 422
    assert "Enter hours a week" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<few>" not in answer.text


@pytest.mark.usefixtures("replayed")
def test_clients_are_named_as_the_record_names_them_and_harmlessly(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        kept = last_years.read(tx)
        assert kept is not None
        assert kept.found.year is not None
        customers.put(tx, kept.found.year.greetings[0].customer, first_name="<i>Alma", last_name="Reyes")
    html = merchant.opens(PAGE).text
    assert "&lt;i&gt;Alma Reyes" in html
    assert "earrings" in html


@pytest.mark.usefixtures("replayed")
def test_another_house_reads_nothing_of_it(services: Services, merchant: Merchant) -> None:
    open_shop(services.database, OTHER_SHOP, now=NOW, **NAMED)
    other = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    assert "No orders yet" in read(other)


@pytest.mark.usefixtures("replayed")
def test_beside_each_choice_of_the_policy_stands_what_it_would_have_done(merchant: Merchant) -> None:
    text = read(merchant, "/admin/policy")
    assert len(re.findall(r"at most [\d.,]+ invitations and [\d.,]+ advisor hours a week", text)) == 3
    assert "Last year, from 15 %" in text


def test_without_a_replayed_year_the_policy_says_where_it_comes_from(merchant: Merchant) -> None:
    assert "What each would have done last year" in read(merchant, "/admin/policy")


@pytest.mark.usefixtures("replayed")
@pytest.mark.parametrize(("invited", "promised"), [(52 * 50, True), (52 * 49, False)])
def test_a_first_invitation_is_promised_where_nobody_was_invited_yet_and_last_year_bears_it(
    merchant: Merchant, services: Services, shop_id: int, invited: int, promised: bool
) -> None:
    with services.database.shop(shop_id) as tx:
        kept = last_years.read(tx)
        assert kept is not None
        year = kept.found.year
        assert year is not None
        outcomes = {name: replace(one, invited=invited) for name, one in year.policies.items()}
        last_years.put(tx, Replayed(replace(year, policies=outcomes)), kept.pictures, made_at=NOW)
    words = "usually come within a week for a house of your size"
    assert (words in read(merchant, "/admin")) == promised
