"""A shop's own orders teach which kinds follow on, and only what chance does not explain."""

from __future__ import annotations

import random
from statistics import fmean

import pytest

from scoring.adjacency import TABLE_COUNTS_AS, Transition, learn, steps_of, table_of
from scoring.kinds import KINDS
from scoring.weights import DEFAULT_ADJACENCY, Adjacency

NOTHING = Adjacency()
COMMON = ("earrings", "necklace", "pendant", "bracelet", "charm", "brooch")


def orders(many: int, seed: int, *, planted: float = 0.0, months=range(1, 13)) -> list[Transition]:
    """Next orders by chance alone, more pendants in December; a share of brooches is followed by a watch."""
    dice = random.Random(seed)
    made = []
    for _ in range(many):
        month = dice.choice([*months, 12, 12, 12])
        bought = dice.choice(COMMON)
        then = "pendant" if month == 12 and dice.random() < 0.6 else dice.choice((*COMMON, "watch"))
        if bought == "brooch" and dice.random() < planted:
            then = "watch"
        made.append(Transition((bought,), (then,), month))
    return made


def near(table: Adjacency, bought: str, then: str) -> float:
    return table.table.get(bought, {}).get(then, 0.0)


def test_a_planted_step_is_found_and_only_it():
    learned = learn(orders(3_000, 1, planted=0.7), prior=NOTHING)
    assert near(learned, "brooch", "watch") >= 0.5
    assert {(a, b) for a, steps in learned.table.items() for b in steps} == {("brooch", "watch")}


def test_nothing_follows_on_from_orders_dealt_out_by_chance():
    assert learn(orders(20_000, 2), prior=NOTHING).table == {}
    planted = orders(6_000, 3, planted=0.7)
    thens: dict[int, list[tuple[str, ...]]] = {}
    for each in planted:
        thens.setdefault(each.month, []).append(each.then)
    dice = random.Random(4)
    for each in thens.values():
        dice.shuffle(each)
    shuffled = [Transition(each.bought, thens[each.month].pop(), each.month) for each in planted]
    assert learn(shuffled, prior=NOTHING).table == {}


def test_a_december_full_of_pendants_makes_pendants_follow_on_nothing():
    # Brooches sell in November alone, so their next order is in December.
    made = [Transition(("brooch",), ("pendant",), 12)] * 300 + [
        Transition(("charm",), ("pendant",), 12)
    ] * 300
    made += [Transition(("charm",), (kind,), month) for kind in COMMON for month in range(1, 12)] * 20
    assert near(learn(made, prior=NOTHING), "brooch", "pendant") == 0


def test_chance_is_the_mean_of_all_ways_to_deal_the_next_orders_out_within_their_month():
    made = [*orders(400, 5, planted=0.4), Transition(("brooch", "charm"), ("watch", "pendant"), 3)]
    exact = {(step.bought, step.then): step.chance for step in steps_of(made, prior=NOTHING)}
    dice, dealt = random.Random(6), []
    for _ in range(400):
        thens: dict[int, list[tuple[str, ...]]] = {}
        for each in made:
            thens.setdefault(each.month, []).append(each.then)
        for each in thens.values():
            dice.shuffle(each)
        drawn = [(each.bought, thens[each.month].pop()) for each in made]
        dealt.append(sum("brooch" in bought and "watch" in then for bought, then in drawn))
    assert exact["brooch", "watch"] == pytest.approx(fmean(dealt), rel=0.05)


def test_where_there_are_no_orders_the_table_stays():
    learned = learn([], prior=DEFAULT_ADJACENCY, version=3)
    assert learned == Adjacency(version=3, table=DEFAULT_ADJACENCY.table)


def test_few_orders_hardly_move_the_table_and_many_replace_it():
    # Half of all next orders are watches, whatever came before: an engagement ring leads to no wedding band.
    def told(many: int) -> float:
        made = [Transition(("engagement_ring",), ("watch",), 5)] * many
        made += [Transition(("charm",), ("wedding_band",), 5)] * many
        return near(learn(made, prior=DEFAULT_ADJACENCY), "engagement_ring", "wedding_band")

    assert told(0) == 1.0
    assert told(2) > 0.85
    assert 0.4 < told(round(2 * TABLE_COUNTS_AS)) < 0.8
    assert told(400) == 0


def test_two_odd_orders_make_no_step():
    made = orders(2_000, 7) + [Transition(("anklet",), ("cufflinks",), 6)] * 2
    assert near(learn(made, prior=DEFAULT_ADJACENCY), "anklet", "cufflinks") < 0.5


@pytest.mark.parametrize("seed", range(5))
def test_all_jewellery_is_never_adjacent(seed):
    dice = random.Random(seed)
    made = [
        Transition(tuple(dice.sample(COMMON, 3)), tuple(dice.sample(COMMON, 3)), dice.randint(1, 12))
        for _ in range(5_000)
    ]
    for prior in (NOTHING, DEFAULT_ADJACENCY):
        learned = learn(made, prior=prior)
        assert not any(near(learned, a, b) >= 0.5 for a in COMMON for b in COMMON)


def test_the_order_of_the_orders_does_not_matter_and_repeats_may_be_counted_together():
    made = orders(900, 8, planted=0.5)
    shuffled = made[:]
    random.Random(9).shuffle(shuffled)
    together = [Transition(t.bought, t.then, t.month, made.count(t)) for t in dict.fromkeys(made)]
    assert steps_of(made, prior=NOTHING) == steps_of(shuffled, prior=NOTHING)
    assert steps_of(made, prior=NOTHING) == steps_of(together, prior=NOTHING)


def test_what_is_no_piece_is_left_out_and_strengths_are_0_to_1():
    made = [
        Transition(("service", "charm"), ("charm", "other"), 1),
        Transition(("other",), ("charm",), 1),
        Transition(("charm",), ("service",), 1),
        Transition((), ("nonsense",), 1),
        *[Transition(("watch",), ("watch_accessory",), 2)] * 5_000,
        *[Transition(("charm",), ("charm",), 2)] * 90_000,
    ]
    steps = steps_of(made, prior=DEFAULT_ADJACENCY)
    assert {kind for step in steps for kind in (step.bought, step.then)} <= set(KINDS) - {"service", "other"}
    assert all(0 <= step.strength <= 1 for step in steps)
    assert table_of(steps).table["watch"]["watch_accessory"] == 1.0
    counted = next(step for step in steps if (step.bought, step.then) == ("charm", "charm"))
    assert (counted.seen, counted.of) == (90_001, 90_001)
