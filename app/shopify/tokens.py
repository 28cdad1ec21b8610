"""A shop's pair of tokens, and the vault that closes it before it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class UnableToOpenTokens(Exception):
    """A sealed pair cannot be opened with our keys, or is another shop's. Trying again does not help."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What Shopify gave: the token of an hour, and the one that renews it; instants are UTC and real time."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_until: datetime
    refresh_until: datetime
    scopes: str


class _Secrets(msgspec.Struct):
    shop_id: int
    access_token: str
    refresh_token: str


class Vault:
    """Closes and opens pairs with the keys of ENCRYPTION_KEYS: the first closes, any of them opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, shop_id: int, pair: TokenPair) -> str:
        """This method will close a pair. The shop is closed in with it: a row moved is worth nothing."""
        secrets = _Secrets(shop_id, pair.access_token, pair.refresh_token)
        return self._fernet.encrypt(msgspec.json.encode(secrets)).decode()

    def open(self, shop_id: int, sealed: str) -> tuple[str, str]:
        """This method will open a pair: access token, refresh token. Raises UnableToOpenTokens."""
        try:
            secrets = msgspec.json.decode(self._fernet.decrypt(sealed), type=_Secrets)
        except (InvalidToken, msgspec.MsgspecError):
            raise UnableToOpenTokens("closed with a key that is not among ENCRYPTION_KEYS") from None
        if secrets.shop_id != shop_id:
            raise UnableToOpenTokens("closed for another shop")
        return secrets.access_token, secrets.refresh_token

    def renew(self, sealed: str) -> str:
        """This method will close what is sealed with the newest key. Raises UnableToOpenTokens."""
        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            raise UnableToOpenTokens("closed with a key that is not among ENCRYPTION_KEYS") from None
