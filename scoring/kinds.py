"""The kinds of piece a jeweller thinks in, finer than Shopify's taxonomy, and how a product is placed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

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

# Bought for a wedding, once, at a wedding's price. An eternity band is not: it is given for years afterwards.
BRIDAL: frozenset[str] = frozenset({"engagement_ring", "wedding_band"})
# facts/jewellery.md, "Price": a baseline is the median of non-bridal, non-service lines.
PRICED: frozenset[str] = frozenset(KINDS) - BRIDAL - {"service"}

# kind → (one of it, several of it), as an advisor says it.
NAMES: dict[str, tuple[str, str]] = {
    "engagement_ring": ("an engagement ring", "engagement rings"),
    "wedding_band": ("a wedding band", "wedding bands"),
    "eternity_band": ("an eternity band", "eternity bands"),
    "cocktail_ring": ("a dress ring", "dress rings"),
    "earrings": ("earrings", "earrings"),
    "necklace": ("a necklace", "necklaces"),
    "pendant": ("a pendant", "pendants"),
    "bracelet": ("a bracelet", "bracelets"),
    "charm": ("a charm", "charms"),
    "brooch": ("a brooch", "brooches"),
    "anklet": ("an anklet", "anklets"),
    "set": ("a set", "sets"),
    "watch": ("a watch", "watches"),
    "watch_accessory": ("a watch accessory", "watch accessories"),
    "cufflinks": ("cufflinks", "cufflinks"),
    "service": ("a service", "services"),
    "other": ("another piece", "other pieces"),
}

# Shopify's product taxonomy (facts/shopify.md). It has one word for all rings ("ring": finer words decide)
# and one for charms and pendants.
_TAXONOMY: dict[str, str] = {
    "aa-2-10": "cufflinks",
    "aa-6": "jewellery",
    "aa-6-1": "anklet",
    "aa-6-3": "bracelet",
    "aa-6-4": "brooch",
    "aa-6-5": "charm or pendant",
    "aa-6-6": "earrings",
    "aa-6-7": "set",
    "aa-6-8": "necklace",
    "aa-6-9": "ring",
    "aa-6-10": "watch_accessory",
    "aa-6-11": "watch",
    "aa-6-12": "watch",  # smart watches
    "gc": "service",  # gift cards
    "se": "service",  # services
    "pa": "service",  # product add-ons: gift wrap, warranties
}
_TAXONOMY_ID = re.compile(r"(?:.*/)?([a-z]{2}(?:-\d+)*)$")

# What carries a piece's word and is none. Taken out before reading; seen in a gift house's 4,000 titles (UCI
# Online Retail) or in jewellers' own accessories.
_NOT_A_PIECE = re.compile(
    r"\b(?:"
    r"key ?(?:ring|chain|fob)s?(?: stand)?|ring of roses|boxing ring|ring (?:binder|pull|purse|main|sizer)s?"
    r"|(?:napkin|curtain|shower|teething|cake|pastry|egg|light|plastic|onion|rubber|piston|gas)"
    r" (?:ring|charm|band)s?"
    r"|(?:bag|phone|mobile|wine glass|wine|party|rustic|car|curtain|handbag|pet|dog) charms?|lucky charms"
    r"|(?:paper|light|key|bike|bicycle|fairy light) chains?|watering \w+"
    r"|(?:bird|whale|people|storm|night) watch\w*"
    r"|watch (?:out|over|me|this|your|the)|(?:hair|head|arm|sweat|rubber|elastic|waist|resistance) ?bands?"
    r"|band aids?"
    r"|(?:hair|rolling|drawing|safety|clothes|bobby|push) ?pins?|pin ?(?:cushion|board|ball|wheel)s?"
    r"|(?:ring|jewel\w*|earring|necklace|bracelet|trinket|cufflink) ?"
    r"(?:box(?:es)?|stand|tree|drawer|case|holder|dish|tray|pouch|roll|display|cleaner|organi[sz]er|mirror|bag)s?"
    r"|jewel\w*(?= (?:photo|mirror|t light|heart decoration|frame))"
    r"|(?:puncture|shirt|sewing) repair\w*(?: kits?)?"
    r"|repair kits?|(?:birthday|greetings?|christmas|playing|gift tag) cards?|(?:gift card|voucher) holders?"
    r"|photo ?frames?|chandelier(?! ear)|set of \d+ \w+ napkin \w+|love ?birds?"
    r")\b"
)
# Words after which a title speaks of something else: "bracelet with heart charms" is a bracelet.
_TAIL = re.compile(r"\b(?:with|w|featuring|for|from|in|by|on|matches|including|includes)\b")

_SERVICE = re.compile(
    r"\b(?:repairs?|repairing|re ?siz(?:e|ing)|sizing|(?:e ?)?gift (?:card|voucher|certificate)s?|"
    r"care plans?|"
    r"(?:protection|service|insurance) plans?|(?:extended )?warrant(?:y|ies)|"
    r"engraving(?: (?:service|fee|charge)s?)?|(?:watch|cleaning|polishing|cleaning and polishing|plating)"
    r" services?|"
    r"servicing|valuations?|appraisals?|re ?stringing|re ?tipping|rhodium plating|re ?plating|"
    r"(?:watch )?battery (?:replacement|change)|alterations?|consultations?|shipping|postage)\b"
)
_WATCH_ACCESSORY = re.compile(
    r"\b(?:watch (?:strap|band|bracelet|winder|box|case|roll|stand|pouch|chain|buckle|link|tool|batter)"
    r"(?:s|es|ies|y)?|(?:watch )?nato straps?|albert chains?)\b"
)
_RING = re.compile(r"\b(?:rings?|signets?|solitaires?)\b")
# Read in this order, over all that is known of a ring: "diamond eternity wedding band" is given for years.
_RINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("eternity_band", re.compile(r"\b(?:eternity|anniversary) (?:rings?|bands?)\b|\beternity\b")),
    (
        "engagement_ring",
        re.compile(r"\b(?:engagements?(?! gift)|solitaires?|bridal set|wedding set|proposal)\b"),
    ),
    (
        "wedding_band",
        re.compile(
            r"\b(?:wedding rings?|bands?|wedders?|court ring|d shaped? ring|comfort fit|bridal rings?)\b"
        ),
    ),
)
_BAND = re.compile(
    r"\b(?:wedding|eternity|anniversary|gold|platinum|palladium|titanium|diamond|court|comfort fit|milgrain|"
    r"pave|stacking|mens|womens) bands?\b|\b(?:bridal|wedding) sets?\b"
)
_PIECES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{words})\b"))
    for kind, words in (
        ("earrings", r"ear ?rings?|ear ?studs?|ear ?cuffs?|ear climbers?|huggies|hoops|studs|sleepers"),
        (
            "necklace",
            r"neck ?laces?|necklac|necklets?|chokers?|lariats?|rivieres?|collarettes?|chains?|sautoirs?",
        ),
        ("pendant", r"pendants?|lockets?|medallions?"),
        ("bracelet", r"bracelets?|bangles?|cuffs?|armlets?|wristlets?"),
        ("charm", r"charms?"),
        ("brooch", r"brooch(?:es)?|(?:lapel|stick|hat|kilt|tie) pins?"),
        ("anklet", r"anklets?|ankle (?:bracelets?|chains?)"),
        ("cufflinks", r"cuff ?links?"),
        ("watch", r"(?:wrist ?|pocket ?)?watch(?:es)?|timepieces?|chronographs?"),
        ("ring", r"rings?|signets?"),
        ("other", r"tiaras?|tie (?:bars?|clips?|slides?)|body jewel\w*|loose (?:diamonds?|(?:gem)?stones?)"),
    )
)
# Named whole, these words mean something other than their last word.
_WHOLE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("anklet", re.compile(r"\bankle (?:bracelets?|chains?)\b")),
    ("earrings", re.compile(r"\bear ?(?:cuffs?|chains?)\b")),
    ("watch_accessory", _WATCH_ACCESSORY),
)
_SET = re.compile(r"\bjewel(?:le)?r?y sets?\b|\b(?:demi )?parures?\b")
_JOINED = re.compile(r"\band\b|\bset\b|\bduo\b")


def kind_of(
    *, category: str = "", product_type: str = "", tags: Sequence[str] = (), title: str = ""
) -> str | None:
    """Place a product among KINDS: by taxonomy id, then product type, then tags, then title.

    None where it cannot be placed, which callers count. A ring is told apart by words found anywhere.
    """
    texts = [plain(product_type), *map(plain, tags), plain(title)]
    rough = _by_taxonomy(category)
    if rough == "elsewhere":
        return None
    if rough is None or rough == "jewellery":
        rough = next((found for text in texts if (found := _place(text))), rough)
    if rough == "ring":
        return _which_ring(texts)
    if rough == "charm or pendant":
        named = {_place(text) for text in texts}
        return "charm" if "charm" in named and "pendant" not in named else "pendant"
    return "other" if rough == "jewellery" else rough


# A product's type or title as a merchant's own placings spell it is never longer than this.
LONGEST_PATTERN = 255


def pattern_of(text: str) -> str:
    """Spell a product's type or title so that two ways of writing it are one: case and spaces folded."""
    return " ".join(text.casefold().split())[:LONGEST_PATTERN]


def placed_by_hand(placings: Mapping[str, str], *, product_type: str, title: str) -> str | None:
    """Answer where the merchant put a product: by its title, else by its type; None where by neither.

    `placings` maps a pattern (`pattern_of`) to a kind. What a person said wins over whatever we read.
    """
    if not placings:
        return None
    return placings.get(pattern_of(title)) or placings.get(pattern_of(product_type))


def _by_taxonomy(category: str) -> str | None:
    """Answer the rough kind of a taxonomy id, at its nearest known ancestor; "elsewhere" for other trades."""
    match = _TAXONOMY_ID.match(category.strip().lower())
    if not match:
        # A full name ("Apparel & Accessories > Jewelry > Rings"): its last word says most.
        return _place(plain(category.rpartition(">")[2])) if ">" in category else None
    node = match[1]
    while node:
        if node in _TAXONOMY:
            return _TAXONOMY[node]
        node = node.rpartition("-")[0]
    # "aa" alone, other accessories and "na" (uncategorised) are where Shopify's own guess leaves jewellery.
    return None if match[1].startswith(("aa", "na")) else "elsewhere"


def plain(text: str) -> str:
    """Fold case and accents, and turn all that is no letter or figure into single spaces."""
    folded = unicodedata.normalize("NFKD", text.replace("+", " and ").replace("&", " and ")).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter) and letter not in "'’")
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def _place(text: str) -> str | None:
    """Place one text: what its head says, before "with", "for" and their like; else the whole of it."""
    text = _NOT_A_PIECE.sub(" ", text)
    head, *rest = _TAIL.split(text, maxsplit=1)
    return _place_head(head) or (_place_head(text) if rest else None)


def _place_head(head: str) -> str | None:
    for kind, pattern in _WHOLE:
        if pattern.search(head) and not _SERVICE.search(head):
            return kind
    if _SERVICE.search(head):
        return "service"
    if _BAND.search(head):
        return "ring"
    if _SET.search(head):
        return "set"
    return _last_piece(head)


def _last_piece(head: str) -> str | None:
    """Answer the last piece named, as English puts it last ("charm bracelet"); two joined ones are a set."""
    found = [(match.end(), kind) for kind, pattern in _PIECES for match in pattern.finditer(head)]
    if not found:
        return "ring" if _RING.search(head) else None
    kinds = {kind for _, kind in found}
    if {"earrings", "necklace", "bracelet", "ring", "pendant"} >= kinds and len(kinds) > 1:
        between = head[min(found)[0] : max(found)[0]]
        if _JOINED.search(between) or head.endswith((" set", " sets")):
            return "set"
    return max(found)[1]


def _which_ring(texts: Sequence[str]) -> str:
    """Answer which of the four rings, from every word known about it; a plain ring is a dress ring."""
    for kind, pattern in _RINGS:
        if any(pattern.search(text) for text in texts):
            return kind
    return "cocktail_ring"
