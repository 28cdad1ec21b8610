"""The Liquid that the storefront understands: Shopify's tags, filters and objects on an allow-list.

Whatever is not on the list fails loudly, here, rather than silently, in somebody's shop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from liquid import CachingFileSystemLoader, Environment, Token
from liquid.builtin.tags.comment_tag import CommentNode, CommentTag
from liquid.exceptions import LiquidError
from liquid.stream import TokenStream
from liquid.token import TOKEN_EOF, TOKEN_TAG
from liquid.undefined import Undefined
from markupsafe import Markup, escape

TAGS_WORDS = """
# assign break capture case comment content continue cycle doc echo for if illegal liquid output render
unless
"""
TAGS = frozenset(TAGS_WORDS.split())
FILTERS_WORDS = """
abs append at_least at_most capitalize ceil compact concat date default divided_by downcase escape
escape_once first floor join last lstrip map minus modulo newline_to_br plus prepend remove replace
reverse round rstrip size slice sort split strip strip_html strip_newlines times truncate truncatewords
uniq upcase url_decode url_encode where
"""
FILTERS = frozenset(FILTERS_WORDS.split())
OBJECTS_WORDS = """
block section shop cart customer product collection request localization routes template settings search
page_title canonical_url blank empty forloop parentloop nil
"""
OBJECTS = frozenset(OBJECTS_WORDS.split())
ASSETS = "/extensions/steward/assets/"


class UnknownLiquid(LiquidError):
    """Something that this dialect (or Shopify's) does not know."""


class Drop(Mapping[str, object]):
    """One of Shopify's objects with the properties we use; asking for another one fails."""

    def __init__(self, name: str, /, **known: object) -> None:
        self._name, self._known = name, known

    def __getitem__(self, key: str) -> object:
        if key not in self._known:
            raise UnknownLiquid(
                f"unknown property '{self._name}.{key}': add it to the sandbox if Shopify has it", token=None
            )
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __str__(self) -> str:
        return f"{self._name.title()}Drop"


class NilOrUnknown(Undefined):
    """A property of nil is nil, as in Shopify; a name nobody has heard of is an error."""

    def __init__(self, name: str, *, token: Token | None = None, **rest: Any) -> None:
        if name not in OBJECTS:
            raise UnknownLiquid(f"unknown object '{name}'", token=token)
        super().__init__(name, token=token, **rest)


class SchemaTag(CommentTag):
    """`{% schema %}` prints nothing; its JSON is read apart."""

    name = "schema"
    end = "endschema"

    def parse(self, stream: TokenStream) -> CommentNode:
        """Skip to the end of the block."""
        token = stream.current
        while not (stream.current.kind == TOKEN_TAG and stream.current.value == self.end):
            if stream.current.kind == TOKEN_EOF:
                raise UnknownLiquid("schema tag was never closed", token=token)
            next(stream)
        return self.node_class(token)


def _json(value: object) -> Markup:
    """Print JSON that is safe inside a script, as Shopify's filter does."""

    def plain(thing: object) -> object:
        return (
            dict(thing)
            if isinstance(thing, Mapping)
            else None
            if isinstance(thing, Undefined)
            else str(thing)
        )

    text = json.dumps(
        plain(value) if isinstance(value, Undefined) else value, default=plain, ensure_ascii=False
    )
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  escaped


def _handleize(value: object) -> str:
    return re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-")


def _asset_url(value: object) -> str:
    return ASSETS + quote(str(value))


def _script_tag(value: object) -> Markup:
    return Markup('<script src="{}"></script>').format(str(value))


def _stylesheet_tag(value: object) -> Markup:
    return Markup('<link rel="stylesheet" href="{}" media="all">').format(str(value))


def _money(value: object) -> str:
    return f"£{int(float(str(value))) / 100:,.2f}"


def translator(texts: Mapping[str, object]) -> Callable[..., str]:
    """Make the `t` filter: a missing key fails, and every value put into a text is escaped."""

    def t(key: object, **values: object) -> str:
        found: object = texts
        for part in str(key).split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping) and "count" in values:
            found = found.get("one" if str(values["count"]) == "1" else "other")
        if not isinstance(found, str):
            raise UnknownLiquid(f"translation missing: '{key}'", token=None)
        return re.sub(r"{{\s*(\w+)\s*}}", lambda m: str(escape(str(values.get(m[1], "")))), found)

    return t


def environment(snippets: Path, texts: Mapping[str, object]) -> Environment:
    """Build the dialect for one extension in one language."""
    liquid = Environment(loader=CachingFileSystemLoader(snippets, ext=".liquid"), undefined=NilOrUnknown)
    liquid.tags = {name: tag for name, tag in liquid.tags.items() if name in TAGS}
    liquid.add_tag(SchemaTag)
    liquid.filters = {name: made for name, made in liquid.filters.items() if name in FILTERS}
    ours: dict[str, Callable[..., object]] = {
        "asset_url": _asset_url,
        "json": _json,
        "handle": _handleize,
        "handleize": _handleize,
        "money": _money,
        "script_tag": _script_tag,
        "stylesheet_tag": _stylesheet_tag,
        "t": translator(texts),
        "translate": translator(texts),
    }
    for name, made in ours.items():
        liquid.add_filter(name, made)
    return liquid
