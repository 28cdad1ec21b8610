"""What an import says when it is done."""

from __future__ import annotations

from app.domain.import_report import ImportReport


def test_one_line_is_one_line() -> None:
    report = ImportReport("GBP")
    report.unplaced_lines = 1
    assert "One line could not be placed among the kinds of piece." in report.in_words()
    report.unplaced_lines = 2_000
    assert "2,000 lines could not be placed" in report.in_words()
