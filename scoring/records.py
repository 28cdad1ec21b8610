"""Plain records: a frozen dataclass as JSON-able values and back, equal to what it was.

Standard library alone, like the rest of scoring; the hot path never comes here, only keeping and replaying
do.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Self, Union, get_args, get_origin, get_type_hints

Record = dict[str, Any]
Read = Callable[[Any, str], Any]  # (what the record says, where it stands) → value


class UnableToReadRecord(ValueError):
    """A record does not fit its class. Trying again will not help: the record or its class must change."""

    def __init__(self, where: str, expected: str, found: object) -> None:
        super().__init__(f"{where}: expected {expected}, found {found!r}")
        self.where = where


class Recorded:
    """What can be kept as a record: gives a dataclass `to_record` and `from_record`."""

    __slots__ = ()

    def to_record(self) -> Record:
        """Answer this object as values that json.dumps takes."""
        written = write(self)
        assert isinstance(written, dict)
        return written

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read one back. A field the record lacks takes its default; one the class lacks is an error."""
        kind: Any = cls  # mypy holds a type[Self] unhashable
        value = reader(kind)(record, cls.__name__)
        assert isinstance(value, cls)
        return value


def write(value: Any) -> Any:
    """Turn a value into what JSON can say: dates as ISO 8601, tuples as lists, dataclasses as objects."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):  # a datetime is a date, too; both say isoformat
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: write(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [write(item) for item in value]
    kind: Any = type(value)
    return {field: write(getattr(value, field)) for field in _fields(kind)}


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def reader(kind: Any) -> Read:
    """Answer the function that reads a value of this type (built once per type)."""
    origin = get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(kind)
    if origin is Literal:
        return _literal_reader(get_args(kind))
    if origin in (Union, types.UnionType):
        return _optional_reader(get_args(kind))
    if origin is tuple:
        return _tuple_reader(get_args(kind))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping_reader(get_args(kind)[1])
    return _plain_reader(kind)


def _dataclass_reader(kind: Any) -> Read:
    hints = get_type_hints(kind)
    readers = {name: reader(hints[name]) for name in _fields(kind)}
    required = {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            raise UnableToReadRecord(where, f"an object ({kind.__name__})", value)
        for name in value.keys() - readers.keys():
            raise UnableToReadRecord(f"{where}.{name}", f"no such field of {kind.__name__}", value[name])
        for name in sorted(required - value.keys()):
            raise UnableToReadRecord(f"{where}.{name}", "a value", None)
        return kind(**{name: readers[name](item, f"{where}.{name}") for name, item in value.items()})

    return read


def _literal_reader(allowed: tuple[Any, ...]) -> Read:
    expected = "one of " + ", ".join(repr(one) for one in allowed)

    def read(value: Any, where: str) -> Any:
        if value not in allowed:
            raise UnableToReadRecord(where, expected, value)
        return value

    return read


def _optional_reader(options: tuple[Any, ...]) -> Read:
    (inner,) = (reader(option) for option in options if option is not type(None))

    def read(value: Any, where: str) -> Any:
        return None if value is None else inner(value, where)

    return read


def _tuple_reader(items: tuple[Any, ...]) -> Read:
    if items[-1] is Ellipsis:
        each = reader(items[0])

        def read_many(value: Any, where: str) -> Any:
            _expect_list(value, where, "a list")
            return tuple(each(item, f"{where}[{at}]") for at, item in enumerate(value))

        return read_many
    readers = tuple(reader(item) for item in items)

    def read(value: Any, where: str) -> Any:
        _expect_list(value, where, f"a list of {len(readers)}")
        if len(value) != len(readers):
            raise UnableToReadRecord(where, f"a list of {len(readers)}", value)
        return tuple(one(value[at], f"{where}[{at}]") for at, one in enumerate(readers))

    return read


def _expect_list(value: Any, where: str, expected: str) -> None:
    if not isinstance(value, list | tuple):
        raise UnableToReadRecord(where, expected, value)


def _mapping_reader(item_kind: Any) -> Read:
    each = reader(item_kind)

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            raise UnableToReadRecord(where, "an object", value)
        return {str(key): each(item, f"{where}[{key!r}]") for key, item in value.items()}

    return read


def _plain_reader(kind: Any) -> Read:
    if kind in (date, datetime):
        return _moment_reader(kind)
    # JSON has one kind of number: a whole one may stand where a float is meant, never the other way round.
    accepted = (int, float) if kind is float else kind

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
            raise UnableToReadRecord(where, kind.__name__, value)
        return kind(value)

    return read


def _moment_reader(kind: type[date]) -> Read:
    def read(value: Any, where: str) -> Any:
        try:
            return kind.fromisoformat(value)
        except (TypeError, ValueError):
            raise UnableToReadRecord(where, f"an ISO 8601 {kind.__name__}", value) from None

    return read
