"""What the app embed writes into a page: nothing for strangers, and nobody's name for anyone."""

import json
import re

import pytest

from tests.theme_extension.rendering import ALMA, OWN_PAGE, RING, locale, render


def context(html: str) -> dict:
    return json.loads(re.search(r"<script[^>]*data-steward-context>(.*?)</script>", html, re.DOTALL).group(1))


def test_a_visitor_who_is_not_signed_in_gets_nothing() -> None:
    assert render(customer=None).strip() == ""


def test_a_client_gets_one_context_one_template_and_three_deferred_scripts() -> None:
    html = render()
    assert html.count("data-steward-context") == 1
    assert html.count("<template") == 1
    assert re.findall(r'<script src="/assets/([\w-]+\.js)" defer></script>', html) == [
        "advisor-place.js",
        "advisor-offer.js",
        "observe.js",
    ]


@pytest.mark.parametrize("secret", ["Alma", "Reyes", "alma@example.com", "55501"])
def test_nothing_personal_is_in_the_page(secret: str) -> None:
    assert secret in map(str, ALMA.values())
    assert secret not in render()


def test_the_context_describes_the_piece() -> None:
    page = context(render())["page"]
    assert page == {
        "type": "product",
        "currency": "GBP",
        "collection": "",
        "searched": False,
        "product": {
            "id": "8123",
            "type": "Ring",
            "title": RING["title"],
            "tags": [f"tag {n}" for n in range(10)],
            "category": "aa-6-9",
            "price": 240000,
        },
    }


def test_the_context_of_other_pages_has_no_piece() -> None:
    assert context(render(page_type="collection", collection={"handle": "rings"}))["page"] == {
        "type": "collection",
        "currency": "GBP",
        "collection": "rings",
        "searched": False,
        "product": None,
    }
    found = context(render(page_type="search", search={"performed": True, "terms": "for Sofia"}))
    assert found["page"]["searched"] is True
    assert "Sofia" not in json.dumps(found)


def test_the_path_of_the_proxy_is_the_merchants() -> None:
    assert context(render())["proxy"] == "/apps/steward"
    assert context(render(settings={"proxy_path": ""}))["proxy"] == "/apps/steward"
    assert context(render(settings={"proxy_path": "/tools/advice"}))["proxy"] == "/tools/advice"


def test_without_colours_of_the_merchants_the_theme_decides() -> None:
    assert "--steward-" not in render()
    dressed = render(settings={"background_color": "#102030", "corner_radius": 90})
    assert "--steward-paper: #102030;" in dressed
    assert "--steward-radius: 32px;" in dressed


def test_the_merchants_words_replace_ours_and_are_escaped() -> None:
    html = render(settings={"accept": "Meet <us>", "decline": "", "heading": "Good to see you."})
    assert "Meet &lt;us&gt;" in html
    assert html.count("Not now") == 2
    assert context(html)["texts"]["own_heading"] == "Good to see you."


@pytest.mark.parametrize("customer", [None, ALMA])
def test_the_theme_editor_shows_a_sample_and_watches_nobody(customer: dict | None) -> None:
    html = render(customer=customer, design_mode=True)
    assert "observe.js" not in html
    assert context(html)["preview"]["greeting"] == locale()["offer"]["preview_heading"]
    assert context(render())["preview"] is None


@pytest.mark.parametrize("customer", [None, ALMA])
def test_the_link_to_her_own_page_is_the_same_for_everybody(customer: dict | None) -> None:
    html = render(block=OWN_PAGE, customer=customer, page_type="page")
    assert '<a href="/apps/steward/remembered">What we remember for you</a>' in html
    own = render(block=OWN_PAGE, settings={"label": "Your <dates>", "proxy_path": '/tools/"x'})
    assert "Your &lt;dates&gt;" in own
    assert 'href="/tools/&quot;x/remembered"' in own


def test_the_reason_of_an_invitation_leads_to_her_own_page() -> None:
    reason = render().split('id="reason"')[1].split("</div>")[0]
    assert 'href="/apps/steward/remembered">See what we remember for you</a>' in reason
