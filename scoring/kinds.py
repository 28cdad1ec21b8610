"""The kinds of piece a jeweller thinks in, finer than Shopify's taxonomy, and how a product is placed."""

from __future__ import annotations

# facts/jewellery.md, "Categories and adjacency". "service" is ours: repairs, gift cards, care plans, which
# count as neither kind nor price.
KINDS: tuple[str, ...] = (
    "engagement_ring",
    "wedding_band",
    "eternity_band",
    "cocktail_ring",
    "earrings",
    "necklace",
    "pendant",
    "bracelet",
    "charm",
    "brooch",
    "anklet",
    "set",
    "watch",
    "watch_accessory",
    "cufflinks",
    "service",
    "other",
)
