"""The brief as PDF, set by typst from a template beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from app.domain.brief import Brief
from app.domain.picture import Picture
from app.domain.places import NO_NUMBER

_TEMPLATE = Path(__file__).with_name("brief.typ")
_MARKS = {"say": "Say", "if_raised": "Only if raised", "never": "Never say"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the paper around a brief, in words; `picture` is None where there is no order.

    `call` says which number to call, or that there is none; "" where nobody is called.
    """

    when: str
    place: str
    written: str
    picture: Picture | None
    call: str = ""


def set_brief(brief: Brief, sheet: Sheet) -> bytes:
    """This function will set a brief. Its words are handed over as data, so none of them can be markup."""
    given = {**brief.to_record(), **_around(sheet), "invited": _marked(brief.invited)}
    given |= {"dates": _marked(brief.dates), "pieces": [_piece(piece) for piece in brief.pieces]}
    given |= {"unknown": [*([NO_NUMBER] if sheet.call == NO_NUMBER else []), *brief.unknown]}
    given |= {"wishes": [f"{each.title}, {_day(each.on)}" for each in brief.wishes]}
    given |= {"declined": [f"{each.title}, {_day(each.on)}" for each in brief.declined]}
    given |= {"upgrades": [f"{each.title} ({each.on.year}): {each.terms}" for each in brief.upgrades]}
    given |= {"notes": [{"text": each.text, "under": _under(each.by, each.on)} for each in brief.notes]}
    given |= {"promised": [f"{each.what}, by {_day(each.due_on)}" for each in brief.promised]}
    content = typst.compile(
        str(_TEMPLATE),
        format="pdf",
        # Only what the wheels bring: the same paper on every machine.
        ignore_system_fonts=True,
        font_paths=_fonts(),
        sys_inputs={"brief": json.dumps(given)},
    )
    assert isinstance(content, bytes)
    return content


@cache
def _fonts() -> list[str]:
    """Find matplotlib's DejaVu, which has the scripts that typst's own fonts lack, without loading it."""
    found = find_spec("matplotlib")
    folders = found.submodule_search_locations if found is not None else None
    return [str(Path(folder) / "mpl-data/fonts/ttf") for folder in folders or ()]


def _around(sheet: Sheet) -> Mapping[str, Any]:
    picture = asdict(sheet.picture) if sheet.picture is not None else None
    words = {"when": sheet.when, "place": sheet.place, "written": sheet.written, "call": sheet.call}
    return {**words, "picture": picture}


def _marked(rows: Any) -> list[Mapping[str, str]]:
    return [{"mark": _MARKS[row.mark], "text": row.text, "source": row.source} for row in rows]


def _piece(piece: Any) -> Mapping[str, str]:
    by = f", {piece.staff} advised" if piece.staff else ""
    engraved = f"; engraved: {piece.engraving}" if piece.engraving else ""
    return {"title": piece.title, "price": piece.price, "under": f"{_day(piece.on)}{by}{engraved}"}


def _under(by: str, on: Any) -> str:
    return f"{by}, {_day(on)}" if by else _day(on)


def _day(on: Any) -> str:
    return f"{on.day} {on:%B %Y}"
