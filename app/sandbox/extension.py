"""The theme app extension as the storefront sees it: its blocks, their settings, texts and assets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from app.sandbox import dialect
from app.sandbox.dialect import Drop, UnknownLiquid

SCHEMA = re.compile(r"{%-?\s*schema\s*-?%}(.*?){%-?\s*endschema\s*-?%}", re.DOTALL)
FALLBACK = "en"


@dataclass(frozen=True)
class Block:
    """One file of `blocks/`: its Liquid and what its schema says."""

    name: str
    source: str

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON between the schema tags; a block without one is a mistake."""
        found = SCHEMA.search(self.source)
        if not found:
            raise UnknownLiquid(f"blocks/{self.name}.liquid has no schema", token=None)
        return dict(json.loads(found[1]))

    def belongs_on(self, template: str) -> bool:
        """Tell whether the schema allows this block on a page of that type."""
        enabled, disabled = self.schema.get("enabled_on"), self.schema.get("disabled_on")
        if enabled:
            return bool({"*", template} & set(enabled.get("templates", ["*"])))
        return not (disabled and {"*", template} & set(disabled.get("templates", [])))

    def drop(self, overrides: Mapping[str, object]) -> Drop:
        """The `block` object: settings are the schema's defaults unless the sandbox was told otherwise."""
        settings = {
            one["id"]: overrides.get(one["id"], one.get("default", ""))
            for one in self.schema.get("settings", [])
            if "id" in one
        }
        return Drop(
            "block",
            id=f"sandbox-{self.name}",
            type=self.name,
            shopify_attributes="",
            settings=Drop("block.settings", **settings),
        )


@dataclass(frozen=True)
class Extension:
    """The folder `theme_extension/`, read anew on every page so that an edit shows on reload."""

    folder: Path

    def blocks(self) -> list[Block]:
        """All blocks, by name."""
        files = sorted((self.folder / "blocks").glob("*.liquid"))
        return [Block(file.stem, file.read_text(encoding="utf-8")) for file in files]

    def texts(self, language: str) -> dict[str, object]:
        """The storefront's texts in a language, over the default ones."""
        folder = self.folder / "locales"
        default = next(iter(sorted(folder.glob("*.default.json"))), None)
        texts: dict[str, object] = json.loads(default.read_text(encoding="utf-8")) if default else {}
        own = folder / f"{language}.json"
        if re.fullmatch(r"[A-Za-z-]{2,10}", language) and own.is_file():
            texts = _over(texts, json.loads(own.read_text(encoding="utf-8")))
        return texts

    def render(
        self, target: str, template: str, world: Mapping[str, object], settings: Mapping[str, object]
    ) -> str:
        """Render every block of a target (`head`, `body` or `section`) that belongs on this page."""
        language = FALLBACK
        if isinstance(request := world.get("request"), Mapping) and isinstance(
            spoken := request["locale"], Mapping
        ):
            language = str(spoken["iso_code"])
        liquid = dialect.environment(self.folder / "snippets", self.texts(language))
        written = []
        for block in self.blocks():
            if block.schema.get("target", "section") == target and block.belongs_on(template):
                text = liquid.from_string(block.source, name=block.name).render(
                    **world, block=block.drop(settings)
                )
                written.append(text if target == "head" else _wrapped(block, text))
        return "\n".join(written)


def _wrapped(block: Block, text: str) -> str:
    """Wrap a block as Shopify does, and load the script and style that its schema names."""
    name, extra = escape(block.name), ""
    if sheet := block.schema.get("stylesheet"):
        extra += f'<link rel="stylesheet" href="{dialect.ASSETS}{escape(sheet)}">'
    if script := block.schema.get("javascript"):
        extra += f'<script src="{dialect.ASSETS}{escape(script)}" defer></script>'
    return (
        f'{extra}<div id="shopify-block-sandbox-{name}" class="shopify-block shopify-app-block">{text}</div>'
    )


def _over(below: dict[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Lay one tree of texts over another."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = (
            _over(dict(under), value) if isinstance(under, dict) and isinstance(value, dict) else value
        )
    return merged
