"""Seal every pair of tokens with the newest key, so that an older one can be thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from app.shopify.tokens import UnableToOpenTokens, Vault
from app.stores import shop_tokens
from app.stores.database import Database


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many shops' tokens were sealed anew, and how many no key of ours opens."""

    sealed: int
    unopened: int

    def in_words(self) -> str:
        """This method will say what was done, and what is left to do."""
        done = f"{self.sealed} of {self.sealed + self.unopened} shops’ tokens are sealed with the newest key."
        if not self.unopened:
            return f"{done} Older keys can be taken from ENCRYPTION_KEYS."
        return f"{done} No key opens the others: put theirs back, or let the shops open the app again."


def rotate_keys(database: Database, vault: Vault) -> Rotation:
    """This function will seal each shop's pair with the first of ENCRYPTION_KEYS, shop by shop."""
    done = [_rotate(database, vault, shop_id) for shop_id in database.shop_ids()]
    return Rotation(done.count(True), done.count(False))


def _rotate(database: Database, vault: Vault, shop_id: int) -> bool | None:
    with database.shop(shop_id) as tx:
        shop_tokens.lock(tx)
        kept = shop_tokens.read(tx)
        if kept is None:
            return None
        try:
            shop_tokens.replace_seal(tx, vault.renew(kept.sealed))
        except UnableToOpenTokens:
            return False
    return True
