"""Whether what is looked at follows from what was bought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.signals import SIGNALS
from scoring.signals.category_continuity import MATERIALS_RAISE_BY
from scoring.weights import DEFAULT_ADJACENCY, Adjacency, Policy

from .cast import POLICY, TODAY, alma, known, order, view, visit


def continuity(session, relationship, policy=POLICY, adjacency=DEFAULT_ADJACENCY):
    return SIGNALS["category_continuity"](
        session, relationship, today=TODAY, policy=policy, adjacency=adjacency
    )


def test_a_wedding_band_leads_to_eternity_bands():
    reading = continuity(visit(), alma())
    assert reading.fired
    assert reading.value == pytest.approx(0.9)
    assert reading.because == "Looking at eternity bands; bought a wedding band in 2016 (Ines advised)."


@pytest.mark.parametrize(
    ("bought", "viewed", "near"),
    [
        ("engagement_ring", "wedding_band", 1.0),
        ("wedding_band", "engagement_ring", 0),  # directed
        ("eternity_band", "cocktail_ring", 0.7),
        ("earrings", "necklace", 0.8),
        ("pendant", "earrings", 0.8),
        ("bracelet", "necklace", 0.6),
        ("set", "earrings", 0.8),
        ("charm", "charm", 0.9),
        ("watch", "watch_accessory", 0.8),
        ("watch_accessory", "watch", 0),
        ("earrings", "bracelet", 0),
        ("other", "other", 0),
    ],
)
def test_the_table_is_directed_and_strict(bought, viewed, near):
    reading = continuity(visit(view(viewed)), known([order("2020-01-01", bought)]))
    assert reading.value == pytest.approx(near)
    assert reading.fired is (near >= 0.5)


def test_dwell_weighs_what_was_looked_at():
    bought = known([order("2020-01-01", "charm")])
    mostly = visit(view("charm", dwell_ms=60_000), view("watch", dwell_ms=40_000))
    partly = visit(view("charm", dwell_ms=40_000), view("watch", dwell_ms=60_000))
    assert continuity(mostly, bought).value == pytest.approx(0.54)
    assert continuity(mostly, bought).fired
    assert not continuity(partly, bought).fired
    assert continuity(partly, bought).because == (
        "Looking partly at charms; bought a charm in 2020 (Ines advised), too little to go by."
    )


def test_the_bound_is_met_exactly():
    bought = known([order("2020-01-01", "bracelet")])
    assert continuity(visit(view("necklace")), bought, Policy(adjacency_at=0.6)).fired
    assert not continuity(visit(view("necklace")), bought, Policy(adjacency_at=0.61)).fired


def test_a_learned_table_replaces_ours():
    learned = Adjacency(table={"watch": {"brooch": 0.7}})
    assert continuity(visit(view("brooch")), known([order("2020-01-01", "watch")]), adjacency=learned).fired
    assert not continuity(
        visit(view("watch")), known([order("2020-01-01", "watch")]), adjacency=learned
    ).fired


def test_why_not():
    assert continuity(visit(view("service")), alma()).because == "No pieces looked at in this visit."
    assert continuity(visit(), known()).because == "No earlier piece on record to compare with."
    watch = continuity(visit(view("watch")), alma())
    assert watch.because == "Looking at watches, which nothing bought so far leads to."


def test_nobody_is_named_where_nobody_advised():
    unnamed = known([order("2020-01-01", "earrings", staff="")])
    assert (
        continuity(visit(view("earrings")), unnamed).because
        == "Looking at earrings; bought earrings in 2020."
    )


def bought_in(*tags, kind="wedding_band"):
    made = order("2016-07-28", kind)
    return known([replace(made, lines=(replace(made.lines[0], tags=tags),))])


def looked_at_in(*materials, kind="eternity_band", dwell_ms=18_000):
    return replace(view(kind, dwell_ms=dwell_ms), materials=materials)


def test_the_same_metal_and_stone_raise_the_grade_and_are_said():
    bought = bought_in("platinum", "diamond", kind="bracelet")
    plain = continuity(visit(view("necklace")), bought)
    metal = continuity(visit(looked_at_in("platinum", "ruby", kind="necklace")), bought)
    both = continuity(visit(looked_at_in("platinum", "diamond", kind="necklace")), bought)
    assert plain.value == pytest.approx(0.6)
    assert metal.value == pytest.approx(0.6 * (1 + MATERIALS_RAISE_BY / 2))
    assert both.value == pytest.approx(0.6 * (1 + MATERIALS_RAISE_BY))
    assert both.because == (
        "Looking at necklaces; bought a bracelet in 2016 (Ines advised); platinum and diamond again."
    )
    other = continuity(visit(looked_at_in("silver", "ruby", kind="necklace")), bought)
    assert other == plain


def test_dwell_weighs_the_materials_and_the_grade_never_passes_one():
    bought = bought_in("platinum")
    looked = visit(looked_at_in("platinum", dwell_ms=30_000), looked_at_in("silver", dwell_ms=90_000))
    assert continuity(looked, bought).value == pytest.approx(0.9 * (1 + MATERIALS_RAISE_BY / 4))
    assert continuity(visit(looked_at_in("platinum")), bought).value == 1.0


def test_materials_never_make_the_signal_fire():
    bought = bought_in("platinum", "diamond", kind="watch")
    looked = visit(
        looked_at_in("platinum", "diamond", kind="cufflinks", dwell_ms=60_000),
        looked_at_in("platinum", "diamond", kind="brooch", dwell_ms=5_000),
    )
    reading = continuity(looked, bought)
    assert not reading.fired
    assert reading.value == continuity(replace(looked, materials={}), bought).value
    assert continuity(visit(looked_at_in("platinum", kind="brooch")), bought).value == 0


def test_a_service_and_a_piece_sent_back_say_nothing_of_a_clients_metal():
    repaired = order("2020-01-01", "service")
    back = order("2020-02-01", "pendant", quantity=-1)
    silver = [replace(each, lines=(replace(each.lines[0], tags=("silver",)),)) for each in (repaired, back)]
    assert known(silver).materials == ()
