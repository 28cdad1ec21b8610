"""Reading the file of a bulk operation: a stream of lines, of which nothing is held."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from app.shopify.errors import UnableToFetchResult, UnableToFindResult

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
BLOCK = 1 << 18
# What the place where Shopify keeps results answers once a file's seven days are over.
GONE = frozenset({400, 403, 404, 410})


def blocks_of(http: httpx.Client, url: str, *, size: int | None) -> Iterator[bytes]:
    """This function will stream a result file, some hundred kilobytes at a time.

    `size` is the length that Shopify announced, None where it did not. The address came in an answer of
    Shopify's; it is opened by https alone, without a token, and leads nowhere else.
    Raises UnableToFindResult where it is gone, UnableToFetchResult where it breaks off.
    """
    if not url.startswith("https://"):
        raise UnableToFindResult("an address that is not Shopify's")
    came = 0
    try:
        with http.stream("GET", url, timeout=TIMEOUT, follow_redirects=False) as response:
            if response.status_code in GONE:
                raise UnableToFindResult(f"HTTP {response.status_code}")
            if response.status_code != 200:
                raise UnableToFetchResult(f"HTTP {response.status_code}")
            for block in response.iter_bytes(BLOCK):
                came += len(block)
                yield block
    except httpx.HTTPError as error:
        raise UnableToFetchResult(type(error).__name__) from None
    if size is not None and came != size:
        raise UnableToFetchResult("the file is not whole")


def lines_of(blocks: Iterator[bytes]) -> Iterator[list[bytes]]:
    """This function will cut blocks into lines, some hundred at a time; empty ones are left out."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        yield [line for line in whole if line.strip()]
    if rest.strip():
        yield [rest]
