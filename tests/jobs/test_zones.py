"""Every process reads the packaged zone database, however old and wrong the machine's own is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import tzdata

# Each begins as the launcher begins it, and at the moment it would start its work says what it believes.
SAY = (
    "from datetime import datetime; from zoneinfo import ZoneInfo;"
    "say = lambda *a, **k: print('offset', datetime(2027, 1, 15, 12, tzinfo=ZoneInfo('America/Vancouver'))"
    ".utcoffset().total_seconds() / 3600);"
)
PROCESSES = {
    "web": "from app.factory import create_app; create_app(); say()",
    "worker": "from jobs import worker; worker.QuietWorker.work = say; worker.run()",
    "scheduler": (
        "import os, signal; from jobs import schedule;"
        "schedule.ask_what_is_due = lambda *a: (say(), os.kill(os.getpid(), signal.SIGTERM)); schedule.run()"
    ),
}


@pytest.fixture
def stale_zones(tmp_path: Path) -> Path:
    """A machine whose database believes that Vancouver is where Honolulu is."""
    folder = tmp_path / "zoneinfo" / "America"
    folder.mkdir(parents=True)
    wrong = Path(tzdata.__file__).parent / "zoneinfo" / "Pacific" / "Honolulu"
    (folder / "Vancouver").write_bytes(wrong.read_bytes())
    return folder.parent


def offset_in(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", SAY + code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    [said] = [line for line in done.stdout.splitlines() if line.startswith("offset")] or [done.stderr[-2000:]]
    return said


@pytest.mark.parametrize("process", ["web", "worker", "scheduler"])
def test_vancouver_is_seven_hours_behind_in_january_2027_in_every_process(
    process: str, stale_zones: Path, worker_environment: dict[str, str]
) -> None:
    environment = {**worker_environment, "PYTHONTZPATH": str(stale_zones)}
    assert offset_in("say()", environment) == "offset -10.0", "the machine itself is wrong"
    assert offset_in(PROCESSES[process], environment) == "offset -7.0"
