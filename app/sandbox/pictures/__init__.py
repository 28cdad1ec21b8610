"""Drawn pictures of every piece: a small studio that turns a product into a believable SVG."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from app.sandbox.catalogue import Product
from app.sandbox.pictures import chains, rings, small, timepieces
from app.sandbox.pictures.paper import on_paper
from app.sandbox.pictures.space import Scene

# where a piece touches the paper (height, half width, strength), and how much paper is cut off around it
STANDING = ((672.0, 150.0, 0.36), 60)
FLAT = ((0.0, 0.0, 0.0), 60)
FRAMING: dict[str, tuple[tuple[float, float, float], int]] = {
    "engagement_ring": STANDING,
    "cocktail_ring": STANDING,
    "wedding_band": ((646.0, 150.0, 0.38), 80),
    "eternity_band": ((632.0, 160.0, 0.38), 80),
    "bracelet": ((575.0, 250.0, 0.34), 80),
    "earrings": ((560.0, 210.0, 0.20), 100),
    "cufflinks": ((545.0, 210.0, 0.28), 100),
    "charm": ((0.0, 0.0, 0.0), 130),
    "watch": ((0.0, 0.0, 0.0), 90),
    "watch_accessory": ((560.0, 230.0, 0.34), 100),
}


def _compose(scene: Scene, product: Product) -> None:
    metal, stone, cut = product.metal, product.stone, product.cut
    match product.kind:
        case "engagement_ring":
            rings.solitaire(scene, metal, stone, cut, 50)
        case "cocktail_ring":
            rings.solitaire(scene, metal, stone, cut, 74)
        case "wedding_band":
            rings.plain(scene, metal, cut)
        case "eternity_band":
            rings.eternity(scene, metal, stone, cut)
        case "earrings":
            small.earrings(scene, metal, stone, cut)
        case "necklace":
            chains.necklace(scene, metal, stone, cut)
        case "pendant":
            chains.pendant(scene, metal, stone, cut)
        case "bracelet":
            chains.bracelet(scene, metal, stone, cut)
        case "charm":
            small.charm(scene, metal, cut)
        case "brooch":
            small.brooch(scene, metal, stone, cut)
        case "cufflinks":
            small.cufflinks(scene, metal, stone, cut)
        case "watch":
            timepieces.watch(scene, metal, stone, cut)
        case "watch_accessory":
            timepieces.roll(scene)
        case _:
            small.matched(scene, metal, stone)


@lru_cache(maxsize=128)
def draw(product: Product) -> str:
    """Draw one piece on its sheet of paper; the same piece is always the same picture."""
    scene = Scene()
    _compose(scene, product)
    shadow, margin = FRAMING.get(product.kind, FLAT)
    title = escape(product.title, quote=True)
    return on_paper(scene.svg(), title=title, metal=product.metal, shadow=shadow, margin=margin)
