"""A house that paces its invitations counts what is left, and who is invited has hers."""

from __future__ import annotations

from dataclasses import replace

from app.stores import advisors, rulebook
from app.usecases.book_consultation import book_consultation
from app.usecases.count_openings import count_openings, read_capacity
from app.usecases.houses import read_house
from app.wiring import Services
from scoring.decision import Standing
from tests.conftest import NOW
from tests.usecases.alder import Alder, Asked, offer_to, wish
from tests.usecases.test_offer_choices import URL

ALMA, GRACE = "7001", "7005"


def test_openings_are_counted_only_where_invitations_are_paced(services: Services, alder: Alder) -> None:
    assert read_house(services.database, alder.shop_id, now=NOW).room == {}
    with services.database.shop(alder.shop_id) as tx:
        paced = replace(rulebook.read(tx).policy, openings_for_strong=3)
        rulebook.change_policy(tx, paced, by="Margaret", now=NOW)
    house = read_house(services.database, alder.shop_id, now=NOW)
    standing = house.standing(Standing(), ALMA, alder.ines)
    assert standing.openings_left == house.room[alder.ines].room > 0


def test_an_invitation_takes_an_opening_from_others_and_none_from_herself(
    services: Services, alder: Alder
) -> None:
    with services.database.shop(alder.shop_id) as tx:
        before = count_openings(tx, days=14, now=NOW)[alder.ines]
        offer = offer_to(tx, ALMA, alder.ines)
        offer_to(tx, "7006", alder.ines, verdict="quiet")
        found = count_openings(tx, days=14, now=NOW)[alder.ines]
    assert (found.left_for(ALMA), found.left_for(GRACE)) == (before.room, before.room - 1)
    book_consultation(
        services.database, services.live, Asked(), shop_id=alder.shop_id, customer_id=ALMA, wish=wish(offer),
        url=URL, link_for=lambda *_: URL, sender="Steward <post@alder.example>", now=NOW,
    )  # fmt: skip
    with services.database.shop(alder.shop_id) as tx:
        capacity = read_capacity(tx, days=14, now=NOW)[alder.ines]
    assert (capacity.promised, capacity.held) == (0, 1), "booked is held, and promised no more"
    assert capacity.room < before.room


def test_who_has_left_has_room_for_nobody(services: Services, alder: Alder) -> None:
    with services.database.shop(alder.shop_id) as tx:
        advisors.change(tx, alder.ines, active=False)
        assert count_openings(tx, days=14, now=NOW)[alder.ines].room == 0
