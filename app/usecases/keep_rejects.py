"""Keep what an import left out where a person can mend it."""

from __future__ import annotations

import csv
from contextlib import suppress
from os import W_OK, access
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TextIO

from app.domain.order_files import Rejected

ENDING = ".rejects.csv"
KEPT_OF_A_ROW = 2_000  # characters


class Rejects:
    """The rejects file of one import, made with its first row: no rejects, no file.

    Without a path it stands beside the file read. Where it cannot be written the import goes on without.
    """

    def __init__(self, source: Path | BinaryIO, path: Path | None) -> None:
        self._path = path or _beside(source)
        self._file: TextIO | None = None
        self._rows: Any = None
        self.written: Path | None = None
        if self._path is not None and self._path.name.endswith(ENDING):
            with suppress(OSError):
                self._path.unlink(missing_ok=True)  # of an import before, whose rows may be mended by now

    def keep(self, rejected: Rejected) -> None:
        """This method will write a row down with its line and the reason."""
        if self._file is None:
            self._begin()
        if self._rows is not None:
            text = rejected.text.rstrip("\r\n")[:KEPT_OF_A_ROW]
            self._rows.writerow((rejected.line, rejected.reason, text))

    def _begin(self) -> None:
        if self._path is None:
            return
        try:
            # The bytes that were not UTF-8 go back to what they were.
            self._file = self._path.open("w", encoding="utf-8", errors="surrogateescape", newline="")
        except OSError:
            self._path = None
            return
        self._rows = csv.writer(self._file)
        self._rows.writerow(("line", "reason", "row"))
        self.written = self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


def _beside(source: Path | BinaryIO) -> Path | None:
    if not isinstance(source, Path) or not access(source.parent, W_OK):
        return None
    return source.with_name(f"{source.name}{ENDING}")
