"""The admin's home in its frame, in a browser that keeps no cookie: Shopify's token is enough."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Request, Route, expect, sync_playwright

from app.stores import onboarding
from tests.journeys.conftest import CHROMIUM, ROOT, OpenHouse
from tests.web.merchant import session_claims, signed

AXE = ROOT / "node_modules/axe-core/axe.min.js"
NO_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}, "cookie_controls_mode": 1}}
# Served without a word of who asks, as any file of a site is.
FILES = ("/static/", "/libraries/")
RETRY = "x-shopify-retry-invalid-session-request"


@pytest.fixture(scope="module")
def without_cookies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser whose owner has forbidden cookies and storage to every site."""
    profile = tmp_path_factory.mktemp("profile")
    (profile / "Default").mkdir()
    (profile / "Default/Preferences").write_text(json.dumps(NO_COOKIES))
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            args=CHROMIUM,
            viewport={"width": 1280, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(10_000)
        yield context
        context.close()


@pytest.fixture
def page(without_cookies: BrowserContext, open_house: OpenHouse) -> Iterator[Page]:
    switch(open_house, on=True)
    opened = without_cookies.new_page()
    yield opened
    opened.close()
    switch(open_house, on=True)


def switch(house: OpenHouse, *, on: bool) -> None:
    """Switch the embed in the sandbox's theme."""
    address = f"{house.sandbox}/admin/themes/current/editor"
    assert httpx.post(address, data={"on": "1" if on else ""}).status_code == 303


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[data-app-frame]")


def asked_of(house: OpenHouse, page: Page) -> list[Request]:
    """Everything that the page will ask of the app."""
    asked: list[Request] = []
    page.on("request", lambda request: request.url.startswith(house.app) and asked.append(request))
    return asked


def vouched(request: Request) -> bool:
    query = parse_qs(urlsplit(request.url).query)
    return request.headers.get("authorization", "").startswith("Bearer ey") or "id_token" in query


def test_each_request_brings_a_token_and_none_needs_a_cookie(open_house: OpenHouse, page: Page) -> None:
    asked = asked_of(open_house, page)
    page.goto(f"{open_house.sandbox}/admin")
    app = frame_of(page)
    expect(app.locator("#setup[data-embed-state=done]")).to_be_visible()
    assert page.evaluate("document.cookie = 'a=b', document.cookie") == "", "the browser does forbid them"
    for name in ("Advisors", "Decisions", "Policy"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(app.get_by_role("heading", name=name, level=1)).to_be_visible()
    private = [each for each in asked if not urlsplit(each.url).path.startswith(FILES)]
    assert len(private) >= 5
    assert [each.url for each in private if not vouched(each)] == []
    assert [each.url for each in asked if "cookie" in each.headers] == []
    assert page.context.cookies() == []
    # No second login: no field for a password, no address of ours that asks who one is.
    assert app.locator("input[type=password]").count() == 0
    assert not any("sign-in" in each.url or "login" in each.url for each in asked)


def test_app_bridge_is_the_first_script_that_runs(open_house: OpenHouse, page: Page) -> None:
    page.goto(f"{open_house.sandbox}/admin")
    first = frame_of(page).locator("script").first
    assert first.get_attribute("src") == f"{open_house.sandbox}/app-bridge.js"
    assert first.get_attribute("async") is first.get_attribute("defer") is None
    assert first.evaluate("script => script.parentElement.tagName") == "HEAD"
    assert frame_of(page).locator("body").evaluate("() => typeof shopify.idToken") == "function"


def test_a_document_without_a_token_goes_to_fetch_one_and_comes_back(
    open_house: OpenHouse, page: Page
) -> None:
    page.goto(f"{open_house.app}/admin/policy?shop=maison-alder.myshopify.com")
    expect(page.get_by_role("heading", name="Policy", level=1)).to_be_visible()
    assert urlsplit(page.url).path == "/admin/policy"


def test_a_stale_token_is_turned_away_once_and_the_form_arrives_all_the_same(
    open_house: OpenHouse, page: Page
) -> None:
    """The first try carries an old token; the app says so, and App Bridge asks again with a fresh one."""
    answers: list[tuple[int, str | None]] = []
    page.on(
        "response",
        lambda answer: (
            answer.url.endswith("/admin/steps") and answers.append((answer.status, answer.headers.get(RETRY)))
        ),
    )
    settings = open_house.services.settings
    claims = session_claims(settings)
    stale = signed(settings, {**claims, "exp": claims["exp"] - 3600, "nbf": claims["nbf"] - 3600})
    tries: list[str] = []

    def late(route: Route) -> None:
        tries.append(route.request.headers["authorization"])
        headers = {**route.request.headers, "authorization": f"Bearer {stale}"}
        route.continue_(headers=headers if len(tries) == 1 else None)

    page.route("**/admin/steps", late)
    page.goto(f"{open_house.sandbox}/admin")
    app = frame_of(page)
    expect(app.locator("#setup[data-embed-state=done]")).to_be_visible()
    app.get_by_role("button", name="Put these steps away").click()
    expect(app.get_by_role("button", name="Show the first steps")).to_be_visible()
    expect(app.locator("#not-reached")).to_be_hidden()
    assert answers == [(401, "1"), (200, None)]
    assert len(set(tries)) == 2, "the second try has a token of its own"
    with open_house.services.database.shop(open_house.shop_id) as tx:
        assert onboarding.read(tx)["steps"].state == "hidden", "remembered for the house"
    page.reload()
    app.get_by_role("button", name="Show the first steps").click()
    expect(app.get_by_role("heading", name="First steps")).to_be_visible()
    assert app.locator("[data-focus]").evaluate("said => said === document.activeElement")


def test_the_page_says_that_the_embed_is_off_and_leads_to_its_switch(
    open_house: OpenHouse, page: Page
) -> None:
    switch(open_house, on=False)
    page.goto(f"{open_house.sandbox}/admin")
    app = frame_of(page)
    step = app.locator("[data-step=embed]")
    expect(step).to_have_attribute("data-state", "to_do")
    link = step.get_by_role("link", name="Switch it on in your theme")
    address = urlsplit(str(link.get_attribute("href")))
    assert (address.netloc, address.path) == (
        "maison-alder.myshopify.com",
        "/admin/themes/current/editor",
    )
    assert parse_qs(address.query) == {
        "context": ["apps"],
        "template": ["product"],
        "activateAppId": [f"{open_house.services.settings.api_key}/advisor"],
    }
    link.click()
    page.get_by_role("button", name="Switch it on and save").click()
    page.get_by_role("link", name="Back to the app").click()
    expect(step).to_have_attribute("data-state", "done")
    with open_house.services.database.shop(open_house.shop_id) as tx:
        assert onboarding.read(tx)["embed"].state == "on"


def test_where_shopify_does_not_answer_the_page_says_so_and_what_it_last_knew(
    open_house: OpenHouse, page: Page
) -> None:
    page.goto(f"{open_house.sandbox}/admin")
    step = frame_of(page).locator("[data-step=embed]")
    expect(step).to_have_attribute("data-state", "done")
    page.route("**/extensions.json", lambda route: route.abort())
    page.reload()
    expect(step).to_have_attribute("data-state", "unknown")
    expect(step).to_contain_text("Shopify didn’t say just now. When it last did,")
    expect(step).to_contain_text("it was on.")


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_the_home_and_nothing_leaves_the_screen(
    open_house: OpenHouse, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{open_house.sandbox}/admin")
    app = frame_of(page)
    expect(app.locator("#setup[data-embed-state=done]")).to_be_visible()
    inside = app.locator("body").element_handle().owner_frame()
    assert inside is not None
    inside.evaluate(Path(AXE).read_text())
    found = inside.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
