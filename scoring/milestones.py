"""Occasions: what orders let one guess, which guesses may stand, and when an occasion falls next.

Five rungs of the ladder are climbed here: a date engraved, the wedding band's order, the same off-season
weeks in different years, the engagement ring's order, a gift's. Stronger ones (stated, recorded) come in as
they were said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from scoring.days import in_year
from scoring.history import Milestone, Order
from scoring.profile import Placed, Profile

Dated = Sequence[tuple[date, Order]]  # orders with their day in the shop's zone

# An engraving is somebody's date for certain; what it stands for and whether we read it right is a little
# less so, and where custom alone told day from month a good deal less. Dated guesses, 2026-11.
ENGRAVED_CONFIDENCE = 0.95
READ_BY_CUSTOM_CONFIDENCE = 0.7
# What an engraved date is called where neither its words nor its piece say.
DAY_TO_REMEMBER = "day_to_remember"
# facts/jewellery.md: a band's order precedes the wedding by 0–3 months, so the middle is 46 days later.
BAND_BEFORE_WEDDING_DAYS = 92
# The fourth rung may count as a signal (facts/jewellery.md), and some bands replace lost ones. Dated guess,
# 2026-11.
BAND_CONFIDENCE = 0.6
# facts/jewellery.md: "engagement lasts about 14–16 months".
ENGAGED_MONTHS = 15
ENGAGED_SPREAD_DAYS = 31
# The last two rungs "may only inform the advisor's question": below any bound a merchant would set. Dated
# guesses, 2026-11.
RING_CONFIDENCE = 0.3
GIFT_CONFIDENCE = 0.2
# ±21 days is the width at which cross-year pairs were measured: 1.74× chance (facts/scoring.md).
SEASON_HALF_WIDTH_DAYS = 21
# Inferred is never certain.
MOST_CONFIDENCE = 0.9
# Fainter than this is not worth an advisor's question. Dated guess, 2026-11.
LEAST_CONFIDENCE = 0.2
# Whoever orders on more days than this sells on; no season of a person's own is to be found (and work stays
# small).
MOST_DAYS = 120
# Mother's birthday, their own day, a child's: who has more seasons than this has none. Dated guess, 2026-11.
MOST_SEASONS = 3
# A gift this deep in the trade's season says nothing of a day: more than 1.5 times an even year's share.
# Dated guess, 2026-11.
CROWDED = 1.5
# Of a day with more orders than this, no more are named as what a guess rests on.
ORDERS_NAMED_A_DAY = 5
# An inferred date this near a stated one is the same occasion, or one we were asked to leave alone.
SAME_OCCASION_DAYS = 45

_YEAR = 366  # places in a year, 29 February among them
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH_STARTS = tuple(sum(_MONTH_LENGTHS[:month]) for month in range(12))
_WINDOW_SHARE = (2 * SEASON_HALF_WIDTH_DAYS + 1) / _YEAR

# Share of a jeweller's orders by month: a third in November and December, small rises before Valentine's Day
# and Mother's Day (facts/jewellery.md, "Dates"). A shop's own share replaces it once known.
JEWELLERS_SEASON = (0.055, 0.085, 0.06, 0.06, 0.085, 0.065, 0.06, 0.06, 0.065, 0.072, 0.11, 0.223)


def infer(dated: Dated, *, season: Sequence[float] = JEWELLERS_SEASON) -> tuple[Milestone, ...]:
    """Answer the occasions that orders suggest: `infer_from` for whoever keeps no profile."""
    profile = Profile(currency="")
    for day, order in dated:
        profile.add(day, order)
    return infer_from(profile, season=season)


def infer_from(profile: Profile, *, season: Sequence[float] = JEWELLERS_SEASON) -> tuple[Milestone, ...]:
    """Answer the occasions a customer's orders suggest, with confidence and the orders they rest on.

    By rung, strongest first; `season` is the shop's own share of orders by month (12) or by day (366). What a
    stronger rung has answered is not guessed at again.
    """
    daily = _daily(season)
    engraved = _unlike((), _from_engravings(profile))
    likely = (*_from_wedding_band(profile.bands), *_from_recurrence(profile.days, daily))
    counted = (*engraved, *_unlike(engraved, likely))
    only_a_question = (*_from_engagement_ring(profile.rings), *_from_gift(profile.gifts, daily))
    return (*counted, *_unlike(counted, only_a_question))


def _unlike(known: Sequence[Milestone], guesses: Sequence[Milestone]) -> tuple[Milestone, ...]:
    """Keep the guesses that nothing known answers; an engraving said twice is one."""
    kept = [guess for guess in guesses if not any(_answers(one, guess) for one in known)]
    days: dict[object, Milestone] = {}
    for guess in kept:
        days.setdefault((guess.provenance, guess.occasion, guess.month, guess.day, guess.year), guess)
    return tuple(days.values())


def settle(stated: Sequence[Milestone], inferred: Sequence[Milestone]) -> tuple[Milestone, ...]:
    """Keep what was said, and of what was inferred only what is nobody's answer already.

    A date marked "do not use" silences guesses at it, too: a bereaved client must not meet it by the back
    door. Nor may a date whose occasion nobody knows: it may be that one.
    """
    return (*stated, *(guess for guess in inferred if not any(_answers(said, guess) for said in stated)))


def _answers(said: Milestone, guess: Milestone) -> bool:
    if said.do_not_use and guess.occasion == DAY_TO_REMEMBER:
        return True
    if said.occasion == guess.occasion == "anniversary":
        return True
    apart = abs(_place(said.month, said.day or 15) - _place(guess.month, guess.day or 15))
    return min(apart, _YEAR - apart) <= SAME_OCCASION_DAYS


def next_occurrence(milestone: Milestone, today: date, *, grace_days: int = 3) -> date:
    """Answer the occasion's first day on or after `today` less `grace_days`.

    29 February falls on the 28th in other years; a month alone stands at its 15th until the month is over. An
    anniversary begins the year after; nothing falls before its own year.
    """
    earliest = today - timedelta(days=grace_days)
    if milestone.day is None:
        earliest = min(earliest, earliest.replace(day=15))
    day, year, first = milestone.day or 15, earliest.year, milestone.year
    if first is not None and year <= first:
        year = first + 1 if milestone.occasion == "anniversary" else first
    found = in_year(year, milestone.month, day)
    return found if found >= earliest else in_year(year + 1, milestone.month, day)


def _from_engravings(profile: Profile) -> list[Milestone]:
    """Read the days engraved in pieces; a wedding band's is the wedding's."""
    found = sorted(profile.engraved, key=lambda each: (each[0], each[1], repr(each[3])))
    return [
        Milestone(
            occasion=read.occasion or ("anniversary" if kind == "wedding_band" else DAY_TO_REMEMBER),
            month=read.month,
            day=read.day,
            year=read.year,
            provenance="engraved",
            confidence=ENGRAVED_CONFIDENCE if read.certain else READ_BY_CUSTOM_CONFIDENCE,
            rests_on=(order_id,),
        )
        for _, order_id, kind, read in found
    ]


def next_span(milestone: Milestone, today: date, *, grace_days: int = 3) -> tuple[date, date]:
    """Answer the first and last day of the occasion's next turn that is not over: one day, or a whole month.

    Where only the month is known it is not over before the month is: in late March "in March" is this year's.
    """
    if milestone.day is not None:
        on = next_occurrence(milestone, today, grace_days=grace_days)
        return on, on
    ends = replace(milestone, day=_MONTH_LENGTHS[milestone.month - 1])
    last = next_occurrence(ends, today, grace_days=grace_days)
    return last.replace(day=1), last


def _from_wedding_band(orders: Sequence[Placed]) -> Iterator[Milestone]:
    """Read the latest wedding off its band orders: after the last, within three months of the first."""
    if not orders:
        return
    last = orders[-1][0]
    together = [one for one in orders if (last - one[0]).days <= BAND_BEFORE_WEDDING_DAYS]
    latest_possible = together[0][0] + timedelta(days=BAND_BEFORE_WEDDING_DAYS)
    half = (latest_possible - last).days // 2
    wedding = last + timedelta(days=half)
    yield Milestone(
        occasion="anniversary",
        month=wedding.month,
        day=wedding.day,
        year=wedding.year,
        provenance="wedding_band",
        confidence=BAND_CONFIDENCE,
        spread_days=half,
        rests_on=tuple(order_id for _, order_id in together),
    )


def _from_engagement_ring(orders: Sequence[Placed]) -> Iterator[Milestone]:
    """Guess the wedding that an engagement led to: a question for the advisor, never a date."""
    if not orders:
        return
    day, order_id = orders[-1]
    years, month = divmod(day.month - 1 + ENGAGED_MONTHS, 12)
    wedding = in_year(day.year + years, month + 1, min(day.day, 28))
    yield Milestone(
        occasion="anniversary",
        month=wedding.month,
        day=wedding.day,
        year=wedding.year,
        provenance="engagement_ring",
        confidence=RING_CONFIDENCE,
        spread_days=ENGAGED_SPREAD_DAYS,
        rests_on=(order_id,),
    )


def _from_gift(orders: Sequence[Placed], daily: Sequence[float]) -> Iterator[Milestone]:
    """Ask after the day of the latest gift, unless half the town was giving then."""
    if not orders:
        return
    day, order_id = orders[-1]
    if _share_near(daily, _place(day.month, day.day)) > CROWDED * _WINDOW_SHARE:
        return
    yield Milestone(
        occasion="gift",
        month=day.month,
        day=day.day,
        year=None,
        provenance="gift",
        confidence=GIFT_CONFIDENCE,
        spread_days=SEASON_HALF_WIDTH_DAYS,
        rests_on=(order_id,),
    )


def _from_recurrence(days: Mapping[date, Sequence[str]], daily: Sequence[float]) -> list[Milestone]:
    """Find the weeks a customer comes back to in different years, beyond the trade's own season.

    The surest first; a second season shares no order with the first.
    """
    if len(days) > MOST_DAYS or len({day.year for day in days}) < 2:
        return []
    spots = [(_place(day.month, day.day), day.year) for day in sorted(days)]
    tries = min(len(days) - 1, 1 / _WINDOW_SHARE)  # windows one could have been struck by
    guesses = [(_confidence(spots, centre, daily, tries), -index) for index, centre in enumerate(spots)]
    centres: list[int] = []
    found: list[Milestone] = []
    for confidence, index in sorted(guesses, reverse=True):
        if confidence < LEAST_CONFIDENCE or len(found) == MOST_SEASONS:
            break
        centre = spots[-index][0]
        if all(abs(_offset(centre, other)[0]) > 2 * SEASON_HALF_WIDTH_DAYS for other in centres):
            centres.append(centre)
            found.append(_recurring(days, centre, confidence))
    return found


def _confidence(
    spots: Sequence[tuple[int, int]], centre: tuple[int, int], daily: Sequence[float], tries: float
) -> float:
    """Answer how sure one may be that this window is the customer's own, 0..1: three doubts multiplied.

    That as many *other* years fall into it by the trade's season alone, corrected for the windows tried;
    that one who orders all year round orders then, too; and, squared, how crowded the window is in season:
    there a purchase says little about the person, however often it comes.
    """
    near, met, ordered = _near(spots, centre[0])
    own_year = centre[1]
    again = len(met - {own_year})
    share = _share_near(daily, centre[0])
    if not again or share <= 0:
        return 0.0
    chances = [1 - (1 - share) ** number for year, number in ordered.items() if year != own_year]
    beyond_chance = 1 - min(1.0, _at_least(again, chances) * tries)
    beyond_habit = max(0.0, 1 - share * len(spots) / near)
    uncrowded = min(1.0, (_WINDOW_SHARE / share) ** 2)
    return min(MOST_CONFIDENCE, beyond_chance * beyond_habit * uncrowded)


def _near(spots: Sequence[tuple[int, int]], place: int) -> tuple[int, set[int], Mapping[int, int]]:
    """Answer the order days near this place, their years, and every year's order days, turned about it."""
    near = 0
    met: set[int] = set()
    ordered: Counter[int] = Counter()
    for spot, year in spots:
        offset, turn = _offset(spot, place)
        ordered[year + turn] += 1
        if abs(offset) <= SEASON_HALF_WIDTH_DAYS:
            near += 1
            met.add(year + turn)
    return near, met, ordered


def _recurring(days: Mapping[date, Sequence[str]], centre: int, confidence: float) -> Milestone:
    """Describe the customer's own season: its middle, its half width, its years, the orders it rests on.

    However many orders a day brought, it is one day.
    """
    turned = [(day, *_offset(_place(day.month, day.day), centre)) for day in sorted(days)]
    near = [each for each in turned if abs(each[1]) <= SEASON_HALF_WIDTH_DAYS]
    offsets = [offset for _, offset, _ in near]
    middle = round(sum(offsets) / len(offsets))
    month, day = _month_and_day((centre + middle) % _YEAR)
    return Milestone(
        occasion="recurring",
        month=month,
        day=day,
        year=None,
        provenance="recurrence",
        confidence=confidence,
        spread_days=max(abs(offset - middle) for offset in offsets),
        rests_on=tuple(order_id for day, _, _ in near for order_id in days[day][:ORDERS_NAMED_A_DAY]),
        in_years=tuple(sorted({day.year + turn for day, _, turn in near})),
    )


def _at_least(number: int, chances: Sequence[float]) -> float:
    """Answer the chance that at least so many of these independent things happen."""
    exactly = [1.0] + [0.0] * len(chances)
    for chance in chances:
        for hits in range(len(chances), 0, -1):
            exactly[hits] = exactly[hits] * (1 - chance) + exactly[hits - 1] * chance
        exactly[0] *= 1 - chance
    return sum(exactly[number:])


def _daily(season: Sequence[float]) -> tuple[float, ...]:
    """Spread a season of 12 or 366 shares over the days of a leap year, summing to one."""
    total = sum(season)
    if len(season) not in (12, _YEAR) or total <= 0:
        raise ValueError(f"a season has 12 or {_YEAR} shares, some above nothing; found {len(season)}")
    if len(season) == _YEAR:
        return tuple(share / total for share in season)
    return tuple(
        share / total / length
        for share, length in zip(season, _MONTH_LENGTHS, strict=True)
        for _ in range(length)
    )


def _share_near(daily: Sequence[float], place: int) -> float:
    near = range(place - SEASON_HALF_WIDTH_DAYS, place + SEASON_HALF_WIDTH_DAYS + 1)
    return sum(daily[spot % _YEAR] for spot in near)


def _place(month: int, day: int) -> int:
    """Answer a day's place in the year, 0..365, the same in every year."""
    return _MONTH_STARTS[month - 1] + day - 1


def _month_and_day(place: int) -> tuple[int, int]:
    month = max(number for number, start in enumerate(_MONTH_STARTS, 1) if start <= place)
    return month, place - _MONTH_STARTS[month - 1] + 1


def _offset(spot: int, centre: int) -> tuple[int, int]:
    """Answer the days from the nearest turn of `centre`, and by how many years that turn is shifted."""
    offset = spot - centre
    if offset > _YEAR // 2:
        return offset - _YEAR, 1
    if offset < -(_YEAR // 2):
        return offset + _YEAR, -1
    return offset, 0
