"""The merchant's pages for letters and for anniversaries."""

from __future__ import annotations

import re

import pytest

from app.stores import gems, outreach_rules, outreach_templates
from app.wiring import Services
from tests.web.merchant import Merchant

FIGURES = {
    "version": "0",
    "anniversary_days": "50",
    "birthday_days": "30",
    "recurring_days": "30",
    "other_days": "30",
    "custom_days": "90",
    "promised_days": "14",
    "cap_days": "60",
    "after_purchase_days": "21",
    "quiet_until": "9",
    "quiet_from": "19",
}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_figures_are_kept_in_versions_and_an_older_page_overwrites_nothing(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    assert "Saved. Version 1 is in force." in merchant.sends("/admin/outreach", FIGURES).text
    late = merchant.sends("/admin/outreach", {**FIGURES, "anniversary_days": "10"})
    assert late.status_code == 422
    assert "Somebody else saved a newer version" in late.text
    with services.database.shop(shop_id) as tx:
        rules = outreach_rules.read(tx)
    assert (rules.version, rules.anniversary_days, rules.custom_days) == (1, 50, 90)


@pytest.mark.parametrize("wrong", ["", "0", "181", "soon", "٤٥"])
def test_a_figure_that_is_none_is_said_beside_its_field(merchant: Merchant, wrong: str) -> None:
    answer = merchant.sends("/admin/outreach", {**FIGURES, "anniversary_days": wrong})
    assert answer.status_code == 422
    assert "A whole number from 1 to 180." in answer.text


def test_a_template_is_edited_added_and_retired(merchant: Merchant, services: Services, shop_id: int) -> None:
    form = {"template_id": "hello", "name": "Ask", "subject": "A word", "body": "Dear {first_name}"}
    assert "“Ask” is kept." in merchant.sends("/admin/outreach/templates", form).text
    new = {"template_id": "", "name": "Spring", "subject": "Spring", "body": "Hello"}
    assert "“Spring” is kept." in merchant.sends("/admin/outreach/templates", new).text
    gone = {**form, "template_id": "time", "retire": "1"}
    assert "is no longer used" in merchant.sends("/admin/outreach/templates", gone).text
    with services.database.shop(shop_id) as tx:
        assert [each.name for each in outreach_templates.every(tx)] == ["Ask", "A short message", "Spring"]


def test_a_template_that_could_give_it_away_is_refused_and_stays_on_the_page(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    form = {
        "template_id": "hello",
        "name": "Ask",
        "subject": "For {occasion}",
        "body": "Your ring, from £900",
    }
    answer = merchant.sends("/admin/outreach/templates", form)
    assert answer.status_code == 422
    page = words(answer.text)
    assert "{occasion} would name the occasion." in page
    assert "“Your ring” names a piece. “£900” names a price." in page
    assert "Your ring, from £900</textarea>" in answer.text
    with services.database.shop(shop_id) as tx:
        assert outreach_templates.every(tx)[1].subject == "A word from {house}"


def test_the_lists_are_shown_with_their_source_and_edited(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    page = merchant.opens("/admin/gems").text
    assert "The trade’s lists are in force" in page
    assert 'value="lapis lazuli"' in page
    assert "Jewelers of America, 1912" in page
    form = {"version": "0", "jewellers.10": "diamond or sapphire", "sources.jewellers": "Our own"}
    assert "Saved. Your advisors read version 1 from now on." in merchant.sends("/admin/gems", form).text
    late = merchant.sends("/admin/gems", form)
    assert late.status_code == 422
    with services.database.shop(shop_id) as tx:
        lists = gems.read(tx)
    assert (lists.version, lists.jewellers, lists.sources["jewellers"]) == (
        1,
        {"10": "diamond or sapphire"},
        "Our own",
    )
