"""Everything we ever ask of Shopify's Admin: one file each, loaded once.

tests/oracles/test_documents.py holds each to Shopify's own schema, and its scopes to shopify.app.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Document:
    """A GraphQL document by its file's name."""

    name: str
    text: str


@cache
def document(name: str) -> Document:
    """This function will load a document, without the comments that are ours alone."""
    lines = (HERE / f"{name}.graphql").read_text(encoding="utf-8").splitlines()
    return Document(name, "\n".join(line for line in lines if not line.lstrip().startswith("#")))


def names() -> list[str]:
    """This function will name every document there is."""
    return sorted(file.stem for file in HERE.glob("*.graphql"))
