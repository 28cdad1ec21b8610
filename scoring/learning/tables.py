"""A backtest's figures as the tables of a document, written between its markers: nobody types a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_COLUMNS = (
    ("within month", "auc_within_month", "{:.3f}"),
    ("lift at 5 %", "lift_5pct", "{:.1f}"),
    ("average precision", "average_precision", "{:.3f}"),
    ("Brier", "brier", "{:.4f}"),
    ("ECE", "ece", "{:.4f}"),
    ("log loss", "log_loss", "{:.4f}"),
    ("flagged", "flag_rate", "{:.1%}"),
    ("precision", "precision", "{:.1%}"),
    ("recall", "recall", "{:.1%}"),
)


class UnableToWriteTables(ValueError):
    """The document has no place for a table. Writing both markers into it helps."""


def write_tables(document: str, answer: Mapping[str, Any]) -> str:
    """Put the figures where the document says `<!-- results -->` … `<!-- /results -->`, and `promotion`."""
    return _between(_between(document, "results", _results(answer)), "promotion", _promotion(answer))


def _between(document: str, name: str, text: str) -> str:
    begins, ends = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    found = re.compile(re.escape(begins) + ".*?" + re.escape(ends), re.DOTALL)
    if not found.search(document):
        raise UnableToWriteTables(f"the document has no {begins.strip()} … {ends}")
    return found.sub(lambda _: f"{begins}\n{text}\n\n{ends}", document)


def _results(answer: Mapping[str, Any]) -> str:
    return "\n\n".join(
        _result(name, which, target)
        for which, part in (("all customers", "targets"), ("active customers", "active"))
        for name, target in answer[part].items()
    )


def _result(name: str, which: str, target: Mapping[str, Any]) -> str:
    models = target["models"]
    counted = (
        f"{target['base_rate'] or 0:.2%} of {target['rows']:,} rows of {target['customers']:,} customers"
    )
    said = f"**{name}**, {which}: {counted}; `steward` is the {models['steward']['chosen']}."
    head = ["| model | AUC (95 %) | " + " | ".join(title for title, _, _ in _COLUMNS) + " |"]
    head.append("|" + "---|" * (len(_COLUMNS) + 2))
    rows = [_row(model, figures) for model, figures in models.items() if figures and model != "steward"]
    return "\n".join([said, "", *head, *rows])


def _row(model: str, figures: Mapping[str, Any]) -> str:
    cells = [_cell(figures[key], form) for _, key, form in _COLUMNS]
    low, high = figures["intervals"].get("auc", (None, None))
    sure = f" ({low:.3f}–{high:.3f})" if low is not None else ""
    return f"| {model} | {_cell(figures['auc'], '{:.3f}')}{sure} | {' | '.join(cells)} |"


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)


def _promotion(answer: Mapping[str, Any]) -> str:
    lines = ["| target | log loss, logistic / trees | ECE, logistic / trees | chosen |", "|---|---|---|---|"]
    for name, target in answer["targets"].items():
        proof = target["models"]["steward"]["promotion"]
        losses, errors = (
            " / ".join(_cell(proof[f"{model}_{what}"], form) for model in ("logistic", "boosting"))
            for what, form in (("log_loss", "{:.4f}"), ("ece", "{:.4f}"))
        )
        lines.append(f"| {name} | {losses} | {errors} | {proof['chosen']} |")
    return "\n".join(lines)
