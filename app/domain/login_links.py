"""Links in a letter lead through the shop's login, so that she is recognised when she comes."""

from __future__ import annotations

import re
from urllib.parse import quote

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def through_login(base: str, path: str = "/") -> str:
    """This function will give the address of the shop's login that leads on to a path of the shop.

    `base` is the shop's own address, without a slash at its end.
    """
    safe = path if path.startswith("/") and not path.startswith("//") else "/"
    return f"{base}/account/login?return_url={quote(safe, safe='/')}"


def lead_through_login(text: str, base: str) -> str:
    """This function will turn each link into the shop into one through its login; others stay as they are."""

    def turned(match: re.Match[str]) -> str:
        link = match.group().rstrip(".,;:!?)")
        rest = match.group()[len(link) :]
        if not _is_of(link, base) or f"{base}/account/login" in link:
            return match.group()
        return through_login(base, link[len(base) :] or "/") + rest

    return _LINK.sub(turned, text)


def _is_of(link: str, base: str) -> bool:
    after = link[len(base) :]
    return link.casefold().startswith(base.casefold()) and (not after or after[0] in "/?#")
