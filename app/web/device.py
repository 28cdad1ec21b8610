"""What a device sends of a consultation, decoded within limits: each entry with how long ago it was made.

How long ago, not when: a tablet's clock may be wrong, and only its own two readings are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from app.domain.consultation import LONGEST_NOTE
from app.usecases.sync_consultation import Entry

# A tablet that was away longer than a month is no consultation's any more.
MOST_AGO = timedelta(days=31)
MOST_ENTRIES = 50

Short = Annotated[str, msgspec.Meta(max_length=300)]
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)]


class UnableToReadEntries(Exception):
    """What was sent is not what a device of ours sends. Trying again will not help."""


class _Sent(msgspec.Struct):
    key: UUID
    ago_ms: Annotated[float, msgspec.Meta(ge=-60_000)]
    kind: Short
    fields: Annotated[dict[Short, Text], msgspec.Meta(max_length=60)] = {}
    of: UUID | None = None
    what: Text = ""
    person: Short = ""
    product_id: Short = ""
    details: Annotated[dict[Short, Short], msgspec.Meta(max_length=12)] = {}


class _Batch(msgspec.Struct):
    entries: Annotated[list[_Sent], msgspec.Meta(max_length=MOST_ENTRIES)]


_decoder = msgspec.json.Decoder(_Batch)


def read_entries(body: bytes, *, now: datetime) -> Sequence[Entry]:
    """This function will read a batch in its order. Raises UnableToReadEntries."""
    try:
        batch = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnableToReadEntries("not a batch of entries") from error
    return [_entry(sent, now) for sent in batch.entries]


def _entry(sent: _Sent, now: datetime) -> Entry:
    ago = min(MOST_AGO, timedelta(milliseconds=max(0.0, sent.ago_ms)))
    return Entry(
        key=sent.key,
        at=now - ago,
        kind=sent.kind,
        fields=sent.fields,
        of=sent.of,
        what=sent.what,
        person=sent.person,
        product_id=sent.product_id,
        details=sent.details,
    )
