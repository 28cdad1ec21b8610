"""Shopify's own Node library, run with the Node of the wheel: it signs, and says what it would accept."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def signed_by_shopify(asked: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Sign each thing asked for (see sign.mjs); all in one process, which takes half a second."""
    beside = ROOT / ".venv" / "bin" / "node"
    node = str(beside) if beside.exists() else shutil.which("node")
    modules = ROOT / "node_modules"
    if node is None or not (modules / "@shopify" / "shopify-api").exists():
        pytest.fail("make test installs Shopify's own library")
    run = subprocess.run(
        [node, Path(__file__).with_name("sign.mjs"), modules],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return answers
