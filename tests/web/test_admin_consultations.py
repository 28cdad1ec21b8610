"""The owner sees how consultations were prepared for and ended, and says the house's own terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.upgrades import HouseTerms
from app.factory import create_app
from app.stores import terms
from app.usecases.close_consultation import close_consultation
from app.usecases.open_brief import open_brief
from app.usecases.save_consultation import save_consultation
from app.usecases.start_consultation import start_consultation
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import AFTERNOON, DeskHouse
from tests.web.merchant import Merchant, good_token

WELL = {
    "version": "0",
    "attribution_days": "21",
    "upgrade_credit": "80",
    "upgrade_worth": "2",
    "upgrade_after_years": "1",
    "upgrade_kinds": "earrings",
}


@pytest.fixture
def merchant(services: Services, house: DeskHouse) -> Merchant:
    app = create_app(services=services)
    return Merchant(app.test_client(), lambda: good_token(services.settings))


@pytest.fixture
def at(services: Services) -> Callable[[timedelta], None]:
    def move(later: timedelta) -> None:
        object.__setattr__(services, "clock", lambda: NOW + later)

    return move


def test_before_the_first_one_the_page_says_so(merchant: Merchant) -> None:
    assert "No consultation yet" in merchant.opens("/admin/consultations").text


def test_it_says_by_whom_the_brief_was_opened_and_how_it_ended(
    services: Services, house: DeskHouse, merchant: Merchant, at: Callable[[timedelta], None]
) -> None:
    with services.database.shop(house.shop_id) as tx:
        open_brief(tx, house.booking, reader=house.margaret, now=NOW)
        start_consultation(tx, house.booking, advisor_id=house.ines, now=AFTERNOON)
        typed = {"outcome": "not_now", "nothing_because": "moving"}
        save_consultation(tx, house.booking, typed, advisor_id=house.ines, at=AFTERNOON, now=AFTERNOON)
        close_consultation(tx, services.live, house.booking, advisor_id=house.ines, now=AFTERNOON)
    at(timedelta(days=1))
    page = merchant.opens("/admin/consultations").text
    assert "by <bdi>Margaret</bdi>" in page
    assert "Not now" in page
    assert "<strong>1</strong> of 1" in page


def test_a_brief_opened_only_afterwards_was_no_preparation(
    services: Services, house: DeskHouse, merchant: Merchant, at: Callable[[timedelta], None]
) -> None:
    with services.database.shop(house.shop_id) as tx:
        start_consultation(tx, house.booking, advisor_id=house.ines, now=AFTERNOON)
        open_brief(tx, house.booking, reader=house.ines, now=AFTERNOON + timedelta(minutes=5))
    at(timedelta(days=1))
    page = merchant.opens("/admin/consultations").text
    assert "after it had begun" in page
    assert "<strong>0</strong> of 1" in page


def test_the_terms_are_the_houses_own(services: Services, house: DeskHouse, merchant: Merchant) -> None:
    page = merchant.sends("/admin/consultations", WELL)
    assert "Saved." in page.text
    with services.database.shop(house.shop_id) as tx:
        said = terms.read(tx)
    assert said == HouseTerms(
        version=1, attribution_days=21, upgrade_credit=0.8, upgrade_kinds=("earrings",), upgrade_stones=()
    )


@pytest.mark.parametrize(
    ("name", "entered"),
    [
        ("attribution_days", "0"),
        ("attribution_days", "2.5"),
        ("upgrade_credit", "120"),
        ("upgrade_worth", "nan"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(
    services: Services, house: DeskHouse, merchant: Merchant, name: str, entered: str
) -> None:
    page = merchant.sends("/admin/consultations", {**WELL, name: entered})
    assert page.status_code == 422
    assert f'id="{name}-problem"' in page.text
    assert f'value="{entered}"' in page.text
    with services.database.shop(house.shop_id) as tx:
        assert terms.read(tx).version == 0


def test_a_newer_version_is_not_written_over(merchant: Merchant) -> None:
    merchant.sends("/admin/consultations", WELL)
    page = merchant.sends("/admin/consultations", {**WELL, "attribution_days": "40"})
    assert page.status_code == 422
    assert "Somebody else saved newer terms" in page.text
