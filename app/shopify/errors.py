"""What can go wrong with asking Shopify. `again` says whether the same question may succeed later.

None of them carries Shopify's words: those may quote what was asked, and a log cannot be erased.
"""

from __future__ import annotations

from collections.abc import Collection


class UnableToAskShopify(Exception):
    """Shopify did not answer the question."""

    again = False


class UnableToReachShopify(UnableToAskShopify):
    """Nobody answered, or only with an error of their own, however often we asked."""

    again = True


class UnableToKeepUp(UnableToAskShopify):
    """Shopify asks for more patience than this call may have."""

    again = True


class UnableToAuthenticate(UnableToAskShopify):
    """The token is not accepted, and neither is a fresh one: the merchant has to open the app."""


class UnableToBeUnderstood(UnableToAskShopify):
    """Shopify refuses the question itself; `codes` are its own names for why."""

    def __init__(self, document: str, codes: Collection[str]) -> None:
        super().__init__(f"{document}: {', '.join(sorted(codes))}")
        self.codes = frozenset(codes)


class UnableToFetchResult(UnableToAskShopify):
    """The file of a bulk operation did not come whole."""

    again = True


class UnableToFindResult(UnableToAskShopify):
    """The file of a bulk operation is gone: a new operation has to make a new one."""
