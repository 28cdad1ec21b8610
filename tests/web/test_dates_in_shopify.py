"""What Shopify would not take is said where the dates are, and on the merchant's first page."""

from __future__ import annotations

from sqlalchemy import text

from app.factory import create_app
from app.stores import kept_dates
from app.wiring import Services
from tests.usecases.desk_house import ALMA, open_house
from tests.web.merchant import Merchant, good_token

SAID = "2 dates could not be kept in Shopify: the shop has no room for more entries."


def refuse(services: Services, shop_id: int, dates: int) -> None:
    with services.database.shop(shop_id) as tx:
        kept_dates.owe(tx, ALMA)
        tx.execute(
            text("update date_keepings set refused = :dates, failure = 'MAX_OBJECTS_EXCEEDED'"),
            {"dates": dates},
        )


def test_the_clients_page_says_what_shopify_does_not_have(services: Services) -> None:
    house = open_house(services.database)
    client = create_app(services=services).test_client()
    with client.session_transaction("/desk") as session:
        session.update(shop_id=house.shop_id, advisor_id=house.ines)
    refuse(services, house.shop_id, 2)
    assert SAID in client.get(f"/desk/clients/{ALMA}").text
    refuse(services, house.shop_id, 0)
    assert "in Shopify" not in client.get(f"/desk/clients/{ALMA}").text


def test_the_first_page_of_the_admin_says_how_many_and_not_whose(services: Services) -> None:
    house = open_house(services.database)
    client = create_app(services=services).test_client(use_cookies=False)
    merchant = Merchant(client, lambda: good_token(services.settings))
    assert "could not be kept" not in merchant.opens("/admin").text
    refuse(services, house.shop_id, 2)
    page = merchant.opens("/admin").text
    assert SAID in page
    assert "Alma" not in page
