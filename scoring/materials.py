"""The metal a piece is made of and the stone it carries, as families, read from its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from scoring.kinds import plain

METALS: tuple[str, ...] = ("yellow_gold", "white_gold", "rose_gold", "platinum", "silver")
STONES: tuple[str, ...] = ("diamond", "sapphire", "ruby", "emerald", "pearl", "other_gem")
MATERIALS: tuple[str, ...] = METALS + STONES

NAMES: dict[str, str] = {family: family.replace("_", " ") for family in MATERIALS} | {
    "other_gem": "a coloured stone"
}

# Only what is gold through and through: a colour or a coating tells nothing of what a client keeps to.
_COATED = re.compile(
    r"\b(?:(?:yellow|white|rose|pink|antique|ant) )?(?:gold|silver|platinum|rhodium|palladium)"
    r"(?: and (?:gold|silver))? "
    r"(?:plat(?:ed?|ing)|vermeil|filled|ton(?:ed?|al)|colou?r(?:ed)?|dipped|finish|effect|leaf|dial|foil)\b"
    r"|\brolled gold\b|\bplated (?:gold|silver)\b|\b(?:ant|antique|german|tibetan|nickel) (?:gold|silver)\b"
)
# Words that name a stone and mean a cut, a colour, a shell, a watch's glass or a wedding anniversary.
_NO_STONE = re.compile(
    r"\b(?:(?:emerald|diamond|pearl) ?(?:cut|shaped?|pattern\w*|quilt\w*)"
    r"|m(?:other)? ?o(?:f)? ?p(?:earl)?|m pearl"
    r"|sapphire (?:crystal|glass)"
    r"|(?:pearl|silver) (?:gr[ea]y|white|pink|finish)|ruby red|(?:emerald|jade) green|sapphire blue"
    r"|turquoise (?:blue|green)|opal white"
    r"|(?:silver|gold|ruby|diamond|pearl|sapphire|emerald) (?:weddings?|anniversary|jubilee)"
    r"(?! (?:bands?|rings?|sets?|eternity)))\b"
)
# A title that says glass sells a colour: "ruby glass necklace", "faux pearls", "amethyst crystal".
_COSTUME = re.compile(
    r"\b(?:glass|crystals?|diamant\w*|rhinestones?|resin|acrylic|plastic|faux|fake|imitation|simulated|paste|shell"
    r"|cubic zirconia|cz|moissanite|swarovski|colou?r(?:ed)?|col)\b"
)
_COLOURED_GOLD = re.compile(
    r"\b((?:yellow|white|rose|pink|red)(?:(?: and)? (?:yellow|white|rose|pink|red))*)"
    r"(?: \d+ ?(?:ct|kt?|carat|karat))? gold\b"
)
_COLOURS = {
    "yellow": "yellow_gold",
    "white": "white_gold",
    "rose": "rose_gold",
    "pink": "rose_gold",
    "red": "rose_gold",
}
_GOLD = re.compile(r"\bgold\b")
_NAMED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (family, re.compile(rf"\b(?:{words})\b"))
    for family, words in (
        ("platinum", "platinum"),
        ("silver", "silver"),
        ("diamond", "diamonds?|brilliants?"),
        ("sapphire", "sapphires?"),
        ("ruby", "ruby|rubies"),
        ("emerald", "emeralds?"),
        ("pearl", "pearls?"),
        (
            "other_gem",
            "agates?|alexandrites?|amethysts?|aquamarines?|carnelians?|citrines?|garnets?|iolites?|jade"
            "|kunzites?|labradorites?|lapis|malachite|moonstones?|morganites?|onyx|opals?|peridots?"
            "|rose quartz|spinels?|tanzanites?|topaz(?:es)?|tourmalines?|tsavorites?|turquoise|zircons?",
        ),
    )
)


def materials_of(*, product_type: str = "", tags: Sequence[str] = (), title: str = "") -> tuple[str, ...]:
    """Answer the families of metal and stone that a product's words name, in MATERIALS' order.

    "Gold" alone is yellow gold: the trade names the colour where it is another.
    """
    found: set[str] = set()
    for text in (product_type, *tags, title):
        if text:
            found |= _families(text)
    return tuple(family for family in MATERIALS if family in found)


@lru_cache(maxsize=16384)  # a house's words come again and again: with each order, with each look
def _families(text: str) -> frozenset[str]:
    words = _NO_STONE.sub(" ", _COATED.sub(" ", plain(text)))
    named = {family for family, pattern in _NAMED if pattern.search(words)}
    if _COSTUME.search(words):
        named -= set(STONES)
    coloured = {
        _COLOURS[colour]
        for found in _COLOURED_GOLD.findall(words)
        for colour in found.split()
        if colour != "and"
    }
    if coloured or not _GOLD.search(words):
        return frozenset(named | coloured)
    return frozenset(named | {"yellow_gold"})
