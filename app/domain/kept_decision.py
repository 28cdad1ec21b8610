"""Reading a decision's record that another engine wrote: what fits is read, what does not is passed over.

Replay is strict, because it must give the same answer; a brief wants the reasons that are there.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from scoring.records import Record, UnableToReadRecord
from scoring.replay import DecisionRecord

# Of a record, what no brief reads: where it does not fit, it need not be there.
_NOT_FOR_BRIEFS: Mapping[str, Any] = {"relationship": None, "standing": {}, "adjacency": {}}


def read_kept(record: Record) -> DecisionRecord | None:
    """This function will read a record as far as this engine knows its fields; None where too little fits."""
    fitting = _fitting(DecisionRecord, record)
    for attempt in (fitting, {**fitting, **_NOT_FOR_BRIEFS}):
        try:
            return DecisionRecord.from_record(attempt)
        except UnableToReadRecord:
            continue
    return None


def _fitting(kind: Any, value: Any) -> Any:
    """Leave out, at every depth, the fields that a class does not have."""
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(option for option in get_args(kind) if option is not types.NoneType)
    inner = get_args(kind)
    if isinstance(value, Mapping):
        if is_dataclass(kind):
            hints = get_type_hints(kind)
            return {name: _fitting(hints[name], value[name]) for name in hints if name in value}
        return {name: _fitting(inner[1], each) for name, each in value.items()} if len(inner) == 2 else value
    if isinstance(value, list) and inner and inner[-1] is Ellipsis:
        return [_fitting(inner[0], each) for each in value]
    return value
