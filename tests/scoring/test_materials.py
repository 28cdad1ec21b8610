"""Metal and stone are read where a title means them, and nowhere else."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from app.sandbox.catalogue import products
from scoring.kinds import kind_of
from scoring.materials import MATERIALS, METALS, NAMES, materials_of

GIFTS = Path(__file__).parents[3] / "shared" / "data" / "online-retail-2011.csv.gz"

TITLES = {
    "18ct white gold diamond ring": {"white_gold", "diamond"},
    "White 18k gold hoops": {"white_gold"},
    "Rose gold band": {"rose_gold"},
    "Yellow and white gold bangle": {"yellow_gold", "white_gold"},
    "Gold hoops": {"yellow_gold"},
    "Gold wedding band": {"yellow_gold"},
    "Diamond anniversary ring in platinum": {"diamond", "platinum"},
    "Emerald-cut diamond ring": {"diamond"},
    "Emerald ring": {"emerald"},
    "Rubies & pearls": {"ruby", "pearl"},
    "Rose quartz pendant": {"other_gem"},
    "Brilliant studs": {"diamond"},
    "STERLING SILVER AMETHYST RING": {"silver", "other_gem"},
}
NOT_SO = [
    "Gold plated chain",
    "Rose gold vermeil hoops",
    "Rolled gold locket",
    "Golden hour earrings",
    "Antique silver finish bangle",
    "Silver plated bangle",
    "Diamanté brooch",
    "Ruby glass necklace",
    "Faux pearl earrings",
    "Cubic zirconia diamond studs",
    "Mother-of-pearl pendant",
    "M.O.P. orbit drop earrings",
    "Watch with sapphire crystal",
    "Diamond cut chain",
    "Ruby wedding card",
    "Lily brooch amethyst colour",
    "Emerald green earrings",
    "Steel bracelet",
    "",
]


@pytest.mark.parametrize(("title", "families"), TITLES.items())
def test_a_title_says_metal_and_stone(title, families):
    assert set(materials_of(title=title)) == families
    assert set(materials_of(title=title.upper())) == families


@pytest.mark.parametrize("title", NOT_SO)
def test_a_coating_a_colour_and_a_cut_are_no_material(title):
    assert materials_of(title=title) == ()


def test_tags_and_type_are_read_beside_the_title():
    words = {"product_type": "Diamond rings", "tags": ("platinum", "engagement"), "title": "Pulteney"}
    assert materials_of(**words) == ("platinum", "diamond")
    assert set(NAMES) == set(MATERIALS)


@pytest.mark.parametrize("product", products(), ids=lambda product: product.handle)
def test_every_piece_of_the_demo_house_is_read_as_it_was_made(product):
    read = materials_of(product_type=product.product_type, tags=product.tags, title=product.title)
    stone = product.stone if product.stone in MATERIALS else "other_gem" if product.stone else None
    assert {product.metal.replace(" ", "_")} == {family for family in read if family in METALS}
    assert stone is None or stone in read


@pytest.mark.skipif(not GIFTS.exists(), reason="the real gift house's file is not here")
def test_a_gift_houses_costume_jewellery_hardly_passes_for_stones():
    with gzip.open(GIFTS) as packed:
        rows = csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8", errors="replace"))
        titles = {row["title"] for row in rows}
    pieces = sorted(title for title in titles if kind_of(title=title))
    stones = [title for title in pieces if set(materials_of(title=title)) - set(METALS)]
    assert not [title for title in stones if "GLASS" in title or "CRYSTAL" in title or "DIAMANTE" in title]
    assert not [title for title in pieces if "ANT SILVER" in title and "silver" in materials_of(title=title)]
    assert len(stones) < 0.1 * len(pieces)
