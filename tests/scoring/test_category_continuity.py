"""Whether what is looked at follows from what was bought."""

from __future__ import annotations

import pytest

from scoring.signals import SIGNALS
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
