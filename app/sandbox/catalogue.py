"""The sixty pieces in the window of Maison Alder, and the collections they lie in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

FIRST_ID = 8001  # product ids follow the order of the table below; never reorder it, only append

# kind: (product type as the house writes it, Shopify taxonomy id, collection)
KINDS: dict[str, tuple[str, str, str]] = {
    "engagement_ring": ("Engagement Rings", "aa-6-9", "engagement"),
    "wedding_band": ("Wedding Bands", "aa-6-9", "wedding-bands"),
    "eternity_band": ("Eternity Rings", "aa-6-9", "eternity"),
    "cocktail_ring": ("Cocktail Rings", "aa-6-9", "cocktail-rings"),
    "earrings": ("Earrings", "aa-6-6", "earrings"),
    "necklace": ("Necklaces", "aa-6-8", "necklaces"),
    "pendant": ("Pendants", "aa-6-5", "necklaces"),
    "bracelet": ("Bracelets", "aa-6-3", "bracelets"),
    "charm": ("Charms", "aa-6-5", "small-things"),
    "brooch": ("Brooches", "aa-6-4", "small-things"),
    "watch": ("Watches", "aa-6-11", "watches"),
    "watch_accessory": ("Watch Accessories", "aa-6-10", "watches"),
    "cufflinks": ("Cufflinks", "", "small-things"),
    "set": ("Jewellery Sets", "aa-6-7", "earrings"),
}

COLLECTIONS: dict[str, tuple[str, str]] = {
    "engagement": (
        "Engagement rings",
        "One stone, chosen in daylight, set by hand in the workshop upstairs.",
    ),
    "wedding-bands": (
        "Wedding bands",
        "Plain, patterned or set: made to be worn every day for a very long time.",
    ),
    "eternity": ("Eternity rings", "Stones all the way round, or as far as you like."),
    "cocktail-rings": ("Cocktail rings", "Colour, and room for it."),
    "earrings": ("Earrings", "Studs, hoops and drops, from every day to once a year."),
    "necklaces": ("Necklaces and pendants", "Chains, pearls and single stones."),
    "bracelets": ("Bracelets", "Bangles, chains and lines of stones."),
    "watches": ("Watches", "Three watches, and what keeps them well."),
    "small-things": ("Charms, brooches and cufflinks", "Small things, made with the same care."),
}

# title | kind | price in pounds | metal | stone | cut or shape | one sentence
TABLE = """
Pulteney solitaire|engagement_ring|4200|platinum|diamond|round|A round brilliant of one carat in six fine claws.
Royal Crescent halo|engagement_ring|5900|platinum|diamond|oval halo|An oval diamond in a close ring of smaller ones.
Lansdown emerald cut|engagement_ring|9800|white gold|diamond|emerald|A long, quiet stone with steps as clear as water.
Camden cushion|engagement_ring|3600|yellow gold|diamond|cushion|A cushion cut with the warmth of eighteen carat gold.
Sydney Place sapphire|engagement_ring|4800|white gold|sapphire|oval|A Ceylon sapphire, blue without being dark.
Walcot pear|engagement_ring|6400|rose gold|diamond|pear|A pear-shaped diamond on a rose gold band.
Great Pulteney three stone|engagement_ring|14000|platinum|diamond|round trilogy|Three brilliants, graded and matched by eye.
Beckford emerald|engagement_ring|7200|yellow gold|emerald|emerald|A Colombian emerald with its garden left in.
Court band in gold|wedding_band|890|yellow gold||court 4|Four millimetres, rounded inside and out.
Court band in platinum|wedding_band|1350|platinum||court 5|Five millimetres of platinum, softly rounded.
Milsom flat band|wedding_band|760|white gold||flat 4|A flat profile with a brushed centre.
Slim rose band|wedding_band|620|rose gold||court 2.6|A fine band that sits beside anything.
Heavy court band|wedding_band|1480|yellow gold||court 6.5|A broad band with weight to it.
Milgrain band|wedding_band|980|yellow gold||milgrain 4|Edged with a line of tiny beads, rolled by hand.
Half eternity in gold|eternity_band|1850|yellow gold|diamond|half|Eleven brilliants across the hand.
Full eternity in platinum|eternity_band|3400|platinum|diamond|full|Brilliants all the way round, in shared claws.
Sapphire and diamond eternity|eternity_band|2950|white gold|sapphire|alternating|Sapphires and diamonds, turn and turn about.
Rose eternity|eternity_band|2400|rose gold|diamond|full|Small brilliants in warm rose gold.
Ruby eternity|eternity_band|3900|yellow gold|ruby|full|Calibrated rubies, matched for colour over a year.
Grand eternity|eternity_band|5200|platinum|diamond|grand|Larger stones, four carats in all.
Tourmaline cocktail ring|cocktail_ring|2300|rose gold|tourmaline|cushion|A pink tourmaline as large as it ought to be.
Aquamarine cocktail ring|cocktail_ring|3250|white gold|aquamarine|emerald|Eleven carats the colour of cold sea.
Citrine cocktail ring|cocktail_ring|1450|yellow gold|citrine|oval|A citrine like late afternoon.
Amethyst cluster ring|cocktail_ring|1680|yellow gold|amethyst|oval halo|A deep amethyst in a ring of diamonds.
Tanzanite and diamond ring|cocktail_ring|6900|platinum|tanzanite|cushion halo|Violet by lamplight, blue by day.
Brilliant studs|earrings|1250|white gold|diamond|stud round|A pair of half-carat brilliants in four claws.
Pearl studs|earrings|380|yellow gold|pearl|stud pearl|Akoya pearls of seven and a half millimetres.
Sapphire studs|earrings|1120|yellow gold|sapphire|stud oval|Oval sapphires, simply set.
Gold hoops|earrings|540|yellow gold||hoop|Round, hollow and light enough for a whole day.
Diamond hoops|earrings|2850|white gold|diamond|hoop set|Brilliants on the front of a fine hoop.
Pearl drop earrings|earrings|690|rose gold|pearl|drop pearl|A pearl that moves when you turn your head.
Emerald drop earrings|earrings|4600|yellow gold|emerald|drop pear|Pear-shaped emeralds under a single brilliant.
Aquamarine drop earrings|earrings|1180|white gold|aquamarine|drop pear|Two drops of the same clear blue.
Pearl necklace|necklace|1900|white gold|pearl|strand|Forty-five centimetres of graduated Akoya pearls.
Diamond line necklace|necklace|11500|platinum|diamond|line|A line of brilliants, eighteen carats in all.
Curb chain necklace|necklace|1280|yellow gold||chain|A solid curb chain that wears in well.
Garnet station necklace|necklace|820|rose gold|garnet|station|Seven garnets along a fine chain.
Solitaire pendant|pendant|1050|white gold|diamond|round|A single brilliant that slides on its chain.
Locket in gold|pendant|780|yellow gold||locket|An oval locket with room for two faces.
Sapphire pendant|pendant|1360|white gold|sapphire|pear|A pear-shaped sapphire.
Opal pendant|pendant|940|yellow gold|opal|oval|An Australian opal with green and red in it.
Peridot pendant|pendant|460|yellow gold|peridot|cushion|A bright cushion-cut peridot.
Ruby pendant with halo|pendant|2650|rose gold|ruby|oval halo|An oval ruby in a ring of brilliants.
Gold bangle|bracelet|1150|yellow gold||bangle|A round bangle that closes with a click.
Diamond line bracelet|bracelet|6800|white gold|diamond|line|Fifty-two brilliants, five carats in all.
Trace chain bracelet|bracelet|320|rose gold||chain|A fine chain for every day.
Sapphire line bracelet|bracelet|4100|white gold|sapphire|line|Sapphires from pale to deep.
Silver torque bangle|bracelet|240|silver||torque|Hammered in the workshop, open at the wrist.
Heart charm|charm|120|yellow gold||heart|A small heart for a bracelet or a chain.
Star charm|charm|90|silver||star|A five-pointed star in silver.
Initial disc charm|charm|160|rose gold||disc|A polished disc, engraved while you wait.
Spray brooch|brooch|3300|white gold|diamond|spray|A spray of marquise leaves and brilliants.
Swallow brooch|brooch|870|yellow gold|ruby|swallow|A swallow in flight with a ruby in its beak.
Alder dress watch|watch|2950|yellow gold||white|Hand wound, thirty-six millimetres, on dark leather.
Alder steel watch|watch|1750|silver||blue|A blue dial in a steel case, automatic.
Lady Alder watch|watch|3850|rose gold|diamond|set|Brilliants around a mother-of-pearl dial.
Leather watch roll|watch_accessory|210|yellow gold||roll|Bridle leather for three watches.
Oval gold cufflinks|cufflinks|640|yellow gold||oval|Oval faces, chain-linked, ready for initials.
Onyx cufflinks|cufflinks|390|silver|onyx|round|Onyx discs in silver.
Pearl pendant and earrings|set|1290|yellow gold|pearl|set|A pendant and a pair of studs, matched.
"""  # noqa: E501  a table is read along its rows

# Filed under a plain "Rings" by somebody in a hurry: the tags know better, as in a real shop's record.
FILED_AS_RINGS = frozenset({"Rose eternity", "Slim rose band", "Camden cushion", "Citrine cocktail ring"})


@dataclass(frozen=True)
class Product:
    """One piece: what the shop says of it, and what its picture needs (`kind`, `cut`)."""

    id: int
    handle: str
    title: str
    kind: str
    product_type: str
    tags: tuple[str, ...]
    category: str
    price: int
    metal: str
    stone: str
    cut: str
    description: str
    collection: str

    @property
    def variant_id(self) -> int:
        """Shopify sells variants; each piece here has one."""
        return self.id * 10 + 1

    def public(self) -> dict[str, object]:
        """Say what Shopify would say of it; the kind is for the app's mapper to find out."""
        return {
            "id": str(self.id),
            "handle": self.handle,
            "title": self.title,
            "product_type": self.product_type,
            "tags": list(self.tags),
            "category": self.category,
            "price": self.price,
            "metal": self.metal,
            "stone": self.stone,
            "description": self.description,
            "collections": [self.collection],
            "image": f"/pictures/{self.handle}.svg",
        }


def slug(title: str) -> str:
    """Make the handle of a title."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _tags(kind: str, metal: str, stone: str) -> tuple[str, ...]:
    plain = {"engagement_ring": "engagement", "wedding_band": "wedding", "eternity_band": "eternity"}
    return tuple(word for word in (plain.get(kind, kind.replace("_", " ")), metal, stone) if word)


def _product(index: int, line: str) -> Product:
    title, kind, price, metal, stone, cut, sentence = line.split("|")
    product_type, category, collection = KINDS[kind]
    return Product(
        id=FIRST_ID + index,
        handle=slug(title),
        title=title,
        kind=kind,
        product_type="Rings" if title in FILED_AS_RINGS else product_type,
        tags=_tags(kind, metal, stone),
        category=category,
        price=int(price) * 100,
        metal=metal,
        stone=stone,
        cut=cut,
        description=sentence,
        collection=collection,
    )


@cache
def products() -> tuple[Product, ...]:
    """All sixty, in the order of the table."""
    return tuple(_product(i, line) for i, line in enumerate(TABLE.strip().splitlines()))


@cache
def by_handle() -> dict[str, Product]:
    """Find a piece by the name in its address."""
    return {product.handle: product for product in products()}


@cache
def by_id() -> dict[int, Product]:
    """Find a piece by its number."""
    return {product.id: product for product in products()}


def in_collection(handle: str) -> list[Product]:
    """The pieces of one collection, in the order of the table."""
    return [product for product in products() if product.collection == handle]


def of_kind(kind: str) -> list[Product]:
    """The pieces of one kind, in the order of the table."""
    return [product for product in products() if product.kind == kind]


def found(words: str) -> list[Product]:
    """The pieces whose title, type, tags or sentence hold every word asked for."""
    asked = words.lower().split()

    def text(product: Product) -> str:
        return " ".join((product.title, product.product_type, *product.tags, product.description)).lower()

    return [product for product in products() if asked and all(word in text(product) for word in asked)]
