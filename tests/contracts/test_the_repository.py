"""The repository keeps its own promises."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from app.factory import create_app
from app.launcher.embedded import EmbeddedPostgres
from app.queue import JOB_NAMES
from app.stores.database import psycopg_url
from app.stores.tables import metadata
from app.wiring import Services
from jobs.schedule import INTERVALS
from scoring.decision import RULES
from scoring.signals import SIGNALS

ROOT = Path(__file__).parents[2]
OURS = ("app", "scoring", "webhooks", "jobs", "tests", "bench", "theme_extension", "docs")
GUARDS = {"app_proxy", "merchant", "advisor", "webhook", "monitor", "open"}


def test_every_route_says_who_may_pass(services: Services) -> None:
    object.__setattr__(services, "settings", replace(services.settings, metrics_token="a token"))
    app = create_app(services=services)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        guard = getattr(app.view_functions[rule.endpoint], "guarded_by", None)
        assert guard in GUARDS, f"{rule} is guarded by {guard}"


def test_every_job_name_resolves_to_a_function() -> None:
    for name in JOB_NAMES:
        module, function = name.rsplit(".", 1)
        assert callable(getattr(import_module(module), function)), name


def test_every_sweep_has_its_interval() -> None:
    assert {name for name in JOB_NAMES if name.endswith(".sweep")} <= set(INTERVALS)


def test_every_setting_is_described_in_the_example() -> None:
    described = (ROOT / ".env.example").read_text()
    for file in (ROOT / "app/config.py", *(ROOT / "app/sandbox").glob("*.py")):
        for name in re.findall(r'(?:env(?:iron)?\.get|environ)[(\[]\s*"([A-Z_]+)"', file.read_text()):
            assert re.search(rf"^#? ?{name}=", described, re.M), f"{name}, read in {file.name}"


def test_models_equal_migrations(postgres: EmbeddedPostgres) -> None:
    engine = create_engine(psycopg_url(postgres.url("template_steward", user="postgres")))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_every_decision_rule_has_a_test_named_after_it(rule: str) -> None:
    tests = "".join(file.read_text() for file in (ROOT / "tests/scoring").glob("test_*.py"))
    assert re.search(rf"def test_\w*{rule}", tests)


@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_has_its_file_and_its_test(signal: str) -> None:
    assert (ROOT / f"scoring/signals/{signal}.py").exists()
    assert (ROOT / f"tests/scoring/test_{signal}.py").exists()


def test_the_hot_path_loads_neither_numpy_nor_pandas_nor_scikit_learn() -> None:
    import subprocess
    import sys

    code = (
        "import sys, app.factory;"
        "heavy = {'numpy', 'pandas', 'sklearn', 'scipy'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_make_help_and_the_readme_name_the_two_commands() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for command in ("run", "test", "bench"):
        assert f"make {command}" in readme
        assert re.search(rf"^{command}:.*##", makefile, re.M)


def test_every_command_of_the_readme_exists() -> None:
    from app.cli import main

    for name in re.findall(r"`steward ([a-z-]+)", (ROOT / "README.md").read_text()):
        assert name in main.commands, name


def test_every_path_that_the_documents_name_exists() -> None:
    for document in ("README.md", "ARCHITECTURE.md", "DECISIONS.md", "CONTRIBUTING.md"):
        for path in re.findall(
            r"`((?:app|scoring|webhooks|jobs|docs|bench|tests|theme_extension)/[\w./-]+)`",
            (ROOT / document).read_text(),
        ):
            assert (ROOT / path).exists() or (ROOT / f"{path}.py").exists(), f"{path}, named in {document}"


@pytest.mark.parametrize("folder", OURS)
def test_no_file_is_a_god(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        lines = file.read_text().count("\n")
        if "versions" in file.parts:  # a migration is written once, by Alembic, and never grows
            continue
        assert lines <= 500, f"{file.relative_to(ROOT)} has {lines} lines"


def test_nothing_is_pickled() -> None:
    for folder in ("app", "scoring", "webhooks", "jobs"):
        for file in (ROOT / folder).rglob("*.py"):
            assert "import pickle" not in file.read_text(), file
