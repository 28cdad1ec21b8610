"""A backtest in words: one table per target, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_COLUMNS = (
    ("AUC", "auc", "{:.3f}"),
    ("within month", "auc_within_month", "{:.3f}"),
    ("lift at 5 %", "lift_5pct", "{:.1f}"),
    ("calibration error", "ece", "{:.4f}"),
    ("log loss", "log_loss", "{:.4f}"),
    ("flagged", "flag_rate", "{:.1%}"),
    ("precision", "precision", "{:.1%}"),
    ("recall", "recall", "{:.1%}"),
)


def in_words(answer: Mapping[str, Any]) -> str:
    """Answer the figures as text: all customers, then the active ones; what was left out is said last."""
    begun = f"Learned on {answer['train']}, judged on {answer['test']}."
    tables = [
        _table(name, which, target)
        for which, part in (("all customers", "targets"), ("active customers", "active"))
        for name, target in answer[part].items()
    ]
    return "\n\n".join([begun, *tables, *answer["notes"], f"{answer['seconds']:.0f} seconds"])


def _table(name: str, which: str, target: Mapping[str, Any]) -> str:
    title = f"{name}, {which}: {target['base_rate'] or 0:.1%} of {target['rows']:,} rows"
    head = f"{'':<20}" + "".join(f"{column[0]:>19}" for column in _COLUMNS)
    lines = [_line(model, figures, target) for model, figures in target["models"].items()]
    return "\n".join([title, head, *lines])


def _line(model: str, figures: Mapping[str, Any] | None, target: Mapping[str, Any]) -> str:
    if figures is None:
        return f"{model:<20} not known: {target['missing'][model]}"
    cells = [f"{_cell(figures[key], form):>19}" for _, key, form in _COLUMNS]
    chosen = f"  ({figures['chosen']})" if "chosen" in figures else ""
    return f"{model:<20}{''.join(cells)}{chosen}"


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)
