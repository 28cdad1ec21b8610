"""What a client book may hold, read as it was meant, asked where it could be meant two ways."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book_columns import FIELDS, Column, guess
from app.domain.book_dates import BookDay, UnableToReadDay, order_proved, read_day
from app.domain.book_phones import UnableToReadPhone, calling_code_of, read_phone
from app.domain.book_text import MOST_BYTES, UnableToReadClientBook, as_text, open_book, redacted
from app.domain.client_book import NOBODY, BookMapping, first_mapping, problems_of, read_client

TODAY = date(2026, 11, 21)
DAYS = {
    "2016-06-14": BookDay(6, 14, 2016),
    "2016-06-14T00:00:00Z": BookDay(6, 14, 2016),
    "14/06/2016": BookDay(6, 14, 2016),
    "06/14/2016": BookDay(6, 14, 2016),
    "14.6.16": BookDay(6, 14, 2016),
    "14.6.81": BookDay(6, 14, 1981),
    "6/14/2016 0:00": BookDay(6, 14, 2016),
    "14 June 2016": BookDay(6, 14, 2016),
    "June 14th, 2016": BookDay(6, 14, 2016),
    "14 Jun 16": BookDay(6, 14, 2016),
    "the 14th of June": BookDay(6, 14),
    "--06-14": BookDay(6, 14),
    "5/5": BookDay(5, 5),
    "June": BookDay(6),
    "about June 2016": BookDay(6, None, 2016),
    "06/2016": BookDay(6, None, 2016),
    "29 February": BookDay(2, 29),
    "29/02/2016": BookDay(2, 29, 2016),
}


@pytest.mark.parametrize("text", list(DAYS))
def test_a_day_is_read_in_the_forms_that_programs_and_people_write(text: str) -> None:
    assert read_day(text, "", today=TODAY) == DAYS[text]


@pytest.mark.parametrize("text", ["", "01/01/1900", "1900-01-01 00:00:00", "0000-00-00"])
def test_a_day_that_stands_for_none_is_none(text: str) -> None:
    assert read_day(text, "", today=TODAY) is None


@pytest.mark.parametrize(
    "text",
    ["31 June 2010", "29/02/2015", "20/20/2010", "soon", "42535", "14/06/2199", "14 June July", "٣/٤/٢٠١٥"],
)
def test_a_text_that_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UnableToReadDay):
        read_day(text, "day", today=TODAY)


def test_a_day_that_could_be_either_is_read_as_was_answered_and_never_guessed() -> None:
    with pytest.raises(UnableToReadDay, match="could be either"):
        read_day("03/04/2015", "", today=TODAY)
    assert read_day("03/04/2015", "day", today=TODAY) == BookDay(4, 3, 2015)
    assert read_day("03/04/2015", "month", today=TODAY) == BookDay(3, 4, 2015)


@pytest.mark.parametrize(
    ("text", "proof"), [("14/06", "day"), ("06/14", "month"), ("03/04", "either"), ("5/5", ""), ("June", "")]
)
def test_a_text_says_what_it_proves_about_the_order(text: str, proof: str) -> None:
    assert order_proved(text) == proof


@given(st.text(max_size=60) | st.from_regex(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}", fullmatch=True))
def test_whatever_stands_there_it_is_a_day_of_the_calendar_or_refused(text: str) -> None:
    try:
        found = read_day(text, "month", today=TODAY)
    except UnableToReadDay:
        return
    if found is not None:
        assert date(found.year or 2000, found.month, found.day or 1)


PHONES = {
    ("07700 900123", "44"): "+447700900123",
    ("+44 (0)7700 900123", "1"): "+447700900123",
    ("0044 7700 900123", "1"): "+447700900123",
    ("(212) 555-0100", "1"): "+12125550100",
    ("1-212-555-0100", "1"): "+12125550100",
    ("06 1234 5678", "39"): "+390612345678",
    ("'+33123456789", ""): "+33123456789",
}


@pytest.mark.parametrize(("told", "read"), list(PHONES.items()))
def test_a_number_is_made_comparable(told: tuple[str, str], read: str) -> None:
    assert read_phone(*told) == read


@pytest.mark.parametrize(
    ("text", "code"), [("ask Tom", "44"), ("12", "44"), ("07700 900123", ""), ("--", "44")]
)
def test_a_number_that_cannot_be_compared_is_refused(text: str, code: str) -> None:
    with pytest.raises(UnableToReadPhone):
        read_phone(text, code)


def test_a_house_begins_with_the_code_of_its_country() -> None:
    zones = ("Europe/London", "America/Chicago", "Australia/Perth", "Asia/Kathmandu")
    assert [calling_code_of(zone) for zone in zones] == ["44", "1", "61", ""]


def looked_at(header: Sequence[str], *rows: Sequence[str]) -> list[Column]:
    columns = [Column(name) for name in header]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.look(value)
    return columns


def test_a_column_is_known_by_several_spellings_of_its_name() -> None:
    names = ["Client First Name", "surname", "E-MAIL ADDRESS", "Sales_Associate", "D.O.B.", "Finger Size"]
    columns = looked_at(names, ["Alma", "Reyes", "a@x.example", "Ines", "2 May 1981", "M"])
    assert [each.field for each in guess(columns)] == [
        "first_name",
        "last_name",
        "email",
        "lead",
        "birthday",
        "ring_size",
    ]


def test_a_name_that_its_values_belie_is_not_believed_and_says_so() -> None:
    (guessed,) = guess(looked_at(["Email"], ["yes"], ["no"], ["yes"]))
    assert guessed.field == ""
    assert guessed.because == "By its name “E-mail”, but only 0 of 3 values look so."


def test_a_column_without_a_known_name_is_known_by_what_stands_in_it() -> None:
    (guessed,) = guess(looked_at(["Kontakt"], ["a@x.example"], ["b@x.example"]))
    assert (guessed.field, guessed.because) == ("email", "2 of 2 values look like e-mail addresses.")


def test_nothing_is_given_to_two_columns_but_what_may_stand_in_many() -> None:
    columns = looked_at(["Email", "Email", "Notes", "Comments"], ["a@x.example", "b@x.example", "one", "two"])
    assert [each.field for each in guess(columns)] == ["email", "", "note", "note"]


def test_every_field_is_spelled_in_some_way_that_finds_it() -> None:
    for name, each in FIELDS.items():
        value = {"email": "a@x.example", "phone": "+44 7700 900123", "shopify_id": "881000000007004"}.get(
            name
        )
        column = looked_at([name.replace("_", " ")], [value or ("14 June 2016" if each.is_day else "words")])
        assert guess(column)[0].field == name


def test_an_open_order_and_a_book_that_names_nobody_are_asked_about() -> None:
    columns = looked_at(["First Name", "Birthday"], ["Alma", "03/04/1981"])
    mapping, _ = first_mapping(columns, "")
    assert set(problems_of(mapping, columns)) == {"order-1", ""}


MAPPING = BookMapping(
    {0: "full_name", 1: "email", 2: "phone", 3: "anniversary", 4: "partner", 5: "stones"}, {3: "day"}, "44"
)


def test_a_row_is_read_as_far_as_it_can_be_and_says_what_was_left_out() -> None:
    row = read_client(
        ["Reyes, Alma", "A@X.example", "12", "31/06/2010", "Tomas", "opal; pearl"], MAPPING, today=TODAY
    )
    assert row.client is not None
    assert (row.client.first_name, row.client.last_name, row.client.email) == ("Alma", "Reyes", "a@x.example")
    assert row.client.entries == (("partner", "", "Tomas"), ("stone", "", "opal"), ("stone", "", "pearl"))
    assert row.problems == (
        ("Telephone", "a telephone number of an unlikely length"),
        ("Anniversary", "a day that the calendar does not have"),
    )


def test_an_anniversary_of_a_year_to_come_is_left_out_with_its_reason() -> None:
    row = read_client(["Reyes, Alma", "a@x.example", "", "14/06/2030", "", ""], MAPPING, today=TODAY)
    assert row.client is not None
    assert row.client.dates == ()
    assert row.problems == (("Anniversary", "a year that is still to come"),)


def test_a_row_without_anything_to_know_her_by_is_nobody() -> None:
    row = read_client(["Alma Reyes", "", "", "", "", ""], MAPPING, today=TODAY)
    assert (row.client, row.problems[0]) == (None, ("", NOBODY))


@given(st.lists(st.text(max_size=300), min_size=6, max_size=6))
def test_no_row_whatever_it_holds_stops_a_book(values: list[str]) -> None:
    read_client(values, MAPPING, today=TODAY)
    for column in looked_at(["Column"] * 6, values):
        assert column.filled in (0, 1)


WRITTEN = "First Name;Email\nÉlodie;e@x.example\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_book_is_read_whatever_it_was_saved_in(encoding: str, delimiter: str) -> None:
    file = io.BytesIO(WRITTEN.replace(";", delimiter).encode(encoding))
    book = open_book(io.BytesIO("".join(as_text(file)).encode()))
    assert book.columns == ("First Name", "Email")
    assert [values for _, values, _ in book.rows] == [["Élodie", "e@x.example"]]


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"PK\x03\x04", b"%PDF-1.7", b"\xff\xfe\x00\xd8a\x00", b"Name,\x81\x8d\n"]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnableToReadClientBook):
        "".join(as_text(io.BytesIO(content)))


def test_a_file_beyond_the_limit_is_refused_while_it_is_read() -> None:
    with pytest.raises(UnableToReadClientBook, match="larger than 24 MB"):
        sum(map(len, as_text(io.BytesIO(b"a,b\n" * (MOST_BYTES // 4 + 1)))))


def test_a_row_that_is_taken_out_leaves_every_other_on_its_line() -> None:
    text = 'Name,Note\nAlma,"one\ntwo"\n\nBruno,three\nChiara,four\n'
    left = "".join(redacted(open_book(io.BytesIO(text.encode())), lambda row: "Alma" in row))
    book = open_book(io.BytesIO(left.encode()))
    assert [(line, values) for line, values, _ in book.rows] == [
        (5, ["Bruno", "three"]),
        (6, ["Chiara", "four"]),
    ]
