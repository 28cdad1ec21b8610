"""A client looks at what is remembered for her, changes it, and the house minds it at once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.stores import advisors, clients
from app.usecases.write_brief import write_brief
from tests.journeys.conftest import OpenHouse
from tests.journeys.shopping import BRUNO, Shopper
from tests.journeys.test_the_memory import is_sound, sign_in
from tests.usecases.desk_house import book

HENRIETTA, FARID, IDA, LEILA = "7010", "7006", "7009", "7012"


def own_page(house: OpenHouse) -> str:
    return f"{house.sandbox}/apps/steward/remembered"


@pytest.fixture
def booked(open_house: OpenHouse) -> UUID:
    """Henrietta is to meet Ines tomorrow, and the brief is written."""
    now = open_house.now()
    with open_house.services.database.shop(open_house.shop_id) as tx:
        ines = next(each for each in advisors.every(tx) if each.first_name == "Ines")
        booking = book(tx, HENRIETTA, ines.advisor_id, now + timedelta(days=1))
        write_brief(tx, booking, now=now)
    return booking


def test_henrietta_tells_a_date_by_keyboard_and_ines_reads_that_she_told_it(
    open_house: OpenHouse, context: BrowserContext, booked: UUID
) -> None:
    shop = context.new_page()
    _she_is_asked_to_sign_in_and_comes_back(open_house, shop)
    _she_tells_a_date_with_the_keyboard_alone(shop)
    _the_brief_says_who_told_it(open_house, context, booked)
    _she_puts_it_right(shop)
    _she_gives_her_appointment_back(shop)


def _she_is_asked_to_sign_in_and_comes_back(house: OpenHouse, shop: Page) -> None:
    shop.goto(f"{house.sandbox}/account")
    shop.get_by_role("link", name="What we remember for you").click()
    expect(shop.get_by_text("Please sign in first", exact=False)).to_be_visible()
    is_sound(shop, "own-sign-in")
    shop.get_by_role("link", name="Sign in", exact=True).click()
    shop.locator(f'[data-login="{HENRIETTA}"]').click()
    expect(shop.get_by_role("heading", name="Dates you told us")).to_be_visible()
    assert shop.url == own_page(house)


def _she_tells_a_date_with_the_keyboard_alone(shop: Page) -> None:
    keys = shop.keyboard
    shop.get_by_text("Tell us a date").focus()
    if not shop.get_by_label("What is the day?").is_visible():
        keys.press("Enter")
    for word in ("", "Anniversary", "", "31", "June", "2016", "", "Edmund"):
        keys.type(word)
        keys.press("Tab")
    expect(shop.get_by_role("button", name="Remember this date")).to_be_focused()
    keys.press("Enter")
    expect(shop.get_by_role("alert")).to_be_focused()
    expect(shop.get_by_text("There is no such day.")).to_be_visible()
    expect(shop.get_by_label("For whom, if you like")).to_have_value("Edmund")
    is_sound(shop, "own-wrong")
    shop.get_by_label("Day, if you like").focus()
    keys.press("Control+A")
    keys.type("14")
    keys.press("Enter")
    said = shop.get_by_role("status").filter(has_text="We’ll remember it")
    expect(said).to_have_text("Thank you. We’ll remember it: Anniversary (Edmund), 14 June 2016.")
    expect(said).to_be_focused()
    is_sound(shop, "own-told")


def _the_brief_says_who_told_it(house: OpenHouse, context: BrowserContext, booking: UUID) -> None:
    desk = context.new_page()
    sign_in(house, desk, "Ines")
    desk.goto(f"{house.app}/desk/briefs/{booking}")
    date = desk.locator("li, tr, dd, p").filter(has_text=re.compile(r"anniversary \(Edmund\), 14 June"))
    expect(date.first).to_be_visible()
    expect(desk.get_by_text("Henrietta told us", exact=False).first).to_be_visible()
    desk.close()


def _she_puts_it_right(shop: Page) -> None:
    shop.get_by_role("link", name="Put right: Anniversary (Edmund), 14 June 2016").click()
    expect(shop.get_by_label("Year, if you like")).to_have_value("2016")
    is_sound(shop, "own-date")
    shop.get_by_label("Month").select_option(label="July")
    shop.get_by_role("button", name="Keep it so").click()
    expect(shop.get_by_text("It is put right: Anniversary (Edmund), 14 July 2016.")).to_be_visible()
    shop.get_by_role("button", name="Leave it alone: Anniversary").click()
    expect(shop.get_by_text("One date that we leave alone")).to_be_visible()
    expect(shop.get_by_text("Edmund")).to_be_hidden()
    shop.get_by_text("One date that we leave alone").click()
    is_sound(shop, "own-left-alone")
    shop.get_by_role("button", name="Take it away").click()
    expect(shop.get_by_text("It is taken away.", exact=False)).to_be_visible()
    expect(shop.get_by_text("Edmund")).to_have_count(0)


def _she_gives_her_appointment_back(shop: Page) -> None:
    shop.get_by_text("Cancel it", exact=True).click()
    shop.get_by_role("button", name="Yes, cancel this appointment").click()
    expect(shop.get_by_text("Your appointment is cancelled", exact=False)).to_be_visible()
    expect(shop.get_by_text("You have none at the moment.")).to_be_visible()


def test_who_does_not_want_her_visits_used_is_not_scored_from_then_on(
    open_house: OpenHouse, page: Page
) -> None:
    live, shopper = open_house.services.live, Shopper(open_house, page)
    shopper.log_in(HENRIETTA)
    shopper.answer_consent()
    shopper.look_at("eternity")
    shopper.told()
    assert live.session_of(open_house.shop_id, HENRIETTA) is not None
    page.goto(own_page(open_house))
    page.get_by_role("button", name="Don’t use my visits").click()
    expect(page.get_by_text("From now on your visits are not used.", exact=False)).to_be_visible()
    is_sound(page, "own-not-used")
    assert live.session_of(open_house.shop_id, HENRIETTA) is None
    shopper.look_at("watches")
    shopper.told()
    expect(shopper.invitation).to_have_count(0)
    assert live.session_of(open_house.shop_id, HENRIETTA) is None
    page.goto(own_page(open_house))
    page.get_by_role("button", name="You may use my visits again").click()
    page.get_by_role("button", name="Don’t invite me").click()
    expect(page.get_by_text("We won’t invite you again.", exact=False)).to_be_visible()
    with open_house.services.database.shop(open_house.shop_id) as tx:
        client = clients.one(tx, HENRIETTA)
    assert client is not None
    assert client.stopped
    page.get_by_role("button", name="You may invite me again").click()
    expect(page.get_by_text("We may invite you again", exact=False)).to_be_visible()


@pytest.mark.parametrize("who", [BRUNO, FARID, IDA, LEILA])
def test_the_page_is_sound_empty_full_and_from_right_to_left(
    open_house: OpenHouse, page: Page, who: str
) -> None:
    shopper = Shopper(open_house, page)
    shopper.log_in(who)
    shopper.answer_consent("decline")
    page.goto(own_page(open_house))
    expect(page.get_by_role("heading", name="What we remember for you")).to_be_visible()
    is_sound(page, f"own-{who}")
