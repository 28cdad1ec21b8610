"""The people who hold the relationships, and the hours they keep for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Identity,
    Integer,
    SmallInteger,
    Text,
    Time,
    delete,
    select,
    text,
    update,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, Range, insert

from app.domain.slots import Hours as Hours
from app.stores.database import Transaction, shop_table

advisors = shop_table(
    "advisors",
    # A number, not a uuid: bookings' exclusion constraint compares it as a range (see stores/bookings.py).
    Column("advisor_id", BigInteger, Identity(always=True), nullable=False),
    Column("name", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),  # owner | advisor
    Column("timezone", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("minutes", Integer, nullable=False, server_default=text("45")),
    Column("buffer_before", Integer, nullable=False, server_default=text("10")),
    Column("buffer_after", Integer, nullable=False, server_default=text("15")),
    Column("notice_hours", Integer, nullable=False, server_default=text("24")),
    Column("horizon_days", Integer, nullable=False, server_default=text("28")),
    Column("pronoun", Text, nullable=False, server_default="they"),  # she | he | they
    # How many consultations may begin on a day, and in a week from Monday, in her zone; null is no limit.
    Column("most_a_day", Integer),
    Column("most_a_week", Integer),
    # Where she can be met (app/domain/places.py), and the address of her own video room, "" without one.
    Column("places", ARRAY(Text), nullable=False, server_default=text("'{shop,phone,video}'")),
    Column("room", Text, nullable=False, server_default=""),
    key=("advisor_id",),
)

advisor_hours = shop_table(
    "advisor_hours",
    Column("advisor_id", BigInteger, nullable=False),
    Column("weekday", SmallInteger, nullable=False),  # Monday is 0, as in Python's calendar
    Column("from_time", Time, nullable=False),
    Column("to_time", Time, nullable=False),
    # Kept for consultations: where a week has any such hours, only these are offered.
    Column("reserved", Boolean, nullable=False, server_default=text("false")),
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    key=("advisor_id", "weekday", "from_time"),
)

# Days that keep hours of their own instead of their weekday's; a row without times closes the day.
other_days = shop_table(
    "other_days",
    Column("advisor_id", BigInteger, nullable=False),
    Column("day", Date, nullable=False),  # in the advisor's zone
    Column("place", SmallInteger, nullable=False),
    Column("from_time", Time),
    Column("to_time", Time),
    Column("reserved", Boolean, nullable=False, server_default=text("false")),
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    key=("advisor_id", "day", "place"),
)

away_times = shop_table(
    "time_off",
    Column("advisor_id", BigInteger, nullable=False),
    Column("away", TSTZRANGE, nullable=False),  # whole days in the advisor's zone, half-open
    ForeignKey(["shop_id", "advisor_id"], ["advisors.shop_id", "advisors.advisor_id"], ondelete="CASCADE"),
    key=("advisor_id", "away"),
)


@dataclass(frozen=True, slots=True)
class OtherDay:
    """The hours of one day, in place of its weekday's; none at all close it."""

    day: date
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Advisor:
    """An advisor; `minutes` is a consultation's length, the buffers are minutes before and after it."""

    advisor_id: int
    name: str
    first_name: str
    email: str
    role: str
    timezone: str
    active: bool = True
    minutes: int = 45
    buffer_before: int = 10
    buffer_after: int = 15
    notice_hours: int = 24
    horizon_days: int = 28
    pronoun: str = "they"
    most_a_day: int | None = None
    most_a_week: int | None = None
    places: tuple[str, ...] = ("shop", "phone", "video")
    room: str = ""
    hours: tuple[Hours, ...] = ()
    other_days: tuple[OtherDay, ...] = ()


_COLUMNS = tuple(column for column in advisors.c if column.name != "shop_id")


def add(
    tx: Transaction,
    *,
    name: str,
    first_name: str,
    email: str,
    role: str,
    timezone: str,
    pronoun: str = "they",
    room: str = "",
) -> int:
    """This function will add an advisor to the house."""
    row = {"name": name, "first_name": first_name, "email": email, "role": role, "timezone": timezone}
    row |= {"pronoun": pronoun, "room": room}
    statement = insert(advisors).values(shop_id=tx.shop_id, **row).returning(advisors.c.advisor_id)
    advisor_id: int = tx.execute(statement).scalar_one()
    return advisor_id


def set_hours(tx: Transaction, advisor_id: int, hours: Sequence[Hours]) -> None:
    """This function will replace the weekly hours an advisor keeps."""
    tx.execute(
        delete(advisor_hours).where(
            advisor_hours.c.shop_id == tx.shop_id, advisor_hours.c.advisor_id == advisor_id
        )
    )
    for kept in hours:
        row = {"weekday": kept.weekday, "from_time": kept.from_time, "to_time": kept.to_time}
        row["reserved"] = kept.reserved
        tx.execute(insert(advisor_hours).values(shop_id=tx.shop_id, advisor_id=advisor_id, **row))


def set_other_days(tx: Transaction, advisor_id: int, days: Sequence[OtherDay]) -> None:
    """This function will replace the days on which an advisor keeps hours of their own."""
    own = (other_days.c.shop_id == tx.shop_id, other_days.c.advisor_id == advisor_id)
    tx.execute(delete(other_days).where(*own))
    for each in days:
        for place, kept in enumerate(each.hours or (None,)):
            row: dict[str, object] = {"advisor_id": advisor_id, "day": each.day, "place": place}
            if kept is not None:
                row |= {"from_time": kept.from_time, "to_time": kept.to_time, "reserved": kept.reserved}
            tx.execute(insert(other_days).values(shop_id=tx.shop_id, **row))


def set_time_off(
    tx: Transaction, advisor_id: int, spans: Sequence[tuple[date, date]], zone: ZoneInfo
) -> None:
    """This function will replace the days an advisor is away, each from its first to its last in her zone."""
    own = (away_times.c.shop_id == tx.shop_id, away_times.c.advisor_id == advisor_id)
    tx.execute(delete(away_times).where(*own))
    for first, last in sorted(set(spans)):
        away = Range(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))
        tx.execute(insert(away_times).values(shop_id=tx.shop_id, advisor_id=advisor_id, away=away))


def time_off(tx: Transaction, advisor_id: int) -> list[tuple[datetime, datetime]]:
    """This function will list when an advisor is away, half-open and in UTC, the earliest first."""
    own = (away_times.c.shop_id == tx.shop_id, away_times.c.advisor_id == advisor_id)
    rows = tx.execute(select(away_times.c.away).where(*own).order_by(away_times.c.away)).scalars()
    return [(away.lower.astimezone(UTC), away.upper.astimezone(UTC)) for away in rows]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def change(tx: Transaction, advisor_id: int, **values: object) -> None:
    """This function will change columns of one advisor."""
    where = (advisors.c.shop_id == tx.shop_id, advisors.c.advisor_id == advisor_id)
    tx.execute(update(advisors).where(*where).values(**values))


def every(tx: Transaction) -> list[Advisor]:
    """This function will list the house's advisors with their hours, the owner first."""
    rows = tx.execute(
        select(*_COLUMNS)
        .where(advisors.c.shop_id == tx.shop_id)
        .order_by(advisors.c.role != "owner", advisors.c.name)
    ).all()
    weeks, days = _weeks(tx), _days(tx)
    return [
        Advisor(
            **{**row._mapping, "places": tuple(row.places)},
            hours=tuple(weeks.get(row.advisor_id, ())),
            other_days=tuple(days.get(row.advisor_id, ())),
        )
        for row in rows
    ]


def _weeks(tx: Transaction) -> dict[int, list[Hours]]:
    kept: dict[int, list[Hours]] = {}
    order = (advisor_hours.c.weekday, advisor_hours.c.from_time)
    for row in tx.execute(
        select(advisor_hours).where(advisor_hours.c.shop_id == tx.shop_id).order_by(*order)
    ):
        hours = Hours(row.weekday, row.from_time, row.to_time, row.reserved)
        kept.setdefault(row.advisor_id, []).append(hours)
    return kept


def _days(tx: Transaction) -> dict[int, list[OtherDay]]:
    order = (other_days.c.advisor_id, other_days.c.day, other_days.c.place)
    rows = tx.execute(select(other_days).where(other_days.c.shop_id == tx.shop_id).order_by(*order))
    days: dict[int, list[OtherDay]] = {}
    for (advisor_id, day), parts in groupby(rows, key=lambda row: (row.advisor_id, row.day)):
        hours = tuple(
            Hours(day.weekday(), part.from_time, part.to_time, part.reserved)
            for part in parts
            if part.from_time is not None
        )
        days.setdefault(advisor_id, []).append(OtherDay(day, hours))
    return days


def one(tx: Transaction, advisor_id: int) -> Advisor | None:
    """This function will read one advisor, or None."""
    return next((advisor for advisor in every(tx) if advisor.advisor_id == advisor_id), None)


def owner(tx: Transaction) -> Advisor:
    """This function will read the house's senior advisor; every house has one from its first day."""
    return next(advisor for advisor in every(tx) if advisor.role == "owner")
