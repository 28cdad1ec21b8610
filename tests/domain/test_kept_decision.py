"""A record of another engine is read as far as it fits."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from app.domain.kept_decision import read_kept
from app.domain.reasons import invited
from scoring.decision import decide
from scoring.records import UnableToReadRecord
from scoring.replay import DecisionRecord, record
from scoring.weights import DEFAULT_ADJACENCY, DEFAULT_WEIGHTS, Policy
from tests.conftest import NOW
from tests.scoring.cast import FREE, TODAY, alma, visit


@pytest.fixture
def kept() -> dict[str, Any]:
    given = (visit(), alma(), FREE, Policy(version=1), DEFAULT_WEIGHTS, DEFAULT_ADJACENCY)
    moment: dict[str, Any] = {"now": NOW, "today": TODAY, "draw": 0.5}
    return record(*given, **moment, decision=decide(*given, **moment))


def test_a_record_of_this_engine_is_read_whole(kept: dict[str, Any]) -> None:
    assert read_kept(kept) == DecisionRecord.from_record(kept)


def test_fields_that_a_later_engine_added_are_passed_over(kept: dict[str, Any]) -> None:
    later = copy.deepcopy(kept)
    later["engine"] = "2031.01"
    later["weather"] = "rain"
    later["decision"]["mood"] = 3
    later["policy"]["patience"] = {"days": 4}
    for part in (later["relationship"]["milestones"], later["decision"]["readings"].values()):
        for each in part:
            each["colour"] = "blue"
    with pytest.raises(UnableToReadRecord):
        DecisionRecord.from_record(later)
    read, meant = read_kept(later), read_kept(kept)
    assert read is not None
    assert meant is not None
    assert read.decision == meant.decision
    assert invited(read, ()) == invited(meant, ()) != ()


def test_what_no_brief_reads_need_not_fit(kept: dict[str, Any]) -> None:
    read = read_kept(kept | {"relationship": {"of": "another shape"}, "standing": [], "adjacency": 7})
    assert read is not None
    assert read.decision == DecisionRecord.from_record(kept).decision


@pytest.mark.parametrize("without", ["decision", "session", "today"])
def test_a_record_without_its_heart_has_no_reasons(kept: dict[str, Any], without: str) -> None:
    del kept[without]
    assert read_kept(kept) is None
