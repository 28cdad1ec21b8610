"""The storefront's words on the wire: what a batch of events may hold, and what it means to us."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from app.stores.live import Batch
from scoring.kinds import kind_of, placed_by_hand
from scoring.materials import materials_of
from scoring.session import attention_ms

MOST_BYTES = 32 * 1024  # fifty events with long titles stay below
LONGEST_AGO_MS = 30 * 60 * 1000  # what is older belongs to another session
LARGEST_PRICE = 10**12  # minor units: ten billion, far above any jewel, far below a bigint

NO_PIECES: Mapping[str, str] = {}

Short = Annotated[str, Meta(max_length=64)]
Line = Annotated[str, Meta(max_length=255)]


class SentEvent(Struct, frozen=True):
    """One event as the page sends it: how long ago it happened, so that no clocks are compared."""

    type: Literal["page_view", "product_view", "collection_view", "search", "cart_add"]
    ago_ms: Annotated[int, Meta(ge=0, le=LONGEST_AGO_MS)]
    dwell_ms: Annotated[int, Meta(ge=0, le=LONGEST_AGO_MS)] = 0
    product_id: Short = ""
    product_type: Line = ""
    title: Line = ""
    tags: Annotated[tuple[Line, ...], Meta(max_length=10)] = ()
    category: Line = ""
    price: Annotated[int, Meta(ge=0, le=LARGEST_PRICE)] | None = None
    currency: Annotated[str, Meta(max_length=3)] = ""
    continued: bool = False  # the rest of a view already sent: adds dwell, counts as no second view


class Consent(Struct, frozen=True):
    """What the visitor has allowed."""

    analytics: bool
    preferences: bool


class SentBatch(Struct, frozen=True):
    """A batch as the page sends it; `final` where the page is closing and nobody reads the answer."""

    v: Literal[1]
    final: bool
    consent: Consent
    events: Annotated[tuple[SentEvent, ...], Meta(min_length=1, max_length=50)]


class SentAnswer(Struct, frozen=True):
    """What the shopper said to an offer."""

    answer: Literal["accepted", "not_now", "never"]


class UnableToRead(Exception):
    """What was sent is not what was agreed; the code says in which way, the page sends no such thing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_batches = msgspec.json.Decoder(SentBatch)
_answers = msgspec.json.Decoder(SentAnswer)


def read_batch(body: bytes) -> SentBatch:
    """This function will read a batch. Raises UnableToRead with `too_large` or `malformed`."""
    if len(body) > MOST_BYTES:
        raise UnableToRead("too_large")
    try:
        return _batches.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnableToRead("malformed") from error


def read_answer(body: bytes) -> SentAnswer:
    """This function will read an answer to an offer. Raises UnableToRead with `malformed`."""
    try:
        return _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnableToRead("malformed") from error


def to_batch(
    sent: SentBatch, *, currency: str, placings: Mapping[str, str], pieces: Mapping[str, str] = NO_PIECES
) -> Batch:
    """This function will fold what was sent into what a session keeps, without prices in other currencies.

    `placings` are the house's own: what the merchant placed by hand (`scoring.kinds.placed_by_hand`);
    `pieces` the kinds of its products by their ids, for a view that says nothing else.
    """
    kinds: dict[str, int] = {}
    materials: dict[str, int] = {}
    prices: list[int] = []
    views = carts = 0
    for event in sent.events:
        kind = _kind(event, placings, pieces)
        attention = attention_ms(event.type, event.dwell_ms, continued=event.continued)
        if kind is not None and attention:
            kinds[kind] = kinds.get(kind, 0) + attention
            for family in _materials(event):
                materials[family] = materials.get(family, 0) + attention
        if event.type == "product_view" and not event.continued:
            views += 1
            if event.price is not None and event.currency == currency:
                prices.append(event.price)
        carts += event.type == "cart_add"
    return Batch(
        events=len(sent.events),
        views=views,
        carts=carts,
        started_ago_ms=max(event.ago_ms for event in sent.events),
        kinds=kinds,
        prices=tuple(prices),
        preferences_allowed=sent.consent.preferences,
        materials=materials,
    )


def _kind(event: SentEvent, placings: Mapping[str, str], pieces: Mapping[str, str]) -> str | None:
    """A collection is placed by its handle, a piece by the merchant's hand or by what the page says of it."""
    if event.type == "collection_view":
        return _kind_of("", event.category.replace("-", " "), (), "")
    if not (event.category or event.product_type or event.title or event.tags):
        return pieces.get(event.product_id)
    by_hand = placed_by_hand(placings, product_type=event.product_type, title=event.title)
    by_words = by_hand or _kind_of(event.category, event.product_type, event.tags, event.title)
    return by_words or pieces.get(event.product_id)


@lru_cache(maxsize=8192)  # a house has some thousand pieces, looked at again and again
def _kind_of(category: str, product_type: str, tags: tuple[str, ...], title: str) -> str | None:
    return kind_of(category=category, product_type=product_type, tags=tags, title=title)


def _materials(event: SentEvent) -> tuple[str, ...]:
    if event.type == "collection_view":
        return _materials_of("", (), event.category)
    return _materials_of(event.product_type, event.tags, event.title)


@lru_cache(maxsize=8192)
def _materials_of(product_type: str, tags: tuple[str, ...], title: str) -> tuple[str, ...]:
    return materials_of(product_type=product_type, tags=tags, title=title)
