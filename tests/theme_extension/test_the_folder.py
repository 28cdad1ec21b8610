"""What lies in theme_extension/, and whether Shopify would take it."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from app.web.wire import LONGEST_AGO_MS
from scoring.session import MOST_DWELL_MS
from tests.theme_extension.rendering import EXTENSION, SCHEMA, locale, look_up, schema

ROOT = EXTENSION.parent
SCRIPTS = sorted((EXTENSION / "assets").glob("*.js"))
BLOCKS = sorted((EXTENSION / "blocks").glob("*.liquid"))
each_block = pytest.mark.parametrize("block", BLOCKS, ids=lambda path: path.stem)

# Setting types a block of a theme app extension may have, and what ours need of each.
NEEDS = {
    "header": {"content"},
    "select": {"id", "label", "options", "default"},
    "color": {"id", "label"},
    "number": {"id", "label"},
    "text": {"id", "label"},
    "textarea": {"id", "label"},
}


def test_nothing_lies_here_that_may_not() -> None:
    found = {path.relative_to(EXTENSION).as_posix() for path in EXTENSION.rglob("*") if path.is_file()}
    assert found == {
        "shopify.extension.toml",
        "blocks/advisor.liquid",
        "blocks/remembered.liquid",
        "assets/observe.js",
        "assets/advisor-offer.js",
        "assets/advisor-booking.js",
        "assets/advisor-choices.js",
        "assets/advisor-hold.js",
        "assets/advisor-later.js",
        "assets/advisor-note.js",
        "assets/advisor-phone.js",
        "assets/advisor-place.js",
        "assets/steward.css",
        "locales/en.default.json",
        "locales/en.default.schema.json",
    }


def test_it_is_a_theme_extension() -> None:
    settings = tomllib.loads((EXTENSION / "shopify.extension.toml").read_text(encoding="utf-8"))
    assert settings["type"] == "theme"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_stays_small_and_writes_no_markup(script: Path) -> None:
    assert script.stat().st_size < 10_000
    text = script.read_text(encoding="utf-8")
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|Function\(|document\.write|cookie"
    assert not re.search(banned, text)
    assert max(len(line) for line in text.splitlines()) <= 120, "it is read by people: it is not minified"


def test_the_stylesheet_stays_small() -> None:
    assert (EXTENSION / "assets" / "steward.css").stat().st_size < 100_000


def test_the_script_sends_nothing_that_the_server_would_refuse() -> None:
    text = (EXTENSION / "assets" / "observe.js").read_text(encoding="utf-8")
    assert f"OLDEST_MS = {LONGEST_AGO_MS};" in text
    assert f"LONGEST_DWELL_MS = {MOST_DWELL_MS};" in text


def test_the_first_batch_comes_soon_and_the_next_ones_are_rare() -> None:
    text = (EXTENSION / "assets" / "observe.js").read_text(encoding="utf-8")
    assert "FIRST_BATCH_MS = 1000;" in text
    assert "NEXT_BATCH_MS = 4000;" in text


@each_block
def test_every_setting_has_a_type_shopify_knows(block: Path) -> None:
    told = schema(block)
    assert told["target"] == {"advisor": "body", "remembered": "section"}[block.stem]
    identities = [setting["id"] for setting in told["settings"] if "id" in setting]
    assert len(identities) == len(set(identities))
    for setting in told["settings"]:
        assert NEEDS[setting["type"]] <= setting.keys()
        if setting["type"] == "select":
            assert setting["default"] in [option["value"] for option in setting["options"]]
        if setting["type"] == "color":
            assert "default" not in setting, "no colour of ours: the theme's is inherited"


@each_block
def test_every_setting_is_used_and_none_is_missing(block: Path) -> None:
    markup = SCHEMA.sub("", block.read_text(encoding="utf-8"))
    used = set(re.findall(r"\b(?:look|block\.settings)\.(\w+)", markup))
    assert used == {setting["id"] for setting in schema(block)["settings"] if "id" in setting}


@each_block
def test_every_word_of_the_theme_editor_is_translated(block: Path) -> None:
    words = locale("en.default.schema.json")
    keys = re.findall(r'"t:([\w.]+)"', json.dumps(schema(block)))
    assert keys
    for key in keys:
        assert isinstance(look_up(words, key), str)
    settings = schema(block)["settings"]
    labels = [v for s in settings for k, v in s.items() if k in ("label", "info", "content")]
    assert all(label.startswith("t:") for label in labels)
    assert len(look_up(words, f"{block.stem}.name")) <= 25


def leaves(words: dict, before: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in words.items():
        found |= leaves(value, f"{before}{key}.") if isinstance(value, dict) else {before + key}
    return found


def test_every_word_of_the_storefront_exists_and_is_used() -> None:
    markup = "".join(block.read_text(encoding="utf-8") for block in BLOCKS)
    used = set(re.findall(r"'([\w.]+)'\s*\|\s*t\b", markup))
    assert used == leaves(locale())


def test_theme_check_has_nothing_to_say() -> None:
    beside = ROOT / ".venv" / "bin" / "node"
    node = str(beside) if beside.exists() else shutil.which("node")
    modules = ROOT / "node_modules"
    if node is None or not (modules / "@shopify" / "theme-check-node").exists():
        pytest.fail("make test installs theme-check")
    script = Path(__file__).with_name("check.mjs")
    run = subprocess.run(
        [node, script, EXTENSION, modules], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == []
