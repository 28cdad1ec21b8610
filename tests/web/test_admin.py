"""What the merchant sees and changes in the admin."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from app.stores import advisors, customers, decisions, rulebook
from app.stores.bookings import bookings
from app.stores.database import Database, Transaction
from app.usecases.change_policy import BOUNDS, UnableToChangePolicySince, change_policy
from app.web.admin_policy_fields import FIELDS
from app.web.admin_words import RULES, SIGNALS
from app.wiring import Services
from scoring import decision as scoring
from scoring.decision import Decision, decide
from scoring.replay import record
from scoring.signals import SIGNALS as CATALOGUE
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy
from tests.conftest import NOW
from tests.scoring.cast import FREE, TODAY, alma, visit
from tests.web.merchant import OTHER_SHOP, SHOP, USER_ID, Merchant, good_token

POLICY = Policy(version=1)


def decided(draw: float = 0.5, **changes: object) -> tuple[Decision, dict[str, object]]:
    """Decide about Alma's visit, with the record it is kept with."""
    given = (visit(), alma(), FREE, POLICY, DEFAULT_WEIGHTS, DEFAULT_ADJACENCY)
    moment = {"now": NOW, "today": TODAY, "draw": draw}
    decision = decide(*given, **moment, **changes)
    return decision, record(*given, **moment, decision=decision)


def keep(
    tx: Transaction, *, customer_id: str = "7001", at: datetime = NOW - timedelta(hours=1), draw: float = 0.5
) -> UUID:
    """Write a decision about a client's visit."""
    decision, kept = decided(draw)
    return decisions.claim(
        tx, customer_id, uuid4().hex, decision, kept, at=at, day=at.date(), advisor_id=1, eligible=True
    ).decision_id


@pytest.fixture
def alma_invited(services: Services, shop_id: int) -> UUID:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7001", first_name="Alma", last_name="Reyes")
        return keep(tx)


# --- words


def test_every_rule_and_every_signal_has_words() -> None:
    assert [rule.name for rule in scoring.RULES] == list(RULES)
    assert list(CATALOGUE) == list(SIGNALS)


def test_every_number_of_the_policy_has_its_field_and_its_bounds() -> None:
    numbers = set(Policy().to_record()) - {"version", "offer_at", "without_opening"}
    assert set(FIELDS) == set(BOUNDS) == numbers


# --- empty


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/admin", "Nobody has been invited yet"),
        ("/admin/decisions", "No visit has been decided yet"),
        ("/admin/advisors", "Margaret Alder"),
        ("/admin/advisors/new", "Weekly hours"),
        ("/admin/policy", "Version 1 is in force"),
    ],
)
def test_a_new_house_has_its_pages(merchant: Merchant, path: str, words: str) -> None:
    answer = merchant.opens(path)
    assert answer.status_code == 200
    assert words in answer.text


def test_the_first_page_leads_to_the_theme_block(merchant: Merchant, services: Services) -> None:
    address = (
        f"https://{SHOP}/admin/themes/current/editor?context=apps&amp;template=product"
        f"&amp;activateAppId={services.settings.api_key}/advisor"
    )
    assert address in merchant.opens("/admin").text


# --- this week


def test_what_happened_this_week_is_counted_with_denominators(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7001", first_name="Alma", last_name="Reyes")
        booked, seen, *_ = [keep(tx) for _ in range(3)]
        keep(tx, draw=0.01)  # held out
        keep(tx, at=NOW - timedelta(days=8))  # last week's
        for decision_id in (booked, seen):
            decisions.mark_seen(tx, decision_id, NOW)
        decisions.mark_answered(tx, booked, "accepted", NOW)
        decisions.mark_answered(tx, seen, "not_now", NOW)
        _book(tx, booked)
        counts = decisions.counts(tx, since=NOW - timedelta(days=7), until=NOW)
    assert counts == decisions.Counts(
        decided=4, eligible=4, held_out=1, invited=3, seen=2, accepted=1, not_now=1, never=0, booked=1
    )
    text = " ".join(re.sub(r"<[^>]+>", " ", merchant.opens("/admin").text).split())
    assert "Saw the invitation of those invited 2 of 3 (67 %, between 21 and 94 %)" in text
    assert "Held out, to measure 1 of 4" in text


def _book(tx: Transaction, decision_id: UUID) -> None:
    begin = NOW + timedelta(days=3)
    tx.execute(
        insert(bookings).values(
            shop_id=tx.shop_id,
            booking_id=uuid4(),
            advisor_id=advisors.owner(tx).advisor_id,
            customer_id="7001",
            decision_id=decision_id,
            starts_at=begin,
            ends_at=begin + timedelta(minutes=45),
            busy=f"[{begin.isoformat()},{(begin + timedelta(hours=1)).isoformat()})",
            state="booked",
            place="shop",
            zone="Europe/London",
            key="1",
            fingerprint="",
            uid="1",
        )
    )


def test_a_quiet_week_does_not_claim_that_nobody_was_ever_invited(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        keep(tx, at=NOW - timedelta(days=8))
    text = merchant.opens("/admin").text
    assert "No client you know has visited this week" in text
    assert "Nobody has been invited yet" not in text


# --- decisions


def test_a_decision_is_listed_with_the_client_the_rule_and_why(
    merchant: Merchant, alma_invited: UUID
) -> None:
    text = merchant.opens("/admin/decisions").text
    for words in ("Alma Reyes", "Invited", "Strong cue", "Not seen", "Client since 2016: 7 orders"):
        assert words in text
    assert "Saturday 21 November" in text
    assert "9:00 am" in text  # an hour before NOW, in London


def test_a_decision_says_all_it_rested_on_and_gives_the_same_answer_again(
    merchant: Merchant, alma_invited: UUID
) -> None:
    text = merchant.opens(f"/admin/decisions/{alma_invited}").text
    assert "Same answer" in text
    assert text.count("This one decided") == 1
    assert text.count(">No<") >= len(scoring.RULES) - 1
    assert "Policy 1, weights 0" in text
    assert "eternity bands" in text


def test_a_decision_that_no_longer_comes_out_the_same_says_so(
    merchant: Merchant, services: Services, shop_id: int, alma_invited: UUID
) -> None:
    _, kept = decided()
    with services.database.shop(shop_id) as tx:
        table = decisions.decisions
        altered = {**kept, "draw": 0.01}
        tx.execute(update(table).where(table.c.shop_id == shop_id).values(record=altered))
    assert "Another answer" in merchant.opens(f"/admin/decisions/{alma_invited}").text


@pytest.mark.parametrize("kept", [None, {"decision": {"readings": {}}, "engine": "of another time"}])
def test_an_erased_or_unreadable_record_is_said_to_be_so(
    merchant: Merchant, services: Services, shop_id: int, alma_invited: UUID, kept: object
) -> None:
    with services.database.shop(shop_id) as tx:
        table = decisions.decisions
        forgotten = {"record": kept, **({"customer_id": None} if kept is None else {})}
        tx.execute(update(table).where(table.c.shop_id == shop_id).values(**forgotten))
    words = "Erased" if kept is None else "another version of Steward"
    for path in ("/admin/decisions", f"/admin/decisions/{alma_invited}"):
        assert merchant.opens(path).status_code == 200
    assert words in merchant.opens(f"/admin/decisions/{alma_invited}").text


def test_another_shops_decision_is_not_found(
    merchant: Merchant, services: Services, alma_invited: UUID
) -> None:
    stranger = Merchant(merchant.client, lambda: good_token(services.settings, OTHER_SHOP))
    assert merchant.opens(f"/admin/decisions/{alma_invited}").status_code == 200
    answer = stranger.opens(f"/admin/decisions/{alma_invited}")
    assert answer.status_code == 404
    assert "Alma" not in answer.text
    assert "Alma" not in stranger.opens("/admin/decisions", before=str(alma_invited)).text


def test_many_decisions_are_paged_without_losing_or_repeating_one(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7001", first_name="Alma" * 15, last_name="ألما الريس")
        # Many at the same instant, so that a page ends among them.
        made = {str(keep(tx, at=NOW - timedelta(hours=n // 20))) for n in range(60)}
    seen: list[str] = []
    before: dict[str, str] = {}
    for _ in range(3):
        text = merchant.opens("/admin/decisions", **before).text
        seen += re.findall(r'href="/admin/decisions/([0-9a-f-]{36})"', text)
        before = {"before": seen[-1]}
    assert len(seen) == 60
    assert set(seen) == made
    assert "Earlier" not in text
    assert merchant.opens("/admin").status_code == 200


def test_a_name_is_text_and_never_markup(merchant: Merchant, services: Services, shop_id: int) -> None:
    with services.database.shop(shop_id) as tx:
        customers.put(tx, "7001", first_name="<script>alert(1)</script>")
        keep(tx)
    assert "<script>alert(1)" not in merchant.opens("/admin/decisions").text


# --- policy


def policy_form(services: Services, shop_id: int, **changed: str) -> dict[str, str]:
    """What the page holds when it is opened, with something changed."""
    with services.database.shop(shop_id) as tx:
        policy = rulebook.read(tx).policy
    shown = {name: field.shown(getattr(policy, name)) for name, field in FIELDS.items()}
    return {"version": str(policy.version), "offer_at": policy.offer_at, **shown, **changed}


def current_policy(services: Services, shop_id: int) -> Policy:
    with services.database.shop(shop_id) as tx:
        return rulebook.read(tx).policy


def test_a_changed_policy_is_a_new_version_and_says_who_and_what(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    form = policy_form(services, shop_id, rest_days="60", price_ratio_at="30", holdout_share="12,5 %")
    answer = merchant.sends("/admin/policy", {**form, "offer_at": "strong"})
    assert answer.status_code == 200
    assert "Saved. Version 2 is in force" in answer.text
    assert "After “not now”: 90 → 60 days" in answer.text
    assert "You" in answer.text
    policy = current_policy(services, shop_id)
    assert (policy.version, policy.offer_at, policy.rest_days) == (2, "strong", 60)
    assert (policy.price_ratio_at, policy.holdout_share) == (1.3, 0.125)
    with services.database.shop(shop_id) as tx:
        newest, first = rulebook.policy_versions(tx, limit=5)
    assert first.content["rest_days"] == 90  # a version never changes
    assert newest.created_by == f"Staff member {USER_ID}"


def test_a_policy_saved_unchanged_is_no_new_version(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    assert merchant.sends("/admin/policy", policy_form(services, shop_id)).status_code == 200
    assert current_policy(services, shop_id).version == 1


def test_a_wrong_number_is_said_beside_its_field_and_nothing_is_lost(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    wrong = {
        "tenure_years": "long ago",
        "holdout_share": "80",
        "visit_days_at": "2.5",
        "offered_rest_days": "nan",
    }
    answer = merchant.sends("/admin/policy", policy_form(services, shop_id, rest_days="61", **wrong))
    assert answer.status_code == 422
    assert "4 fields need another look." in answer.text
    for name, entered in {**wrong, "rest_days": "61"}.items():
        assert f'name="{name}" type="text" value="{entered}"' in answer.text
    for name in wrong:
        assert f'aria-describedby="{name}-problem ' in answer.text
        assert f'id="{name}-problem"' in answer.text
    assert "Give a number from 0 to 50." in answer.text
    assert current_policy(services, shop_id).version == 1


def test_an_unknown_way_of_inviting_is_refused(merchant: Merchant, services: Services, shop_id: int) -> None:
    answer = merchant.sends("/admin/policy", policy_form(services, shop_id, offer_at="always"))
    assert (answer.status_code, "Choose one." in answer.text) == (422, True)
    assert merchant.sends("/admin/policy", {}).status_code == 422


def test_whoever_saves_second_sees_the_newer_version_and_keeps_what_was_entered(
    merchant: Merchant, services: Services, shop_id: int
) -> None:
    mine = policy_form(services, shop_id, rest_days="61")
    merchant.sends("/admin/policy", policy_form(services, shop_id, rest_days="30"))
    answer = merchant.sends("/admin/policy", mine)
    assert answer.status_code == 422
    assert "Somebody else saved a newer version" in answer.text
    assert 'name="rest_days" type="text" value="61"' in answer.text
    assert current_policy(services, shop_id).rest_days == 30
    again = re.search(r'name="version" value="(\d+)"', answer.text)
    assert again is not None
    assert merchant.sends("/admin/policy", {**mine, "version": again[1]}).status_code == 200
    assert current_policy(services, shop_id).rest_days == 61


def test_of_two_policies_at_the_same_moment_the_second_is_told(
    database: Database, services: Services, shop_id: int
) -> None:
    def second() -> None:
        with database.shop(shop_id) as tx:
            change_policy(tx, Policy(rest_days=60), based_on=1, by="Jonas", now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with services.database.shop(shop_id) as tx:
            change_policy(tx, Policy(rest_days=30), based_on=1, by="Ines", now=NOW)
            waiting = pool.submit(second)
            assert not wait([waiting], timeout=0.3).done
        with pytest.raises(UnableToChangePolicySince):
            waiting.result(timeout=10)
    assert current_policy(services, shop_id).rest_days == 30


@pytest.mark.parametrize("name", FIELDS)
def test_a_number_survives_its_field(name: str) -> None:
    field = FIELDS[name]
    for value in (getattr(Policy(), name), *BOUNDS[name]):
        assert field.read(field.shown(value)) == pytest.approx(value)
