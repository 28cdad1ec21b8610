"""A calendar that has fallen silent is said on the desk, to whom it concerns."""

from __future__ import annotations

from flask import Flask

from app.stores import calendar_feeds
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.desk_house import DeskHouse
from tests.web.desk import seated


def test_a_silent_calendar_is_said_to_her_and_to_the_owner_without_its_address(
    app: Flask, services: Services, house: DeskHouse
) -> None:
    with services.database.shop(house.shop_id) as tx:
        for name, ago in (("Home", calendar_feeds.KEPT), ("Work", calendar_feeds.KEPT / 2)):
            address = f"https://secret.example/{name}"
            calendar_feeds.add(tx, house.ines, name, address, [], now=NOW - ago)
    hers, owners, jonas = (
        seated(app, house, each).get("/desk").text for each in (house.ines, house.margaret, house.jonas)
    )
    assert "Your calendar “<bdi>Home</bdi>” was last read" in hers
    assert "no times with you are offered" in hers
    assert "Ines’s calendar “<bdi>Home</bdi>”" in owners
    assert "A calendar does not answer" not in jonas
    for page in (hers, owners):
        assert "<bdi>Work</bdi>" not in page
        assert "secret.example" not in page
