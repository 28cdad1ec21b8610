"""What Shopify's Admin says of orders and customers, as its bulk operations write it: a line each, any order.

A line item names its order by `__parentId`. What we may not see comes as null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TypeVar

import msgspec

from app.domain.consent import Channel
from app.domain.known_customer import KnownCustomer
from app.domain.order_files import FoundOrder, Piece
from app.domain.order_values import UnableToReadRow, minor_units
from app.domain.order_words import Status, engraving_among, staff_among, standing
from scoring.kinds import kind_of, placed_by_hand

T = TypeVar("T")

MOST_CHARACTERS = 300


class UnableToReadHistory(Exception):
    """A line of the file is not what was asked for. The message names the place, never what stands there."""


class Head(msgspec.Struct, gc=False):
    """Which node a line is, and whose child."""

    id: str = ""
    parent: str = msgspec.field(name="__parentId", default="")


class Amount(msgspec.Struct, gc=False):
    amount: str = "0"


class Money(msgspec.Struct, gc=False):
    shop: Amount = msgspec.field(name="shopMoney", default_factory=Amount)


class Attribute(msgspec.Struct, gc=False):
    key: str = ""
    value: str | None = None


class Node(msgspec.Struct, gc=False):
    """A node of which only the id was asked."""

    id: str = ""


class ProductNode(msgspec.Struct, rename="camel", gc=False):
    id: str = ""
    product_type: str | None = None
    tags: tuple[str, ...] | None = None
    category: Node | None = None


class LineNode(msgspec.Struct, rename="camel", gc=False):
    """A line item."""

    id: str
    parent: str = msgspec.field(name="__parentId", default="")
    title: str | None = None
    quantity: int = 0
    current_quantity: int | None = None
    is_gift_card: bool | None = None
    original_unit_price_set: Money | None = None
    custom_attributes: tuple[Attribute, ...] | None = None
    product: ProductNode | None = None


class TransactionNode(msgspec.Struct, gc=False):
    """Money that moved, or is about to: a payment, or a refund."""

    kind: str | None = None
    status: str | None = None

    @property
    def is_refund_under_way(self) -> bool:
        return (self.kind, self.status) == ("REFUND", "PENDING")


class OrderNode(msgspec.Struct, rename="camel", gc=False):
    """An order without its lines."""

    id: str
    created_at: datetime
    updated_at: datetime
    processed_at: datetime | None = None
    cancelled_at: datetime | None = None
    test: bool | None = None
    currency_code: str = ""
    source_name: str | None = None
    display_financial_status: str | None = None
    return_status: str | None = None
    total_price_set: Money | None = None
    transactions: tuple[TransactionNode, ...] | None = None
    custom_attributes: tuple[Attribute, ...] | None = None
    customer: Node | None = None


class EmailNode(msgspec.Struct, rename="camel"):
    email_address: str | None = None
    marketing_state: str | None = None
    marketing_updated_at: datetime | None = None


class SmsConsentNode(msgspec.Struct, rename="camel"):
    state: str | None = None
    updated_at: datetime | None = None


class PhoneNode(msgspec.Struct, rename="camel"):
    """A number of which only the consent was asked."""

    sms_marketing_consent: SmsConsentNode | None = None


class LastOrderNode(msgspec.Struct, rename="camel"):
    processed_at: datetime | None = None


class MetafieldNode(msgspec.Struct):
    """A metafield; whatever its type, its value is text."""

    value: str | None = None


class CustomerNode(msgspec.Struct, rename="camel"):
    """A customer, with figures that reach behind the orders we may read."""

    id: str
    created_at: datetime
    updated_at: datetime
    first_name: str | None = None
    last_name: str | None = None
    number_of_orders: int | str | None = None
    default_email_address: EmailNode | None = None
    last_order: LastOrderNode | None = None
    birth_date: MetafieldNode | None = None
    tags: tuple[str, ...] | None = None
    advisor: MetafieldNode | msgspec.UnsetType | None = msgspec.UNSET
    default_phone_number: PhoneNode | None = None


_head = msgspec.json.Decoder(Head)
_order = msgspec.json.Decoder(OrderNode)
_line = msgspec.json.Decoder(LineNode)
_customer = msgspec.json.Decoder(CustomerNode)


def head_of(line: bytes) -> Head:
    """This function will read which node a line is; UnableToReadHistory where it is none."""
    return _read(_head, line)


def order_node(line: bytes) -> OrderNode:
    """This function will read an order's own line."""
    return _read(_order, line)


def line_node(line: bytes) -> LineNode:
    """This function will read a line item's line."""
    return _read(_line, line)


def _read(decoder: msgspec.json.Decoder[T], line: bytes) -> T:
    try:
        return decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnableToReadHistory(str(error)) from None


def customer_of(line: bytes) -> KnownCustomer:
    """This function will read a customer's line."""
    node = _read(_customer, line)
    email = node.default_email_address.email_address if node.default_email_address else None
    last = node.last_order.processed_at if node.last_order else None
    tags, advisor = node.tags, node.advisor
    return KnownCustomer(
        customer_id=id_of(node.id),
        first_name=said(node.first_name),
        last_name=said(node.last_name),
        email=said(email),
        updated_at=_utc(node.updated_at),
        since=_utc(node.created_at),
        orders=_whole(node.number_of_orders),
        last_ordered_at=_utc(last) if last else None,
        birthday=_birthday(node.birth_date),
        tags=None if tags is None else frozenset(filter(None, map(said, tags))),
        advisor=None if isinstance(advisor, msgspec.UnsetType) else said(advisor.value if advisor else ""),
        consents=_consents(node),
    )


def _consents(node: CustomerNode) -> dict[Channel, tuple[str, datetime]]:
    """Keep what she said. Where Shopify has no date for it, it was so from the beginning."""
    email = node.default_email_address or EmailNode()
    sms = (node.default_phone_number or PhoneNode()).sms_marketing_consent or SmsConsentNode()
    told: dict[Channel, tuple[str | None, datetime | None]] = {
        "email": (email.marketing_state, email.marketing_updated_at),
        "sms": (sms.state, sms.updated_at),
    }
    return {
        channel: (said(word), _utc(at or node.created_at)) for channel, (word, at) in told.items() if word
    }


def _birthday(told: MetafieldNode | None) -> tuple[int, int] | None:
    """Keep the day and not the year; what is no date says nothing."""
    try:
        on = date.fromisoformat(told.value or "") if told else None
    except ValueError:
        return None
    return (on.month, on.day) if on else None


def order_of(node: OrderNode, lines: Sequence[LineNode], placings: Mapping[str, str]) -> FoundOrder:
    """This function will translate an order with its lines, in the order of their ids however they came.

    Of an order that counts it takes what was kept, of any other what it once was, as its webhook does.
    Raises UnableToReadRow where a price cannot be read.
    """
    status, problem = _standing(node, lines)
    order = FoundOrder(
        order_id=id_of(node.id),
        customer_id=id_of(node.customer.id) if node.customer else "",
        email="",
        ordered_at=_utc(node.processed_at or node.created_at),
        currency=node.currency_code,
        status=status,
        source=said(node.source_name),
        staff=said(staff_among(_pairs(node.custom_attributes))),
        updated_at=_utc(node.updated_at),
        problem=problem,
    )
    for line in sorted(lines, key=_number):
        many = (
            line.quantity if status != "counted" or line.current_quantity is None else line.current_quantity
        )
        if many > 0:
            order.add(_piece(line, placings), _price(line, order.currency), many, _engraving(line))
    return order


def _standing(node: OrderNode, lines: Sequence[LineNode]) -> tuple[Status, bool]:
    total = node.total_price_set
    return standing(
        test=bool(node.test),
        cancelled=bool(node.cancelled_at),
        payment=node.display_financial_status,
        returns=node.return_status,
        left=[line.current_quantity for line in lines],
        is_free=total is not None and minor_units(total.shop.amount, node.currency_code) == 0,
        refund_under_way=any(moved.is_refund_under_way for moved in node.transactions or ()),
    )


def _piece(line: LineNode, placings: Mapping[str, str]) -> Piece:
    product = line.product or ProductNode()
    title, product_type = said(line.title), said(product.product_type)
    category = product.category.id if product.category else ""
    piece = _placed(
        id_of(product.id), title, product_type, product.tags or (), category, bool(line.is_gift_card)
    )
    kind = placed_by_hand(placings, product_type=product_type, title=title)
    if not kind or kind == piece.kind:
        return piece
    return Piece(piece.title, piece.product_type, piece.tags, kind, piece.product_id)


@lru_cache(maxsize=32768)
def _placed(
    product_id: str, title: str, product_type: str, tags: tuple[str, ...], category: str, gift_card: bool
) -> Piece:
    """Place what was sold; a house sells the same pieces over and over, so each is placed once."""
    words = tuple(filter(None, map(said, tags)))
    kind = kind_of(category=category, product_type=product_type, tags=words, title=title)
    return Piece(title, product_type, words, "service" if gift_card else kind, product_id)


def _price(line: LineNode, currency: str) -> int:
    price = line.original_unit_price_set
    return minor_units(price.shop.amount, currency) if price else 0


def _engraving(line: LineNode) -> str:
    return said(engraving_among(_pairs(line.custom_attributes))) if line.custom_attributes else ""


def _pairs(attributes: Sequence[Attribute] | None) -> list[tuple[str, str]]:
    return [(each.key, each.value or "") for each in attributes or ()]


def id_of(gid: str) -> str:
    """This function will write an id as text: "gid://shopify/Order/123" is 123."""
    return said(gid).rpartition("/")[2].partition("?")[0]


def said(value: str | None) -> str:
    """This function will give a text PostgreSQL can keep: without NUL, blanks around, or endless length."""
    return (value or "").replace("\0", "").strip()[:MOST_CHARACTERS]


def _number(line: LineNode) -> tuple[int, str]:
    number = id_of(line.id)
    return int(number) if number.isdecimal() else 0, number


def _whole(value: int | str | None) -> int | None:
    """Shopify writes its largest numbers as text."""
    try:
        return int(value) if value is not None else None
    except ValueError:
        raise UnableToReadRow("a number of orders that is none") from None


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
