"""Two clients are made one as the merchant says, and nothing that either said is lost."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.learned import LearnedDate
from app.stores import aliases, clients, consents, customers, merges
from app.stores.consents import Consent
from app.usecases.learn_date import keep_date
from app.usecases.merge_clients import UnableToMerge, keep_apart, merge_clients
from app.usecases.propose_merges import propose_merges
from app.wiring import Services
from tests.conftest import NOW
from tests.usecases.alder import open_alder

ALMA, ALSO_ALMA, TOMAS = "7001", "7999", "7500"


@pytest.fixture
def shop_id(services: Services) -> int:
    shop_id = open_alder(services.database).shop_id
    with services.database.shop(shop_id) as tx:
        customers.put(tx, ALSO_ALMA, first_name="alma", last_name="REYES")
        customers.put(tx, TOMAS, first_name="Tomas", last_name="Reyes", email="Alma@clients.example")
        for each in (ALMA, ALSO_ALMA):
            born(tx, each)
    return shop_id


def born(tx: Any, customer_id: str, *, told: bool = False, handling: Any = "usable") -> None:
    keep_date(tx, customer_id, LearnedDate("birthday", "", 5, 2, None, told, handling), now=NOW)


def proposed(services: Services, shop_id: int) -> set[tuple[frozenset[str], tuple[str, ...], str]]:
    with services.database.shop(shop_id) as tx:
        pairs, in_all = propose_merges(tx, now=NOW)
    assert in_all == len(pairs)
    return {(frozenset(side.client.customer_id for side in each.sides), each.by, each.keep) for each in pairs}


def test_who_shares_an_address_or_name_and_birthday_is_proposed_and_a_name_alone_is_not(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7003", first_name="Alma", last_name="Reyes")
    assert {pair[:2] for pair in proposed(services, shop_id)} == {
        (frozenset({ALMA, ALSO_ALMA}), ("name_and_birthday",)),
        (frozenset({ALMA, TOMAS}), ("email",)),
    }


def test_what_was_said_to_be_two_is_not_proposed_again_and_outlives_a_merge(
    services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        keep_apart(tx, TOMAS, ALMA, by="Margaret", now=NOW)
    assert {pair[0] for pair in proposed(services, shop_id)} == {frozenset({ALMA, ALSO_ALMA})}
    with services.database.shop(shop_id) as tx:
        # The one that stays takes the address along, and with it the reason to propose her and Tomas.
        merge_clients(tx, services.live, ALMA, kept=ALSO_ALMA, now=NOW)
    assert proposed(services, shop_id) == set()


def test_what_is_blank_is_filled_and_a_date_of_both_is_one(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        merge_clients(tx, services.live, ALMA, kept=ALSO_ALMA, now=NOW)
    with services.database.shop(shop_id) as tx:
        assert customers.one(tx, ALMA) is None
        assert customers.one(tx, ALSO_ALMA).email == "alma@clients.example"
        assert len(clients.milestones_of(tx, ALSO_ALMA)) == 1
        assert aliases.kept_id(tx, ALMA) == ALSO_ALMA


def test_the_stronger_word_and_every_caution_stand(services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        for kept in clients.milestones_of(tx, ALSO_ALMA):
            clients.handle_milestone(tx, ALSO_ALMA, kept.milestone_id, sensitive=True, do_not_use=False)
        stated = LearnedDate("birthday", "", 5, 2, None, told=True).milestone()
        (hers,) = clients.milestones_of(tx, ALSO_ALMA)
        clients.correct_milestone(tx, ALSO_ALMA, hers.milestone_id, stated)
        clients.handle_milestone(tx, ALSO_ALMA, hers.milestone_id, sensitive=True, do_not_use=True)
        consents.keep(tx, ALSO_ALMA, Consent("email", "unsubscribed", "customer", NOW))
        merge_clients(tx, services.live, ALSO_ALMA, kept=ALMA, now=NOW)
    with services.database.shop(shop_id) as tx:
        (kept,) = clients.milestones_of(tx, ALMA)
        standing = consents.in_force(tx, ALMA)["email"].state
    found = kept.milestone
    assert (found.provenance, found.sensitive, found.do_not_use) == ("stated", True, True)
    assert standing == "unsubscribed"


@pytest.mark.parametrize(("one", "other"), [(ALMA, ALMA), (ALMA, "nobody"), ("nobody", ALMA)])
def test_who_is_not_there_is_not_merged(services: Services, shop_id: int, one: str, other: str) -> None:
    with pytest.raises(UnableToMerge), services.database.shop(shop_id) as tx:
        merge_clients(tx, services.live, one, kept=other, now=NOW)
    with pytest.raises(UnableToMerge), services.database.shop(shop_id) as tx:
        keep_apart(tx, one, other, by="Margaret", now=NOW)
    with services.database.shop(shop_id) as tx:
        assert merges.alike(tx, most=9)[1] == 2
