"""An engraving is read as a date only where it can be nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.engravings import Engraved, dates_in

ORDERED = date(2016, 7, 28)
TWELFTH = Engraved(9, 12, 2016)


def read(text, *, month_first=False, bridal=False):
    return dates_in(text, ordered=ORDERED, month_first=month_first, bridal=bridal)


@pytest.mark.parametrize(
    "text",
    [
        "12·IX·16",
        "12.IX.2016",
        "XII · IX · MMXVI",
        "XII.IX.XVI",
        "2016-09-12",
        "Sept 12 2016",
        "Sep. 12, 2016",
        "12th of September, 2016",
        "12 September '16",
        "12 Septembre 2016",
        "A & M  12. SEPTEMBER 2016",
    ],
)
def test_a_date_is_read_however_it_is_written(text):
    assert read(text) == (TWELFTH,)


def test_the_countrys_custom_decides_only_where_it_must_and_says_so():
    assert read("06.14.2015") == read("14/06/15") == (Engraved(6, 14, 2015),)
    assert read("12.09.2016") == (Engraved(9, 12, 2016, certain=False),)
    assert read("12.09.2016", month_first=True) == (Engraved(12, 9, 2016, certain=False),)
    assert read("09.09.2016") == (Engraved(9, 9, 2016),)


def test_a_bands_date_is_the_wedding_that_was_near():
    assert read("09.12.2016", bridal=True) == (TWELFTH,)
    assert read("09.12.2010", bridal=True) == (Engraved(12, 9, 2010, certain=False),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("September 2016", Engraved(9, None, 2016)),
        ("May 2016", Engraved(5, None, 2016)),
        ("June 14th", Engraved(6, 14, None)),
        ("Dec 25", Engraved(12, 25, None)),
        ("29 Feb 2016", Engraved(2, 29, 2016)),
        ("01.02.85", Engraved(2, 1, 1985, certain=False)),
    ],
)
def test_what_is_missing_stays_missing(text, found):
    assert read(text) == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Alma",
        "May",
        "For May 7",
        "May 7",
        "Mar 12",
        "size 12.5.10",
        "6 1/2",
        "17.5",
        "4.2.1 ct",
        "18k 750",
        "No. 12-09-16",
        "#12/09/16",
        "12.09.16.44",
        "020.12.3456",
        "N 51.30.26",
        "1998",
        "IV.V",
        "V.I.X",
        "XX",
        "Love you 3000",
        "31.02.2015",
        "29.02.2015",
        "12.09.2099",
        "12.09.1785",
        "12.IIX.16",
    ],
)
def test_a_size_a_number_and_a_name_are_no_dates(text):
    assert read(text) == ()


def test_the_words_beside_a_date_say_what_it_is():
    assert read("Leo, born 3.4.2014")[0].occasion == "birthday"
    assert read("Our anniversary 14/06/15")[0].occasion == "anniversary"


def test_two_dates_are_two():
    assert [found.year for found in read("14.06.85 - 14.06.15")] == [1985, 2015]
