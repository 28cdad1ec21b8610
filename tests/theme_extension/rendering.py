"""Render the extension's Liquid outside Shopify, with the few filters of Shopify's that it uses."""

import json
import re
from pathlib import Path
from typing import Any

from liquid import Environment

EXTENSION = Path(__file__).parents[2] / "theme_extension"
BLOCK = EXTENSION / "blocks" / "advisor.liquid"
OWN_PAGE = EXTENSION / "blocks" / "remembered.liquid"
SCHEMA = re.compile(r"{%-?\s*schema\s*-?%}(.*?){%-?\s*endschema\s*-?%}", re.DOTALL)

RING = {
    "id": 8123,
    "type": "Ring",
    "title": "Eternity band </script><b>& “Alder”",
    "tags": [f"tag {n}" for n in range(14)],
    "category": {"id": "aa-6-9"},
    "price": 240000,
    "selected_or_first_available_variant": {"price": 240000},
}
ALMA = {"id": 55501, "first_name": "Alma", "last_name": "Reyes", "email": "alma@example.com"}


def locale(name: str = "en.default.json") -> dict[str, Any]:
    """Return one locale file."""
    return json.loads((EXTENSION / "locales" / name).read_text(encoding="utf-8"))


def schema(block: Path = BLOCK) -> dict[str, Any]:
    """Return what a block tells the theme editor."""
    return json.loads(SCHEMA.search(block.read_text(encoding="utf-8")).group(1))


def look_up(words: dict[str, Any], key: str) -> str:
    """Follow a dotted key; a missing one raises KeyError."""
    for part in key.split("."):
        words = words[part]
    return words


def to_json(value: Any) -> str:
    """Write JSON as Shopify's filter does: safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def render(
    *,
    block: Path = BLOCK,
    customer: dict[str, Any] | None = ALMA,
    page_type: str = "product",
    product: dict[str, Any] | None = RING,
    design_mode: bool = False,
    settings: dict[str, Any] | None = None,
    **more: Any,
) -> str:
    """Return what a block adds to a page: unless named, the app embed at the end of its body."""
    defaults = {s["id"]: s.get("default", "") for s in schema(block)["settings"] if "id" in s}
    environment = Environment()
    words = locale()
    # Shopify escapes translations for HTML.
    environment.filters["t"] = lambda key, **_: look_up(words, str(key)).replace("'", "&#39;")
    environment.filters["json"] = to_json
    environment.filters["asset_url"] = lambda name: f"/assets/{name}"
    template = environment.from_string(SCHEMA.sub("", block.read_text(encoding="utf-8")))
    return template.render(
        block={"settings": defaults | (settings or {})},
        request={"page_type": page_type, "design_mode": design_mode},
        customer=customer,
        product=product if page_type == "product" else None,
        cart={"currency": {"iso_code": "GBP"}},
        shop={"currency": "GBP"},
        **more,
    )
