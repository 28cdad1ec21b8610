"""What happened to the cast: a story each, told relative to today so that the demo never grows old."""

from __future__ import annotations

from datetime import date

from app.sandbox import cast, season
from app.sandbox.catalogue import by_handle, of_kind
from app.sandbox.lives import GIFTS, House

INES, JONAS, MARGARET = "Ines Moreau", "Jonas Lind", "Margaret Alder"
AHEAD = 20  # days until Alma's likely anniversary: inside the window, and far enough to talk
BAND_BEFORE_WEDDING = 45  # the middle of "0–3 months before"
MAY = (5, 14)


def _last_may(today: date) -> date:
    """The latest mid-May that lies more than sixty days back."""
    this = date(today.year, *MAY)
    return this if (today - this).days > 60 else date(today.year - 1, *MAY)


def _long_standing(
    house: House,
    who: cast.Person,
    lead: str,
    wedding: date,
    pieces: tuple[str, ...],
    *,
    opt_out: bool = False,
) -> None:
    """A wedding band, then six more orders in different months, the last one in May."""
    shop = by_handle()
    ordered = season.shifted(wedding, -BAND_BEFORE_WEDDING)
    house.book.open_account(who, season.shifted(ordered, -9), opt_out=opt_out)
    year = wedding.year
    days = (
        ordered,
        date(year + 1, 12, 12),
        date(year + 3, 12, 9),
        date(year + 5, 3, 6),
        date(year + 7, 12, 15),
        date(year + 8, 8, 3),
        _last_may(house.today),
    )
    for day, handle in zip(days, pieces, strict=True):
        house.ledger.sell(who.id, day, shop[handle], staff=lead)


def _tenth(today: date, ahead: int = AHEAD) -> date:
    """The wedding whose tenth anniversary is so many days ahead."""
    near = season.shifted(today, ahead)
    return season.in_year(near, near.year - 10)


def alma(house: House) -> None:
    """Client since 2016: a band, then earrings, a pendant and more, always with Ines."""
    _long_standing(
        house,
        cast.ALMA,
        INES,
        _tenth(house.today),
        (
            "court-band-in-gold",
            "solitaire-pendant",
            "brilliant-studs",
            "gold-bangle",
            "sapphire-studs",
            "aquamarine-drop-earrings",
            "pearl-necklace",
        ),
    )
    band = season.shifted(_tenth(house.today), -BAND_BEFORE_WEDDING)
    house.book.note(7001, INES, band, "Her own wedding band. Knows what she likes; wants time, not choice.")
    house.book.note(
        7001,
        INES,
        _last_may(house.today),
        "Pearls, for herself. Asked how an eternity band "
        "would sit beside her gold band. No ring size on record.",
    )


def esther(house: House) -> None:
    """Otherwise like Alma, with Jonas."""
    _long_standing(
        house,
        cast.ESTHER,
        JONAS,
        _tenth(house.today, AHEAD + 3),
        (
            "court-band-in-platinum",
            "sapphire-pendant",
            "sapphire-studs",
            "pearl-studs",
            "brilliant-studs",
            "gold-bangle",
            "diamond-hoops",
        ),
    )
    house.book.note(7005, JONAS, _last_may(house.today), "Hoops for every day. White metals only.")


def bruno(house: House) -> None:
    """An account, opened last month, and nothing bought."""
    house.book.open_account(cast.BRUNO, season.shifted(house.today, -31), marketing=False)


def dario(house: House) -> None:
    """Long-standing, and asked not to be scored."""
    _long_standing(
        house,
        cast.DARIO,
        MARGARET,
        _tenth(house.today, AHEAD - 4),
        (
            "heavy-court-band",
            "oval-gold-cufflinks",
            "pearl-necklace",
            "locket-in-gold",
            "leather-watch-roll",
            "alder-dress-watch",
            "gold-hoops",
        ),
        opt_out=True,
    )


def chiara(house: House) -> None:
    """Long-standing, and asked to be forgotten."""
    _long_standing(
        house,
        cast.CHIARA,
        INES,
        _tenth(house.today, AHEAD + 6),
        (
            "slim-rose-band",
            "trace-chain-bracelet",
            "pearl-drop-earrings",
            "garnet-station-necklace",
            "opal-pendant",
            "initial-disc-charm",
            "solitaire-pendant",
        ),
    )
    house.book.note(7004, INES, _last_may(house.today), "Has written to ask that we forget her. Do so.")


def farid(house: House) -> None:
    """Two dates he told himself, one of them sensitive."""
    shop, y = by_handle(), house.today.year
    house.book.open_account(cast.FARID, date(y - 8, 2, 2))
    for day, handle in (
        (date(y - 8, 2, 10), "pearl-studs"),
        (date(y - 6, 12, 6), "locket-in-gold"),
        (date(y - 4, 9, 14), "emerald-drop-earrings"),
        (date(y - 1, 4, 22), "diamond-hoops"),
    ):
        house.ledger.sell(7006, day, shop[handle], staff=JONAS)
    near = season.shifted(house.today, 24)
    house.book.remember(7006, "Leila, his wife", "wedding anniversary", near, year=near.year - 12)
    quiet = season.shifted(house.today, 33)
    house.book.remember(7006, "his first wife", "remembrance", quiet, year=None, sensitive=True)
    house.book.note(7006, JONAS, date(y - 1, 4, 22), "Told us both dates himself. The second is his alone.")


def grace(house: House) -> None:
    """Buys for herself whenever there is a promotion."""
    y = house.today.year
    house.book.open_account(cast.GRACE, date(y - 7, 11, 20))
    sales = ((1, 3), (6, 20), (11, 25), (12, 27))  # January sale, midsummer, Black Friday, after Christmas
    for year in range(y - 7, y + 1):
        for month, day in sales:
            piece = house.gift(("earrings", "charm", "pendant", "bracelet"))
            house.ledger.sell(
                7007, season.shifted(date(year, month, day), house.dice.randint(0, 2)), piece, share=0.8
            )
    house.book.note(
        7007, MARGARET, date(y - 2, 6, 22), "Always for herself, always in the sale, and cheerful."
    )


def hugo(house: House) -> None:
    """A reseller: hundreds of lines, several of each."""
    y = house.today.year
    house.book.open_account(cast.HUGO, date(y - 6, 1, 15), marketing=False)
    for month in range(72):
        day = season.shifted(date(y - 6, 1, 20), month * 30)
        pieces = [house.gift() for _ in range(house.dice.randint(3, 8))]
        house.ledger.sell(7008, day, *pieces, quantity=house.dice.randint(2, 6), share=0.85)


def ida(house: House) -> None:
    """Widowed. Her anniversary falls soon, and must not be used."""
    shop, wedding = by_handle(), _tenth(house.today, AHEAD - 6)
    house.book.open_account(cast.IDA, season.shifted(wedding, -60))
    for day, handle in (
        (season.shifted(wedding, -40), "milgrain-band"),
        (date(wedding.year + 2, 12, 11), "pearl-drop-earrings"),
        (date(wedding.year + 5, 7, 8), "aquamarine-drop-earrings"),
        (_last_may(house.today), "locket-in-gold"),
    ):
        house.ledger.sell(7009, day, shop[handle], staff=MARGARET)
    house.book.remember(
        7009,
        "her late husband",
        "wedding anniversary",
        wedding,
        year=wedding.year,
        provenance="recorded",
        sensitive=True,
        do_not_use=True,
    )
    house.book.note(
        7009,
        MARGARET,
        _last_may(house.today),
        "Erik died in March. The locket is for his picture. Never mention the date; let her speak.",
    )


def henrietta(house: House) -> None:
    """Forty orders in eleven years."""
    first = season.shifted(house.today, -4000)
    house.book.open_account(cast.HENRIETTA, first)
    for nth in range(40):
        day = season.shifted(first, nth * 97 + house.dice.randint(0, 60))
        house.ledger.sell(
            7010, day, house.gift(GIFTS), staff=house.dice.choice((MARGARET, MARGARET, INES, ""))
        )
    house.book.remember(7010, "herself", "birthday", date(2000, 2, 29), year=1961)


def two_names(house: House) -> None:
    """The names that break layouts: one very long, one from right to left."""
    for person, handle in ((cast.LONG_NAME, "pearl-necklace"), (cast.RIGHT_TO_LEFT, "court-band-in-gold")):
        first = date(house.today.year - 6, 4, 19)
        house.book.open_account(person, first)
        house.ledger.sell(person.id, first, by_handle()[handle], staff=INES)
        for years in (1, 3, 5):
            day = date(first.year + years, 12, 4 + years)
            house.ledger.sell(person.id, day, house.dice.choice(of_kind("earrings")), staff=INES)


STORIES = (alma, bruno, dario, chiara, esther, farid, grace, hugo, ida, henrietta, two_names)


def tell(house: House) -> None:
    """Write every story of the cast into the books."""
    for story in STORIES:
        story(house)
