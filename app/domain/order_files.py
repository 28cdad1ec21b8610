"""Order histories as files: the canonical CSV and Shopify's own export, read into orders.

The rows of one order nearly always stand together; where they do not, the order comes in parts under one id,
and whoever takes them in puts them together. What counts as what (DESIGN.md):
an order whose lines are all returns is "returned", one that cost nothing is "zero_value".
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, BinaryIO, Literal, cast
from zoneinfo import ZoneInfo

from app.domain import order_values as values
from app.domain.order_text import Lines, Readable, Rows
from app.domain.order_values import UnableToReadRow
from scoring.kinds import KINDS, kind_of, placed_by_hand

REQUIRED = ("order_id", "customer_id", "ordered_at", "price")
# In the order in which they are unpacked below: what is the order's, then what is the line's.
CANONICAL = (
    *("order_id", "customer_id", "ordered_at", "currency", "status", "source", "staff"),
    *("title", "kind", "product_type", "tags", "price", "quantity", "engraving"),
)
# Shopify's names, in lower case, in the order in which they are unpacked.
SHOPIFY_REQUIRED = ("name", "email", "created at", "lineitem name", "lineitem price")
SHOPIFY = (
    *("name", "created at", "id", "email", "financial status", "cancelled at", "payment method", "currency"),
    *(
        "total",
        "refunded amount",
        "source",
        "employee",
        "lineitem name",
        "lineitem price",
        "lineitem quantity",
    ),
)
ITS_FIRST_ROW = "its order's first row could not be read"
# Beyond this an order is handed on in parts, so that one id on every row cannot fill the memory.
MOST_LINES_AT_ONCE = 50_000

# What becomes of a compressed file that was cut short.
BROKEN_FILE = (EOFError, zlib.error, gzip.BadGzipFile)


NO_PLACINGS: Mapping[str, str] = {}


class UnableToReadOrders(Exception):
    """The file as a whole cannot be read; the message says what is wrong, and names the column."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What was sold, as the file says it; `kind` is None where the mapper could not place it."""

    title: str
    product_type: str
    tags: tuple[str, ...]
    kind: str | None
    product_id: str = ""  # Shopify's, where it is Shopify that says it


# Piece, price of one in minor units, quantity (negative: a return), engraving.
Line = tuple[Piece, int, int, str]


@dataclass(slots=True)
class FoundOrder:
    """An order of the file, or a part of it. `customer_id` is "" where nobody is named.

    `status` is "" where the lines decide: `sells` says that something was not a return, `worth` that some of
    it cost money. `updated_at` is Shopify's own, None in a file, which never knows better than Shopify.
    """

    order_id: str
    customer_id: str
    email: str
    ordered_at: datetime
    currency: str
    status: str
    source: str
    staff: str
    sells: bool = False
    worth: bool = False
    lines: list[Line] = field(default_factory=list)
    updated_at: datetime | None = None
    problem: bool = False

    def add(self, piece: Piece, price: int, many: int, engraving: str) -> None:
        """This method will add a line."""
        self.lines.append((piece, price, many, engraving))
        if many > 0:
            self.sells = True
            if price:
                self.worth = True

    def join(self, more: FoundOrder) -> None:
        """This method will add a later part of the same order; the first part's word on the order stands."""
        self.lines += more.lines
        self.sells |= more.sells
        self.worth |= more.worth
        self.status = max(self.status, more.status)

    def emptied(self) -> FoundOrder:
        """This method will give a part of the same order that has no lines yet."""
        head = (self.order_id, self.customer_id, self.email, self.ordered_at, self.currency)
        return FoundOrder(*head, self.status, self.source, self.staff)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was left out: its line in the file (the header is line 1), why, and how it read."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A file whose header has been understood, ready to be read once."""

    shape: Literal["canonical", "shopify"]
    rows: Rows
    columns: tuple[str, ...]
    decimal_comma: bool

    def orders(
        self, *, zone: ZoneInfo, currency: str, latest: datetime, placings: Mapping[str, str] = NO_PLACINGS
    ) -> Iterator[FoundOrder | Rejected]:
        """This method will read the orders. `zone` and `currency` are the shop's, for rows that name none.

        Rows after `latest` are rejected: an order of next year would count as recent for ever. `placings` are
        what the merchant placed by hand, which wins over the file (`scoring.kinds.placed_by_hand`).
        """
        reader = _Canonical if self.shape == "canonical" else _Shopify
        try:
            yield from reader(self, Shop(zone, currency, latest, placings)).orders()
        except BROKEN_FILE as error:
            raise UnableToReadOrders(
                "The file breaks off in the middle: it was probably not copied whole. "
                "What was read before that is kept; import the whole file, and nothing is added twice."
            ) from error


def open_orders(file: BinaryIO) -> OrderFile:
    """This function will open an order file, plain or gzipped, and understand its header.

    Raises UnableToReadOrders where it is empty, not text, not an order file, or lacks a column.
    """
    lines = Lines(_unpacked(file))
    rest = iter(lines)
    try:
        header, line = _first_line(rest)
    except BROKEN_FILE as error:
        raise UnableToReadOrders("The file is compressed, and damaged: it cannot be unpacked.") from error
    delimiter = ";" if header.count(";") > header.count(",") else ","
    names = [name.strip().lower() for name in _split(header, delimiter)]
    shape = _shape(names)
    rows = Rows(lines, rest, delimiter=delimiter, width=len(names), line=line)
    return OrderFile(shape, rows, tuple(names), decimal_comma=delimiter == ";")


class _Peeked:
    """A stream whose first two bytes have been looked at; it leaves the stream itself open when it goes."""

    def __init__(self, file: BinaryIO) -> None:
        self.first = file.read(2)
        self._waiting = self.first
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """This method will read as any stream does."""
        if self._waiting:
            first, self._waiting = self._waiting, b""
            return first + self._file.read(size - len(first) if size >= len(first) else size)
        return self._file.read(size)


def _unpacked(file: BinaryIO) -> Readable:
    """Look at the first bytes, not at the name."""
    peeked = _Peeked(file)
    if peeked.first != b"\x1f\x8b":
        return peeked
    # It reads, and gzip asks for no more than that as long as nobody seeks.
    return gzip.GzipFile(fileobj=cast(BinaryIO, peeked), mode="rb")


def _first_line(lines: Iterator[str]) -> tuple[str, int]:
    for number, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff") if number == 1 else line
        if text.startswith("PK\x03\x04"):
            raise UnableToReadOrders(
                "The file is a spreadsheet or an archive. Save it as CSV, and try again."
            )
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise UnableToReadOrders("The file is not text in UTF-8. Save it as CSV in UTF-8, and try again.")
        if text.strip():
            return text, number
    raise UnableToReadOrders("The file is empty.")


def _split(header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=delimiter))
    except csv.Error as error:
        raise UnableToReadOrders("The first line is not the header of an order file.") from error


def _shape(names: Sequence[str]) -> Literal["canonical", "shopify"]:
    is_shopify = any(name.startswith("lineitem ") for name in names)
    if not is_shopify and not set(REQUIRED) & set(names):
        raise UnableToReadOrders(
            "The first line names none of the columns of an order file. "
            f"Needed are {', '.join(REQUIRED)}, or Shopify's own order export."
        )
    for name in SHOPIFY_REQUIRED if is_shopify else REQUIRED:
        if name not in names:
            raise UnableToReadOrders(f"The file has no column {name!r}.")
    for name in SHOPIFY if is_shopify else CANONICAL:
        if names.count(name) > 1:
            raise UnableToReadOrders(f"The file has the column {name!r} twice.")
    return "shopify" if is_shopify else "canonical"


def _picker(names: Sequence[str], wanted: Sequence[str]) -> itemgetter[Any]:
    """Make what picks the wanted columns from a row that ends with one empty field, for columns not there."""
    return itemgetter(*(names.index(name) if name in names else len(names) for name in wanted))


@dataclass(frozen=True, slots=True)
class Shop:
    """What a file leaves unsaid: the shop's zone and currency, and after when a date must be wrong."""

    zone: ZoneInfo
    currency: str
    latest: datetime
    placings: Mapping[str, str] = field(default_factory=dict)


class _Reader:
    """What both shapes share: rows that stand together become an order."""

    def __init__(self, file: OrderFile, shop: Shop) -> None:
        self._file = file
        self._shop = shop
        self._order: FoundOrder | None = None
        # The order before, once another has begun (or a part of it, once it has many lines).
        self._done: FoundOrder | None = None
        self._by_hand: dict[Piece, Piece] = {}

    def orders(self) -> Iterator[FoundOrder | Rejected]:
        """This method will read the file through."""
        take = self._take
        for number, fields, text in self._file.rows:
            if isinstance(fields, str):
                yield Rejected(number, fields, text)
                continue
            fields.append("")
            try:
                take(fields)
            except UnableToReadRow as error:
                yield Rejected(number, str(error), text)
            if self._done is not None:
                yield self._done
                self._done = None
        if self._order is not None and self._order.lines:
            yield self._order

    def _take(self, fields: list[str]) -> None:
        raise NotImplementedError

    def _piece(self, title: str, kind: str, product_type: str, tags: str) -> Piece:
        """Place what was sold: by the merchant's hand, or by its words."""
        piece = _piece(title, kind, product_type, tags)
        return self._placed(piece) if self._shop.placings else piece

    def _placed(self, piece: Piece) -> Piece:
        placed = self._by_hand.get(piece)
        if placed is None:
            words = {"product_type": piece.product_type, "title": piece.title}
            kind = placed_by_hand(self._shop.placings, **words)
            placed = self._by_hand[piece] = replace(piece, kind=kind) if kind else piece
        return placed

    def _begin(self, order: FoundOrder | None) -> None:
        if self._order is not None and self._order.lines:
            self._done = self._order
        self._order = order


class _Canonical(_Reader):
    """The canonical CSV, in which every row says all of its order."""

    def __init__(self, file: OrderFile, shop: Shop) -> None:
        super().__init__(file, shop)
        self._pick = _picker(file.columns, CANONICAL)
        self._head: tuple[str, ...] = ()

    def _take(self, fields: list[str]) -> None:
        order_id, customer_id, at, code, word, source, staff, *of_line = self._pick(fields)
        title, kind, product_type, tags, price, many_text, engraving = of_line
        if (order_id, customer_id, at, code) != self._head:
            self._read_head(order_id, customer_id, at, code, source, staff)
        order = self._order
        assert order is not None
        units = values.minor_units(price, order.currency, self._file.decimal_comma)
        many = values.quantity(many_text)
        piece = self._piece(title, kind, product_type, tags)
        engraved = values.long(engraving) if engraving else ""
        if word and (status := values.status(word)):
            if status == "returned":
                many = -abs(many)  # this line came back; the order has others
            else:
                order.status = max(order.status, status)
        order.add(piece, units, many, engraved)
        if len(order.lines) >= MOST_LINES_AT_ONCE:
            self._begin(order.emptied())

    def _read_head(
        self, order_id: str, customer_id: str, at: str, code: str, source: str, staff: str
    ) -> None:
        """Begin an order, or see that a row which differs belongs to the order at hand all the same."""
        order = FoundOrder(
            order_id=values.identifier(order_id, "order_id"),
            customer_id=values.short(customer_id),
            email="",
            ordered_at=values.instant(at, self._shop.zone, self._shop.latest),
            currency=values.currency(code, self._shop.currency),
            status="",
            source=values.short(source),
            staff=values.short(staff),
        )
        if self._order is None or self._order.order_id != order.order_id:
            self._begin(order)
        elif self._order.currency != order.currency:
            raise UnableToReadRow("another currency than its order")
        self._head = (order_id, customer_id, at, code)


class _Shopify(_Reader):
    """Shopify's export, in which only an order's first row carries what belongs to the order."""

    def __init__(self, file: OrderFile, shop: Shop) -> None:
        super().__init__(file, shop)
        self._pick = _picker(file.columns, SHOPIFY)
        self._name = ""

    def _take(self, fields: list[str]) -> None:
        name, created, *about, title, price, many_text = self._pick(fields)
        if name != self._name or created:
            self._name = name
            self._begin(None)  # should this row be unreadable, the next ones are not the order before
            self._order = _shopify_head(name, created, about, self._shop)
        order = self._order
        if order is None:
            raise UnableToReadRow(ITS_FIRST_ROW)
        units = values.minor_units(price, order.currency, self._file.decimal_comma)
        order.add(self._piece(title, "", "", ""), units, values.quantity(many_text), "")
        if len(order.lines) >= MOST_LINES_AT_ONCE:
            self._begin(order.emptied())


def _shopify_head(name: str, created: str, about: Sequence[str], shop: Shop) -> FoundOrder:
    own_id, email, financial, cancelled, payment, code, total, refunded, source, staff = about
    name = values.identifier(name, "Name")
    if not created.strip():
        raise UnableToReadRow(ITS_FIRST_ROW)
    currency = values.currency(code, shop.currency)
    email = values.short(email).lower()
    return FoundOrder(
        order_id=values.short(own_id) or name,
        customer_id=values.provisional_customer_id(email) if email else "",
        email=email,
        ordered_at=values.instant(created, shop.zone, shop.latest),
        currency=currency,
        status=_shopify_status(financial, cancelled, payment)
        or ("returned" if _all_refunded(total, refunded, currency) else ""),
        source=values.short(source),
        staff=values.short(staff),
    )


def _shopify_status(financial: str, cancelled: str, payment: str) -> str:
    if "bogus" in payment.lower():  # Shopify's gateway for trying a shop out
        return "test"
    return "cancelled" if cancelled.strip() else values.status(financial)


def _all_refunded(total: str, refunded: str, currency: str) -> bool:
    try:
        back = values.minor_units(refunded, currency)
        return 0 < back >= values.minor_units(total, currency)
    except UnableToReadRow:  # not said, or not in a way that could be held against the order
        return False


@lru_cache(maxsize=32768)
def _piece(title: str, kind: str, product_type: str, tags: str) -> Piece:
    """Place what was sold; a house sells the same pieces over and over, so each is placed once."""
    title, product_type = values.long(title), values.long(product_type)
    words = tuple(filter(None, (tag.strip() for tag in values.long(tags).split(","))))
    named = kind.strip().lower().replace(" ", "_")
    if named not in KINDS:
        # A shop's own word for a kind ("Eternity rings") is read as it reads a product type.
        named = kind_of(product_type=values.long(kind) or product_type, tags=words, title=title) or ""
    return Piece(title, product_type, words, named or None)
