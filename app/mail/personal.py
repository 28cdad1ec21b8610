"""A letter that a person wrote: her words as they are, and below them the way to say no to more."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from app.mail.letters import Letter

_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:32px 16px;background:#faf8f5;color:#26221d">'
    '<div style="max-width:480px;margin:0 auto;font:16px/1.6 Georgia,serif">{paragraphs}'
    '<p style="margin:32px 0 0;font:13px/1.5 Arial,sans-serif;color:#625d54">{no_more}</p>'
    "</div></body></html>"
)
_PARAGRAPH = Markup('<p style="margin:0 0 16px">{}</p>')
_LINK = Markup('<a href="{0}" style="color:#26221d">{0}</a>')
NO_MORE = "If you would rather not be written to, say so here:"
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def personal(*, subject: str, body: str, unsubscribe: str) -> Letter:
    """This function will make a letter of an advisor's own words, in plain text and in HTML."""
    paragraphs = [each.strip() for each in body.split("\n\n") if each.strip()]
    html = _PAGE.format(
        subject=subject,
        paragraphs=Markup("").join(_PARAGRAPH.format(_lines(each)) for each in paragraphs),
        no_more=Markup("{} {}").format(NO_MORE, _LINK.format(unsubscribe)),
    )
    return Letter(subject, f"{body.strip()}\n\n--\n{NO_MORE}\n{unsubscribe}\n", str(html))


def _lines(paragraph: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in paragraph.splitlines())


def _linked(line: str) -> Markup:
    """Make an address one can press; all else is escaped."""
    said, at = Markup(""), 0
    for found in _ADDRESS.finditer(line):
        said += escape(line[at : found.start()]) + _LINK.format(found.group())
        at = found.end()
    return said + escape(line[at:])
