"""An advisor at her desk, as somebody who has signed in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.usecases.desk_house import DeskHouse


def seated(app: Flask, house: DeskHouse, advisor_id: int) -> FlaskClient:
    """Answer a browser in which this advisor of the house has signed in."""
    client = app.test_client()
    with client.session_transaction("/desk") as session:
        session.update(shop_id=house.shop_id, advisor_id=advisor_id)
    return client
