"""After the conversation: who to think of, what to write, and who is left in peace."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Frame, Page, expect

from app.stores import consents, outreach
from tests.journeys.conftest import ROOT, OpenHouse
from tests.journeys.shopping import ALMA

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
# Where a person wants to look at the pages, she says where to put the pictures.
PICTURES = os.environ.get("STEWARD_PICTURES", "")


def inbox(house: OpenHouse, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{house.sandbox}/mailbox.json", params={"to": address}).json()
    return found


def sign_in(house: OpenHouse, desk: Page, first_name: str) -> None:
    address = f"{first_name.lower()}@maison-alder.example"
    known = _links(house, address)
    desk.goto(f"{house.app}/desk")
    desk.locator("#email").fill(address)
    desk.locator("#email").press("Enter")
    # Other letters may come between: of a booking, of a call.
    desk.goto(house.until(lambda: next((one for one in _links(house, address) if one not in known), None)))
    desk.get_by_role("button", name=f"Sign in as {first_name}").click()
    expect(desk.get_by_role("heading", name=re.compile(first_name))).to_be_visible()


def _links(house: OpenHouse, address: str) -> list[str]:
    found = (re.search(r"http\S+/desk/sign-in/\S+", letter["text"]) for letter in inbox(house, address))
    return [link.group(0) for link in found if link]


def is_sound(page: Page, name: str, *, frame: Frame | None = None) -> None:
    """Have axe look at the page wide and on a phone, and see that nothing needs scrolling sideways."""
    for size, suffix in ((WIDE, ""), (PHONE, "-phone")):
        page.set_viewport_size(size)  # type: ignore[arg-type] - a mapping with the two numbers
        inside = frame or page.main_frame
        inside.evaluate(AXE)
        found = inside.evaluate(
            "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
        )
        assert found == [], f"{name}{suffix}"
        assert inside.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name}{suffix}"
        if PICTURES:
            page.wait_for_timeout(300)
            page.screenshot(path=Path(PICTURES) / f"{name}{suffix}.png", full_page=True)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type] - as above


def test_ines_thinks_of_alma_in_time_and_alma_comes_back_recognised(
    open_house: OpenHouse, context: BrowserContext, working_day: None
) -> None:
    desk = context.new_page()
    sign_in(open_house, desk, "Ines")
    _alma_is_on_the_list(desk)
    _a_letter_is_sent(open_house, desk)
    letter = _it_arrives_and_names_nothing(open_house)
    _its_link_leads_through_the_login(open_house, context, letter)
    _she_answers(desk)
    _she_says_no_more(open_house, context, desk, letter)


def _alma_is_on_the_list(desk: Page) -> None:
    desk.get_by_role("link", name="Worklist").click()
    expect(desk.get_by_role("heading", name="Who to think of")).to_be_visible()
    row = desk.get_by_role("listitem").filter(has=desk.get_by_role("link", name="Alma Reyes"))
    expect(row.get_by_text("Tenth: diamond; traditional: tin.")).to_be_visible()
    expect(row.get_by_text(re.compile("ask, don't assert"))).to_be_visible()
    expect(row.get_by_text(re.compile("On the list since"))).to_be_visible()
    is_sound(desk, "worklist")
    row.get_by_role("button", name="Write to Alma Reyes").click()


def _a_letter_is_sent(house: OpenHouse, desk: Page) -> None:
    words = desk.get_by_label("Letter", exact=True)
    expect(words).to_have_value(re.compile("Dear Alma,"))
    is_sound(desk, "letter")
    kept = words.input_value()
    words.fill(f"{kept}\n\nThe sapphire studs suit you.")
    desk.get_by_role("button", name="Send it by mail").click()
    expect(desk.get_by_text("names a piece")).to_be_visible()
    is_sound(desk, "letter-refused")
    words.fill(kept)
    desk.get_by_role("button", name="Send it by mail").click()
    expect(desk.get_by_text("Sent today", exact=False)).to_be_visible()
    is_sound(desk, "letter-sent")


def _it_arrives_and_names_nothing(house: OpenHouse) -> dict[str, Any]:
    address = "client7001@clients.example"
    house.until(
        lambda: [each for each in inbox(house, address) if each["subject"].startswith("Time for you")]
    )
    letter = next(each for each in inbox(house, address) if each["subject"].startswith("Time for you"))
    said = f"{letter['subject']} {letter['text']}".casefold()
    assert not re.search(r"anniversar|tenth|band|stud|earring|pendant|£|court", said)
    return letter


def _its_link_leads_through_the_login(
    house: OpenHouse, context: BrowserContext, letter: dict[str, Any]
) -> None:
    link = re.search(r"http\S+/account/login\S+", letter["text"])
    assert link is not None
    shop = context.new_page()
    shop.goto(link.group(0))
    shop.locator(f'[data-login="{ALMA}"]').click()
    shop.wait_for_url(f"{house.sandbox}/apps/steward/remembered/times")
    expect(shop.get_by_role("heading", name="Choose a time with Ines")).to_be_visible()
    shop.get_by_role("button", name="Keep this time").click()
    expect(shop.get_by_role("alert")).to_have_text("Please choose a time.")
    is_sound(shop, "times-of-her-own")
    shop.close()


def _she_answers(desk: Page) -> None:
    desk.get_by_role("button", name="Alma has answered").click()
    expect(desk.get_by_text("Alma answered today.")).to_be_visible()
    desk.get_by_role("link", name="To the client’s page").click()
    expect(desk.get_by_text(re.compile("sent it today, by mail; answered today"))).to_be_visible()
    is_sound(desk, "client")
    desk.get_by_role("link", name="Worklist").click()
    expect(desk.get_by_role("heading", name="Alma Reyes")).to_have_count(0)


def _she_says_no_more(house: OpenHouse, context: BrowserContext, desk: Page, letter: dict[str, Any]) -> None:
    link = re.search(r"http\S+/letters/\S+", letter["text"])
    assert link is not None
    outside = context.new_page()
    outside.goto(link.group(0))
    is_sound(outside, "no-more")
    outside.get_by_role("button", name="Send me no more letters").click()
    expect(outside.get_by_role("heading", name=re.compile("You will get no more letters"))).to_be_visible()
    with house.services.database.shop(house.shop_id) as tx:
        assert not consents.in_force(tx, ALMA)["email"].allows
    desk.goto(f"{house.app}/desk/clients/{ALMA}")
    expect(desk.get_by_text("Only Alma can change this", exact=False)).to_be_visible()
    outside.get_by_role("button", name="I would like letters after all").click()
    expect(outside.get_by_text("Nothing changes until you press the button.")).to_be_visible()
    outside.close()


def test_ida_is_left_in_peace_and_farids_quiet_day_is_never_named(
    open_house: OpenHouse, context: BrowserContext, working_day: None
) -> None:
    desk = context.new_page()
    sign_in(open_house, desk, "Margaret")
    for whose in ("Margaret Alder", "Ines Moreau", "Jonas Lind"):
        desk.goto(f"{open_house.app}/desk/worklist")
        desk.get_by_label("Whose list").select_option(label=whose)
        desk.get_by_role("button", name="Show").click()
        expect(desk.get_by_text("Ida Svensson")).to_have_count(0)
        expect(desk.get_by_text(re.compile("remembrance|first wife"))).to_have_count(0)
    row = desk.get_by_role("listitem").filter(has=desk.get_by_role("link", name="Farid Haddad"))
    expect(row.get_by_text(re.compile("Twelfth wedding anniversary \\(Leila, his wife\\)"))).to_be_visible()
    desk.goto(f"{open_house.app}/desk/clients/7009")
    desk.get_by_role("button", name="Write to Ida").click()
    expect(desk.get_by_text("A date here is not to be used.", exact=False)).to_be_visible()
    expect(desk.get_by_role("button", name="Keep the draft")).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("Send it|Use my own"))).to_have_count(0)
    with open_house.services.database.shop(open_house.shop_id) as tx:
        assert [each.state for each in outreach.of(tx, "7009")] == ["draft"]
    assert inbox(open_house, "client7009@clients.example") == []


def test_a_date_is_put_right_in_a_few_taps(open_house: OpenHouse, context: BrowserContext) -> None:
    desk = context.new_page()
    sign_in(open_house, desk, "Jonas")
    desk.goto(f"{open_house.app}/desk/clients/7006")
    desk.get_by_role("link", name="Correct", exact=True).first.click()
    is_sound(desk, "date")
    later = open_house.now().date() + timedelta(days=40)
    desk.get_by_label("Day", exact=True).fill(str(later.day))
    desk.get_by_label("Month").select_option(str(later.month))
    desk.get_by_label("About then: the day is not certain").check()
    desk.get_by_role("button", name="Keep this date").click()
    expect(desk.get_by_text(re.compile(f"about {later.day} {later:%B}")).first).to_be_visible()


def test_the_merchant_sees_what_letters_begin_from_and_which_gem_a_year_has(
    open_house: OpenHouse, page: Page
) -> None:
    for path, heading in (("outreach", "Letters"), ("gems", "Anniversaries")):
        page.goto(f"{open_house.sandbox}/admin?path=/admin/{path}")
        app = page.frame_locator("iframe[data-app-frame]")
        expect(app.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        frame = next(each for each in page.frames if f"/admin/{path}" in each.url and each != page.main_frame)
        is_sound(page, f"admin-{path}", frame=frame)
    app.get_by_label("Year 10").first.fill("diamond or sapphire")
    page.locator("[data-save]").click()
    expect(app.locator(".notice-success")).to_be_visible()
    page.goto(f"{open_house.sandbox}/admin?path=/admin/outreach")
    app.get_by_text("Ask how things are").click()
    app.get_by_label("Subject, for letters").nth(1).fill("Your {occasion}")
    app.get_by_role("button", name="Save", exact=True).first.click()
    expect(app.get_by_text("would name the occasion", exact=False)).to_be_visible()
