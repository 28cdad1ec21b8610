"""Pictures say their finding in words, stay text, keep to the paper, and come out the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from app.charts.calendar import calendar, draw_calendar
from app.charts.lift import draw_lift, lift
from app.charts.paper import TEXT, WIDTH, per_cent
from app.charts.reliability import draw_reliability, reliability
from app.charts.weekly import draw_weekly, weekly

SVG = "{http://www.w3.org/2000/svg}"
BINS = [(0.002, 0.0, 400), (0.01, 0.0125, 400), (0.05, 0.045, 400), (0.2, 0.3, 400)]
CURVE = [(step / 20, 1 - (1 - step / 20) ** 5) for step in range(21)]
RECENCY = [(step / 20, step / 20) for step in range(21)]
WEEKS = [(date(2025, 9, 1) + timedelta(weeks=week), 20 + week % 9, 9, 4) for week in range(52)]
DAYS = [date(2016, 9, 12), date(2017, 9, 10), date(2018, 12, 20), date(2020, 2, 29), date(2021, 9, 3)]
TODAY = date(2022, 11, 21)

PICTURES: dict[str, Callable[[], str]] = {
    "reliability": lambda: reliability(BINS, title="Foretold, and what came"),
    "reliability, nothing": lambda: reliability([], title="Foretold, and what came"),
    "reliability, all came": lambda: reliability([(1.0, 1.0, 3)], title="Sure"),
    "lift": lambda: lift(CURVE, title="Whom to ask first", beside={"recency": RECENCY}),
    "lift, nothing": lambda: lift([], title="Whom to ask first"),
    "weekly": lambda: weekly(WEEKS, open_hours=8.5, minutes=60),
    "weekly, no hours": lambda: weekly(WEEKS[:1], open_hours=None, minutes=45),
    "weekly, nobody": lambda: weekly([(TODAY, 0, 0, 0)], open_hours=0, minutes=45),
    "weekly, nothing": lambda: weekly([], open_hours=8, minutes=60),
    "calendar": lambda: calendar(DAYS, around=(9, 8), spread_days=6, today=TODAY),
    "calendar, New Year": lambda: calendar(DAYS, around=(1, 2), spread_days=14, today=date(2022, 1, 1)),
    "calendar, leap day": lambda: calendar(DAYS, around=(2, 29), spread_days=0, today=TODAY),
    "calendar, nothing": lambda: calendar([], around=None, spread_days=0, today=TODAY),
}


@pytest.fixture(params=PICTURES)
def root(request: pytest.FixtureRequest) -> ElementTree.Element:
    return ElementTree.fromstring(PICTURES[request.param]())


def test_a_picture_names_itself_and_says_its_finding(root: ElementTree.Element) -> None:
    assert root.get("role") == "img"
    named = {
        element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")
    }
    spoken = root.get("aria-labelledby", "").split()
    assert len(spoken) == 2
    assert all(named[name] for name in spoken)


def test_a_picture_scales_with_the_page(root: ElementTree.Element) -> None:
    assert root.get("width") == "100%"
    assert root.get("height") is None
    assert root.get("viewBox", "").split()[2] == f"{WIDTH:.0f}"


def test_words_stay_words_and_are_eleven_pixels_tall_on_a_phone(root: ElementTree.Element) -> None:
    texts = root.findall(f".//{SVG}text")
    assert texts
    for text in texts:
        assert float(text.get("font-size", "0").removesuffix("px")) * 328 / WIDTH >= 11
        assert text.get("font-family") is None, "the page's own font"
    assert TEXT * 328 / WIDTH >= 11


def test_words_stay_on_the_paper(root: ElementTree.Element) -> None:
    _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
    for text in root.findall(f".//{SVG}text"):
        words, size = text.text or "", float(text.get("font-size", "0").removesuffix("px"))
        x, y, half = float(text.get("x", 0)), float(text.get("y", 0)), 0.56 * size * len(words)
        turned = "rotate" in text.get("transform", "")
        left = {"middle": x - half / 2, "end": x - half}.get(_anchor(text), x)
        assert turned or (left >= -1 and left + half <= width + 1), words
        assert 0 <= y <= height, words


def _anchor(text: ElementTree.Element) -> str:
    return text.get("text-anchor", "start")


def test_a_picture_brings_no_style_that_a_strict_page_would_refuse(root: ElementTree.Element) -> None:
    assert not root.findall(f".//{SVG}style")
    assert all(element.get("style") is None for element in root.iter())


def test_a_picture_says_nothing_of_when_and_with_what_it_was_drawn(root: ElementTree.Element) -> None:
    assert "metadata" not in ElementTree.tostring(root, encoding="unicode").lower()


def test_every_name_that_is_referred_to_is_there(root: ElementTree.Element) -> None:
    text = ElementTree.tostring(root, encoding="unicode")
    named = set(re.findall(r'\bid="([^"]+)"', text))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', text)) <= named


def test_two_pictures_of_a_page_share_no_name() -> None:
    first, second = (set(re.findall(r'\bid="([^"]+)"', PICTURES[name]())) for name in ("lift", "reliability"))
    assert not first & second


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_figures_give_the_same_picture_to_the_byte(name: str) -> None:
    assert PICTURES[name]() == PICTURES[name]()


def test_a_title_is_text_whatever_stands_in_it() -> None:
    drawn = lift(CURVE, title="Fox & <Sons>: $1 to $2")
    assert "<Sons>" not in drawn
    assert "Fox &amp; &lt;Sons&gt;: $1 to $2" in drawn


def test_reliability_says_where_what_came_agrees() -> None:
    finding = draw_reliability(BINS, title="").finding
    assert "4 groups, 1,600 rows" in finding
    assert "foretold 20\u00a0% and came to 30\u00a0%" in finding
    assert "In 3 of 4" in finding


def test_lift_reads_the_curve_beside_the_others() -> None:
    finding = draw_lift(CURVE, title="", beside={"recency": RECENCY}).finding
    assert f"likeliest 5\u00a0% of clients bring {per_cent(CURVE[1][1])}" in finding
    assert "by recency 5\u00a0%" in finding


def test_the_name_of_a_month_that_is_nearly_over_does_not_touch_the_next() -> None:
    from_the_end = [(date(2025, 9, 29) + timedelta(weeks=week), 1, 1, 1) for week in range(52)]
    drawn = weekly(from_the_end, open_hours=None, minutes=45)
    assert re.findall(r">([A-Z][a-z]{2})<", drawn) == ["Oct", "Dec", "Feb", "Apr", "Jun", "Aug"]


def test_weekly_says_the_averages_and_what_the_hours_hold() -> None:
    finding = draw_weekly(WEEKS, open_hours=9, minutes=45).finding
    assert "52 weeks from 1 September 2025 to 24 August 2026" in finding
    assert "9 under strong (at most 9)" in finding
    assert "9 open hours hold 12 of 45 minutes" in finding


def test_the_calendar_counts_what_lies_within_the_weeks() -> None:
    assert draw_calendar(DAYS, around=(9, 8), spread_days=6, today=TODAY).finding == (
        "5 orders in 5 years; 3 of them, in 3 different years, within 6 days of 8 September. "
        "Today is 21 November 2022."
    )
    over_new_year = draw_calendar([date(2020, 12, 30)], around=(1, 2), spread_days=4, today=TODAY).finding
    assert "1 order in 1 year; 1 of them, in 1 different year, within 4 days" in over_new_year


def test_mail_can_have_a_png_of_the_same() -> None:
    drawing = draw_lift(CURVE, title="Whom to ask first")
    assert drawing.png().startswith(b"\x89PNG")
    assert drawing.png() == drawing.png()


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0 %"), (0.003, "0.3 %"), (0.0997, "10 %"), (0.18, "18 %")]
)
def test_a_share_has_the_digits_that_a_reader_needs(share: float, words: str) -> None:
    assert per_cent(share).replace("\u00a0", " ") == words


def test_the_web_process_loads_no_drawing_library() -> None:
    code = "import sys, app.factory; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
