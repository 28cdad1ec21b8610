"""Draw a backtest's pictures into a folder, for documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.charts.calendar import calendar
from app.charts.lift import lift
from app.charts.reliability import reliability
from scoring.learning.recovered import Recovered

_TITLES = {
    "order_30d": "An order in 30 days",
    "order_60d": "An order in 60 days",
    "order_90d": "An order in 90 days",
    "upgrade_90d": "A finer order in 90 days",
}
_RIVALS = {"bg_nbd": "BG/NBD", "recency": "recency"}


def draw_backtest(answer: Mapping[str, Any], recovered: Recovered | None, folder: Path) -> list[Path]:
    """This function will write SVG files into `folder`, made where it is missing, and answer their paths.

    Per target of `answer` (the form of scoring.learning.backtest) its reliability and its lift beside the
    rivals', and the calendar that was recovered, where one was. A target without an outcome has no picture.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, drawn in _drawn(answer, recovered):
        path = folder / f"{name}.svg"
        path.write_text(drawn + "\n", encoding="utf-8")
        written.append(path)
    return written


def _drawn(answer: Mapping[str, Any], recovered: Recovered | None) -> Iterator[tuple[str, str]]:
    for target, figures in answer["targets"].items():
        models = figures["models"]
        ours = models["steward"]
        if "reliability" not in ours:
            continue
        name, title = target.replace("_", "-"), _TITLES[target]
        beside = {words: models[model]["lift_curve"] for model, words in _RIVALS.items() if models[model]}
        yield (
            f"reliability-{name}",
            reliability(ours["reliability"], title=f"{title}: foretold and seen"),
        )
        yield f"lift-{name}", lift(ours["lift_curve"], title=f"{title}: whom to ask first", beside=beside)
    if recovered:
        yield "recovered-calendar", _calendar(recovered)


def _calendar(recovered: Recovered) -> str:
    return calendar(
        recovered.days,
        around=recovered.around,
        spread_days=recovered.spread_days,
        today=recovered.inferred_on,
    )
