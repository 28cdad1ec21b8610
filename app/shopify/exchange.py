"""Getting tokens: a session token becomes a pair, and a pair becomes the next one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from shopify_app import IdTokenDetails, ShopifyApp, TokenExchangeAccessToken, TokenExchangeResult

from app.shopify.session_token import SessionToken
from app.shopify.tokens import TokenPair

# What Shopify documents, for an answer that does not say (facts/shopify.md, trap 2).
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 7_776_000
# What no second try will mend; only a person who opens the app again does.
FINAL = frozenset({"invalid_grant", "invalid_subject_token"})


class UnableToGetTokens(Exception):
    """Shopify gave no tokens. `retry` says whether the same question may be answered later.

    The message is Shopify's or the library's short word for it, never what was sent or received.
    """

    def __init__(self, word: str, *, retry: bool) -> None:
        super().__init__(word)
        self.word = word
        self.retry = retry


class _Lifetimes(msgspec.Struct):
    """Of an answer with tokens, only what it says of time; seconds."""

    expires_in: float | None = None
    refresh_token_expires_in: float | None = None


class TokenOffice:
    """Shopify's token endpoint, asked with the client id and secret of the app."""

    def __init__(self, shopify: ShopifyApp, http: httpx.Client) -> None:
        self._shopify = shopify
        self._http = http

    def exchange(self, vouched: SessionToken, *, now: datetime) -> TokenPair:
        """This method will give the pair that a session token is good for.

        `now` is real time, UTC. Raises UnableToGetTokens.
        """
        claims = {"dest": f"https://{vouched.shop}"}  # ours: validated, not as it was written
        details = IdTokenDetails(exchangeable=True, token=vouched.token, claims=claims)
        return _pair(
            lambda http: self._shopify.exchange_using_token_exchange("offline", details, http_client=http),
            self._http,
            now,
        )

    def refresh(self, shop: str, refresh_token: str, *, now: datetime) -> TokenPair:
        """This method will give the next pair of a shop.

        `now` is real time, UTC. Raises UnableToGetTokens.
        """
        # Without instants, or the library would not ask as long as a minute is left.
        known = TokenExchangeAccessToken(
            shop=shop.removesuffix(".myshopify.com"),
            token="",
            expires=None,
            scope="",
            access_mode="offline",
            refresh_token=refresh_token,
            refresh_token_expires=None,
            user=None,
        )
        return _pair(
            lambda http: self._shopify.refresh_token_exchanged_access_token(known, http_client=http),
            self._http,
            now,
        )


class _Listening:
    """Our client as the library calls it; it hears of lifetimes, which the library fills in where missing."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.lifetimes = _Lifetimes()

    def post(self, url: str, **request: Any) -> httpx.Response:
        answer = self._http.post(url, **request)
        if answer.status_code == 200:
            self.lifetimes = msgspec.json.decode(answer.content, type=_Lifetimes, strict=False)
        return answer


def _pair(ask: Callable[[Any], TokenExchangeResult], http: httpx.Client, now: datetime) -> TokenPair:
    listening = _Listening(http)
    try:
        result = ask(listening)
    except (msgspec.MsgspecError, AttributeError, TypeError, ValueError):
        # An answer that is no JSON, or a time to wait that is no whole number.
        raise UnableToGetTokens("answer_malformed", retry=True) from None
    given = result.access_token
    if not result.ok or given is None:
        raise UnableToGetTokens(result.log.code, retry=result.log.code not in FINAL)
    if not given.token or not given.refresh_token:
        raise UnableToGetTokens("answer_incomplete", retry=True)
    lifetimes = listening.lifetimes
    return TokenPair(
        access_token=given.token,
        refresh_token=given.refresh_token,
        access_until=_after(now, lifetimes.expires_in, ACCESS_SECONDS),
        refresh_until=_after(now, lifetimes.refresh_token_expires_in, REFRESH_SECONDS),
        scopes=given.scope,
    )


def _after(now: datetime, seconds: float | None, usual: int) -> datetime:
    return now + timedelta(seconds=seconds if seconds and seconds > 0 else usual)
