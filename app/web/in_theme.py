"""Answers that Shopify lays into the shop's own theme, as Liquid that says nothing.

Shopify reads what comes as application/liquid for Liquid, so nothing of it may be Liquid that anybody typed.
Liquid begins with a brace: an answer of ours has none, for each is written as the character it stands for. So
these pages hold no script and no style of their own, where such a character would not be read.
"""

from __future__ import annotations

from flask import Response, render_template

_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})


def in_theme(template: str, **shown: object) -> Response:
    """This function will answer with a page within the shop's theme that no cache keeps.

    It always says 200: what Shopify makes of another status within a theme is not published.
    """
    page = render_template(template, **shown).translate(_BRACES)
    headers = {"Content-Type": "application/liquid", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(page, 200, headers)
