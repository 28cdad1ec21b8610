"""How the shop speaks through us: LOOK's words, and the words it never uses."""

import re

import pytest

from tests.theme_extension.rendering import EXTENSION, locale

FILES = [*sorted(EXTENSION.rglob("*.json")), *sorted((EXTENSION / "assets").glob("*.js"))]


def sentences(words: dict) -> list[str]:
    return [t for v in words.values() for t in (sentences(v) if isinstance(v, dict) else [v])]


def test_the_invitation_says_what_was_agreed() -> None:
    offer = locale()["offer"]
    assert offer["accept"] == "Choose a time"
    assert offer["decline"] == "Not now"
    assert offer["why"] == "Why am I seeing this?"
    assert offer["never"] == "Don't ask again"
    assert offer["reason"] == (
        "You have an account with us and have bought here before, so we can offer time with the person who "
        "knows your pieces. We don't show this to anyone else, and you can switch it off."
    )
    assert offer["thanks"] == "We won't ask again."


@pytest.mark.parametrize("text", sentences(locale()) + sentences(locale("en.default.schema.json")))
def test_a_sentence_is_quiet_and_names_no_occasion(text: str) -> None:
    never = r"!|lead scoring|conver(t|sion)|\buser\b|anniversar|birthday|wedding|gift|engage|hurry"
    assert not re.search(never, text, re.IGNORECASE)
    assert "—" not in text


def test_no_word_shown_to_a_shopper_hides_in_a_script() -> None:
    for script in (EXTENSION / "assets").glob("*.js"):
        code = re.sub(r"/\*.*?\*/|//.*", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"textContent = ['\"`][A-Z]", code)
