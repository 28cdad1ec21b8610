"""What production must be told is listed, and what is missing is said at the start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.config import UnableToConfigure, read_settings

README = (Path(__file__).parents[1] / "README.md").read_text()
REAL = {
    "STEWARD_ENV": "production",
    "DATABASE_URL": "postgresql://steward@db.example/steward",
    "REDIS_URL": "redis://redis.example",
    "SECRET_KEY": "a secret for tests alone",
    "ENCRYPTION_KEYS": "A" * 43 + "=",
    "SHOPIFY_API_KEY": "key",
    "SHOPIFY_API_SECRET": "secret",
    "SMTP_URL": "smtps://post.example",
    "MAIL_FROM": "Steward <post@steward.example>",
    "STEWARD_URL": "https://steward.example",
}


def listed() -> dict[str, str]:
    section = README.partition("## Running it for real")[2].partition("\n## ")[0]
    return {name: REAL[name] for name in re.findall(r"`([A-Z_]+)(?:=production)?`", section) if name in REAL}


def test_production_starts_with_what_the_readme_lists() -> None:
    settings = read_settings(listed())
    assert settings.is_production
    assert settings.url == "https://steward.example"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((name, None) for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "STEWARD_URL", "MAIL_FROM")),
        *((name, None) for name in ("SHOPIFY_API_KEY", "SHOPIFY_API_SECRET")),
        *((name, "") for name in ("SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "STEWARD_URL", "MAIL_FROM")),
        *(("STEWARD_URL", url) for url in ("http://localhost:9100", "http://127.0.0.2", "https://[::1]")),
        *(("MAIL_FROM", sender) for sender in ("Steward <steward@localhost>", "Steward")),
    ],
)
def test_production_says_what_it_lacks_instead_of_sending_people_nowhere(name: str, said: str | None) -> None:
    env = {**REAL, name: said} if said is not None else {key: REAL[key] for key in REAL if key != name}
    with pytest.raises(UnableToConfigure, match=f"{name} is not set"):
        read_settings(env)


def test_a_laptop_needs_none_of_it(tmp_path: Path) -> None:
    assert read_settings({"STEWARD_DATA": str(tmp_path)}).url == "http://127.0.0.1:9100"
