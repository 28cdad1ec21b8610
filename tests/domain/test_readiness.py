"""What readiness says of a counted record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.memory import RUNGS, HighTicket, Memory, Record
from app.domain.readiness import Readiness, weigh
from app.domain.readiness_words import percent, share

TODAY = date(2026, 11, 21)
NAMES = {"account", "years", "orders", "lead", "date", "taste", "kind", "address", "consent"}
# A client with an account who once bought a pair of earrings.
ONCE = Memory(1, related=True, priced=True, lines=1, placed=1)


def counted(*groups: Memory, **changes: object) -> Record:
    known = {"as_of": TODAY, "customers": 100, "opted_out": 0, "has_orders": True}
    return Record(**{**known, "groups": groups, **changes})  # type: ignore[arg-type]  # by name


def weighed(*groups: Memory, **changes: object) -> Readiness:
    return weigh(counted(*groups, **changes))


# --- who can reach a cue


@pytest.mark.parametrize(
    ("group", "reaches"),
    [
        (Memory(1), False),
        (Memory(1, long=True), False),
        (Memory(1, long=True, rung="stated"), True),
        (Memory(1, related=True, priced=True), True),
        (Memory(1, related=True, priced=True, provisional=True), False),
        (Memory(1, related=True, priced=True, has_email=False), False),
        (Memory(1, related=True, priced=True, asked_not_again=True), False),
        (Memory(1, again=True, led=True, noted=True), False),
    ],
)
def test_a_cue_takes_an_account_and_two_things_on_record(group: Memory, reaches: bool) -> None:
    assert group.reaches_cue is reaches


def test_where_no_visit_may_be_read_only_years_and_dates_speak() -> None:
    found = weighed(
        Memory(2, long=True, rung="recorded"), Memory(3, long=True, related=True, priced=True), ONCE
    )
    assert (found.within_reach, found.within_reach_unseen) == (6, 2)
    assert found.sentence == (
        "6 of 6 active clients (100\u00a0%) can reach a cue by what this record holds; 2 of them even if they"
        " don’t let their visits be read."
    )


# --- gains


def test_a_gap_gains_those_whom_it_alone_keeps_from_a_cue() -> None:
    found = weighed(
        Memory(5, related=True, priced=True, provisional=True),  # an account is all they lack
        Memory(7, long=True),  # a date would do, or years no more
        Memory(11),  # nothing that one gap could mend
        Memory(13, long=True, rung="stated"),  # there already
    )
    gains = {finding.name: finding.gain for finding in found.findings}
    assert gains == {"account": 5, "date": 7} | dict.fromkeys(NAMES - {"account", "date"}, 0)
    assert [finding.name for finding in found.findings][:2] == ["date", "account"]


def test_an_equal_gain_is_weighed_by_those_whose_visits_may_not_be_read() -> None:
    found = weighed(Memory(3, related=True), Memory(4, long=True, related=True, priced=True))
    date_, years = found.findings[:2]
    assert (date_.name, date_.gain, date_.gain_unseen) == ("date", 3, 4)
    assert (years.name, years.gain, years.gain_unseen) == ("years", 3, 0)
    assert date_.gain_in_words == "Brings 3 more within reach of a cue; 4 where no visit may be read."


def test_whoever_asked_not_to_be_invited_again_is_nobodys_gain() -> None:
    found = weighed(Memory(9, long=True, asked_not_again=True), ONCE)
    assert all(finding.gain == finding.gain_unseen == 0 for finding in found.findings)


def test_placing_pieces_gains_only_those_who_own_unplaced_ones() -> None:
    found = weighed(
        Memory(4, priced=True, unplaced=True, lines=6, placed=1), Memory(8, priced=True, lines=8, placed=8)
    )
    kind = found.finding("kind")
    assert (kind.part, kind.whole, kind.of, kind.gain) == (9, 14, "lines", 4)
    assert kind.sentence == "5 pieces, bought by 4 clients, could not be placed among the kinds."


groups = st.lists(
    st.builds(
        Memory,
        customers=st.integers(1, 50),
        has_email=st.booleans(),
        provisional=st.booleans(),
        asked_not_again=st.booleans(),
        long=st.booleans(),
        again=st.booleans(),
        led=st.booleans(),
        rung=st.sampled_from([None, *RUNGS]),
        noted=st.booleans(),
        related=st.booleans(),
        priced=st.booleans(),
        unplaced=st.booleans(),
        lines=st.just(2),
        placed=st.integers(0, 2),
    ),
    max_size=12,
)


@given(groups)
def test_no_count_exceeds_its_whole_and_no_gain_what_is_missing(each: list[Memory]) -> None:
    found = weighed(*each)
    assert {finding.name for finding in found.findings} == NAMES
    assert 0 <= found.within_reach_unseen <= found.within_reach <= found.active
    for finding in found.findings:
        assert 0 <= (finding.part or 0) <= finding.whole
        assert 0 <= finding.gain <= found.active - found.within_reach
        assert bool(finding.to_do) is not finding.is_closed
    assert sum(part.count for part in found.finding("date").parts) == found.finding("date").part
    assert found.in_words()
    assert Readiness.from_record(found.to_record()) == found


@given(groups)
def test_findings_stand_in_order_of_gain_the_unknown_then_the_complete_last(each: list[Memory]) -> None:
    order = [(finding.is_closed, finding.part is None, -finding.gain) for finding in weighed(*each).findings]
    assert order == sorted(order)


# --- words


def test_consent_is_not_guessed() -> None:
    consent = weighed(ONCE).finding("consent")
    assert consent.part is None
    assert consent.counted == "Not known yet"
    assert "No client’s yes or no" in consent.sentence


def test_a_yes_needs_an_address_and_a_no_is_said() -> None:
    silent, yes, no = (
        replace(ONCE, may_write=word, customers=n) for word, n in ((None, 5), (True, 3), (False, 2))
    )
    consent = weighed(silent, yes, no, replace(yes, has_email=False, customers=1)).finding("consent")
    assert consent.counted == "3 of 11 (27\u00a0%)"
    assert consent.sentence == "5 clients have not said whether they may be written to. 2 clients said no."
    assert weighed(yes).finding("consent").is_closed


def test_nothing_missing_leaves_nothing_to_do() -> None:
    found = weighed(replace(ONCE, long=True, again=True, led=True, noted=True, rung="stated"))
    assert [finding.name for finding in found.gaps] == ["consent"]
    assert found.finding("account").sentence == "Nothing is missing here."


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (
            Memory(3, provisional=True),
            "3 clients have no account to sign in with, so no visit of theirs is recognised."
            " They are known by the e-mail on an order alone.",
        ),
        (
            Memory(1, has_email=False),
            "One client has no account to sign in with, so no visit of theirs is recognised.",
        ),
    ],
)
def test_a_provisional_client_counts_apart(group: Memory, words: str) -> None:
    assert weighed(group).finding("account").sentence == words


def test_a_single_advisor_is_told_to_add_the_others_first() -> None:
    assert weighed(ONCE, advisors=1).finding("lead").to_do.startswith("Add the people who advise here")
    assert weighed(ONCE, advisors=3).finding("lead").to_do.startswith("Import orders")


def test_years_are_those_the_policy_asks_for() -> None:
    years = weighed(ONCE, tenure_years=2.5, history_partial=True).finding("years")
    assert years.title == "2.5 years or more with you"
    assert years.to_do == "Your history is still incomplete. Import the earlier orders."


def test_the_picture_has_words_that_say_the_finding() -> None:
    found = weighed(replace(ONCE, customers=3), replace(ONCE, noted=True, long=True, again=True, led=True))
    assert found.picture.startswith("Most complete: ")
    assert found.picture.endswith("Thinnest: a date that may count, 0 of 4 (0\u00a0%).")


def test_only_all_is_a_hundred_percent_and_only_none_is_nothing() -> None:
    assert [percent(*each) for each in ((0, 9), (1, 999), (998, 999), (9, 9), (0, 0))] == [
        "0\u00a0%",
        "under 1\u00a0%",
        "over 99\u00a0%",
        "100\u00a0%",
        "none",
    ]
    assert share(1_281, 2_562) == "1,281 of 2,562 (50\u00a0%)"


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({"customers": 0, "has_orders": False}, "empty", "no orders yet"),
        ({"customers": 0}, "reading", "still being read"),
        ({}, "lapsed", "None of 100 clients has ordered in the last two years"),
    ],
)
def test_a_record_without_active_clients_says_why(changes: dict[str, object], state: str, words: str) -> None:
    found = weighed(**changes)
    assert found.state == state
    assert words in found.sentence
    assert found.picture == ""


# --- the high-ticket mix

MIX = HighTicket("GBP", 356, 63_978_825, 99_500, 278_000, 36, 34_134_225, 24)


def test_the_mix_says_what_the_dearest_orders_brought_and_from_whom() -> None:
    found = weighed(replace(ONCE, customers=233), high_ticket=MIX)
    assert found.high_ticket is not None
    assert found.high_ticket.sentence == (
        "36 of 356 orders in two years (10\u00a0%) came to £2,780 or more, and brought 53\u00a0% of £640,000"
        " that active clients spent. 24 of 233 active clients placed such an order;"
        " the usual one is about £1,000."
    )


def test_of_a_few_orders_there_is_no_dearest_tenth() -> None:
    assert weighed(ONCE, high_ticket=replace(MIX, orders=9)).high_ticket is None
