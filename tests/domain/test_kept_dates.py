"""A date becomes an entry of the shop's, and the entry the same date again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from uuid import UUID

import pytest

from app.domain import kept_dates
from app.domain.kept_dates import UnableToReadEntry, fields_of, handle_of, id_of_handle, milestone_of, refusal
from app.domain.learned import LearnedDate
from app.sandbox import custom_data

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("day", "year"), [(12, 2016), (None, 2016), (12, None), (None, None)])
@pytest.mark.parametrize("told", [True, False])
def test_what_is_known_of_a_date_and_who_said_it_come_back(
    day: int | None, year: int | None, told: bool
) -> None:
    date = LearnedDate("anniversary", "Bruno", 9, day, year, told, "sensitive").milestone()
    assert milestone_of(fields_of(date)) == date


def test_a_leap_day_is_kept_without_its_year() -> None:
    date = LearnedDate("birthday", "", 2, 29, None, True).milestone()
    assert milestone_of(fields_of(date)) == date


def test_what_a_merchant_writes_by_hand_was_recorded_not_told() -> None:
    told = {"occasion": " First  shop day ", "date": "2019-05-04", "precision": "day", "source": "Mum says"}
    date = milestone_of(told)
    assert (date.occasion, date.provenance, date.year) == ("First shop day", "recorded", 2019)


@pytest.mark.parametrize(
    ("field", "value"), [("occasion", " "), ("date", "soon"), ("precision", "roughly"), ("date", "")]
)
def test_what_is_no_date_is_said_to_be_none_without_quoting_it(field: str, value: str) -> None:
    fields = fields_of(LearnedDate("anniversary", "", 9, 12, 2016, True).milestone())
    with pytest.raises(UnableToReadEntry, match=f"^{field}$"):
        milestone_of({**fields, field: value})


def test_a_guess_and_a_date_not_to_be_used_are_not_for_the_shop() -> None:
    told = LearnedDate("anniversary", "", 9, 12, 2016, True).milestone()
    silenced = LearnedDate("anniversary", "", 9, 12, 2016, True, "do_not_use").milestone()
    assert kept_dates.is_kept(told)
    assert not kept_dates.is_kept(silenced)
    assert "wedding_band" not in kept_dates.KEPT


def test_a_handle_names_its_date_and_another_ones_handle_always_the_same() -> None:
    milestone_id = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
    assert id_of_handle(handle_of(milestone_id)) == milestone_id
    assert id_of_handle("anniversary-1") == id_of_handle("anniversary-1") != id_of_handle("anniversary-2")


def test_what_is_written_is_what_the_app_file_declares_and_the_sandbox_knows() -> None:
    declared = tomllib.loads((ROOT / "shopify.app.toml").read_text())["metaobjects"]["app"]["milestone"][
        "fields"
    ]
    written = fields_of(LearnedDate("anniversary", "", 9, 12, 2016, True).milestone())
    assert list(written) == list(declared) == list(custom_data.FIELDS)
    choices = declared["precision"]["validations"]["choices"]
    assert list(kept_dates.PRECISIONS.values()) == choices == list(custom_data.PRECISIONS)
    required = {name for name, field in declared.items() if field.get("required")}
    assert required == set(custom_data.REQUIRED)


def test_a_refusal_says_how_many_and_why_and_that_nothing_is_lost() -> None:
    assert refusal(0, "") == ""
    assert refusal(2, "MAX_OBJECTS_EXCEEDED") == (
        "2 dates could not be kept in Shopify: the shop has no room for more entries."
        " They stay on record here, and we try again every day."
    )
    assert "did not accept what was written" in refusal(1, "SOMETHING_NEW")
