"""A brief on paper holds all scripts and lengths, and its file says nothing of whom it is about."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

import pytest

from app.domain.at_hand import Offered
from app.domain.brief import Brief, Noted, write
from app.domain.picture import draw
from app.pdf.brief import Sheet, set_brief
from tests.domain.test_brief import ALMAS, TODAY, alma, order

SIXTY = "Wilhelmina-Alexandrina von und zu Hohenstein-Reyes de la Cru"
SHEET = Sheet("Tuesday 24 November, 4:00 pm London time", "In the shop", "Saturday 21 November", None)
TRAY = tuple(Offered(str(n), f"Sapphire eternity {n}", "eternity_band", 300_000) for n in range(6))


def brief(**more: object) -> Brief:
    return write(alma(catalogue=TRAY, **more), today=TODAY)


def with_picture(said: Brief) -> Sheet:
    days = [piece.on for piece in said.pieces]
    return replace(SHEET, picture=draw(days, said.dates, today=TODAY))


def pages_of(pdf: bytes) -> int:
    packed = (zlib.decompressobj() for _ in iter(int, 1))
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)
    texts = [pdf]
    for raw, opener in zip(streams, packed, strict=False):
        try:
            texts.append(opener.decompress(raw))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", text)) for text in texts)


def test_a_brief_of_an_ordinary_client_fits_one_page() -> None:
    said = brief(her_note="Ten years!")
    pdf = set_brief(said, with_picture(said))
    assert pdf.startswith(b"%PDF-")
    assert pages_of(pdf) == 1


@pytest.mark.parametrize(
    "name", ["אלמה רייס", "ألما رييس", SIXTY, "#let x = 1 *bold* $", "", "Řehoř Łukasz Ñandú"]
)
def test_a_name_of_any_script_and_length_is_set(name: str) -> None:
    said = brief(name=name, notes=(Noted("היא מעדיפה בוקר. #panic()", "Ines", TODAY),))
    assert set_brief(said, SHEET).startswith(b"%PDF-")


def test_forty_orders_and_long_notes_run_on_to_further_pages() -> None:
    many = tuple(
        order(n, f"20{n % 10 + 10}-05-0{n % 9 + 1}", "Sapphire pendant", "pendant", 90_000) for n in range(40)
    )
    notes = tuple(
        Noted("She came with her sister and asked about the workshop. " * 12, "Ines", TODAY) for _ in range(9)
    )
    said = brief(orders=(*ALMAS, *many), notes=notes)
    assert 2 <= pages_of(set_brief(said, with_picture(said))) <= 4


def test_a_client_without_an_order_has_a_page_too() -> None:
    said = write(alma(orders=(), relationship=None, decision=None), today=TODAY)
    assert pages_of(set_brief(said, SHEET)) == 1


def test_its_properties_name_nobody() -> None:
    pdf = set_brief(brief(), SHEET)
    assert b"Alma" not in b"".join(re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>|/Title[^>]*", pdf, re.S))
