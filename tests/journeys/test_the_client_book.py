"""The merchant brings her house's client book along, as Clientbook would write it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenHouse

HEADER = (
    "First Name,Last Name,Email,Mobile Phone,Sales Associate,Birthday,Anniversary,Spouse Name,Ring Size,"
    "Preferred Metals,Client Notes,Note Date,Tags,Wish List,Client Since"
)
ROWS = (
    "Nadia,Okafor,nadia@clients.example,07700 900301,Ines Moreau,2/5/1981,14 June 2016,Tomas,M,"
    "platinum; rose gold,Prefers mornings,3 March 2024,VIP,Opal studs,2011",
    "Nadia,Okafor,nadia.o@clients.example,07700 900301,Ines Moreau,2/5/1981,,,,,,,,,2011",
    "Léon,Bertrand-Montgomery,leon@clients.example,+33 1 23 45 67 89,Sophie Gone,4/3/1975,31 June 2010,,,,"
    ",,,,2015",
    "Nobody,Known,,,,,,,,,,,,,",
)


def test_she_brings_a_book_answers_what_is_asked_and_sees_what_came_of_it(
    open_house: OpenHouse, page: Page
) -> None:
    page.goto(f"{open_house.sandbox}/admin?path=/admin/client-book")
    app = page.frame_locator("iframe[data-app-frame]")
    content = "\n".join((HEADER, *ROWS, "")).encode()
    app.locator("#file").set_input_files(
        {"name": "clientbook-export.csv", "mimeType": "text/csv", "buffer": content}
    )
    app.get_by_role("button", name="Read it").click()
    expect(app.get_by_role("heading", name="What the columns hold")).to_be_visible()
    app.get_by_role("button", name="Take it in").click()
    expect(app.get_by_text("Say which comes first")).to_be_visible()
    app.get_by_text("The day: 03/04 is 3 April").click()
    app.get_by_role("button", name="Show how it would be read").click()
    expect(app.get_by_text("Of 4 rows, 2 can be read whole, 1 in part, and 1 not at all.")).to_be_visible()
    expect(app.get_by_text("Birthday: 2 May").first).to_be_visible()
    app.get_by_role("button", name="Take it in").click()
    expect(app.get_by_text("Your client book is in")).to_be_visible(
        timeout=240_000
    )  # behind the learning of a house just begun
    expect(app.get_by_text("Of 4 rows: 0 known to the shop, 3 new to it, 1 left out.").first).to_be_visible()
    expect(app.get_by_text("Two clients may be one person")).to_be_visible()
    with page.expect_download() as saved:
        app.get_by_role("button", name="Download these rows").click()
    assert "Nobody,Known" in saved.value.path().read_text()
    page.goto(f"{open_house.sandbox}/admin?path=/admin/client-book/duplicates")
    expect(app.get_by_text("They share the same name and birthday and the same telephone.")).to_be_visible()
    app.get_by_role("button", name="Make them one").click()
    expect(app.get_by_text("They are one client now")).to_be_visible()
